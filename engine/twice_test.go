package engine_test

import (
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
)

// stateBuilders are states of every form, by name.
func stateBuilders(t *testing.T) map[string]func(*world) {
	builders := map[string]func(*world){
		"jsonl":  jsonlState,
		"sqlite": sqliteState,
		"wal left by a crash": func(w *world) {
			g := w.gateway()
			g.session(keyDirect, idDirect, "direct", "telegram")
			g.events(idDirect, header(idDirect), said("user", 10, "in the main file"))
			g.exec("PRAGMA wal_checkpoint(TRUNCATE)")
			g.events(idDirect, said("assistant", 11, "in the log only"))
			g.crash()
		},
		"wal without shm": func(w *world) {
			g := w.gateway()
			g.session(keyDirect, idDirect, "direct", "telegram")
			g.events(idDirect, header(idDirect), said("user", 10, "in the log only"))
			g.crash()
			must(w.t, os.Remove(g.path+"-shm"))
		},
		"live writer": func(w *world) {
			g := w.gateway()
			g.session(keyDirect, idDirect, "direct", "telegram")
			g.events(idDirect, header(idDirect), said("user", 10, "before"))
			g.stop()
			w.running(said("assistant", 11, "still open"))
		},
		"no sessions": func(*world) {},
		"damaged": func(w *world) {
			jsonlState(w)
			w.appendTo(sessions+idMain+".jsonl", "{not json}\n")
			w.write(sessions+"sessions.json", "[]")
			w.write(database, "no database")
		},
	}
	if _, err := os.Stat(filepath.Join("..", "..", "shared", "states")); err == nil {
		dir, names := published(t)
		for _, name := range names {
			builders[name] = func(w *world) { copyTree(w.t, filepath.Join(dir, name), w.state) }
		}
	}
	return builders
}

// TestSecondSync: a sync with nothing new changes no file but last_run.json,
// and no sync changes anything of OpenClaw's.
func TestSecondSync(t *testing.T) {
	builders := stateBuilders(t)
	for _, name := range slices.Sorted(maps.Keys(builders)) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			builders[name](w)
			theirs := snapshot(t, w.state)
			w.now = time.Now() // the files count as just written
			first := w.sync()
			wantSame(t, "OpenClaw's files after the first sync", theirs, snapshot(t, w.state))
			ours := w.written()
			for _, later := range []time.Duration{0, 0, time.Hour, time.Hour, 24 * time.Hour} {
				w.now = w.now.Add(later)
				again := w.sync()
				wantSame(t, "our files", ours, w.written())
				if again.NewMessages != 0 || again.Messages != first.Messages || !slices.Equal(reasons(again), reasons(first)) {
					t.Errorf("another sync reports %+v, the first %+v", again, first)
				}
				if later == 24*time.Hour && !again.Unchanged {
					t.Error("the last sync did not notice that nothing is new")
				}
			}
			if full, err := w.trySync(engine.SyncOptions{Full: true}); err != nil || full.NewMessages != 0 {
				t.Errorf("full sync: %+v, %v", full, err)
			}
			shared := func(path, _ string) bool { return !strings.HasPrefix(path, "out/") }
			after := w.written()
			maps.DeleteFunc(ours, shared)
			maps.DeleteFunc(after, shared)
			wantSame(t, "shared files after a full sync", ours, after)
			wantSame(t, "OpenClaw's files after all", theirs, snapshot(t, w.state))
		})
	}
}

// written is what our files look like, without the outcome of the run.
func (w *world) written() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for name, dir := range map[string]string{"home": w.home, "out": w.out} {
		for path, line := range filesOf(snapshot(w.t, dir)) {
			all[name+"/"+path] = line
		}
	}
	delete(all, "home/last_run.json")
	return all
}

// TestPrivateFiles: nobody else may read what we write.
func TestPrivateFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing here")
	}
	w := newWorld(t)
	jsonlState(w)
	w.sync()
	for _, dir := range []string{w.home, w.out} {
		must(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s has mode %v", path, info.Mode())
			}
			return err
		}))
	}
}

// TestDryRun tells what a sync would do and leaves nothing behind.
func TestDryRun(t *testing.T) {
	t.Run("before the first sync", func(t *testing.T) {
		w := newWorld(t)
		jsonlState(w)
		report, err := w.trySync(engine.SyncOptions{DryRun: true})
		must(t, err)
		if report.NewMessages != 12 || !report.DryRun || report.Output != w.out {
			t.Errorf("report: %+v", report)
		}
		if exists(w.home) || exists(w.out) {
			t.Error("a dry run made directories")
		}
	})
	t.Run("after a sync", func(t *testing.T) {
		w := newWorld(t)
		jsonlState(w)
		w.sync()
		w.appendTo(sessions+idMain+".jsonl", line(said("user", 40, "new")))
		before := snapshot(t, w.root)
		report, err := w.trySync(engine.SyncOptions{DryRun: true})
		must(t, err)
		if report.NewMessages != 1 || report.Messages != 13 {
			t.Errorf("report: %+v", report)
		}
		wantSame(t, "everything", before, snapshot(t, w.root))
		if real := w.sync(); real.NewMessages != 1 {
			t.Errorf("sync after the dry run: %+v", real)
		}
	})
}
