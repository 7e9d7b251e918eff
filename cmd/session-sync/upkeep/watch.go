package upkeep

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Watch is the command that syncs whenever something changes.
func Watch() console.Command {
	return console.Command{
		Name:    "watch",
		Summary: terminal.Both("会话一有变化就同步，直到按 Ctrl-C", "sync whenever something changes, until Ctrl-C"),
		About: terminal.Both(
			"先同步一次，之后每当会话、设置或 todos.md 有变化时再同步；系统没有通知到的变化由定期检查补上。有新内容时输出一行。只在同步时占用存档，可以与 sync 和定时任务同时使用。",
			"Syncs once, and then whenever sessions, settings or todos.md change; a regular look finds what the system does not tell of. Prints a line for each sync that had news. Holds the archive only while it syncs, so sync and scheduled jobs can run beside it.",
		),
		Examples: [2]string{"session-sync watch", "session-sync watch --quiet --poll 1m"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o watchOptions
			flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing on success / 成功时不输出")
			flags.DurationVar(&o.poll, "poll", 5*time.Minute, "`TIME` how often to look without any news (default 5m) / 没有通知时多久检查一次（默认 5m）")
			flags.DurationVar(&o.settle, "settle", 2*time.Second, "`TIME` of quiet before a sync (default 2s) / 变化停止多久后同步（默认 2s）")
			return o.run
		},
	}
}

type watchOptions struct {
	quiet        bool
	poll, settle time.Duration
}

// Bounds of the flags: a watch is neither busy nor blind.
const (
	shortestPoll, longestPoll     = 10 * time.Second, 24 * time.Hour
	shortestSettle, longestSettle = 100 * time.Millisecond, 30 * time.Second
)

func (o *watchOptions) check() error {
	if o.poll < shortestPoll || o.poll > longestPoll {
		return console.Usage("--poll takes a time from 10s to 24h")
	}
	if o.settle < shortestSettle || o.settle > longestSettle {
		return console.Usage("--settle takes a time from 100ms to 30s")
	}
	return nil
}

func (o *watchOptions) run(a *console.App, operands []string) error {
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	if _, err := a.Open(""); err != nil { // wrong settings are not worth waiting for
		return err
	}
	if a.Watched && !o.quiet {
		a.Say("%s", terminal.Both("开始监视会话的变化，按 Ctrl-C 结束", "watching for changes, Ctrl-C ends it").In(a.Lang))
	}
	ctx, stop := context.WithCancel(a.Ctx)
	defer stop()
	t := teller{App: a, watchOptions: o, stop: stop, all: true}
	return engine.Watch(ctx, engine.WatchOptions{
		Open:   func() (*engine.Engine, error) { return a.Open("") },
		Synced: t.synced, Failed: t.failed, Blind: t.blind,
		Poll: o.poll, Settle: o.settle, Now: a.Now,
	})
}

// teller prints what a watch does.
type teller struct {
	*console.App
	*watchOptions
	stop func()
	// all: the next sync is told whatever it brings. It is the first, or the first
	// that works again.
	all bool
}

func (t *teller) synced(r engine.Report) {
	news := t.all || r.NewMessages > 0 || r.RedactedAgain > 0
	if !t.all {
		r.Skipped = slices.DeleteFunc(r.Skipped, func(s engine.Skip) bool { return s.Known })
	}
	t.all = false
	if news && !t.quiet {
		if _, err := fmt.Fprintln(t.Stdout, t.Summary(r)); err != nil {
			t.stop() // nobody reads any more
		}
	}
	t.ListSkipped(r.Skipped)
	if !r.Unchanged {
		debug.FreeOSMemory() // plugins took some, and it may be long before the next sync
	}
}

func (t *teller) failed(err error, again time.Duration) {
	t.all = true
	t.Tell(err)
	t.Say(terminal.Both("%s 后重试", "trying again in %s").In(t.Lang), span(again))
}

func (t *teller) blind(err error) {
	t.Tell(err)
	t.Say(terminal.Both("有些变化最迟 %s 后才会发现", "some changes are found after %s at the latest").In(t.Lang), span(t.poll))
}

// span shows how long something takes, in both languages.
func span(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return fmt.Sprintf("%d s", d/time.Second)
}
