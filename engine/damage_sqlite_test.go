package engine_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/source"
)

// spoilRows changes the database as if OpenClaw had written it so.
func spoilRows(statements ...string) func(*world) {
	return func(w *world) {
		g := w.gateway()
		for _, s := range statements {
			g.exec(s)
		}
		g.stop()
	}
}

// spoilBytes changes the file of the database.
func spoilBytes(change func([]byte) []byte) func(*world) {
	return func(w *world) {
		writeFile(w.t, w.path(database), string(change([]byte(readFile(w.t, w.path(database))))))
		earlier := time.Now().Add(-30 * time.Second)
		must(w.t, os.Chtimes(w.path(database), earlier, earlier))
	}
}

// spoilWAL puts a write-ahead log beside the database.
func spoilWAL(log func(w *world) string) func(*world) {
	return func(w *world) {
		content := log(w)
		earlier := time.Now().Add(-time.Minute)
		writeFile(w.t, w.path(database+"-wal"), content)
		must(w.t, os.Chtimes(w.path(database+"-wal"), earlier, earlier))
	}
}

// foreignWAL is the log of another database, which has pages of another size:
// one of the same size SQLite itself takes for the database's own.
func foreignWAL(w *world) string {
	other := newWorld(w.t)
	mkdir(w.t, filepath.Dir(other.path(database)))
	db, err := sql.Open("sqlite", "file:"+other.path(database))
	must(w.t, err)
	_, err = db.Exec("PRAGMA page_size = 8192;" + schema23)
	must(w.t, errors.Join(err, db.Close()))
	g := other.gateway()
	g.session(keyMain, idMain, "", "")
	g.events(idMain, header(idMain), said("user", 99, "from another database"))
	g.crash()
	return readFile(w.t, g.path+"-wal")
}

func coldFile(w *world) string {
	w.t.Helper()
	found, err := filepath.Glob(w.path(sessions + "cold/*.zst"))
	must(w.t, err)
	return found[0]
}

func TestBadDatabases(t *testing.T) {
	// Of sqliteState: 3 in rows, 2 cold, 2 in an archive; 2 of another agent.
	const rows, cold, archived, other = 3, 2, 2, 2
	const all = rows + cold + archived + other
	direct := "session_id = '" + idDirect + "'"
	for _, c := range []spoilt{
		{"zero bytes", spoilBytes(func([]byte) []byte { return nil }), reason(source.ReasonBadDatabase), other, false},
		{"no database", spoilBytes(func(b []byte) []byte { return []byte(strings.Repeat("chat ", len(b)/5)) }), reason(source.ReasonBadDatabase), other, false},
		{"cut to its first page", spoilBytes(func(b []byte) []byte { return b[:2000] }), reason(source.ReasonBadDatabase), other, false},
		{"renamed tables", spoilRows("ALTER TABLE transcript_events RENAME TO transcript_things"), reason(source.ReasonUnknownSchema), other, false},
		{"renamed columns", spoilRows("ALTER TABLE transcript_events RENAME COLUMN event_json TO a", "ALTER TABLE transcript_events RENAME COLUMN event_zstd TO b"), reason(source.ReasonUnknownSchema), other, false},
		{"no payload", spoilRows("UPDATE transcript_events SET event_json = NULL WHERE " + direct + " AND seq = 1"), reason(source.ReasonBadEvent), all - 1, true},
		{"payload that is no JSON", spoilRows("UPDATE transcript_events SET event_json = 'x' WHERE " + direct + " AND seq = 1"), reason(source.ReasonBadJSON), all - 1, true},
		{"flipped byte in an event", spoilRows("UPDATE transcript_events SET event_zstd = CAST(substr(event_zstd, 1, 40) || x'ff' || substr(event_zstd, 42) AS BLOB) WHERE event_zstd IS NOT NULL"), reason(source.ReasonBadZstd), all - 1, true},
		{"wrong size of an event", spoilRows("UPDATE transcript_events SET event_utf8_bytes = 7 WHERE event_zstd IS NOT NULL"), reason(source.ReasonBadZstd), all - 1, true},
		{"bomb in an event", func(w *world) {
			g := w.gateway()
			g.exec("UPDATE transcript_events SET event_zstd = ? WHERE event_zstd IS NOT NULL", packed(w.t, strings.Repeat(" ", 300<<20)))
			g.stop()
		}, reason(source.ReasonBadZstd), all - 1, true},
		{"newer schema", spoilRows("PRAGMA user_version = 99", "ALTER TABLE transcript_events ADD COLUMN later TEXT"), reason("(newer-schema)"), all, false},
		{"archive with another digest", spoilRows("UPDATE session_transcript_archives SET archive_sha256 = '" + strings.Repeat("0", 64) + "'"), reason(source.ReasonHashMismatch), all - archived, false},
		{"missing cold file", func(w *world) { must(w.t, os.Remove(coldFile(w))) }, reason(source.ReasonColdMissing), all - cold, true},
		{"swapped cold file", func(w *world) { writeFile(w.t, coldFile(w), string(packed(w.t, "another"))) }, reason(source.ReasonColdMismatch), all - cold, true},
		{"cold file outside", spoilRows("UPDATE session_transcript_cold_archives SET archive_name = '../../agent/openclaw-agent.sqlite'"), reason(source.ReasonOutside), all - cold, true},
		{"foreign log", spoilWAL(foreignWAL), reason(source.ReasonBadWAL), all, false},
		{"log that is none", spoilWAL(func(*world) string { return strings.Repeat("log ", 2000) }), reason(source.ReasonBadWAL), all, false},
		{"cut log", func(w *world) {
			g := w.gateway()
			g.events(idDirect, said("user", 13, "in the log"), said("assistant", 14, "in the log too"))
			g.crash()
			log := readFile(w.t, g.path+"-wal")
			spoilWAL(func(*world) string { return log[:len(log)-100] })(w)
			must(w.t, os.Remove(g.path+"-shm"))
		}, reason(source.ReasonBadWAL), all + 1, false},
	} {
		c.check(t, func(w *world) {
			sqliteState(w)
			w.write("agents/work/sessions/"+idOld+".jsonl", chat(idOld, 40, 2))
		})
	}
}

// TestCorruptPages flips bytes in one page after the other: whatever is hit,
// the sync ends, and what it can't read it names.
func TestCorruptPages(t *testing.T) {
	whole := newWorld(t)
	sqliteState(whole)
	good := readFile(t, whole.path(database))
	want := whole.sync().Messages
	const page = 4096
	for at := page; at < len(good); at += page {
		w := newWorld(t)
		copyTree(t, whole.state, w.state)
		spoilBytes(func(b []byte) []byte {
			for i := at; i < at+64; i++ {
				b[i] ^= 0xff
			}
			return b
		})(w)
		w.write("agents/work/sessions/"+idOld+".jsonl", chat(idOld, 40, 2))
		report := w.sync()
		all, _ := report.Unread()
		if report.Messages < want+2 && all == 0 {
			t.Errorf("page at %d: %d messages and nothing named", at, report.Messages)
		}
		if report.Messages < 2 {
			t.Errorf("page at %d: another agent's messages are missing", at)
		}
	}
}
