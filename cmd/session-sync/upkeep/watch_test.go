package upkeep

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/source"
)

func report(messages, fresh int, skips ...engine.Skip) engine.Report {
	return engine.Report{Sessions: 1, Messages: messages, NewMessages: fresh, Output: "out", Skipped: skips}
}

func skip(where string, known bool) engine.Skip {
	return engine.Skip{Skip: source.Skip{Where: where, Reason: source.ReasonBadJSON, Count: 1}, Known: known}
}

// TestTeller: of all that a watch does people see what is new to them.
func TestTeller(t *testing.T) {
	const (
		known, fresh = "main/sessions/known.jsonl", "main/sessions/fresh.jsonl"
		one          = "synced 1 session, 5 messages, 0 new → out\n"
		two          = "synced 1 session, 7 messages, 2 new → out\n"
	)
	failure := func(tell *teller) { tell.failed(fmt.Errorf("%w at %q", engine.ErrNoState, "/state"), 2*time.Minute) }
	synced := func(r engine.Report) func(*teller) { return func(tell *teller) { tell.synced(r) } }
	tests := []struct {
		name   string
		quiet  bool
		lang   string
		steps  []func(*teller)
		stdout string
		stderr []string // in it; nothing else is told
	}{
		{"the first sync", false, "en", []func(*teller){synced(report(5, 0))}, one, nil},
		{"one without news", false, "en", []func(*teller){synced(report(5, 0)), synced(report(5, 0))}, one, nil},
		{"one with news", false, "en", []func(*teller){synced(report(5, 0)), synced(report(7, 2))}, one + two, nil},
		{"quiet", true, "en", []func(*teller){synced(report(5, 0)), synced(report(7, 2))}, "", nil},
		{"in Chinese", false, "zh", []func(*teller){synced(report(5, 0)), failure}, "已同步 1 个会话，5 条消息，新增 0 条 → out\n",
			[]string{"no OpenClaw state directory", "提示：没有找到 OpenClaw 的状态目录；先运行一次 OpenClaw", "2 min 后重试"}},
		{"a failure, and that it is over", false, "en", []func(*teller){synced(report(5, 0)), failure, synced(report(5, 0))}, one + one,
			[]string{`no OpenClaw state directory at "/state"`, "hint: run OpenClaw once", "trying again in 2 min"}},
		{"at first all that is unread", true, "en", []func(*teller){synced(report(5, 0, skip(known, true)))}, "",
			[]string{"skipped " + known, "hint: restore"}},
		{"then what is unread since", true, "en", []func(*teller){synced(report(5, 0)), synced(report(5, 0, skip(known, true), skip(fresh, false)))}, "",
			[]string{"skipped " + fresh, "hint: restore"}},
		{"a limit", true, "en", []func(*teller){func(tell *teller) { tell.blind(engine.ErrWatchLimit) }}, "",
			[]string{"no more directories can be watched", "hint: the rest is found", "some changes are found after 90 s at the latest"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			app := &console.App{World: console.World{Stdout: &stdout, Stderr: &stderr}, Lang: test.lang}
			tell := &teller{App: app, watchOptions: &watchOptions{quiet: test.quiet, poll: 90 * time.Second}, stop: func() { t.Error("is stopped") }, all: true}
			for _, step := range test.steps {
				step(tell)
			}
			if stdout.String() != test.stdout {
				t.Errorf("stdout is %q, want %q", stdout.String(), test.stdout)
			}
			told := strings.SplitAfter(stderr.String(), "\n")
			if len(told) != len(test.stderr)+1 {
				t.Fatalf("stderr is %q", told)
			}
			for i, want := range test.stderr {
				if !strings.Contains(told[i], want) {
					t.Errorf("stderr says %q, want %q in it", told[i], want)
				}
			}
		})
	}
}

// broken is a stdout that nobody reads any more.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestNobodyReads(t *testing.T) {
	stopped := false
	tell := &teller{App: &console.App{World: console.World{Stdout: broken{}}}, watchOptions: &watchOptions{}, stop: func() { stopped = true }, all: true}
	tell.synced(report(5, 0))
	if !stopped {
		t.Error("goes on")
	}
}
