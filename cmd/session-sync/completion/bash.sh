# Completion of session-sync for bash. In ~/.bashrc:
#   source <(session-sync completion bash)
_session_sync() {
    local line=${COMP_LINE:0:COMP_POINT} piece='' prefix reply i n=-1
    local -a words=()
    # bash breaks words at colons, of which session keys are full, and at equals
    # signs. Pieces without a space between them are put together again.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        [[ $i == 0 || $line == [[:space:]]* ]] && words[++n]=
        line=${line#"${line%%[![:space:]]*}"}
        piece=${COMP_WORDS[i]}
        [[ $i == "$COMP_CWORD" ]] && piece=$line
        line=${line#"$piece"}
        words[n]+=${piece//[\"\'\\]/}
    done
    # What bash puts in stands in place of the last piece only.
    [[ $piece == *[!:=]* ]] || piece=
    prefix=${words[n]%"${piece//[\"\'\\]/}"}
    COMPREPLY=()
    while IFS= read -r reply; do
        case $reply in
        :files) compopt -o default 2>/dev/null ;;
        :*) ;;
        *)
            reply=${reply%%$'\t'*}
            COMPREPLY+=("${reply#"$prefix"}")
            ;;
        esac
    done < <("${1/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -F _session_sync session-sync
