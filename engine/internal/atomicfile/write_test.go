package atomicfile

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// onlyFile fails unless path is all that its directory holds.
func onlyFile(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != filepath.Base(path) {
			t.Errorf("%s was left behind", entry.Name())
		}
	}
}

func TestWrite(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 20<<10) // several buffers
	tests := []struct {
		name     string
		old, new string
		changed  bool
	}{
		{"other text", "old", "new", true},
		{"same text", "same", "same", false},
		{"same length", "aaaa", "aaab", true},
		{"longer", "a", "ab", true},
		{"shorter", "ab", "a", true},
		{"to empty", "a", "", true},
		{"empty stays", "", "", false},
		{"large stays", large, large, false},
		{"large, last byte differs", large, large[1:] + "x", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.md")
			if err := os.WriteFile(path, []byte(test.old), 0o600); err != nil {
				t.Fatal(err)
			}
			before := time.Unix(1_000_000_000, 0)
			if err := os.Chtimes(path, before, before); err != nil {
				t.Fatal(err)
			}
			changed, err := Write(path, 0, text(test.new))
			if err != nil {
				t.Fatal(err)
			}
			if changed != test.changed {
				t.Errorf("changed is %v, want %v", changed, test.changed)
			}
			if got := read(t, path); got != test.new {
				t.Errorf("the file holds %d bytes, want %d", len(got), len(test.new))
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if untouched := info.ModTime().Equal(before); untouched == test.changed {
				t.Errorf("modification time kept: %v, changed: %v", untouched, test.changed)
			}
			onlyFile(t, path)
		})
	}
}

func TestWriteNewFile(t *testing.T) {
	tests := []struct {
		name       string
		perm, want fs.FileMode
	}{
		{"default mode", 0, 0o600},
		{"given mode", 0o640, 0o640},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "new")
			changed, err := Write(path, test.perm, text(""))
			if err != nil || !changed {
				t.Fatalf("got %v, %v, want a new file", changed, err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if got := info.Mode().Perm(); runtime.GOOS != "windows" && got != test.want {
				t.Errorf("mode is %v, want %v", got, test.want)
			}
			onlyFile(t, path)
		})
	}
}

func TestTempName(t *testing.T) {
	dir := t.TempDir()
	_, err := Write(filepath.Join(dir, "shared_chat.md"), 0, func(w io.Writer) error {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return err
		}
		if len(entries) != 1 {
			t.Fatalf("%d files while writing, want 1", len(entries))
		}
		name := entries[0].Name()
		if !strings.HasPrefix(name, ".session-sync-") || strings.HasSuffix(name, ".md") {
			t.Errorf("the temporary file is called %q", name)
		}
		info, err := entries[0].Info()
		if err == nil && runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("the temporary file has mode %v", info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestFailureKeepsOldFile(t *testing.T) {
	failure := errors.New("source ran dry")
	half := bytes.Repeat([]byte("half "), 100_000) // beyond the buffer: reaches the disk
	tests := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"at once", func(io.Writer) error { return failure }},
		{"half-way", func(w io.Writer) error {
			if _, err := w.Write(half); err != nil {
				return err
			}
			return failure
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
				t.Fatal(err)
			}
			changed, err := Write(path, 0, test.write)
			if changed || !errors.Is(err, failure) {
				t.Errorf("got %v, %v, want the failure", changed, err)
			}
			if got := read(t, path); got != "old" {
				t.Errorf("the old file holds %d other bytes", len(got))
			}
			onlyFile(t, path)
		})
	}
}

func TestPanicLeavesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		Write(path, 0, func(io.Writer) error { panic("broken invariant") })
	}()
	onlyFile(t, path)
}

func TestWriteRefusesTarget(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(path string) error
	}{
		{"directory", func(path string) error { return os.Mkdir(path, 0o700) }},
		{"link to a file", func(path string) error {
			target := path + ".target"
			return errors.Join(os.WriteFile(target, []byte("foreign"), 0o600), os.Symlink(target, path))
		}},
		{"link to nothing", func(path string) error { return os.Symlink(path+".target", path) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if err := test.prepare(path); err != nil {
				t.Skipf("not possible here: %v", err)
			}
			before, err := os.Lstat(path)
			if err != nil {
				t.Fatal(err)
			}
			changed, err := Write(path, 0, func(io.Writer) error {
				t.Error("asked for bytes that have no place to go")
				return nil
			})
			if changed || !errors.Is(err, ErrNotRegular) {
				t.Errorf("got %v, %v, want ErrNotRegular", changed, err)
			}
			after, err := os.Lstat(path)
			if err != nil || after.Mode() != before.Mode() {
				t.Errorf("the target became %v, %v", after, err)
			}
			if data, err := os.ReadFile(path + ".target"); err == nil && string(data) != "foreign" {
				t.Errorf("wrote through the link: %q", data)
			}
		})
	}
}

func TestWriteUnwritableDirectory(t *testing.T) {
	t.Run("missing", func(t *testing.T) {
		changed, err := Write(filepath.Join(t.TempDir(), "no", "file"), 0, text("a"))
		if changed || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, %v, want ErrNotExist", changed, err)
		}
	})
	t.Run("a file", func(t *testing.T) {
		notDir := filepath.Join(t.TempDir(), "plain")
		if err := os.WriteFile(notDir, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if changed, err := Write(filepath.Join(notDir, "file"), 0, text("a")); changed || err == nil {
			t.Errorf("got %v, %v, want an error", changed, err)
		}
	})
	t.Run("read-only", func(t *testing.T) {
		if runtime.GOOS == "windows" || os.Geteuid() == 0 {
			t.Skip("modes don't bind this user")
		}
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		changed, err := Write(filepath.Join(dir, "file"), 0, text("a"))
		if changed || !errors.Is(err, fs.ErrPermission) {
			t.Errorf("got %v, %v, want ErrPermission", changed, err)
		}
	})
}

// TestTwoWriters starts both writes before either ends: with a shared
// temporary file one would spoil the other's.
func TestTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	contents := []string{strings.Repeat("a", 300_000), strings.Repeat("b", 200_000)}
	var bothInside, done sync.WaitGroup
	bothInside.Add(len(contents))
	for _, content := range contents {
		done.Go(func() {
			_, err := Write(path, 0, func(w io.Writer) error {
				bothInside.Done()
				bothInside.Wait()
				return text(content)(w)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	if got := read(t, path); got != contents[0] && got != contents[1] {
		t.Errorf("the file holds %d mixed bytes", len(got))
	}
	onlyFile(t, path)
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	leftover := filepath.Join(dir, ".session-sync-123")
	keep := []string{"shared_chat.md", ".gitignore", "session-sync-1", ".session-syncer"}
	for _, name := range keep {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(leftover, []byte("half a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, ".session-sync-dir"), 0o700); err != nil {
		t.Fatal(err)
	}
	keep = append(keep, ".session-sync-dir")
	if err := os.Symlink("shared_chat.md", filepath.Join(dir, ".session-sync-link")); err == nil {
		keep = append(keep, ".session-sync-link")
	}
	for range 2 { // a second sweep finds nothing to do
		if err := Sweep(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(leftover); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the left-over file is still there: %v", err)
		}
		for _, name := range keep {
			if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
				t.Errorf("%s is gone: %v", name, err)
			}
		}
	}
}

func TestSweepDirectory(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if err := Sweep(missing); err != nil {
		t.Errorf("missing directory: %v", err)
	}
	if err := os.WriteFile(missing, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(missing); err == nil {
		t.Error("a file passed for a directory")
	}
}
