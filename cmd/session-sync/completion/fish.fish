# Completion of session-sync for fish. Once:
#   session-sync completion fish > ~/.config/fish/completions/session-sync.fish
function __session_sync
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l word (commandline --current-token --cut-at-cursor | string replace --all --regex '["\'\\\\]' '')
    for reply in (session-sync __complete $words[2..] "$word" 2>/dev/null)
        switch $reply
            case ':files'
                __fish_complete_path "$word"
            case ':*'
            case '*'
                echo $reply
        end
    end
end
complete --command session-sync --no-files --keep-order --arguments '(__session_sync)'
