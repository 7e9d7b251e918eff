package main

import (
	"embed"
	"slices"

	"github.com/spf13/pflag"
)

// scripts has one file for each shell. They only ask the program, by way of
// __complete, and hand on what it says: see complete.go.
//
//go:embed completion
var scripts embed.FS

func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func completionCommand() command {
	return command{
		name:     "completion",
		operands: "bash | zsh | fish | powershell",
		summary:  phrase("输出命令补全脚本", "print the completion script of a shell"),
		about: phrase(
			"输出一个 shell 的补全脚本;脚本开头说明如何启用。补全会给出命令、选项、会话、渠道和智能体。",
			"Prints the script that lets a shell complete commands, flags, sessions, channels and agents. Its first lines say how to turn it on.",
		),
		examples: [2]string{"session-sync completion bash", "session-sync completion zsh"},
		suggest:  func(*app) []candidate { return plain(shells()...) },
		setup: func(*pflag.FlagSet) action {
			return func(a *app, operands []string) error {
				if len(operands) != 1 || !slices.Contains(shells(), operands[0]) {
					return usage("completion takes one of: bash, zsh, fish, powershell")
				}
				script, err := scripts.ReadFile("completion/" + operands[0])
				if err != nil {
					return err
				}
				_, err = a.stdout.Write(script)
				return err
			}
		},
	}
}
