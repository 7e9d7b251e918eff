package ownfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/ownfile"
)

// TestSetAside: what others wrote is kept, also what was set aside before.
func TestSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	ours := func(path string) bool { return ownfile.Head(path, 4) == "ours" }
	for _, text := range []string{"first", "second", "ours, and more"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := ownfile.SetAside(path, ours); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		path: "ours, and more", path + ownfile.AsideSuffix: "first", path + ownfile.AsideSuffix + ".2": "second",
	} {
		if text, err := os.ReadFile(name); string(text) != want {
			t.Errorf("%s holds %q, %v; want %q", name, text, err, want)
		}
	}
	if err := ownfile.SetAside(path+".missing", ours); err != nil {
		t.Error("nothing to set aside:", err)
	}
}

func TestMakeDir(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		dir: nil, filepath.Join(dir, "a", "b"): nil, file: ownfile.ErrPlace, filepath.Join(file, "below"): ownfile.ErrPlace,
	} {
		if err := ownfile.MakeDir(path); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
}
