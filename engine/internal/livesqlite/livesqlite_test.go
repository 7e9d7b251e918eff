package livesqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestOpenLeavesNoTrace(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		mode Mode
		rows int
	}{
		{"cleanly closed", func(t *testing.T, path string) { makeClosed(t, path, 20) }, Immutable, 20},
		{"empty -wal", func(t *testing.T, path string) {
			makeClosed(t, path, 20)
			writeFile(t, path+"-wal", "")
		}, Immutable, 20},
		{"empty -wal and a left -shm", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 0)
		}, Immutable, 20},
		{"rollback journal mode", func(t *testing.T, path string) {
			db := openWriter(t, path, "DELETE")
			appendRows(t, db, 20)
			db.Close()
		}, Immutable, 20},
		{"left by a crash", func(t *testing.T, path string) { makeCrashed(t, path, 20, 30) }, Live, 50},
		{"left by a crash, all in the -wal", func(t *testing.T, path string) { makeCrashed(t, path, 0, 30) }, Live, 30},
		{"left by a crash, -shm is nonsense", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			writeFile(t, path+"-shm", strings.Repeat("nonsense", 4096))
		}, Live, 50},
		{"left by a crash, -shm is empty", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			writeFile(t, path+"-shm", "")
		}, Live, 50},
		{"-wal without -shm", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			remove(t, path+"-shm")
		}, Copy, 50},
		{"hot journal", func(t *testing.T, path string) { makeHotJournal(t, path, 200) }, Copy, 200},
	}
	for _, tt := range tests {
		for _, name := range []string{"agent.sqlite", strangeName()} {
			t.Run(tt.name+"/"+name, func(t *testing.T) {
				dir, temp := t.TempDir(), emptyDir(t)
				path := filepath.Join(dir, name)
				tt.make(t, path)
				unchanged(t, dir)

				db := mustOpen(t, path, Options{TempDir: temp})
				defer mustClose(t, db)
				wantState(t, db, tt.mode)
				wantRows(t, db, tt.rows)
				if _, err := db.Conn().ExecContext(context.Background(), "DELETE FROM events"); err == nil {
					t.Error("a write succeeded")
				}
				wantRows(t, db, tt.rows)
			})
		}
	}
}

// strangeName needs every kind of escaping that the system lets it need.
func strangeName() string {
	if runtime.GOOS == "windows" {
		return "客户 100%23#2 &;.sqlite"
	}
	return "客户 100%23?x=1#2 &;.sqlite"
}

func TestOpenRelativePath(t *testing.T) {
	dir := t.TempDir()
	makeClosed(t, filepath.Join(dir, "agent.sqlite"), 3)
	t.Chdir(dir)
	db := mustOpen(t, "agent.sqlite", Options{})
	defer mustClose(t, db)
	wantRows(t, db, 3)
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T, path string)
		want error
	}{
		{"nothing there", func(*testing.T, string) {}, fs.ErrNotExist},
		{"nothing there is unreadable", func(*testing.T, string) {}, ErrUnreadable},
		{"zero bytes", func(t *testing.T, path string) { writeFile(t, path, "") }, ErrNotDatabase},
		{"zero bytes beside a -wal", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 30)
			writeFile(t, path, "")
		}, ErrNotDatabase},
		{"text", func(t *testing.T, path string) { writeFile(t, path, strings.Repeat("a note to keep ", 500)) }, ErrNotDatabase},
		{"a short text", func(t *testing.T, path string) { writeFile(t, path, "a note") }, ErrNotDatabase},
		{"text beside a -wal", func(t *testing.T, path string) {
			makeCrashed(t, path, 20, 1)
			writeFile(t, path, strings.Repeat("a note to keep ", 5000))
			writeFile(t, path+"-wal", "a note as well")
		}, ErrNotDatabase},
		{"overwritten schema", func(t *testing.T, path string) {
			makeClosed(t, path, 20)
			overwrite(t, path, 100, strings.Repeat("\xff", 3000))
		}, ErrCorrupt},
		{"directory", func(t *testing.T, path string) { mkdir(t, path) }, ErrUnreadable},
		{"directory as -wal", func(t *testing.T, path string) {
			makeClosed(t, path, 1)
			mkdir(t, path+"-wal")
		}, ErrUnreadable},
		{"copy needed, no directory for it", func(t *testing.T, path string) {
			makeCrashed(t, path, 1, 1)
			remove(t, path+"-shm")
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "agent.sqlite")
			tt.make(t, path)
			db, err := Open(context.Background(), path, Options{})
			if err == nil {
				db.Close()
				t.Fatal("no error")
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			if text := err.Error(); !strings.Contains(text, path) || strings.Contains(text, "note") {
				t.Errorf("the error names no path or quotes the file: %v", err)
			}
		})
	}
}

