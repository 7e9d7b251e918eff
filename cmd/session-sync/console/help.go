package console

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// Help is the command that explains the others.
func Help() Command {
	return Command{
		Name:     "help",
		Operands: "[COMMAND]",
		Summary:  terminal.Both("显示帮助", "show help"),
		About:    terminal.Both("显示命令列表,或一个命令的用法。", "Shows the commands, or how to use one of them."),
		Examples: [2]string{"session-sync help", "session-sync help sync"},
		Suggest:  (*App).commandNames,
		Setup: func(*pflag.FlagSet) Action {
			return func(a *App, operands []string) error {
				if len(operands) == 0 {
					return a.printOverview()
				}
				if len(operands) > 1 {
					return Usage("help takes one command")
				}
				c, found := a.program.lookup(operands[0])
				if !found {
					return a.program.unknownCommand(operands[0])
				}
				return a.printHelp(c)
			}
		},
	}
}

// overview lists the commands.
func (p Program) overview(lang string) string {
	var b strings.Builder
	b.WriteString(terminal.Both("用法:session-sync [选项] 命令 [参数]\n\n", "usage: session-sync [flags] COMMAND [arguments]\n\n").In(lang))
	b.WriteString(terminal.Wrap(terminal.Both(
		"把 OpenClaw 的所有会话保存为一份去除隐私的本地存档和共享文件。完全在本机运行,从不联网。",
		"Keeps all sessions of OpenClaw in one redacted local archive and in shared files. Runs on this machine only and never uses the network.",
	).In(lang), 0) + "\n")
	for _, c := range p.Commands {
		fmt.Fprintf(&b, "  %-10s %s\n", c.Name, c.Summary.In(lang))
	}
	b.WriteString(terminal.Both("\n各命令的用法:session-sync help 命令\n", "\nhow to use one of them: session-sync help COMMAND\n").In(lang))
	return b.String()
}

// help is the usage line, one paragraph, the flags and two examples.
func help(c Command, lang string) string {
	var b strings.Builder
	b.WriteString(terminal.Both("用法:", "usage: ").In(lang))
	b.WriteString(strings.TrimSpace("session-sync "+c.Name+terminal.Both(" [选项] ", " [flags] ").In(lang)+c.Operands) + "\n\n")
	b.WriteString(terminal.Wrap(c.About.In(lang), 0) + "\n")
	own := newFlags(c.Name)
	c.Setup(own)
	global := newFlags(c.Name)
	(&globalFlags{}).add(global)
	for _, section := range []struct {
		title terminal.Phrase
		flags *pflag.FlagSet
	}{{terminal.Both("选项:", "flags:"), own}, {terminal.Both("所有命令:", "all commands:"), global}} {
		if section.flags.HasFlags() {
			b.WriteString(section.title.In(lang) + "\n" + flagLines(section.flags, lang) + "\n")
		}
	}
	b.WriteString(terminal.Both("例子:\n", "examples:\n").In(lang))
	for _, example := range c.Examples {
		b.WriteString("  " + example + "\n")
	}
	return b.String()
}

// flagLines shows each flag with its meaning in one language.
func flagLines(flags *pflag.FlagSet, lang string) string {
	const indent = 29
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		value, meaning := terminal.Explained(f.Usage)
		name = strings.TrimRight(name+" "+value, " ")
		b.WriteString(terminal.Pad("  "+name, indent-1) + " " + terminal.Wrap(meaning.In(lang), indent))
	})
	return b.String()
}
