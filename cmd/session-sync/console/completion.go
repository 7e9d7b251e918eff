package console

import (
	"embed"
	"slices"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// scripts has one file for each shell. They only ask the program, by way of
// __complete, and hand on what it says: see complete.go.
//
//go:embed completion
var scripts embed.FS

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// Completion is the command that prints the completion script of a shell.
func Completion() Command {
	return Command{
		Name:     "completion",
		Operands: "bash | zsh | fish | powershell",
		Summary:  terminal.Both("输出命令补全脚本", "print the completion script of a shell"),
		About: terminal.Both(
			"输出一个 shell 的补全脚本；脚本开头说明如何启用。补全会给出命令、选项、会话、渠道和智能体。",
			"Prints the script that lets a shell complete commands, flags, sessions, channels and agents. Its first lines say how to turn it on.",
		),
		Examples: [2]string{"session-sync completion bash", "session-sync completion zsh"},
		Suggest:  Words(shells()...),
		Setup: func(*pflag.FlagSet) Action {
			return func(a *App, operands []string) error {
				if len(operands) != 1 || !slices.Contains(shells(), operands[0]) {
					return Usage("completion takes one of: bash, zsh, fish, powershell")
				}
				script, err := scripts.ReadFile("completion/" + operands[0])
				if err != nil {
					return err
				}
				_, err = a.Stdout.Write(script)
				return err
			}
		},
	}
}
