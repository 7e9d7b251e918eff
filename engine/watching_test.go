package engine_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/watch"
)

// watched is a watch of a world, and what it told.
type watched struct {
	*world
	reports chan engine.Report
	failed  chan error
	ended   chan error
	stop    context.CancelFunc
}

// watch begins one. Until it is stopped the clock of the world is its own.
func (w *world) watch() *watched {
	ctx, cancel := context.WithCancel(context.Background())
	is := &watched{w, make(chan engine.Report), make(chan error), make(chan error, 1), cancel}
	w.t.Cleanup(func() {
		cancel()
		for range is.ended { // until it is over
		}
	})
	go func() {
		defer close(is.ended)
		is.ended <- engine.Watch(ctx, engine.WatchOptions{
			Open: w.open,
			Synced: func(r engine.Report) {
				select {
				case is.reports <- r:
				case <-ctx.Done():
				}
			},
			Failed: func(err error, _ time.Duration) {
				select {
				case is.failed <- err:
				case <-ctx.Done():
				}
			},
			Blind: func(err error) { w.t.Error(err) },
			Poll:  time.Hour, Settle: time.Millisecond, Now: time.Now,
		})
	}()
	return is
}

// until waits for a sync after which something holds.
func (w *watched) until(what string, holds func(engine.Report) bool) {
	w.t.Helper()
	for enough := time.After(time.Minute); ; { // far more than it takes
		select {
		case r := <-w.reports:
			if holds(r) {
				return
			}
		case err := <-w.failed:
			w.t.Fatalf("%s: %v", what, err)
		case <-enough:
			w.t.Fatalf("%s: no sync saw it", what)
		}
	}
}

func brings(n int) func(engine.Report) bool {
	return func(r engine.Report) bool { return r.NewMessages == n }
}

func anything(engine.Report) bool { return true }

func TestWatch(t *testing.T) {
	made := newWorld(t)
	talk(made)
	w := made.watch()
	w.until("what there is", brings(4))
	w.appendTo(directFile, lines(said("user", 200, "one more")))
	w.until("a message", brings(1))
	w.write("agents/work/sessions/"+idMain+".jsonl", lines(header(idMain), said("user", 201, "hello"), said("assistant", 202, "hi")))
	w.until("an agent", brings(2))
	settings := filepath.Join(w.home, "config.yaml")
	writeFile(t, settings, "share: nobody\n")
	if err := <-w.failed; !strings.Contains(err.Error(), "share") {
		t.Errorf("told %v", err)
	}
	writeFile(t, settings, "share: direct\n")
	w.until("settings that are right again", anything)
	w.someRows()
	w.until("a database", brings(1))
	w.stop()
	if err := <-w.ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestWatchSeesEdits(t *testing.T) {
	made := toldWorld(t, task("pay the rent", 20))
	made.sync()
	w := made.watch()
	w.until("beginning", anything)
	w.edit(moment(90), "- [ ] pay the rent", "- [x] pay the rent")
	w.until("an edit", func(engine.Report) bool { return w.list(w.out)["pay the rent"].Status == string(session.StatusDone) })
}

// TestWatchBeforeOpenClaw: the state directory comes later.
func TestWatchBeforeOpenClaw(t *testing.T) {
	made := newWorld(t)
	must(t, os.Remove(made.state))
	w := made.watch()
	if err := <-w.failed; !errors.Is(err, engine.ErrNoState) {
		t.Errorf("told %v", err)
	}
	w.write(mainFile, lines(header(idMain), said("user", 20, asked)))
	w.until("the first message", brings(1))
}

// TestWatchFollowsLink: a state directory that is a link to one, and then to another.
func TestWatchFollowsLink(t *testing.T) {
	made := newWorld(t)
	here, there := made.state+"-here", made.state+"-there"
	must(t, os.Rename(made.state, here))
	if err := os.Symlink(here, made.state); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	for i, dir := range []string{here, there} {
		mkdir(t, filepath.Join(dir, sessions))
		writeFile(t, filepath.Join(dir, mainFile), lines(header(idMain), said("user", 20+i, fmt.Sprint("message ", i))))
	}
	w := made.watch()
	w.until("what is here", brings(1))
	must(t, os.Symlink(there, made.state+"-next"))
	must(t, os.Rename(made.state+"-next", made.state))
	w.until("what is there", brings(1))
}

func TestWatchEndsWithNewerArchive(t *testing.T) {
	w := newWorld(t)
	w.write(mainFile, lines(header(idMain), said("user", 20, asked)))
	w.sync()
	w.archiveSQL("PRAGMA user_version = 1000")
	if err := <-w.watch().ended; !errors.Is(err, engine.ErrNewer) {
		t.Errorf("ended with %v", err)
	}
}

func TestWatchOutcome(t *testing.T) {
	for _, test := range []struct {
		err  error
		want watch.Outcome
	}{
		{nil, watch.Done}, {engine.ErrLocked, watch.Later}, {engine.ErrBusy, watch.Later},
		{engine.ErrNewer, watch.Final}, {engine.ErrNoState, watch.Failed}, {context.Canceled, watch.Failed},
	} {
		if test.err != nil {
			test.err = fmt.Errorf("syncing: %w", test.err)
		}
		if got := engine.WatchOutcome(test.err); got != test.want {
			t.Errorf("%v: got %d, want %d", test.err, got, test.want)
		}
	}
}

// TestSyncIsNoEvent: whatever a sync does, the system tells of no change where a
// watch would take it for one of OpenClaw's; else one would follow the other for
// ever.
func TestSyncIsNoEvent(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(w *world)
	}{
		{"transcripts", func(w *world) { talk(w) }},
		{"a database that is at rest", func(w *world) { w.someRows().stop() }},
		{"a database that is in use", func(w *world) { w.someRows() }},
		{"a database whose writer died", func(w *world) { w.someRows().crash() }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			test.prepare(w)
			notifier, err := fsnotify.NewBufferedWatcher(1000)
			must(t, err)
			defer notifier.Close()
			must(t, filepath.WalkDir(w.state, func(path string, entry fs.DirEntry, err error) error {
				if err != nil || !entry.IsDir() {
					return err
				}
				return notifier.Add(path)
			}))
			if w.sync().NewMessages == 0 {
				t.Error("there is nothing to read")
			}
			w.sync()
			last := w.path("last")
			writeFile(t, last, "") // events come in their order
			for event := range notifier.Events {
				if event.Name == last {
					return
				}
				byReader := strings.HasSuffix(event.Name, "-shm") || strings.HasSuffix(event.Name, "-wal") && event.Op == fsnotify.Chmod
				if !byReader {
					t.Errorf("tells of %v", event)
				}
			}
		})
	}
}

// someRows makes a database with a message in it.
func (w *world) someRows() *gateway {
	w.t.Helper()
	g := w.gateway()
	g.exec("INSERT INTO session_windows (session_id, session_key, created_at, updated_at) VALUES ('s', 'agent:main:new', 1, 1)")
	g.exec("INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES ('s', 0, ?, 1)", asJSON(said("user", 203, "in a database")))
	return g
}
