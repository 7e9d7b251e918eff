package engine_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/smallccwc/chronosync/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// published finds the states that the real software wrote, which lie beside
// the repository where they are available.
func published(t testing.TB) (dir string, names []string) {
	t.Helper()
	dir = filepath.Join("..", "..", "shared", "states")
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Skip("the published states are not here")
	}
	for _, entry := range entries {
		if entry.IsDir() && exists(filepath.Join(dir, entry.Name(), "expected.json")) {
			names = append(names, entry.Name())
		}
	}
	return dir, names
}

// TestPublishedStates compares everything that is exported with the ground
// truth of each state, text by text, by a program that is not ours.
func TestPublishedStates(t *testing.T) {
	dir, names := published(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not here")
	}
	self, err := os.Executable()
	must(t, err)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			copyTree(t, filepath.Join(dir, name), w.state)
			report := w.sync()
			if all, _ := report.Unread(); all != 0 {
				t.Errorf("unread: %+v", report.Skipped)
			}
			var out bytes.Buffer
			_, err := w.engine().Export(context.Background(), &out, engine.ExportOptions{Format: "json", All: true})
			must(t, err)
			file := filepath.Join(w.root, "export.json")
			writeFile(t, file, out.String())
			compare := exec.Command(python, filepath.Join(dir, "compare_states.py"), filepath.Join(dir, name), file,
				"--redact-cmd", "env "+modeVariable+"=redact '"+self+"'")
			said, err := compare.CombinedOutput()
			if err != nil || !bytes.Contains(said, []byte("MATCH")) || bytes.Contains(said, []byte("MISMATCH")) {
				t.Errorf("comparing: %v\n%s", err, said)
			}
		})
	}
}

// TestCoreStates holds what is read from two small states to golden files.
func TestCoreStates(t *testing.T) {
	for name, build := range map[string]func(*world){
		"jsonl-2026.3.13": func(w *world) { copyTree(t, filepath.Join("testdata", "jsonl-2026.3.13"), w.state) },
		"jsonl-2026.7.1":  jsonlState,
		"sqlite-23":       sqliteState,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			build(w)
			wantSkips(t, w.sync())
			golden := filepath.Join("testdata", name+".golden.json")
			got := w.exported()
			if *update {
				must(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			if want := readFile(t, golden); got != want {
				t.Errorf("export differs from %s; got\n%s", golden, got)
			}
		})
	}
}