func TestOpenWithDamage(t *testing.T) {
	tests := []struct {
		name   string
		damage func(t *testing.T, path string)
		rest   time.Duration // since the -wal was last written
		mode   Mode
		warn   Warning
		rows   int
	}{
		{"-wal of a database with other pages", func(t *testing.T, path string) {
			other := filepath.Join(t.TempDir(), "other.sqlite")
			db := openWriter(t, other, "DELETE")
			mustExec(t, db, "PRAGMA page_size=1024")
			mustExec(t, db, "VACUUM")
			mustExec(t, db, "PRAGMA journal_mode=WAL")
			appendRows(t, db, 40)
			duplicate(t, other+"-wal", path+"-wal")
		}, 0, Immutable, WALForeign, 20},
		{"-wal is text", func(t *testing.T, path string) {
			writeFile(t, path+"-wal", strings.Repeat("a note to keep ", 500))
		}, 0, Immutable, WALForeign, 20},
		{"-wal header damaged", func(t *testing.T, path string) { overwrite(t, path+"-wal", 17, "??") }, 0, Immutable, WALDamaged, 20},
		{"-wal shorter than its header", func(t *testing.T, path string) { truncate(t, path+"-wal", 31) }, 0, Immutable, WALDamaged, 20},
		{"-wal ends inside a frame", func(t *testing.T, path string) {
			truncate(t, path+"-wal", fileSize(t, path+"-wal")-1000)
		}, 2 * time.Second, Live, WALCut, 49},
		{"-wal ends inside a frame, without -shm", func(t *testing.T, path string) {
			truncate(t, path+"-wal", fileSize(t, path+"-wal")-1000)
			remove(t, path+"-shm")
		}, 2 * time.Second, Copy, WALCut, 49},
		{"-wal ends inside a frame just now", func(t *testing.T, path string) {
			truncate(t, path+"-wal", fileSize(t, path+"-wal")-1000)
		}, 2*time.Second - 1, Live, 0, 49},
		{"-wal has the header of this database and the pages of another", func(t *testing.T, path string) {
			overwriteFramePage(t, path, strings.Repeat("\xff", 4096))
		}, 0, Immutable, WALDropped, 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, temp := t.TempDir(), emptyDir(t)
			path := filepath.Join(dir, "agent.sqlite")
			makeCrashed(t, path, 20, 30)
			tt.damage(t, path)
			unchanged(t, dir)
			wal, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			now := func() time.Time { return wal.ModTime().Add(tt.rest) }

			db := mustOpen(t, path, Options{TempDir: temp, Now: now})
			defer mustClose(t, db)
			if tt.warn == 0 {
				wantState(t, db, tt.mode)
			} else {
				wantState(t, db, tt.mode, tt.warn)
			}
			wantRows(t, db, tt.rows)
		})
	}
}

