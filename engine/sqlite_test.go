package engine_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite"
)

const database = "agents/main/agent/openclaw-agent.sqlite"

// schema23 is what of the schema of 2026.9.6 a reader needs, in its own words.
const schema23 = `
PRAGMA user_version = 23;
CREATE TABLE session_nodes (session_key TEXT NOT NULL PRIMARY KEY, current_session_id TEXT NOT NULL, entry_json TEXT NOT NULL,
	updated_at INTEGER NOT NULL, label TEXT, display_name TEXT) STRICT;
CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL, previous_session_id TEXT,
	created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, chat_type TEXT, channel TEXT, primary_conversation_id TEXT,
	hook_external_content_source TEXT, display_name TEXT) STRICT;
CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT, created_at INTEGER NOT NULL,
	event_zstd BLOB, event_utf8_bytes INTEGER, navigation_json TEXT, PRIMARY KEY (session_id, seq)) STRICT;
CREATE TABLE transcript_rewrite_watermarks (session_id TEXT NOT NULL PRIMARY KEY, generation TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE session_transcript_archives (session_id TEXT NOT NULL, generation TEXT NOT NULL, session_key TEXT NOT NULL, reason TEXT NOT NULL,
	encoding TEXT NOT NULL, archive_blob BLOB NOT NULL, archive_sha256 TEXT NOT NULL, archive_name TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL, PRIMARY KEY (session_id, generation)) STRICT;
CREATE TABLE session_transcript_cold_archives (session_id TEXT NOT NULL PRIMARY KEY, generation TEXT NOT NULL, archive_name TEXT NOT NULL UNIQUE,
	archive_sha256 TEXT NOT NULL, storage TEXT NOT NULL, archive_blob BLOB) STRICT;
`

// gateway writes an agent's database as OpenClaw does.
type gateway struct {
	t    testing.TB
	db   *sql.DB
	path string
}

// gateway opens the database of the agent main, and makes it when needed.
func (w *world) gateway() *gateway {
	w.t.Helper()
	mkdir(w.t, filepath.Dir(w.path(database)))
	g := &gateway{t: w.t, path: w.path(database)}
	var err error
	g.db, err = sql.Open("sqlite", "file:"+g.path+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)")
	must(w.t, err)
	g.db.SetMaxOpenConns(1)
	w.t.Cleanup(func() { g.db.Close() })
	var tables int
	must(w.t, g.db.QueryRow("SELECT count(*) FROM sqlite_master").Scan(&tables))
	if tables == 0 {
		g.exec(schema23)
	}
	return g
}

func (g *gateway) exec(query string, args ...any) {
	g.t.Helper()
	if _, err := g.db.Exec(query, args...); err != nil {
		g.t.Fatalf("%.80s: %v", query, err)
	}
}

// stop closes the database as a clean shutdown does. Its time is set back, as
// if it had been stopped a while ago: a reader need not wait then.
func (g *gateway) stop() {
	g.t.Helper()
	must(g.t, g.db.Close())
	info, err := os.Stat(g.path)
	must(g.t, err)
	earlier := info.ModTime().Add(-time.Minute)
	must(g.t, os.Chtimes(g.path, earlier, earlier))
}

// crash leaves the files as a killed gateway does: what was not checkpointed
// stands in the -wal alone.
func (g *gateway) crash() {
	g.t.Helper()
	kept := map[string]string{}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		kept[suffix] = readFile(g.t, g.path+suffix)
	}
	must(g.t, g.db.Close())
	earlier := time.Now().Add(-time.Minute)
	for suffix, content := range kept {
		must(g.t, errors.Join(os.WriteFile(g.path+suffix, []byte(content), 0o600), os.Chtimes(g.path+suffix, earlier, earlier)))
	}
}

// session makes a node and its current window.
func (g *gateway) session(key, id, chatType, channel string) {
	g.t.Helper()
	entry := object{"sessionId": id, "chatType": chatType, "delivery": object{"route": object{"channel": channel}}}
	g.exec("INSERT OR REPLACE INTO session_nodes(session_key, current_session_id, entry_json, updated_at) VALUES(?, ?, ?, ?)", key, id, asJSON(entry), moment(0).UnixMilli())
	g.window(key, id, chatType, channel)
}

