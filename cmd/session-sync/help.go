package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

func helpCommand() command {
	return command{
		name:     "help",
		operands: "[COMMAND]",
		summary:  phrase{"显示帮助", "show help"},
		about:    phrase{"显示命令列表,或一个命令的用法。", "Shows the commands, or how to use one of them."},
		examples: [2]string{"session-sync help", "session-sync help sync"},
		setup: func(*pflag.FlagSet) action {
			return func(a *app, operands []string) error {
				if len(operands) == 0 {
					fmt.Fprint(a.stdout, a.overview())
					return nil
				}
				c, found := lookup(operands[0])
				if !found {
					return unknownCommand(operands[0])
				}
				fmt.Fprint(a.stdout, a.help(c))
				return nil
			}
		},
	}
}

const columns = 80

// overview lists the commands.
func (a *app) overview() string {
	var b strings.Builder
	b.WriteString(phrase{"用法:session-sync [选项] 命令 [参数]\n\n", "usage: session-sync [flags] COMMAND [arguments]\n\n"}.in(a.lang))
	b.WriteString(wrap(phrase{
		"把 OpenClaw 的所有会话保存为一份去除隐私的本地存档和共享文件。完全在本机运行,从不联网。",
		"Keeps all sessions of OpenClaw in one redacted local archive and in shared files. Runs on this machine only and never uses the network.",
	}.in(a.lang)) + "\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-10s %s\n", c.name, c.summary.in(a.lang))
	}
	b.WriteString(phrase{"\n各命令的用法:session-sync help 命令\n", "\nhow to use one of them: session-sync help COMMAND\n"}.in(a.lang))
	return b.String()
}

// help is the usage line, one paragraph, the flags and two examples.
func (a *app) help(c command) string {
	var b strings.Builder
	usage := strings.TrimSpace("session-sync " + c.name + " [flags] " + c.operands)
	b.WriteString(phrase{"用法:", "usage: "}.in(a.lang) + usage + "\n\n")
	b.WriteString(wrap(c.about.in(a.lang)) + "\n")
	own := newFlags(c.name)
	c.setup(own)
	global := newFlags(c.name)
	(&globalFlags{}).add(global)
	for _, section := range []struct {
		title phrase
		flags *pflag.FlagSet
	}{{phrase{"选项:", "flags:"}, own}, {phrase{"所有命令:", "all commands:"}, global}} {
		if section.flags.HasFlags() {
			b.WriteString(section.title.in(a.lang) + "\n" + a.flagLines(section.flags) + "\n")
		}
	}
	b.WriteString(phrase{"例子:\n", "examples:\n"}.in(a.lang))
	for _, example := range c.examples {
		b.WriteString("  " + example + "\n")
	}
	return b.String()
}

// flagLines shows each flag with its meaning in one language: usage texts are
// written "English / 中文".
func (a *app) flagLines(flags *pflag.FlagSet) string {
	var b strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		operand, text := pflag.UnquoteUsage(f)
		if english, chinese, both := strings.Cut(text, " / "); both {
			text = phrase{chinese, english}.in(a.lang)
		}
		name := "    --" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", --" + f.Name
		}
		if operand != "" && f.Value.Type() != "bool" {
			name += " " + operand
		}
		fmt.Fprintf(&b, "  %-26s %s\n", name, text)
	})
	return b.String()
}

// wrap breaks a paragraph into lines of at most columns cells, where a Chinese
// character takes two and may stand at any break.
func wrap(text string) string {
	var b strings.Builder
	column := 0
	flush := func(word string, width int, space bool) {
		if space && column > 0 {
			if column+1+width > columns {
				b.WriteByte('\n')
				column = 0
			} else {
				b.WriteByte(' ')
				column++
			}
		} else if column+width > columns {
			b.WriteByte('\n')
			column = 0
		}
		b.WriteString(word)
		column += width
	}
	for i, word := range strings.Fields(text) {
		if utf8.RuneCountInString(word) == len(word) {
			flush(word, len(word), i > 0)
			continue
		}
		space := i > 0
		for _, r := range word {
			width := 1
			if r >= 0x1100 {
				width = 2
			}
			if strings.ContainsRune("。,;:、)", r) {
				width = 0 // never first in a line
			}
			flush(string(r), width, space)
			space = false
		}
	}
	return b.String() + "\n"
}