func TestOpenCutMainFile(t *testing.T) {
	tests := []struct {
		name string
		size int64
		want error
	}{
		{"after half of the pages", 30 * 4096, nil},
		{"inside a page", 30*4096 + 100, nil},
		{"after the schema", 4096, nil},
		{"inside the schema", 4095, ErrCorrupt},
		{"inside the smallest page", 511, ErrNotDatabase},
		{"after the header", 100, ErrNotDatabase},
		{"after one byte", 1, ErrNotDatabase},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "agent.sqlite")
			makeClosed(t, path, 200)
			truncate(t, path, tt.size)
			unchanged(t, dir)

			db, err := Open(context.Background(), path, Options{})
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			if err != nil {
				return
			}
			defer mustClose(t, db)
			wantState(t, db, Immutable, MainCut)
			n, err := countRows(context.Background(), db)
			if tt.size%4096 == 0 && !errors.Is(err, ErrCorrupt) || err == nil {
				t.Errorf("got %v, want %v", err, ErrCorrupt)
			}
			if pages := int(tt.size / 4096); n < 2*pages-10 || n > 4*pages {
				t.Errorf("read %d rows of %d pages, with three or so in each", n, pages)
			}
			if _, err := db.Conn().ExecContext(context.Background(), "DELETE FROM sqlite_master"); err == nil {
				t.Error("the schema was writable")
			}
		})
	}
}

func TestVerifyNoticesChanges(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, path string)
		want   error
	}{
		{"nothing", func(*testing.T, string) {}, nil},
		{"empty -wal appears", func(t *testing.T, path string) { writeFile(t, path+"-wal", "") }, nil},
		{"one row written", func(t *testing.T, path string) { appendRows(t, openWriter(t, path, "WAL"), 1) }, ErrChanged},
		{"one row written and closed", func(t *testing.T, path string) {
			db := openWriter(t, path, "WAL")
			appendRows(t, db, 1)
			db.Close()
		}, ErrChanged},
		{"same size, other content", func(t *testing.T, path string) {
			db := openWriter(t, path, "WAL")
			mustExec(t, db, "UPDATE events SET text = 'Event' || substr(text, 6)")
			db.Close()
		}, ErrChanged},
		{"transaction begun", func(t *testing.T, path string) { writeFile(t, path+"-journal", "x") }, ErrChanged},
		{"replaced", func(t *testing.T, path string) {
			info, _ := os.Stat(path)
			duplicate(t, path, path+".new")
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, time.Time{}, info.ModTime()); err != nil {
				t.Fatal(err)
			}
		}, ErrChanged},
		{"gone", func(t *testing.T, path string) { remove(t, path) }, ErrChanged},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "agent.sqlite")
			makeClosed(t, path, 20)
			db := mustOpen(t, path, Options{})
			defer mustClose(t, db)
			wantRows(t, db, 20)
			if runtime.GOOS == "windows" && (tt.name == "replaced" || tt.name == "gone") {
				t.Skip("an open file can not be replaced on Windows")
			}
			tt.change(t, path)
			if err := db.Verify(); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// A table that lies behind the cut must not hide those before it.
func TestOpenCutKeepsEarlierTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.sqlite")
	db := openWriter(t, path, "WAL")
	appendRows(t, db, 60)
	mustExec(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	size := fileSize(t, path)
	mustExec(t, db, "CREATE TABLE later (id INTEGER PRIMARY KEY)")
	mustExec(t, db, "CREATE INDEX later_text ON events (text)")
	db.Close()
	truncate(t, path, size)

	read := mustOpen(t, path, Options{})
	defer mustClose(t, read)
	wantState(t, read, Immutable, MainCut)
	wantRows(t, read, 60)
}

func TestVerifyTrustsOtherModes(t *testing.T) {
	dir, temp := t.TempDir(), emptyDir(t)
	path := filepath.Join(dir, "agent.sqlite")
	makeCrashed(t, path, 20, 30)
	remove(t, path+"-shm")
	db := mustOpen(t, path, Options{TempDir: temp})
	defer mustClose(t, db)
	wantState(t, db, Copy)
	remove(t, path+"-wal")
	remove(t, path)
	wantRows(t, db, 50)
}

func TestCopiesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no permission bits")
	}
	path, temp := filepath.Join(t.TempDir(), "agent.sqlite"), emptyDir(t)
	makeHotJournal(t, path, 50)
	db := mustOpen(t, path, Options{TempDir: temp})
	defer mustClose(t, db)
	copies := 0
	err := filepath.WalkDir(temp, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == temp {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		copies++
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
		return nil
	})
	if err != nil || copies < 2 {
		t.Errorf("%d entries, error %v", copies, err)
	}
}

