package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func statusCommand() console.Command {
	return console.Command{
		Name:    "status",
		Summary: terminal.Both("查看上次同步的情况", "when it last worked and what is missing"),
		About: terminal.Both(
			"显示上次同步的时间和结果、没能读取的内容，以及各文件的位置。",
			"Shows when the last sync was and how it went, what could not be read, and where the files are.",
		),
		Examples: [2]string{"session-sync status", "session-sync status --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			var verbose bool
			addVerbose(flags, &verbose)
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return showStatus(a, *asJSON, verbose)
			}
		},
	}
}

// state is what status --json prints.
type state struct {
	SchemaVersion  int               `json:"schema_version"`
	Synced         bool              `json:"synced"`
	LastRun        *time.Time        `json:"last_run,omitempty"`
	LastSuccess    *time.Time        `json:"last_success,omitempty"`
	Error          string            `json:"error,omitempty"`
	Sessions       int               `json:"sessions"`
	Deleted        int               `json:"deleted_sessions"`
	Messages       int               `json:"messages"`
	Redactions     map[string]int    `json:"redactions"`
	RedactionRules map[string]int    `json:"redaction_rules"`
	Sources        map[string]int    `json:"sources"`
	Skipped        []console.Skipped `json:"skipped"`
	StateDir       string            `json:"state_dir"`
	Output         string            `json:"output"`
	Archive        string            `json:"archive"`
	Config         string            `json:"config"`
	OtherStates    []string          `json:"other_state_dirs"` // of other profiles, each with an archive of its own
}

func showStatus(a *console.App, asJSON, verbose bool) error {
	e, err := a.Open("")
	if err != nil {
		return err
	}
	s, skips, err := stateOf(a.Ctx, e)
	if err != nil {
		return err
	}
	if asJSON {
		return a.PrintJSON(s)
	}
	printStatus(a, s, verbose)
	a.ListSkipped(skips)
	return nil
}

// stateOf gathers what status tells, and what could not be read once more.
func stateOf(ctx context.Context, e *engine.Engine) (state, []engine.Skip, error) {
	if err := e.Locate(); err != nil {
		return state{}, nil, err
	}
	last := e.LastRun()
	s := state{
		SchemaVersion: 1, Error: last.Error, Redactions: map[string]int{}, RedactionRules: counted(last.RedactionRules), Sources: map[string]int{},
		StateDir: e.Places.StateDir, Output: e.Places.Output, Archive: e.Places.Archive(), Config: e.Places.Settings,
		OtherStates: e.OtherStates(),
	}
	totals, err := e.Totals(ctx)
	if err != nil && !errors.Is(err, engine.ErrNoArchive) {
		return s, nil, err
	}
	if err == nil {
		s.Synced = true
		s.Sessions, s.Deleted, s.Messages = totals.Sessions, totals.Deleted, totals.Messages
		s.Redactions, s.Sources = totals.Redactions, totals.Kinds
	}
	if !last.Finished.IsZero() {
		s.LastRun = &last.Finished
	}
	if !last.Succeeded.IsZero() {
		s.LastSuccess = &last.Succeeded
	}
	skips := last.Skips()
	s.Skipped = console.Describe(skips)
	return s, skips, nil
}

// printRow prints a line of something with its name.
func printRow(a *console.App, name terminal.Phrase, format string, args ...any) {
	fmt.Fprintf(a.Stdout, "%s %s\n", terminal.Pad(name.In(a.Lang), 14), terminal.Inline(fmt.Sprintf(format, args...)))
}

// printRedactions tells what stands in the archive as a placeholder.
func printRedactions(a *console.App, kinds, rules map[string]int, verbose bool) {
	printRow(a, terminal.Both("已去除", "redacted"), "%s", terminal.Counts(kinds))
	if verbose {
		printRow(a, terminal.Both("所用规则", "by rule"), "%s", terminal.Counts(rules))
	}
}

func printStatus(a *console.App, s state, verbose bool) {
	success := terminal.Both("还没有同步过", "never").In(a.Lang)
	if s.LastSuccess != nil {
		success = terminal.Clock(*s.LastSuccess, a.Local)
	}
	printRow(a, terminal.Both("上次成功", "last success"), "%s", success)
	if s.Error != "" {
		printRow(a, terminal.Both("上次出错", "last error"), "%s", s.Error)
	}
	printRow(a, terminal.Both("会话", "sessions"), terminal.Both("%d（其中已删除 %d）", "%d (%d deleted)").In(a.Lang), s.Sessions, s.Deleted)
	printRow(a, terminal.Both("消息", "messages"), "%d", s.Messages)
	printRedactions(a, s.Redactions, s.RedactionRules, verbose)
	printRow(a, terminal.Both("未能读取", "not read"), "%d", len(s.Skipped))
	printRow(a, terminal.Both("OpenClaw", "OpenClaw"), "%s", s.StateDir)
	printRow(a, terminal.Both("共享文件", "shared files"), "%s", terminal.OrDash(s.Output))
	printRow(a, terminal.Both("存档", "archive"), "%s", s.Archive)
	printRow(a, terminal.Both("设置", "settings"), "%s", s.Config)
	for _, dir := range s.OtherStates {
		printRow(a, terminal.Both("其他状态目录", "other state"), terminal.Both("%s（用 --state-dir 同步）", "%s (sync it with --state-dir)").In(a.Lang), dir)
	}
}

func addVerbose(flags *pflag.FlagSet, verbose *bool) {
	flags.BoolVarP(verbose, "verbose", "v", false, "tell more / 输出更多信息")
}

// counted is counts for JSON, an object also where nothing was counted.
func counted(counts map[string]int) map[string]int {
	if counts == nil {
		return map[string]int{}
	}
	return counts
}
