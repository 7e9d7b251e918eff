package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/harvest"
	"github.com/smallccwc/chronosync/engine/internal/tinyplugin"
	"github.com/smallccwc/chronosync/engine/source"
)

// sick is a plugin that fails in the session of keyMain and finds an item in the
// other one.
func sick() tinyplugin.Parts {
	return named(tinyplugin.Parts{Traps: tinyplugin.Key(keyMain), Result: tinyplugin.Result(note("k", elsewhereID, elsewhere))})
}

const sickFound = "k " + elsewhere + " " + elsewhereID

// later moves the clock to when a plugin that failed that often is tried again.
func (w *world) later(failures int) { w.now = w.now.Add(harvest.Wait(failures)) }

func (w *world) enable(name string) {
	w.t.Helper()
	must(w.t, w.engine().EnablePlugin(context.Background(), name))
}

// quarantined is a world with a plugin that failed three times.
func quarantined(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	talk(w)
	w.install(sick())
	for failures := 1; failures <= harvest.Quarantine; failures++ {
		wantSkipped := source.ReasonPluginFailed
		if failures == harvest.Quarantine {
			wantSkipped = source.ReasonPluginQuarantined
		}
		wantSkip(t, w.sync(), "evil", wantSkipped, 1)
		if info := w.plugin("evil"); info.Quarantined != (failures == harvest.Quarantine) {
			t.Fatalf("after %d failures: %+v", failures, info)
		}
		w.later(failures)
	}
	return w
}

// TestFailingSession: one that a plugin can't read keeps no other from being
// read, and is tried again when it is time, though nothing is new.
func TestFailingSession(t *testing.T) {
	w := newWorld(t)
	talk(w)
	w.install(sick())
	w.install(good())
	wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 1)
	w.wantItems("evil", sickFound)
	w.wantItems(goodName, goodIs)

	w.appendTo(directFile, lines(said("user", 12, "more")))
	if report := w.sync(); report.NewMessages != 1 || report.Skipped[0].Count != 1 {
		t.Errorf("the other session is not read on: %+v", report)
	}
	w.now = w.now.Add(harvest.Wait(1) - time.Minute)
	wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 1)
	if retry := w.failures(t, "evil", keyMain); retry != 1 {
		t.Errorf("it was tried before its time: %d failures", retry)
	}
	w.now = w.now.Add(2 * time.Minute)
	wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 1)
	if retry := w.failures(t, "evil", keyMain); retry != 2 {
		t.Errorf("it was not tried again: %d failures", retry)
	}
}

// failures are those of a plugin at a session, in a row.
func (w *world) failures(t *testing.T, plugin, key string) int {
	t.Helper()
	archive := w.archive()
	defer archive.Close()
	due, err := archive.Due(context.Background(), plugin, "1 UTC")
	must(t, err)
	for _, d := range due {
		if d.Session.Key == key {
			return d.Failures
		}
	}
	return 0
}

// TestQuarantine: what failed three times is left alone, and still told.
func TestQuarantine(t *testing.T) {
	w := quarantined(t)
	w.appendTo(directFile, lines(said("user", 12, "more")))
	for range 2 {
		w.later(harvest.Quarantine)
		wantSkip(t, w.sync(), "evil", source.ReasonPluginQuarantined, 2)
		w.wantItems("evil", sickFound)
	}
	info := w.plugin("evil")
	if !info.Enabled || !strings.Contains(info.Problem, "unreachable") || info.Items != 1 {
		t.Errorf("%+v", info)
	}
	if report := w.sync(); !report.Unchanged {
		t.Errorf("a sync with nothing new finds something to do: %+v", report)
	}
	wantSkip(t, w.sync(), "evil", source.ReasonPluginQuarantined, 2)
}

