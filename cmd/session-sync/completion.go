package main

import (
	_ "embed"
	"io"

	"github.com/spf13/pflag"
)

// The scripts only ask the program, by way of __complete, and hand on what it
// says: see complete.go. They never change with the commands.
var (
	//go:embed completion/bash.sh
	bashScript string
	//go:embed completion/zsh.zsh
	zshScript string
	//go:embed completion/fish.fish
	fishScript string
	//go:embed completion/powershell.ps1
	powershellScript string
)

// shell is one whose completion we know.
type shell struct{ name, script string }

func shells() []shell {
	return []shell{{"bash", bashScript}, {"zsh", zshScript}, {"fish", fishScript}, {"powershell", powershellScript}}
}

func completionCommand() command {
	return command{
		name:     "completion",
		operands: "bash | zsh | fish | powershell",
		summary:  phrase{"输出命令补全脚本", "print the completion script of a shell"},
		about: phrase{
			"输出一个 shell 的补全脚本;脚本开头说明如何启用。补全会给出命令、选项、会话、渠道和智能体。",
			"Prints the script that lets a shell complete commands, flags, sessions, channels and agents. Its first lines say how to turn it on.",
		},
		examples: [2]string{"session-sync completion bash", "session-sync completion zsh"},
		suggest:  func(*app) []candidate { return plain("bash", "zsh", "fish", "powershell") },
		setup: func(*pflag.FlagSet) action {
			return func(a *app, operands []string) error {
				if len(operands) == 1 {
					for _, s := range shells() {
						if s.name == operands[0] {
							_, err := io.WriteString(a.stdout, s.script)
							return err
						}
					}
				}
				return usage("completion takes one of: bash, zsh, fish, powershell")
			}
		},
	}
}
