package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/engine"
)

func syncCommand() command {
	return command{
		name:    "sync",
		summary: phrase{"读取所有会话,更新存档和共享文件", "read all sessions, renew archive and shared files"},
		about: phrase{
			"读取 OpenClaw 的所有会话,去除密钥和个人信息,写入存档,并更新 shared_chat.md 和 shared_chat.json。只读取新增的内容;不联网;不改动 OpenClaw 的文件。",
			"Reads every session of OpenClaw, takes out secrets and personal data, keeps them in the archive and renews shared_chat.md and shared_chat.json. Reads only what is new, never uses the network, never changes OpenClaw's files.",
		},
		examples: [2]string{"session-sync sync", "session-sync sync --json"},
		setup: func(flags *pflag.FlagSet) action {
			var o syncOptions
			o.addFlags(flags)
			return o.run
		},
	}
}

type syncOptions struct {
	quiet, json, full, dryRun, scheduled bool
	output                               string
}

func (o *syncOptions) addFlags(flags *pflag.FlagSet) {
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing on success / 成功时不输出")
	flags.BoolVar(&o.json, "json", false, "print the outcome as JSON / 输出 JSON")
	flags.BoolVar(&o.full, "full", false, "read everything again / 全部重新读取")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only tell what would be done / 只预演,不写入")
	flags.BoolVar(&o.scheduled, "scheduled", false, "for schedulers: silent, 0 unless something new is wrong / 供定时任务使用")
	flags.StringVarP(&o.output, "output", "o", "", "`dir` of the shared files / 共享文件目录")
}

// outcome is what sync --json prints.
type outcome struct {
	SchemaVersion int            `json:"schema_version"`
	Sessions      int            `json:"sessions"`
	Messages      int            `json:"messages"`
	NewMessages   int            `json:"new_messages"`
	Redactions    map[string]int `json:"redactions"`
	Sources       map[string]int `json:"sources"`
	Skipped       []skipped      `json:"skipped"`
	Output        string         `json:"output"`
	Archive       string         `json:"archive"`
	DurationMS    int64          `json:"duration_ms"`
	DryRun        bool           `json:"dry_run,omitempty"`
}

func (o *syncOptions) run(a *app, operands []string) error {
	if err := noOperands(operands); err != nil {
		return err
	}
	e, err := a.open(o.output)
	if err != nil {
		return err
	}
	p := &progress{a: a, start: a.now()}
	if o.quiet || o.scheduled || o.json {
		p.a = &app{world: world{now: a.now}} // shows nothing
	}
	report, err := e.Sync(a.ctx, engine.SyncOptions{Full: o.full, DryRun: o.dryRun, Progress: p.update})
	p.done()
	if o.scheduled && isLocked(err) {
		return nil // the other run does the work
	}
	if err != nil {
		a.listSkipped(report.Skipped)
		return err
	}
	unread, fresh := report.Unread()
	if o.scheduled && fresh == 0 {
		return nil
	}
	if err := o.print(a, report); err != nil {
		return err
	}
	if unread > 0 {
		return errSkipped
	}
	return nil
}

func (o *syncOptions) print(a *app, report engine.Report) error {
	if o.json {
		return a.printJSON(outcome{
			SchemaVersion: 1, Sessions: report.Sessions, Messages: report.Messages, NewMessages: report.NewMessages,
			Redactions: report.Redactions, Sources: report.Sources, Skipped: describe(report.Skipped),
			Output: report.Output, Archive: report.Archive, DurationMS: report.Duration.Milliseconds(), DryRun: report.DryRun,
		})
	}
	if !o.quiet && !o.scheduled {
		fmt.Fprintln(a.stdout, summary(report, a.lang))
	}
	a.listSkipped(report.Skipped)
	return nil
}

// summary is the one line that a sync prints.
func summary(report engine.Report, lang string) string {
	switch {
	case report.DryRun:
		return fmt.Sprintf(phrase{"预演:将新增 %d 条消息,共 %d 个会话,%d 条消息;没有写入任何文件", "dry run: %d messages would be added, %d sessions and %d messages in all; nothing was written"}.in(lang),
			report.NewMessages, report.Sessions, report.Messages)
	case report.Sessions == 0:
		return fmt.Sprintf(phrase{"OpenClaw 里还没有会话 → %s", "OpenClaw has no sessions yet → %s"}.in(lang), clean(report.Output))
	}
	return fmt.Sprintf(phrase{"已同步 %d 个会话,%d 条消息,新增 %d 条 → %s", "synced %d sessions, %d messages, %d new → %s"}.in(lang),
		report.Sessions, report.Messages, report.NewMessages, clean(report.Output))
}
