package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/manifest"
	"github.com/smallccwc/chronosync/engine/query"
)

func capabilitiesCommand() console.Command {
	return console.Command{
		Name:    "capabilities",
		Summary: terminal.Both("供助手了解本程序能做什么", "what it can do, for assistants and programs"),
		About: terminal.Both(
			"列出命令及其选项、退出码、各种上限、格式和文件名。完整内容用 --json 输出。",
			"Tells the commands with their flags, the exit codes, bounds, forms and names of files. All of it comes with --json.",
		),
		Examples: [2]string{"session-sync capabilities", "session-sync capabilities --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return showCapabilities(a, *asJSON)
			}
		},
	}
}

// capabilities is what capabilities --json prints.
type capabilities struct {
	SchemaVersion int            `json:"schema_version"`
	Version       string         `json:"version"`
	Formats       engine.Formats `json:"formats"`
	ArchiveExists bool           `json:"archive_exists"`
	Languages     []string       `json:"languages"`
	Commands      []capability   `json:"commands"`
	GlobalFlags   []string       `json:"global_flags"`
	ExitCodes     []exitCode     `json:"exit_codes"`
	Limits        limits         `json:"limits"`
	ExportFormats []string       `json:"export_formats"`
	TodoFormats   []string       `json:"todo_formats"`
	SharedFiles   []string       `json:"shared_files"`
}

// capability is a command that does something by itself.
type capability struct {
	Command  string   `json:"command"`
	Operands string   `json:"operands,omitempty"`
	Summary  string   `json:"summary"`
	JSON     bool     `json:"json"`
	For      bool     `json:"for,omitempty"`
	Flags    []string `json:"flags,omitempty"`
}

type exitCode struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
}

type limits struct {
	Page             int `json:"page"`
	MaxPage          int `json:"max_page"`
	TextBytes        int `json:"text_bytes"`
	ItemBytes        int `json:"item_bytes"`
	SnippetRunes     int `json:"snippet_runes"`
	MaxSnippetRunes  int `json:"max_snippet_runes"`
	MaxContext       int `json:"max_context"`
	BriefTokens      int `json:"brief_tokens"`
	LeastBriefTokens int `json:"least_brief_tokens"`
	MostBriefTokens  int `json:"most_brief_tokens"`
}

func showCapabilities(a *console.App, asJSON bool) error {
	e, err := a.Open("")
	if err != nil {
		return err
	}
	_, err = os.Stat(e.Places.Archive())
	can := capabilities{
		SchemaVersion: 1, Version: manifest.Version, Formats: engine.CurrentFormats(), ArchiveExists: err == nil,
		Languages:   []string{config.LangChinese, config.LangEnglish},
		Commands:    capabilitiesOf("", program().Commands),
		GlobalFlags: flagForms(console.Command{}.Flags()),
		Limits: limits{
			query.DefaultLimit, query.MaxLimit, query.DefaultMaxBytes, query.MaxItemBytes, query.DefaultSnippet, query.MaxSnippet,
			query.MaxContext, query.DefaultMaxTokens, query.LeastMaxTokens, query.MostMaxTokens,
		},
		ExportFormats: engine.ExportFormats(), TodoFormats: engine.TodoFormats(), SharedFiles: engine.SharedFiles(),
	}
	for _, exit := range console.ExitCodes() {
		can.ExitCodes = append(can.ExitCodes, exitCode{exit.Code, exit.Meaning.EN})
	}
	if asJSON {
		return a.PrintJSON(can)
	}
	printCapabilities(a, can)
	return nil
}

// capabilitiesOf lists the commands of a table and their verbs.
func capabilitiesOf(above string, table []console.Command) (list []capability) {
	for _, c := range table {
		path := strings.TrimSpace(above + " " + c.Name)
		if c.Setup != nil {
			flags := c.OwnFlags()
			list = append(list, capability{
				Command: path, Operands: c.Operands, Summary: c.Summary.EN,
				JSON: flags.Lookup("json") != nil, For: flags.Lookup("for") != nil, Flags: flagForms(flags),
			})
		}
		list = append(list, capabilitiesOf(path, c.Commands)...)
	}
	return list
}

// flagForms writes flags as they are given, with what stands for the value and
// what holds without them; --json and --for are told apart from the others.
func flagForms(flags *pflag.FlagSet) (forms []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "json" || f.Name == "for" {
			return
		}
		form := "--" + f.Name
		if operand, _ := terminal.Explained(f.Usage); operand != "" {
			form += " " + operand
		}
		if !slices.Contains([]string{"", "false", "0", "[]"}, f.DefValue) {
			form += " = " + f.DefValue
		}
		forms = append(forms, form)
	})
	return forms
}

// printCapabilities tells people the most of it.
func printCapabilities(a *console.App, can capabilities) {
	chosen := func(is func(capability) bool) string {
		var names []string
		for _, c := range can.Commands {
			if is(c) {
				names = append(names, c.Command)
			}
		}
		return strings.Join(names, ", ")
	}
	row := func(name terminal.Phrase, value string) {
		fmt.Fprintf(a.Stdout, "%s\n  %s", name.In(a.Lang), terminal.Wrap(value, 2))
	}
	row(terminal.Both("命令", "commands"), chosen(func(capability) bool { return true }))
	row(terminal.Both("可输出 JSON（--json）", "that print JSON (--json)"), chosen(func(c capability) bool { return c.JSON }))
	row(terminal.Both("可按会话限定（--for）", "that answer for a session (--for)"), chosen(func(c capability) bool { return c.For }))
	fmt.Fprintln(a.Stdout, terminal.Both("退出码", "exit codes").In(a.Lang))
	for _, exit := range console.ExitCodes() {
		fmt.Fprintf(a.Stdout, "  %3d  %s\n", exit.Code, exit.Meaning.In(a.Lang))
	}
	there := terminal.Both("还没有", "none yet")
	if can.ArchiveExists {
		there = terminal.Both("有", "there is one")
	}
	row(terminal.Both("存档", "archive"), there.In(a.Lang))
}
