package main

import (
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

// databaseLine is one line of what writeDatabase reads: an event, and with it
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
	ts.Check(writeDatabase(ts.MkAbs(args[0]), ts.ReadFile(args[1])))
}

// writeDatabase makes a database of OpenClaw's out of lines.
func writeDatabase(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(schema23); err != nil {
		return err
	}
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		return err
	}
	defer encoder.Close()
	seq := 0
	for line := range strings.Lines(text) {
		if err := insertLine(tx, encoder, seq, line); err != nil {
			return err
		}
		seq++
	}
	return tx.Commit()
}

func insertLine(tx *sql.Tx, encoder *zstd.Encoder, seq int, text string) error {
	const made = 1795323993646 // a time of creation that nothing depends on
	var line databaseLine
	if err := json.Unmarshal([]byte(text), &line); err != nil {
		return err
	}
	plain, packed := any(string(line.Event)), any(nil)
	size := any(nil)
	if len(line.Event) >= compressFrom {
		plain, packed, size = nil, encoder.EncodeAll(line.Event, nil), len(line.Event)
	}
	_, err := tx.Exec("INSERT OR IGNORE INTO session_nodes VALUES (?, ?, '{}', ?, NULL, ?)", line.Key, line.Session, made, line.Title)
	if err == nil {
		_, err = tx.Exec("INSERT OR IGNORE INTO session_windows VALUES (?, ?, ?, ?, ?, NULL, ?)", line.Session, line.Key, made, made, line.Channel, line.Hook)
	}
	if err == nil {
		_, err = tx.Exec("INSERT INTO transcript_events VALUES (?, ?, ?, ?, ?, ?)", line.Session, seq, plain, made, packed, size)
	}
	return err
}

func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, len(args) == 2, "sql FILE STATEMENT")
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(args[1])
	ts.Check(err)
}
