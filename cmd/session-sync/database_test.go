package main

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"
)

// schema23 is what a reader needs of the tables that OpenClaw 2026.9.6 makes.
const schema23 = `
PRAGMA user_version = 23;
CREATE TABLE session_nodes (session_key TEXT NOT NULL PRIMARY KEY, current_session_id TEXT NOT NULL,
  entry_json TEXT NOT NULL, updated_at INTEGER NOT NULL, label TEXT, display_name TEXT) STRICT;
CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL,
  created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, channel TEXT, chat_type TEXT,
  hook_external_content_source TEXT) STRICT;
CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT,
  created_at INTEGER NOT NULL, event_zstd BLOB, event_utf8_bytes INTEGER, PRIMARY KEY (session_id, seq)) STRICT;
`

// compressFrom is the size from which OpenClaw compresses events.
const compressFrom = 1024

// databaseLine is one line of what makeDatabase reads: an event, and with it
// the session it belongs to.
type databaseLine struct {
	Key     string          `json:"key"`
	Session string          `json:"session"`
	Channel *string         `json:"channel"`
	Hook    *string         `json:"hook"`
	Title   *string         `json:"title"`
	Event   json.RawMessage `json:"event"`
}

func makeDatabase(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "database FILE LINES")
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	db, err := sql.Open("sqlite", path)
	ts.Check(err)
	defer db.Close()
	tx, err := db.Begin()
	ts.Check(err)
	execute := func(query string, args ...any) {
		_, err := tx.Exec(query, args...)
		ts.Check(err)
	}
	execute(schema23)
	encoder, err := zstd.NewWriter(nil)
	ts.Check(err)
	defer encoder.Close()
	const made = 1795323993646 // a time of creation that nothing depends on
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[1])))
	for seq := 0; lines.Scan(); seq++ {
		var line databaseLine
		ts.Check(json.Unmarshal(lines.Bytes(), &line))
		execute("INSERT OR IGNORE INTO session_nodes VALUES (?, ?, '{}', ?, NULL, ?)", line.Key, line.Session, made, line.Title)
		execute("INSERT OR IGNORE INTO session_windows VALUES (?, ?, ?, ?, ?, NULL, ?)", line.Session, line.Key, made, made, line.Channel, line.Hook)
		if len(line.Event) >= compressFrom {
			execute("INSERT INTO transcript_events VALUES (?, ?, NULL, ?, ?, ?)", line.Session, seq, made, encoder.EncodeAll(line.Event, nil), len(line.Event))
		} else {
			execute("INSERT INTO transcript_events VALUES (?, ?, ?, ?, NULL, NULL)", line.Session, seq, string(line.Event), made)
		}
	}
	ts.Check(lines.Err())
	ts.Check(tx.Commit())
}

func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "sql FILE STATEMENT")
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}
