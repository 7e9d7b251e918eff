#compdef session-sync
# Completion of session-sync for zsh. In ~/.zshrc, after compinit:
#   source <(session-sync completion zsh)
_session_sync() {
    local reply
    local -a candidates shown
    for reply in "${(@f)$(session-sync __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
        case $reply in
        :files) compset -P '--*='; _files ;;
        :*) ;;
        ?*)
            candidates+=("${reply%%$'\t'*}")
            shown+=("${reply/$'\t'/  -- }")
            ;;
        esac
    done
    (( $#candidates )) && compadd -l -d shown -a -- candidates
}
if [[ $funcstack[1] == _session_sync ]]; then
    _session_sync
else
    compdef _session_sync session-sync
fi
