package livesqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// openWriter opens path the way an owner does. Closing it is left to the test,
// which can also leave it open to the end.
func openWriter(t *testing.T, path, journalMode string) *sql.DB {
	t.Helper()
	db, err := newWriter(path, journalMode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newWriter(path, journalMode string) (*sql.DB, error) {
	uri := fileURI(filepath.ToSlash(path)) + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(" + journalMode + ")"
	db, err := sql.Open("sqlite", uri)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, text TEXT)")
	return db, err
}

// appendRows writes rows of some 1000 bytes, each in its own transaction.
func appendRows(t *testing.T, db *sql.DB, n int) {
	t.Helper()
	for range n {
		mustExec(t, db, "INSERT INTO events (text) VALUES (?)", strings.Repeat("event ", 170))
	}
}

func mustExec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// makeClosed leaves a cleanly closed WAL database with n rows.
func makeClosed(t *testing.T, path string, n int) {
	t.Helper()
	db := openWriter(t, path, "WAL")
	appendRows(t, db, n)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// makeCrashed leaves what a killed owner leaves: main rows in the main file
// and walOnly more in the -wal alone, with the -shm.
func makeCrashed(t *testing.T, path string, main, walOnly int) {
	t.Helper()
	live := filepath.Join(t.TempDir(), "live.sqlite")
	db := openWriter(t, live, "WAL")
	appendRows(t, db, main)
	mustExec(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	appendRows(t, db, walOnly)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		duplicate(t, live+suffix, path+suffix)
	}
}

// makeHotJournal leaves what an owner killed in the middle of a transaction
// leaves without WAL: n rows committed and a journal to roll the rest back.
func makeHotJournal(t *testing.T, path string, n int) {
	t.Helper()
	live := filepath.Join(t.TempDir(), "live.sqlite")
	db := openWriter(t, live, "DELETE")
	appendRows(t, db, n)
	mustExec(t, db, "PRAGMA cache_size=1") // spills the transaction into the main file
	mustExec(t, db, "BEGIN")
	mustExec(t, db, "UPDATE events SET text = 'never committed'")
	appendRows(t, db, 100)
	for _, suffix := range []string{"", "-journal"} {
		duplicate(t, live+suffix, path+suffix)
	}
}

func duplicate(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// listing describes every file of a directory: name, mode, time, content.
func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[entry.Name()] = fmt.Sprintf("%v %d bytes %d ns %x", info.Mode(), info.Size(), info.ModTime().UnixNano(), sha256.Sum256(data))
	}
	return out
}

// unchanged fails the test when dir is not as it was at the end of the test.
func unchanged(t *testing.T, dir string) {
	t.Helper()
	before := listing(t, dir)
	t.Cleanup(func() {
		if after := listing(t, dir); !maps.Equal(before, after) {
			t.Errorf("directory changed\nbefore %v\nafter  %v", before, after)
		}
	})
}

// emptyDir fails the test when dir holds anything at the end of the test.
func emptyDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Cleanup(func() { wantEmpty(t, dir) })
	return dir
}

func wantEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("left in the directory for copies: %v, error %v", entries, err)
	}
}

func mustOpen(t *testing.T, path string, opt Options) *DB {
	t.Helper()
	db, err := Open(context.Background(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func mustClose(t *testing.T, db *DB) {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// countRows reads every row and fails on a gap between them.
func countRows(ctx context.Context, db *DB) (int, error) {
	rows, err := db.Conn().QueryContext(ctx, "SELECT id, text FROM events ORDER BY id")
	if err != nil {
		return 0, Classify(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var id int
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return n, err
		}
		if n++; id != n {
			return n, fmt.Errorf("row %d follows row %d", id, n-1)
		}
		if !strings.HasPrefix(text, "event ") {
			return n, fmt.Errorf("row %d has a foreign text", id)
		}
	}
	return n, Classify(rows.Err())
}

func wantRows(t *testing.T, db *DB, want int) {
	t.Helper()
	got, err := countRows(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got %d rows, want %d", got, want)
	}
	if err := db.Verify(); err != nil {
		t.Error(err)
	}
}

func wantState(t *testing.T, db *DB, mode Mode, warnings ...Warning) {
	t.Helper()
	if db.Mode() != mode {
		t.Errorf("mode %v, want %v", db.Mode(), mode)
	}
	if got := db.Warnings(); !slices.Equal(got, warnings) {
		t.Errorf("warnings %v, want %v", got, warnings)
	}
}