func TestOpenCopyOfChangingFile(t *testing.T) {
	path, temp := filepath.Join(t.TempDir(), "agent.sqlite"), emptyDir(t)
	makeCrashed(t, path, 20, 30)
	seen, err := look(path)
	if err != nil {
		t.Fatal(err)
	}
	truncate(t, path+"-wal", 32)
	o := opener{path, Options{TempDir: temp, BusyTimeout: time.Second, Now: time.Now}}
	if db, err := o.openCopy(context.Background(), seen); !errors.Is(err, ErrChanged) {
		t.Errorf("got %v, %v, want %v", db, err, ErrChanged)
	}
	remove(t, path+"-wal")
	if db, err := o.openCopy(context.Background(), seen); !errors.Is(err, ErrChanged) {
		t.Errorf("-wal gone: got %v, %v, want %v", db, err, ErrChanged)
	}
	if db, err := o.openWithWAL(context.Background(), seen); !errors.Is(err, ErrChanged) {
		t.Errorf("-wal gone before its header was read: got %v, %v, want %v", db, err, ErrChanged)
	}
}

func TestOpenStopsWithContext(t *testing.T) {
	path, temp := filepath.Join(t.TempDir(), "agent.sqlite"), emptyDir(t)
	makeHotJournal(t, path, 50)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, path, Options{TempDir: temp}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}

func TestOpenBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.sqlite")
	db := openWriter(t, path, "WAL")
	appendRows(t, db, 5)
	// In exclusive mode the owner keeps its index of the -wal to itself and
	// locks everybody else out of the main file.
	mustExec(t, db, "PRAGMA locking_mode=EXCLUSIVE")
	appendRows(t, db, 5)
	_, err := Open(context.Background(), path, Options{BusyTimeout: time.Millisecond})
	if !errors.Is(err, ErrBusy) {
		t.Errorf("got %v, want %v", err, ErrBusy)
	}
}

func TestClassify(t *testing.T) {
	path := filepath.Join(t.TempDir(), "agent.sqlite")
	makeClosed(t, path, 1)
	db := mustOpen(t, path, Options{})
	defer mustClose(t, db)
	_, err := db.Conn().QueryContext(context.Background(), "SELECT missing FROM events")
	if err == nil || Classify(err) != err {
		t.Errorf("an error of the statement became %v", Classify(err))
	}
	if Classify(nil) != nil {
		t.Error("nil became an error")
	}
}

func TestStrings(t *testing.T) {
	seen := map[string]bool{}
	for m := Live; m <= Copy; m++ {
		seen[m.String()] = true
	}
	for w := WALForeign; w <= MainCut; w++ {
		seen[w.String()] = true
	}
	if len(seen) != 8 {
		t.Errorf("not all texts differ: %v", seen)
	}
	if got := Mode(9).String() + Warning(9).String(); got != "Mode(9)Warning(9)" {
		t.Errorf("got %s", got)
	}
}

func TestFileURI(t *testing.T) {
	tests := []struct{ name, path, want string }{
		{"plain", "/home/a/b.sqlite", "file:///home/a/b.sqlite"},
		{"special characters", "/a b/50%/c?d#e.sqlite", "file:///a%20b/50%25/c%3Fd%23e.sqlite"},
		{"Chinese", "/会话", "file:///%E4%BC%9A%E8%AF%9D"},
		{"drive letter", "C:/Users/a b/x.sqlite", "file:///C:/Users/a%20b/x.sqlite"},
		{"network share", "//server/share/x.sqlite", "file:////server/share/x.sqlite"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fileURI(tt.path); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, path string, at int64, content string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(content), at); err != nil {
		t.Fatal(err)
	}
}

func truncate(t *testing.T, path string, size int64) {
	t.Helper()
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func mkdir(t *testing.T, path string) {
	t.Helper()
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
}

func fileSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
