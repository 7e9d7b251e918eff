package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func syncCommand() console.Command {
	return console.Command{
		Name:    "sync",
		Summary: terminal.Both("读取所有会话，更新存档和共享文件", "read all sessions, renew archive and shared files"),
		About: terminal.Both(
			"读取 OpenClaw 的所有会话，去除密钥和个人信息，写入存档，并更新 shared_chat.md 和 shared_chat.json。只读取新增的内容；不联网；不改动 OpenClaw 的文件。",
			"Reads every session of OpenClaw, takes out secrets and personal data, keeps them in the archive and renews shared_chat.md and shared_chat.json. Reads only what is new, never uses the network, never changes OpenClaw's files.",
		),
		Examples: [2]string{"session-sync sync", "session-sync sync --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o syncOptions
			o.addFlags(flags)
			return o.run
		},
	}
}

type syncOptions struct {
	quiet, verbose, json, full, reindex, dryRun, scheduled bool
	output                                                 string
}

func (o *syncOptions) addFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing on success / 成功时不输出")
	addVerbose(flags, &o.verbose)
	flags.BoolVar(&o.json, "json", false, "print the outcome as JSON / 输出 JSON")
	flags.BoolVar(&o.full, "full", false, "read everything again / 全部重新读取")
	flags.BoolVar(&o.reindex, "reindex", false, "build the search index again / 重建搜索索引")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only tell what would be done / 只预演，不写入")
	flags.BoolVar(&o.scheduled, "scheduled", false, "for schedulers: silent, 0 unless something new is wrong / 供定时任务使用：不输出，没有新问题时退出码为 0")
	flags.StringVarP(&o.output, "output", "o", "", "`DIR` directory of the shared files / 共享文件的目录")
}

// outcome is what sync --json prints.
type outcome struct {
	SchemaVersion  int               `json:"schema_version"`
	Sessions       int               `json:"sessions"`
	Messages       int               `json:"messages"`
	NewMessages    int               `json:"new_messages"`
	Redactions     map[string]int    `json:"redactions"`
	RedactionRules map[string]int    `json:"redaction_rules"`
	RedactedAgain  int               `json:"redacted_again"`
	Sources        map[string]int    `json:"sources"`
	Skipped        []console.Skipped `json:"skipped"`
	Output         string            `json:"output"`
	Archive        string            `json:"archive"`
	DurationMS     int64             `json:"duration_ms"`
	DryRun         bool              `json:"dry_run,omitempty"`
}

func (o *syncOptions) run(a *console.App, operands []string) error {
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	if o.output == "-" {
		return console.Usage("--output takes a directory; session-sync export writes to stdout")
	}
	e, err := a.Open(o.output)
	if err != nil {
		return err
	}
	opt := engine.SyncOptions{Full: o.full, Reindex: o.reindex, DryRun: o.dryRun}
	progress := terminal.Begin(a.Stderr, a.Now)
	if a.Watched && !o.quiet && !o.scheduled && !o.json {
		line := terminal.Both("已读 %d 份记录，新增 %d 条消息", "transcripts read: %d, new messages: %d").In(a.Lang)
		opt.Progress = func(transcripts, messages int) { progress.Show(fmt.Sprintf(line, transcripts, messages)) }
	}
	report, err := e.Sync(a.Ctx, opt)
	progress.End()
	if o.scheduled && errors.Is(err, engine.ErrLocked) {
		return nil // the other run does the work
	}
	if err != nil {
		return console.SyncError{Err: err, Skips: report.Skipped}
	}
	unread, fresh := report.Unread()
	if o.scheduled && fresh == 0 {
		return nil
	}
	if o.scheduled {
		report.Skipped = slices.DeleteFunc(report.Skipped, func(s engine.Skip) bool { return s.Known })
	}
	if err := o.print(a, report); err != nil {
		return err
	}
	if unread > 0 {
		return console.ErrSkipped
	}
	return nil
}

func (o *syncOptions) print(a *console.App, report engine.Report) error {
	if o.json {
		return a.PrintJSON(outcome{
			SchemaVersion: 1, Sessions: report.Sessions, Messages: report.Messages, NewMessages: report.NewMessages,
			Redactions: report.Redactions, RedactionRules: counted(report.RedactionRules), RedactedAgain: report.RedactedAgain,
			Sources: report.Sources, Skipped: console.Describe(report.Skipped),
			Output: report.Output, Archive: report.Archive, DurationMS: report.Duration.Milliseconds(), DryRun: report.DryRun,
		})
	}
	if !o.quiet && !o.scheduled {
		fmt.Fprintln(a.Stdout, a.Summary(report))
		if o.verbose {
			printRedactions(a, report.Redactions, report.RedactionRules, true)
			printRow(a, terminal.Both("重新去除隐私", "redacted again"), "%d", report.RedactedAgain)
		}
	}
	a.ListSkipped(report.Skipped)
	return nil
}
