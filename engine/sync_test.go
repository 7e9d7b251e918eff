package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/internal/filelock"
)

// TestTwoSyncs: the second one waits a little, then says who is in its way.
func TestTwoSyncs(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	w.sync()
	before := w.written()
	lock, err := filelock.Acquire(context.Background(), filepath.Join(w.home, "lock"), 0)
	must(t, err)
	w.appendTo(mainFile, line(said("user", 50, "new")))
	w.fails(engine.ErrLocked)
	wantSame(t, "our files", before, w.written())
	must(t, lock.Release())
	if report := w.sync(); report.NewMessages != 1 {
		t.Errorf("report %+v", report)
	}
}

// TestInterrupted: a sync that is stopped at any message leaves a good archive,
// and the next one goes on.
func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	for n := range 6 {
		ctx, cancel := context.WithCancel(context.Background())
		stopped := engine.SyncOptions{Progress: func(transcripts, _ int) {
			if transcripts > n {
				cancel()
			}
		}}
		_, err := w.engine().Sync(ctx, stopped)
		cancel()
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped after %d: %v", n, err)
		}
		if last := w.engine().LastRun(); last.Error != "" {
			t.Errorf("an interruption is kept as a failure: %q", last.Error)
		}
	}
	w.sync()
	once := w.sibling("once")
	once.sync()
	if w.exported() != once.exported() {
		t.Error("something is missing")
	}
}

// TestKnownSkips: what could not be read before is not news.
func TestKnownSkips(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	w.record("{oops")
	if all, fresh := w.sync().Unread(); all != 1 || fresh != 1 {
		t.Errorf("%d unread, %d new", all, fresh)
	}
	for range 2 {
		if all, fresh := w.sync().Unread(); all != 1 || fresh != 0 {
			t.Errorf("%d unread, %d new", all, fresh)
		}
	}
	w.write("agents/work/sessions/sessions.json", "[]")
	if all, fresh := w.sync().Unread(); all != 2 || fresh != 1 {
		t.Errorf("%d unread, %d new", all, fresh)
	}
}

func TestManySessions(t *testing.T) {
	const many = 5000
	w := newWorld(t)
	index := object{}
	mkdir(t, w.path(sessions))
	for n := range many {
		id := fmt.Sprintf("%08d-0000-4000-8000-000000000000", n)
		index["agent:main:telegram:direct:"+fmt.Sprint(n)] = telegram(id, "direct")
		writeFile(t, w.path(sessions+id+".jsonl"), lines(header(id), said("user", n, "hello"), said("assistant", n+1, "hi")))
	}
	w.write(sessions+"sessions.json", asJSON(index))
	report := w.sync()
	wantSkips(t, report)
	if report.Sessions != many || report.Messages != 2*many {
		t.Errorf("%d sessions, %d messages", report.Sessions, report.Messages)
	}
	if !w.sync().Unchanged {
		t.Error("the second sync found something to do")
	}
	info, err := os.Stat(filepath.Join(w.out, "shared_chat.md"))
	must(t, err)
	if info.Size() > 256<<10 {
		t.Errorf("shared_chat.md has %d bytes", info.Size())
	}
}

// TestIncludeToolsLater: a setting that lets more into the archive reads again
// what was left out.
func TestIncludeToolsLater(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	result := object{"type": "message", "id": "tool1", "timestamp": iso(24), "message": object{"role": "toolResult", "toolName": "read", "content": "output of a tool"}}
	w.appendTo(mainFile, line(result))
	w.sync()
	if strings.Contains(w.exported(), "output of a tool") {
		t.Error("tool results are archived without being asked for")
	}
	writeFile(t, filepath.Join(w.home, "config.yaml"), "include_tools: true\n")
	if report := w.sync(); report.NewMessages != 1 || !strings.Contains(w.exported(), "output of a tool") {
		t.Errorf("report %+v", report)
	}
	if strings.Contains(readFile(t, filepath.Join(w.out, "shared_chat.json")), "output of a tool") {
		t.Error("tool results are shared")
	}
}

func TestExportBeforeSync(t *testing.T) {
	w := newWorld(t)
	var out strings.Builder
	if _, err := w.engine().Export(context.Background(), &out, engine.ExportOptions{Format: "json"}); !errors.Is(err, engine.ErrNoArchive) {
		t.Errorf("got %v", err)
	}
	if exists(w.home) {
		t.Error("the home directory was created")
	}
}
