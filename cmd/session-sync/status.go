package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func statusCommand() command {
	return command{
		name:    "status",
		summary: phrase("查看上次同步的情况", "when it last worked and what is missing"),
		about: phrase(
			"显示上次同步的时间和结果、没能读取的内容,以及各文件的位置。",
			"Shows when the last sync was and how it went, what could not be read, and where the files are.",
		),
		examples: [2]string{"session-sync status", "session-sync status --json"},
		setup: func(flags *pflag.FlagSet) action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			var verbose bool
			addVerbose(flags, &verbose)
			return func(a *app, operands []string) error {
				if err := noOperands(operands); err != nil {
					return err
				}
				return a.status(*asJSON, verbose)
			}
		},
	}
}

// state is what status --json prints.
type state struct {
	SchemaVersion  int            `json:"schema_version"`
	Synced         bool           `json:"synced"`
	LastRun        *time.Time     `json:"last_run,omitempty"`
	LastSuccess    *time.Time     `json:"last_success,omitempty"`
	Error          string         `json:"error,omitempty"`
	Sessions       int            `json:"sessions"`
	Deleted        int            `json:"deleted_sessions"`
	Messages       int            `json:"messages"`
	Redactions     map[string]int `json:"redactions"`
	RedactionRules map[string]int `json:"redaction_rules"`
	Sources        map[string]int `json:"sources"`
	Skipped        []skipped      `json:"skipped"`
	StateDir       string         `json:"state_dir"`
	Output         string         `json:"output"`
	Archive        string         `json:"archive"`
	Config         string         `json:"config"`
	OtherStates    []string       `json:"other_state_dirs"` // of other profiles, each with an archive of its own
}

func (a *app) status(asJSON, verbose bool) error {
	e, err := a.open("")
	if err != nil {
		return err
	}
	if err := e.Locate(); err != nil {
		return err
	}
	last := e.LastRun()
	s := state{
		SchemaVersion: 1, Error: last.Error, Redactions: map[string]int{}, RedactionRules: counted(last.RedactionRules), Sources: map[string]int{},
		StateDir: e.Places.StateDir, Output: e.Places.Output, Archive: e.Places.Archive(), Config: e.Places.Settings,
		OtherStates: e.OtherStates(),
	}
	totals, err := e.Totals(a.ctx)
	if err != nil && !errors.Is(err, engine.ErrNoArchive) {
		return err
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
	s.Skipped = describe(skips)
	if asJSON {
		return a.printJSON(s)
	}
	a.printStatus(s, verbose)
	a.listSkipped(skips)
	return nil
}

// row prints a line of something with its name.
func (a *app) row(name terminal.Phrase, format string, args ...any) {
	fmt.Fprintf(a.stdout, "%s %s\n", terminal.Pad(name.In(a.lang), 14), terminal.Inline(fmt.Sprintf(format, args...)))
}

// printRedactions tells what stands in the archive as a placeholder.
func (a *app) printRedactions(kinds, rules map[string]int, verbose bool) {
	a.row(phrase("已去除", "redacted"), "%s", terminal.Counts(kinds))
	if verbose {
		a.row(phrase("所用规则", "by rule"), "%s", terminal.Counts(rules))
	}
}

func (a *app) printStatus(s state, verbose bool) {
	success := phrase("还没有同步过", "never").In(a.lang)
	if s.LastSuccess != nil {
		success = terminal.Clock(*s.LastSuccess, a.local)
	}
	a.row(phrase("上次成功", "last success"), "%s", success)
	if s.Error != "" {
		a.row(phrase("上次出错", "last error"), "%s", s.Error)
	}
	a.row(phrase("会话", "sessions"), phrase("%d(其中已删除 %d)", "%d (%d deleted)").In(a.lang), s.Sessions, s.Deleted)
	a.row(phrase("消息", "messages"), "%d", s.Messages)
	a.printRedactions(s.Redactions, s.RedactionRules, verbose)
	a.row(phrase("未能读取", "not read"), "%d", len(s.Skipped))
	a.row(phrase("OpenClaw", "OpenClaw"), "%s", s.StateDir)
	a.row(phrase("共享文件", "shared files"), "%s", s.Output)
	a.row(phrase("存档", "archive"), "%s", s.Archive)
	a.row(phrase("设置", "settings"), "%s", s.Config)
	for _, dir := range s.OtherStates {
		a.row(phrase("其他状态目录", "other state"), phrase("%s(用 --state-dir 同步)", "%s (sync it with --state-dir)").In(a.lang), dir)
	}
}
