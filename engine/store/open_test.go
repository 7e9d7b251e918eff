package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// archiveWith makes an archive with one message at path.
func archiveWith(t *testing.T, path string) {
	t.Helper()
	s := openAt(t, path, Options{})
	write(t, s, func(b *Batch) { put(t, b, live("w1"), msg("a", 1, 1, "one")) })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// raw runs a statement on the file at path.
func raw(t *testing.T, path, statement string) {
	t.Helper()
	db := connect(path, Options{})
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return strings.Join(all, " ")
}

func TestOpenRefuses(t *testing.T) {
	for _, test := range []struct {
		name    string
		prepare func(t *testing.T, path string)
		opt     Options
		want    error
	}{
		{"missing, for reading", func(*testing.T, string) {}, Options{ReadOnly: true}, fs.ErrNotExist},
		{"newer", func(t *testing.T, path string) { raw(t, path, "PRAGMA user_version = 99") }, Options{}, ErrNewer},
		{"newer, for reading", func(t *testing.T, path string) { raw(t, path, "PRAGMA user_version = 99") }, Options{ReadOnly: true}, ErrNewer},
		{"another program's", func(t *testing.T, path string) { raw(t, path, "PRAGMA application_id = 7") }, Options{}, ErrCorrupt},
		{"empty", func(t *testing.T, path string) { os.Truncate(path, 0) }, Options{}, ErrCorrupt},
		{"text", func(t *testing.T, path string) { os.WriteFile(path, bytes.Repeat([]byte("text\n"), 999), 0o600) }, Options{}, ErrCorrupt},
		{"cut", func(t *testing.T, path string) { os.Truncate(path, 4096) }, Options{}, ErrCorrupt},
		{"directory", func(t *testing.T, path string) { os.Remove(path); os.Mkdir(path, 0o700) }, Options{}, ErrCorrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "archive.db")
			if !errors.Is(test.want, fs.ErrNotExist) {
				archiveWith(t, path)
			}
			test.prepare(t, path)
			before, _ := os.ReadFile(path)
			info, _ := os.Stat(path)
			list := names(t, dir)
			s, err := Open(context.Background(), path, test.opt)
			if err == nil {
				s.Close()
			}
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
			after, _ := os.ReadFile(path)
			if !bytes.Equal(before, after) || names(t, dir) != list {
				t.Errorf("the directory changed: %s", names(t, dir))
			}
			if now, err := os.Stat(path); err == nil && !now.ModTime().Equal(info.ModTime()) {
				t.Error("the file was written")
			}
		})
	}
}

func TestOpenCreates(t *testing.T) {
	for _, name := range []string{"archive.db", "a b?c=d#e%41[f].db", "归档.db"} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS == "windows" && strings.Contains(name, "?") {
				t.Skip("no such names on Windows")
			}
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path+tempInfix+"123", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			archiveWith(t, path)
			if got := names(t, dir); got != name {
				t.Errorf("the directory holds %s", got)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && info.Mode() != 0o600 {
				t.Errorf("mode %v", info.Mode())
			}
			s := openAt(t, path, Options{ReadOnly: true})
			if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one" {
				t.Errorf("it holds %q", got)
			}
			if _, err := s.Begin(context.Background()); !errors.Is(err, ErrReadOnly) {
				t.Errorf("writing: %v", err)
			}
		})
	}
}

func TestMigrate(t *testing.T) {
	next := format{version: FormatVersion + 2, create: schema, migrations: map[int]func(context.Context, *sql.Tx) error{
		FormatVersion: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "ALTER TABLE sessions ADD COLUMN color TEXT NOT NULL DEFAULT 'red'")
			return err
		},
		FormatVersion + 1: func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE sessions SET color = 'blue'")
			return err
		},
	}}
	broken := format{version: FormatVersion + 2, create: schema, migrations: map[int]func(context.Context, *sql.Tx) error{
		FormatVersion:     next.migrations[FormatVersion],
		FormatVersion + 1: func(context.Context, *sql.Tx) error { return errors.New("half-way") },
	}}
	dir := t.TempDir()
	path := filepath.Join(dir, "archive.db")
	archiveWith(t, path)
	before, _ := os.ReadFile(path)
	ctx := context.Background()
	for _, test := range []struct {
		name string
		f    format
		opt  Options
		want error
	}{
		{"for reading", next, Options{ReadOnly: true}, ErrOlder},
		{"failing", broken, Options{}, nil},
		{"without a step", format{version: FormatVersion + 1, create: schema}, Options{}, ErrCorrupt},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := open(ctx, path, test.opt, test.f)
			if err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got %v", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) || names(t, dir) != "archive.db" {
				t.Errorf("the directory changed: %s", names(t, dir))
			}
		})
	}
	s, err := open(ctx, path, Options{}, next)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var color string
	var version, id int
	if err := s.pool.QueryRow("SELECT color FROM sessions").Scan(&color); err != nil || color != "blue" {
		t.Errorf("color %q, %v", color, err)
	}
	if err := s.pool.QueryRow("SELECT user_version, application_id FROM pragma_user_version, pragma_application_id").Scan(&version, &id); err != nil || version != FormatVersion+2 || id != applicationID {
		t.Errorf("version %d, id %x, %v", version, id, err)
	}
	if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one" || names(t, dir) != "archive.db" {
		t.Errorf("it holds %q beside %s", got, names(t, dir))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// smallOrderIndex takes an archive back to format 4, dropPluginTables to format 3,
