package console

import (
	"fmt"
	"io"
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
		About:    terminal.Both("显示命令列表，或一个命令的用法。", "Shows the commands, or how to use one of them."),
		Examples: [2]string{"session-sync help", "session-sync help sync"},
		Suggest: func(a *App, before []string) []Candidate {
			_, c, err := a.program.find(before)
			if err != nil {
				return nil
			}
			return a.verbs(c)
		},
		Setup: func(*pflag.FlagSet) Action {
			return func(a *App, operands []string) error {
				path, c, err := a.program.find(operands)
				if err != nil {
					return err
				}
				return a.printHelp(path, c)
			}
		},
	}
}

// find is the command that names lead to, and its path.
func (p Program) find(names []string) (path string, c Command, err error) {
	c.Commands = p.Commands
	for _, name := range names {
		if len(c.Commands) == 0 {
			return path, c, Usage("help takes one command")
		}
		verb, found := c.lookup(name)
		if !found {
			return path, c, unknownCommand(path, c, name)
		}
		path, c = strings.TrimSpace(path+" "+verb.Name), verb
	}
	return path, c, nil
}

func (a *App) printHelp(path string, c Command) error {
	text := help(path, c, a.Lang)
	if path == "" {
		text = a.program.overview(a.Lang)
	}
	_, err := io.WriteString(a.Stdout, text)
	return err
}

// overview lists the commands.
func (p Program) overview(lang string) string {
	var b strings.Builder
	b.WriteString(terminal.Both("用法：session-sync [选项] 命令 [参数]\n\n", "usage: session-sync [flags] COMMAND [arguments]\n\n").In(lang))
	b.WriteString(terminal.Wrap(terminal.Both(
		"把 OpenClaw 的所有会话保存为一份去除隐私的本地存档和共享文件。完全在本机运行，从不联网。",
		"Keeps all sessions of OpenClaw in one redacted local archive and in shared files. Runs on this machine only and never uses the network.",
	).In(lang), 0) + "\n")
	b.WriteString(commandLines(p.Commands, lang))
	b.WriteString(terminal.Both("\n各命令的用法：session-sync help 命令\n", "\nhow to use one of them: session-sync help COMMAND\n").In(lang))
	return b.String()
}

// commandLines shows each command with its summary.
func commandLines(commands []Command, lang string) string {
	width := 10
	for _, c := range commands {
		width = max(width, len(c.Name))
	}
	var b strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&b, "  %-*s %s\n", width, c.Name, c.Summary.In(lang))
	}
	return b.String()
}

// help is the usage line, one paragraph, verbs, flags and two examples.
func help(path string, c Command, lang string) string {
	var b strings.Builder
	b.WriteString(terminal.Both("用法：", "usage: ").In(lang))
	b.WriteString(strings.TrimSpace("session-sync "+path+terminal.Both(" [选项] ", " [flags] ").In(lang)+c.Operands) + "\n\n")
	b.WriteString(terminal.Wrap(c.About.In(lang), 0) + "\n")
	if len(c.Commands) > 0 {
		b.WriteString(terminal.Both("子命令：\n", "verbs:\n").In(lang) + commandLines(c.Commands, lang) + "\n")
	}
	own, _ := c.flags()
	global := newFlags()
	(&globalFlags{}).add(global)
	for _, section := range []struct {
		title terminal.Phrase
		flags *pflag.FlagSet
	}{{terminal.Both("选项：", "flags:"), own}, {terminal.Both("所有命令：", "all commands:"), global}} {
		if section.flags.HasFlags() {
			b.WriteString(section.title.In(lang) + "\n" + flagLines(section.flags, lang) + "\n")
		}
	}
	b.WriteString(terminal.Both("例子：\n", "examples:\n").In(lang))
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
		if terminal.Cells(name) > indent-3 {
			name += "\n" + strings.Repeat(" ", indent-1)
		}
		b.WriteString(terminal.Pad("  "+name, indent-1) + " " + terminal.Wrap(meaning.In(lang), indent))
	})
	return b.String()
}
