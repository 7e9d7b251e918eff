package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

func helpCommand() command {
	return command{
		name:     "help",
		operands: "[COMMAND]",
		summary:  phrase("显示帮助", "show help"),
		about:    phrase("显示命令列表,或一个命令的用法。", "Shows the commands, or how to use one of them."),
		examples: [2]string{"session-sync help", "session-sync help sync"},
		suggest:  (*app).commandNames,
		setup: func(*pflag.FlagSet) action {
			return func(a *app, operands []string) error {
				if len(operands) == 0 {
					return a.printOverview()
				}
				if len(operands) > 1 {
					return usage("help takes one command")
				}
				c, found := lookup(operands[0])
				if !found {
					return unknownCommand(operands[0])
				}
				return a.printHelp(c)
			}
		},
	}
}

// overview lists the commands.
func overview(lang string) string {
	var b strings.Builder
	b.WriteString(phrase("用法:session-sync [选项] 命令 [参数]\n\n", "usage: session-sync [flags] COMMAND [arguments]\n\n").In(lang))
	b.WriteString(terminal.Wrap(phrase(
		"把 OpenClaw 的所有会话保存为一份去除隐私的本地存档和共享文件。完全在本机运行,从不联网。",
		"Keeps all sessions of OpenClaw in one redacted local archive and in shared files. Runs on this machine only and never uses the network.",
	).In(lang), 0) + "\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-10s %s\n", c.name, c.summary.In(lang))
	}
	b.WriteString(phrase("\n各命令的用法:session-sync help 命令\n", "\nhow to use one of them: session-sync help COMMAND\n").In(lang))
	return b.String()
}

// help is the usage line, one paragraph, the flags and two examples.
func help(c command, lang string) string {
	var b strings.Builder
	b.WriteString(phrase("用法:", "usage: ").In(lang))
	b.WriteString(strings.TrimSpace("session-sync "+c.name+phrase(" [选项] ", " [flags] ").In(lang)+c.operands) + "\n\n")
	b.WriteString(terminal.Wrap(c.about.In(lang), 0) + "\n")
	own := newFlags(c.name)
	c.setup(own)
	global := newFlags(c.name)
	(&globalFlags{}).add(global)
	for _, section := range []struct {
		title terminal.Phrase
		flags *pflag.FlagSet
	}{{phrase("选项:", "flags:"), own}, {phrase("所有命令:", "all commands:"), global}} {
		if section.flags.HasFlags() {
			b.WriteString(section.title.In(lang) + "\n" + flagLines(section.flags, lang) + "\n")
		}
	}
	b.WriteString(phrase("例子:\n", "examples:\n").In(lang))
	for _, example := range c.examples {
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