// TestAnotherChance: what ends a quarantine, at once and for all sessions.
func TestAnotherChance(t *testing.T) {
	healed := named(tinyplugin.Parts{Result: tinyplugin.Result(note("k", askedID, "记得")), When: tinyplugin.Key(keyMain)})
	other := sick()
	other.Memory = "\x00\x02" // another digest
	for _, c := range []struct {
		name   string
		mend   func(w *world)
		failed int // sessions that are left
	}{
		{"enabled", func(w *world) { w.enable("evil") }, 1},
		{"disabled and enabled", func(w *world) {
			must(t, w.engine().DisablePlugin(context.Background(), "evil"))
			wantSkips(t, w.sync())
			w.enable("evil")
		}, 1},
		{"another module, that fails", func(w *world) { w.install(other) }, 1},
		{"another module", func(w *world) { w.install(healed) }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := quarantined(t)
			w.now = w.now.Add(-harvest.Wait(harvest.Quarantine)) // right after it
			c.mend(w)
			if info := w.plugin("evil"); info.Quarantined || info.Problem != "" {
				t.Errorf("before the sync: %+v", info)
			}
			report := w.sync()
			if c.failed == 0 {
				wantSkips(t, report)
				w.wantItems("evil", "k 记得 "+askedID, sickFound)
				return
			}
			wantSkip(t, report, "evil", source.ReasonPluginFailed, c.failed)
			if n := w.failures(t, "evil", keyMain); n != 1 || w.plugin("evil").Quarantined {
				t.Errorf("%d failures, %+v", n, w.plugin("evil"))
			}
		})
	}
}

// TestFailureOfAWrongClock: what failed when the clock was years ahead is tried
// again today.
func TestFailureOfAWrongClock(t *testing.T) {
	w := newWorld(t)
	talk(w)
	w.install(sick())
	today := w.now
	w.now = today.AddDate(4, 0, 0)
	w.sync()
	w.now = today.Add(time.Minute)
	w.sync()
	if n := w.failures(t, "evil", keyMain); n != 2 {
		t.Errorf("it is left alone for years: %d failures", n)
	}
}

// TestHealing: a plugin that reads everything again is as if it had never failed.
func TestHealing(t *testing.T) {
	w := newWorld(t)
	talk(w)
	w.install(named(tinyplugin.Parts{Alloc: tinyplugin.Least(1000)}))
	w.sync()
	if info := w.plugin("evil"); info.Problem == "" {
		t.Fatalf("it does not fail: %+v", info)
	}
	w.appendTo(mainFile, lines(said("user", 30, strings.Repeat("long ", 200))))
	w.appendTo(directFile, lines(said("user", 30, strings.Repeat("long ", 200))))
	w.later(1)
	wantSkips(t, w.sync())
	if info := w.plugin("evil"); info.Problem != "" || !info.Retry.IsZero() {
		t.Errorf("told is %+v", info)
	}
	if n := w.failures(t, "evil", keyMain); n != 0 {
		t.Errorf("%d failures", n)
	}
}

// TestPluginThatCanNotBeLoaded: it waits as a whole, and is looked at again.
func TestPluginThatCanNotBeLoaded(t *testing.T) {
	w := newWorld(t)
	talk(w)
	w.shelve("evil", "1", nil)
	var waited []time.Duration
	for failures := 1; failures < harvest.Quarantine; failures++ {
		started := w.now
		wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 2)
		wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 2) // too early
		waited = append(waited, w.plugin("evil").Retry.Sub(started).Round(time.Minute))
		w.later(failures)
	}
	if want := []time.Duration{harvest.Wait(1), harvest.Wait(2)}; !slices.Equal(waited, want) {
		t.Errorf("it waits %v, want %v", waited, want)
	}
	wantSkip(t, w.sync(), "evil", source.ReasonPluginQuarantined, 2)
}

// TestManyFailingSessions: a plugin is stopped within a run that fails in one
// session after the other.
func TestManyFailingSessions(t *testing.T) {
	w := newWorld(t)
	for n := range 20 {
		id := fmt.Sprintf("%08d-0000-4000-8000-000000000000", n)
		w.write(sessions+id+".jsonl", chat(id, 100*n, 2))
	}
	w.install(named(tinyplugin.Parts{OnSync: tinyplugin.Unreachable}))
	wantSkip(t, w.sync(), "evil", source.ReasonPluginQuarantined, 20)
	archive := w.archive()
	defer archive.Close()
	due, err := archive.Due(t.Context(), "evil", "1 UTC")
	must(t, err)
	tried := 0
	for _, d := range due {
		tried += d.Failures
	}
	if len(due) != 20 || tried != harvest.Quarantine {
		t.Errorf("%d sessions are due, %d were tried", len(due), tried)
	}
}