// but for its number.
const smallOrderIndex = "DROP INDEX messages_in_order; CREATE INDEX messages_in_order ON messages(window, seq);"
const dropPluginTables = smallOrderIndex + "DROP TABLE extractions; DROP TABLE states; DROP TABLE items; DROP TABLE plugins; DROP TABLE verdicts;"

// TestFormats opens archives as earlier versions left them: what a fresh one has
// is there, and what was archived.
func TestFormats(t *testing.T) {
	tables := func(s *Store) string {
		return column(t, s, "SELECT name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name IN ('numbers', 'extractions', 'states', 'items', 'plugins', 'verdicts', 'items_in_order', 'items_by_public', 'messages_in_order') ORDER BY name")
	}
	fresh := tables(openNew(t))
	for version, undo := range map[int]string{
		1: dropPluginTables + "DROP TABLE numbers; DROP TABLE search; DROP TABLE search_segments; DROP TABLE search_gone;" +
			"DROP INDEX sessions_by_time; DROP INDEX transcripts_by_kind;" +
			"ALTER TABLE sessions DROP COLUMN messages; ALTER TABLE sessions DROP COLUMN updated; ALTER TABLE sessions DROP COLUMN revision; ALTER TABLE sessions DROP COLUMN rewritten;",
		2: dropPluginTables + "DROP TABLE numbers;",
		3: dropPluginTables,
		4: smallOrderIndex,
	} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "archive.db")
			archiveWith(t, path)
			raw(t, path, fmt.Sprintf("%s PRAGMA user_version = %d", undo, version))
			if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, ErrOlder) {
				t.Errorf("opening for reading: %v", err)
			}
			s := openAt(t, path, Options{})
			if got := tables(s); got != fresh {
				t.Errorf("tables\n%s\nof a fresh one\n%s", got, fresh)
			}
			due, err := s.Due(t.Context(), "todo", "1")
			if err != nil || len(due) != 1 || !due[0].Anew || due[0].Session.Messages != 1 {
				t.Errorf("due %+v, %v", due, err)
			}
			if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one" {
				t.Errorf("it holds %q", got)
			}
		})
	}
}

func TestBusy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	archiveWith(t, path)
	first := openAt(t, path, Options{})
	second := openAt(t, path, Options{BusyTimeout: time.Millisecond})
	b, err := first.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	put(t, b, live("w1"), msg("b", 2, 2, "two"))
	if _, err := first.Begin(context.Background()); !errors.Is(err, ErrBatchOpen) {
		t.Errorf("a second batch of one store: %v", err)
	}
	if err := first.SetMeta(context.Background(), "a", "b"); !errors.Is(err, ErrBatchOpen) {
		t.Errorf("a value beside a batch: %v", err)
	}
	if _, err := second.Begin(context.Background()); !errors.Is(err, ErrBusy) {
		t.Errorf("a second writer: %v", err)
	}
	if got := texts(t, second, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one" {
		t.Errorf("a reader beside an open batch sees %q", got)
	}
	if err := b.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, second, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one two" {
		t.Errorf("after the commit: %q", got)
	}
}

func TestTwoWritersInTurn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	stores := []*Store{openAt(t, path, Options{}), openAt(t, path, Options{})}
	for i := range 6 {
		write(t, stores[i%2], func(b *Batch) {
			facts(t, b, session.Facts{SessionID: fmt.Sprintf("w%d", i/2), Key: "agent:main:main"})
			m := msg(fmt.Sprintf("%08x", i), int64(i), i, fmt.Sprint(i))
			m.Sender = fmt.Sprintf("sender %d", i/2)
			put(t, b, live(fmt.Sprintf("w%d", i/2)), m)
		})
	}
	for _, s := range stores {
		if got := texts(t, s, Filter{Key: "agent:main:main"}, Page{}); got != "0 1 2 3 4 5" {
			t.Errorf("got %q", got)
		}
	}
}

