package extractors

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

// TestCacheDir: compiled code that somebody else can have put there is not run.
func TestCacheDir(t *testing.T) {
	for name, c := range map[string]struct {
		make func(t *testing.T, dir string)
		kept bool
	}{
		"nothing there": {func(*testing.T, string) {}, false},
		"ours":          {func(t *testing.T, dir string) { code(t, dir, 0o700) }, true},
		"all can write": {func(t *testing.T, dir string) {
			if runtime.GOOS == "windows" {
				t.Skip("no such permissions here")
			}
			code(t, dir, 0o777)
		}, false},
		"link": {func(t *testing.T, dir string) {
			elsewhere := filepath.Join(t.TempDir(), "elsewhere")
			code(t, elsewhere, 0o700)
			if err := os.Symlink(elsewhere, dir); err != nil {
				t.Skip("no symbolic links here:", err)
			}
			t.Cleanup(func() {
				if _, err := os.Stat(filepath.Join(elsewhere, "code")); err != nil {
					t.Error("what the link leads to was removed:", err)
				}
			})
		}, false},
		"file": {func(t *testing.T, dir string) {
			if err := os.WriteFile(dir, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "cache")
			l := &Library{opt: Options{Cache: dir}}
			c.make(t, dir)
			if got := l.cacheDir(); got != dir {
				t.Fatalf("got %q, want %q", got, dir)
			}
			info, err := os.Lstat(dir)
			if err != nil || !isPrivateDir(info) {
				t.Errorf("others can write to it: %v, %v", info, err)
			}
			if _, err := os.Stat(filepath.Join(dir, "code")); (err == nil) != c.kept {
				t.Errorf("what was there is kept: %t, want %t", err == nil, c.kept)
			}
		})
	}
}

// code makes a directory with compiled code.
func code(t *testing.T, dir string, mode os.FileMode) {
	t.Helper()
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "code"), nil, 0o600)
	}
	if err == nil {
		err = os.Chmod(dir, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestTidyCache also below a directory whose name looks like a pattern.
func TestTidyCache(t *testing.T) {
	for files, kept := range map[int]bool{10: true, 11: false} {
		l := &Library{opt: Options{Cache: filepath.Join(t.TempDir(), "[home", "cache")}, all: make([]known, 1)}
		l.tidyCache()
		for n := range files {
			dir := filepath.Join(l.opt.Cache, strconv.Itoa(n%2))
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(n)), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		l.tidyCache()
		if _, err := os.Stat(l.opt.Cache); (err == nil) != kept {
			t.Errorf("%d files are kept: %t, want %t", files, err == nil, kept)
		}
	}
}
