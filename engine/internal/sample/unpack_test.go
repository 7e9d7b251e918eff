package sample

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestUnpack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "openclaw")
	must(t, Unpack(t.Context(), dir))
	var files int
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		must(t, err)
		info, err := entry.Info()
		must(t, err)
		if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		if entry.IsDir() {
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		must(t, err)
		if mark := regexp.MustCompile(`\{[a-z]+\}`).Find(data); mark != nil {
			t.Errorf("%s still has %s", path, mark)
		}
		return nil
	}))
	if files != 4 {
		t.Errorf("%d files, want the database, two transcripts and an index", files)
	}
	if err := Unpack(t.Context(), dir); err == nil {
		t.Error("wrote over a directory")
	}
}

// TestKept: what the repository keeps is small and text, and has nothing in it
// that a scanner for secrets or an address book would want.
func TestKept(t *testing.T) {
	const bound = 64 << 10
	wanted := regexp.MustCompile(`[\w.]+@[\w.]+\.\w+|\b1[3-9]\d{9}\b|sk-\w{8}|-----BEGIN|\b[0-9a-f]{32}\b`)
	size := 0
	must(t, fs.WalkDir(state, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := state.ReadFile(name)
		size += len(data)
		if found := wanted.Find(data); found != nil {
			t.Errorf("%s has %q", name, found)
		}
		if strings.Contains(string(data), "\x00") {
			t.Errorf("%s is not text", name)
		}
		return err
	}))
	if size > bound {
		t.Errorf("%d bytes, want at most %d", size, bound)
	}
}