func TestRollback(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) { put(t, b, live("w1"), msg("a", 1, 1, "one")) })
	before := dump(t, s, everything)
	for _, end := range []struct {
		name string
		end  func(b *Batch) error
	}{
		{"rollback", (*Batch).Rollback},
		{"canceled commit", func(b *Batch) error {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if err := b.Commit(ctx); !errors.Is(err, context.Canceled) {
				return fmt.Errorf("commit gave %v", err)
			}
			return nil
		}},
	} {
		t.Run(end.name, func(t *testing.T) {
			b, err := s.Begin(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			facts(t, b, session.Facts{SessionID: "w1", Key: "agent:main:main"})
			m := msg("b", 2, 2, "two")
			m.Channel = "telegram"
			put(t, b, live("w1"), m)
			if err := end.end(b); err != nil {
				t.Fatal(err)
			}
			if got := dump(t, s, everything); got != before {
				t.Errorf("got %s", got)
			}
			if err := b.Commit(context.Background()); !errors.Is(err, ErrEnded) {
				t.Errorf("commit after the end: %v", err)
			}
		})
	}
	write(t, s, func(b *Batch) {
		if got := put(t, b, live("w1"), msg("b", 2, 2, "two"))[0]; got != Added {
			t.Errorf("outcome %v", got)
		}
	})
}

func TestFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	archiveWith(t, path)
	s := openAt(t, path, Options{})
	before := dump(t, s, everything)
	var limit int
	if err := s.write.QueryRow("PRAGMA max_page_count = 30").Scan(&limit); err != nil {
		t.Fatal(err)
	}
	b, err := s.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	w, err := b.Transcript(live("w2"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; err == nil && i < 10_000; i++ {
		_, err = w.Put(msg(fmt.Sprintf("%08x", i), int64(i), i, strings.Repeat("x", 200)), nil)
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("got %v", err)
	}
	if err := b.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, s, everything); got != before {
		t.Errorf("got %s", got)
	}
	write(t, s, func(b *Batch) { put(t, b, live("w1"), msg("b", 2, 2, "two")) })
	if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != "one two" {
		t.Errorf("afterwards: %q", got)
	}
}

func TestDamageInside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	archiveWith(t, path)
	bytesOf, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 8192; i < len(bytesOf); i++ { // behind the first page
		bytesOf[i] = byte(i * 7)
	}
	if err := os.WriteFile(path, bytesOf, 0o600); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, path, Options{ReadOnly: true})
	if _, _, err := s.Sessions(context.Background(), Filter{}, Page{}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("reading: %v", err)
	}
	if _, err := Open(context.Background(), path, Options{}); !errors.Is(err, ErrCorrupt) {
		t.Errorf("opening for writing: %v", err)
	}
}

func TestCursorsAndMeta(t *testing.T) {
	s := openNew(t)
	ctx := context.Background()
	write(t, s, func(b *Batch) {
		put(t, b, live("w1"), msg("a", 1, 1, "one"))
		if err := b.Mark("main/sessions.json", "size 7"); err != nil {
			t.Fatal(err)
		}
		w, err := b.Transcript(live("w2"))
		if err != nil {
			t.Fatal(err)
		}
		if err := w.End("middle", []byte{1, 2}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Transcript(live("w3")); err != nil { // cut: never ends
			t.Fatal(err)
		}
	})
	for id, want := range map[string]Cursor{
		"main/w1": {Cursor: "after main/w1"}, "main/sessions.json": {Cursor: "size 7"}, "main/w2": {"middle", []byte{1, 2}},
		"main/w3": {}, "nobody": {},
	} {
		if got, err := s.Cursor(ctx, id); err != nil || got.Cursor != want.Cursor || !bytes.Equal(got.State, want.State) {
			t.Errorf("cursor of %s: %v, %v", id, got, err)
		}
	}
	write(t, s, func(b *Batch) {
		if err := b.Mark("main/w4", "new"); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Cursor("main/w4"); err != nil || got.Cursor != "new" {
			t.Errorf("within the batch: %v, %v", got, err)
		}
	})
	totals, err := s.Totals(ctx)
	if err != nil || totals.Kinds["jsonl"] != 3 || len(totals.Kinds) != 1 {
		t.Errorf("kinds %v, %v", totals.Kinds, err)
	}
	if value, err := s.Meta(ctx, "zone"); value != "" || err != nil {
		t.Errorf("a value nobody set: %q, %v", value, err)
	}
	for _, value := range []string{"Asia/Shanghai", "UTC"} {
		if err := s.SetMeta(ctx, "zone", value); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Meta(ctx, "zone"); got != value || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	}
}
