package atomicfile_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
)

// TestPending: what is prepared changes nothing before it is committed.
func TestPending(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	says := func(text string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return err
		}
	}
	want := func(text string, names int) {
		t.Helper()
		got, err := os.ReadFile(path)
		entries, _ := os.ReadDir(dir)
		if err != nil || string(got) != text || len(entries) != names {
			t.Errorf("got %q and %d names (%v), want %q and %d", got, len(entries), err, text, names)
		}
	}
	if err := atomicfile.Note(path, 0o600, says("one")); err != nil {
		t.Fatal(err)
	}
	want("one", 1)
	dropped, err := atomicfile.Prepare(path, 0o600, says("two"))
	if err != nil {
		t.Fatal(err)
	}
	want("one", 2)
	dropped.Discard()
	want("one", 1)
	kept, err := atomicfile.Prepare(path, 0o600, says("three"))
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := kept.Commit(); !changed || err != nil {
		t.Errorf("commit: %v, %v", changed, err)
	}
	kept.Discard()
	want("three", 1)
	same, err := atomicfile.Prepare(path, 0o600, says("three"))
	if err != nil {
		t.Fatal(err)
	}
	want("three", 1)
	if changed, err := same.Commit(); changed || err != nil {
		t.Errorf("the same bytes: %v, %v", changed, err)
	}
}
