package engine_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/source"
)

// world is an installation of its own: a state directory, a home for us and an
// output directory, and a clock.
type world struct {
	t                      testing.TB
	root, state, home, out string
	env                    map[string]string
	now                    time.Time
	redact                 redact.Options
	numbered               bool
	plugins                bool // the built-in plugins run
}

// newWorld makes an installation with an empty state directory. Its clock runs
// an hour ahead of the files' times, so that they count as settled at once.
func newWorld(t testing.TB) *world {
	t.Helper()
	root := t.TempDir()
	w := &world{
		t: t, root: root, state: filepath.Join(root, "state"), home: filepath.Join(root, "home"), out: filepath.Join(root, "out"),
		now: time.Now().Add(time.Hour),
	}
	w.env = map[string]string{
		"OPENCLAW_STATE_DIR": w.state, "SESSION_SYNC_HOME": w.home, "SESSION_SYNC_OUTPUT": w.out,
	}
	mkdir(t, w.state)
	return w
}

// sibling is another home and output for the same state directory.
func (w *world) sibling(name string) *world {
	other := *w
	other.home, other.out = filepath.Join(w.root, name, "home"), filepath.Join(w.root, name, "out")
	other.env = maps.Clone(w.env)
	other.env["SESSION_SYNC_HOME"], other.env["SESSION_SYNC_OUTPUT"] = other.home, other.out
	return &other
}

func (w *world) open() (*engine.Engine, error) {
	e, err := engine.Open(engine.Options{
		Env: func(name string) (string, bool) {
			value, found := w.env[name]
			return value, found
		},
		OSHome: filepath.Join(w.root, "account"),
		Now: func() time.Time {
			w.now = w.now.Add(time.Millisecond)
			return w.now
		},
		Local:       time.UTC,
		Version:     "test",
		PluginCache: pluginCache,
	})
	if err == nil && !w.plugins {
		e.WithoutPlugins()
	}
	if err == nil && (w.numbered || !reflect.ValueOf(w.redact).IsZero()) {
		e.Under(w.redact, w.numbered)
	}
	return e, err
}

func (w *world) engine() *engine.Engine {
	w.t.Helper()
	e, err := w.open()
	if err != nil {
		w.t.Fatalf("opening the installation: %v", err)
	}
	return e
}

func (w *world) trySync(opt engine.SyncOptions) (engine.Report, error) {
	w.t.Helper()
	w.now = w.now.Add(time.Second)
	e, err := w.open()
	if err != nil {
		return engine.Report{}, err
	}
	return e.Sync(context.Background(), opt)
}

func (w *world) sync() engine.Report {
	w.t.Helper()
	report, err := w.trySync(engine.SyncOptions{})
	if err != nil {
		w.t.Fatalf("sync: %v", err)
	}
	return report
}

// fails runs a sync that must end with the error.
func (w *world) fails(want error) error {
	w.t.Helper()
	_, err := w.trySync(engine.SyncOptions{})
	if !errors.Is(err, want) {
		w.t.Fatalf("sync: got error %v, want %v", err, want)
	}
	return err
}

// exported is `export --all --format json` without the time of the last sync.
func (w *world) exported() string {
	w.t.Helper()
	var out bytes.Buffer
	if _, err := w.engine().Export(context.Background(), &out, engine.ExportOptions{Format: "json", All: true}); err != nil {
		w.t.Fatalf("export: %v", err)
	}
	head, rest, found := strings.Cut(out.String(), `"last_sync":"`)
	_, rest, closed := strings.Cut(rest, `",`)
	if !found || !closed {
		w.t.Fatalf("export has no last_sync: %.200s", out.String())
	}
	return head + rest
}

// path names a file of the state directory.
func (w *world) path(rel string) string { return filepath.Join(w.state, filepath.FromSlash(rel)) }

// write puts a file into the state directory.
func (w *world) write(rel, content string) {
	w.t.Helper()
	mkdir(w.t, filepath.Dir(w.path(rel)))
	writeFile(w.t, w.path(rel), content)
}

func (w *world) appendTo(rel, content string) {
	w.t.Helper()
	file, err := os.OpenFile(w.path(rel), os.O_APPEND|os.O_WRONLY, 0)
	must(w.t, err)
	_, err = file.WriteString(content)
	must(w.t, errors.Join(err, file.Close()))
}

func (w *world) rename(from, to string) {
	w.t.Helper()
	must(w.t, os.Rename(w.path(from), w.path(to)))
}

// reasons are the reasons of what was skipped, sorted, notes in brackets.
func reasons(r engine.Report) []string {
	var got []string
	for _, s := range r.Skipped {
		reason := string(s.Reason)
		if s.Note {
			reason = "(" + reason + ")"
		}
		got = append(got, reason)
	}
	slices.Sort(got)
	return got
}

// wantSkips checks the reasons of a report.
func wantSkips(t testing.TB, r engine.Report, want ...source.Reason) {
	t.Helper()
	var names []string
	for _, reason := range want {
		names = append(names, string(reason))
	}
	slices.Sort(names)
	if got := reasons(r); !slices.Equal(got, names) {
		t.Errorf("skipped %q, want %q: %+v", got, names, r.Skipped)
	}
}

// snapshot is what a tree looks like: kind, mode, size, time and bytes of
// everything in it, by path.
func snapshot(t testing.TB, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		line := fmt.Sprintf("%v %v", info.Mode(), info.ModTime().UnixNano())
		switch {
		case info.Mode().IsRegular():
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %x", digestOf(data))
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			line += " -> " + target
		}
		found[rel] = line
		return nil
	})
	must(t, err)
	return found
}

// files leaves out directories: a temporary file changes their time.
func filesOf(snap map[string]string) map[string]string {
	maps.DeleteFunc(snap, func(_, line string) bool { return strings.HasPrefix(line, "d") })
	return snap
}

func wantSame(t testing.TB, what string, before, after map[string]string) {
	t.Helper()
	for _, path := range slices.Sorted(maps.Keys(before)) {
		if after[path] != before[path] {
			t.Errorf("%s: %s was %q, is %q", what, path, before[path], after[path])
		}
	}
	for _, path := range slices.Sorted(maps.Keys(after)) {
		if _, was := before[path]; !was {
			t.Errorf("%s: %s is new", what, path)
		}
	}
}

var fullSync = engine.SyncOptions{Full: true}
