//go:build unix

package livesqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestOpenRefusesSpecialFiles(t *testing.T) {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		t.Run("FIFO as main"+suffix, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "agent.sqlite")
			if suffix != "" {
				makeClosed(t, path, 1)
			}
			if err := syscall.Mkfifo(path+suffix, 0o600); err != nil {
				t.Fatal(err)
			}
			wantUnreadable(t, path)
		})
		t.Run("link as main"+suffix, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "agent.sqlite")
			makeCrashed(t, path, 1, 1)
			target := filepath.Join(t.TempDir(), "elsewhere")
			if _, err := os.Lstat(path + suffix); err == nil {
				if err := os.Rename(path+suffix, target); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink(target, path+suffix); err != nil {
				t.Fatal(err)
			}
			wantUnreadable(t, path)
		})
	}
	t.Run("device", func(t *testing.T) { wantUnreadable(t, os.DevNull) })
}

func wantUnreadable(t *testing.T, path string) {
	t.Helper()
	db, err := Open(context.Background(), path, Options{})
	if err == nil {
		db.Close()
	}
	if !errors.Is(err, ErrUnreadable) {
		t.Errorf("got %v, want %v", err, ErrUnreadable)
	}
}

func TestOpenForeignDoesNotWait(t *testing.T) {
	dir := t.TempDir()
	fifo, link := filepath.Join(dir, "fifo"), filepath.Join(dir, "link")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := openForeign(fifo); err == nil {
		f.Close() // returning at all is what counts
	}
	if err := os.Symlink(fifo, link); err != nil {
		t.Fatal(err)
	}
	if _, err := openForeign(link); !errors.Is(err, ErrUnreadable) {
		t.Errorf("got %v, want %v", err, ErrUnreadable)
	}
}

// dropPrivileges gives up root's right to read and write everything.
func dropPrivileges() error {
	if os.Geteuid() != 0 {
		return nil
	}
	const nobody = 65534
	return errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody))
}

func TestReadOnlyDirectory(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want string
	}{
		{"cleanly closed", func(t *testing.T, path string) { makeClosed(t, path, 20) }, "immutable 20"},
		{"left by a crash", func(t *testing.T, path string) { makeCrashed(t, path, 20, 30) }, "live 50"},
		{"-wal without -shm", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			remove(t, path+"-shm")
		}, "copy 50"},
		{"live", func(t *testing.T, path string) { appendRows(t, openWriter(t, path, "WAL"), 20) }, "live 20"},
		{"live, after its first transaction", func(t *testing.T, path string) { openWriter(t, path, "WAL") }, "live 0"},
		{"unreadable -shm", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			chmod(t, path+"-shm", 0)
		}, "copy 50"},
		{"unreadable file", func(t *testing.T, path string) {
			makeClosed(t, path, 20)
			chmod(t, path, 0)
		}, "unreadable"},
		{"unreadable -wal", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			chmod(t, path+"-wal", 0)
		}, "unreadable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			chmod(t, filepath.Dir(dir), 0o755) // private to root otherwise
			path := filepath.Join(dir, "agent.sqlite")
			tt.make(t, path)
			temp := filepath.Join(filepath.Dir(dir), "copies")
			mkdir(t, temp)
			chmod(t, temp, 0o777)
			chmod(t, dir, 0o555)
			t.Cleanup(func() { chmod(t, dir, 0o755) })

			out, err := child(t, "stranger", path, temp).Output()
			if err != nil {
				t.Fatal(err)
			}
			if string(out) != tt.want {
				t.Errorf("got %q, want %q", out, tt.want)
			}
			wantEmpty(t, temp)
		})
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