func (g *gateway) window(key, id, chatType, channel string) {
	g.t.Helper()
	g.exec("INSERT INTO session_windows(session_id, session_key, created_at, updated_at, chat_type, channel) VALUES(?, ?, ?, ?, nullif(?, ''), nullif(?, ''))",
		id, key, moment(0).UnixMilli(), moment(0).UnixMilli(), chatType, channel)
	g.exec("INSERT INTO transcript_rewrite_watermarks VALUES(?, ?, 0)", id, hex.EncodeToString(digestOf([]byte(id))))
}

// events appends entries; long ones are compressed.
func (g *gateway) events(id string, records ...object) {
	g.t.Helper()
	for _, r := range records {
		event := asJSON(r)
		if len(event) < 1024 {
			g.exec("INSERT INTO transcript_events(session_id, seq, event_json, created_at) SELECT ?1, coalesce(max(seq), -1) + 1, ?2, 0 FROM transcript_events WHERE session_id = ?1", id, event)
			continue
		}
		g.exec("INSERT INTO transcript_events(session_id, seq, event_zstd, event_utf8_bytes, navigation_json, created_at) SELECT ?1, coalesce(max(seq), -1) + 1, ?2, ?3, '{}', 0 FROM transcript_events WHERE session_id = ?1",
			id, packed(g.t, event), len(event))
	}
}

// archive deletes a session and keeps its transcript as a row.
func (g *gateway) archive(key, id, transcript string) {
	g.t.Helper()
	blob := packed(g.t, transcript)
	sum := sha256.Sum256(blob)
	for _, table := range []string{"session_windows", "transcript_events", "transcript_rewrite_watermarks"} {
		g.exec("DELETE FROM "+table+" WHERE session_id = ?", id)
	}
	g.exec("DELETE FROM session_nodes WHERE session_key = ?", key)
	g.exec("INSERT INTO session_transcript_archives VALUES(?, 'g1', ?, 'deleted', 'zstd', ?, ?, ?, 0)",
		id, key, blob, hex.EncodeToString(sum[:]), id+".jsonl.deleted.2026-03-14T05-00-00.000Z.zst")
}

// cool moves a session out of the rows into a cold file.
func (w *world) cool(g *gateway, id string, records ...object) (name string) {
	w.t.Helper()
	all := line(object{"kind": "header", "version": 1, "sessionId": id, "generation": "g1"})
	for i, r := range records {
		all += line(object{"kind": "event", "row": object{"seq": i, "event_json": asJSON(r), "created_at": 0}})
	}
	blob := packed(w.t, all)
	sum := sha256.Sum256(blob)
	name = hex.EncodeToString(sum[:]) + ".jsonl.zst"
	w.write(sessions+"cold/"+name, string(blob))
	g.exec("DELETE FROM transcript_events WHERE session_id = ?", id)
	g.exec("INSERT INTO session_transcript_cold_archives VALUES(?, 'g1', ?, ?, 'file', NULL)", id, name, hex.EncodeToString(sum[:]))
	return name
}

// sqliteState writes a small state of schema 23: a chat with a compressed
// event, one that is cold and one that was deleted.
func sqliteState(w *world) {
	w.t.Helper()
	g := w.gateway()
	g.session(keyDirect, idDirect, "direct", "telegram")
	g.events(idDirect, header(idDirect), said("user", 10, "第一条消息 first"), said("assistant", 11, long("answer ", 300)), said("user", 12, "second"))
	g.session(keyMain, idMain, "", "")
	w.cool(g, idMain, header(idMain), said("user", 20, "cold question"), said("assistant", 21, "cold answer"))
	g.session(keyGroup, idGroup, "group", "telegram")
	g.archive(keyGroup, idGroup, lines(header(idGroup), said("user", 30, "gone"), said("assistant", 31, "gone too")))
	g.stop()
}
