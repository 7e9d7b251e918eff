package openclaw

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

const (
	agentDB = "agents/main/agent/openclaw-agent.sqlite"
	dbID    = "main/agent/openclaw-agent.sqlite"
)

// Shapes of the database, by what each release added. Checks that keep
// OpenClaw itself from writing damage are left out, so that tests can.
const (
	plainEvents = `CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT, created_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (session_id, seq)) STRICT;`
	zstdEvents  = `CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT, created_at INTEGER NOT NULL DEFAULT 0,
		event_zstd BLOB, event_utf8_bytes INTEGER, navigation_json TEXT, PRIMARY KEY (session_id, seq)) STRICT;`
	oldWindows = `CREATE TABLE sessions (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL, chat_type TEXT, channel TEXT, display_name TEXT) STRICT;
		CREATE TABLE session_entries (session_key TEXT NOT NULL PRIMARY KEY, session_id TEXT NOT NULL, entry_json TEXT NOT NULL, updated_at INTEGER, status TEXT) STRICT;
		CREATE TABLE session_routes (session_key TEXT NOT NULL PRIMARY KEY, session_id TEXT NOT NULL) STRICT;`
	nodes = `CREATE TABLE session_nodes (session_key TEXT NOT NULL PRIMARY KEY, current_session_id TEXT NOT NULL, entry_json TEXT NOT NULL, label TEXT, display_name TEXT) STRICT;
		CREATE TABLE conversations (conversation_id TEXT NOT NULL PRIMARY KEY, channel TEXT NOT NULL, label TEXT) STRICT;
		CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL, chat_type TEXT, channel TEXT, primary_conversation_id TEXT,
			hook_external_content_source TEXT, display_name TEXT) STRICT;
		CREATE TABLE transcript_rewrite_watermarks (session_id TEXT NOT NULL PRIMARY KEY, generation TEXT NOT NULL, updated_at INTEGER NOT NULL DEFAULT 0) STRICT;`
	archives = `CREATE TABLE session_transcript_archives (session_id TEXT NOT NULL, generation TEXT NOT NULL, session_key TEXT NOT NULL, reason TEXT NOT NULL,
		encoding TEXT NOT NULL, archive_blob BLOB NOT NULL, archive_sha256 TEXT NOT NULL, archive_name TEXT, created_at INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (session_id, generation)) STRICT;`
	coldArchives = `CREATE TABLE session_transcript_cold_archives (session_id TEXT NOT NULL PRIMARY KEY, generation TEXT NOT NULL, archive_name TEXT NOT NULL,
		archive_sha256 TEXT NOT NULL, storage TEXT NOT NULL, archive_blob BLOB) STRICT;`

	schema8  = plainEvents + oldWindows + "PRAGMA user_version = 8;"
	schema19 = plainEvents + nodes + archives + "PRAGMA user_version = 19;"
	schema23 = zstdEvents + nodes + archives + coldArchives + "PRAGMA user_version = 23;"
)

// testDB is a database under construction.
type testDB struct {
	*state
	db *sql.DB
}

func (s *state) database(name, schema string) *testDB {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o700); err != nil {
		s.t.Fatal(err)
	}
	db, err := sql.Open("sqlite", s.path(name))
	if err != nil {
		s.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	d := &testDB{s, db}
	s.t.Cleanup(func() { db.Close() })
	d.exec(schema)
	return d
}

func (d *testDB) exec(query string, args ...any) {
	d.t.Helper()
	if _, err := d.db.Exec(query, args...); err != nil {
		d.t.Fatalf("%s: %v", query, err)
	}
}

// close ends the writing and makes the file look old.
func (d *testDB) close() {
	d.t.Helper()
	if err := d.db.Close(); err != nil {
		d.t.Fatal(err)
	}
	d.age()
}

// events appends rows to a session, from seq on.
func (d *testDB) events(sessionID string, seq int, events ...string) {
	d.t.Helper()
	for i, event := range events {
		d.exec("INSERT INTO transcript_events (session_id, seq, event_json) VALUES (?, ?, ?)", sessionID, seq+i, event)
	}
}

func (d *testDB) packedEvent(sessionID string, seq int, packed string, size any) {
	d.t.Helper()
	d.exec("INSERT INTO transcript_events (session_id, seq, event_zstd, event_utf8_bytes) VALUES (?, ?, ?, ?)", sessionID, seq, []byte(packed), size)
}

func (d *testDB) generation(sessionID, generation string) {
	d.t.Helper()
	d.exec("INSERT OR REPLACE INTO transcript_rewrite_watermarks (session_id, generation) VALUES (?, ?)", sessionID, generation)
}

func TestDatabaseShapes(t *testing.T) {
	entry := `{"label":"L","channel":"telegram"}`
	for _, c := range []struct {
		name, schema string
		fill         func(d *testDB)
		facts        session.Facts // agent and id are filled in
		skips        []string
	}{
		{"2026.7.2-beta.2", schema8, func(d *testDB) {
			d.exec("INSERT INTO sessions (session_id, session_key, channel) VALUES ('s1', 'agent:main:main', 'webchat')")
			d.exec("INSERT INTO session_entries (session_key, session_id, entry_json) VALUES ('agent:main:main', 's1', ?)", entry)
		}, session.Facts{Key: "agent:main:main", Channel: "webchat", Messenger: "telegram", Title: "L"}, nil},
		{"2026.7.2-beta.7", plainEvents + nodes + "PRAGMA user_version = 16;", func(d *testDB) {
			d.exec("INSERT INTO session_nodes VALUES ('k', 's1', '{}', NULL, 'D')")
			d.exec("INSERT INTO session_windows (session_id, session_key, hook_external_content_source) VALUES ('s1', 'k', 'webhook')")
		}, session.Facts{Key: "k", Title: "D", Kind: session.KindHook}, nil},
		{"2026.8.1, a run with the job's key", schema19, func(d *testDB) {
			d.exec("INSERT INTO session_nodes VALUES ('agent:main:cron:j', 's1', '{}', 'job', NULL), ('agent:main:cron:j:run:s1', 's1', '{}', NULL, NULL)")
			d.exec("INSERT INTO session_windows (session_id, session_key) VALUES ('s1', 'agent:main:cron:j:run:s1')")
		}, session.Facts{Key: "agent:main:cron:j", Title: "job"}, nil},
		{"2026.8.1, a run with its own key only", schema19, func(d *testDB) {
			d.exec("INSERT INTO session_nodes VALUES ('agent:main:cron:j', 's2', '{}', 'job', NULL)")
			d.exec("INSERT INTO session_windows (session_id, session_key) VALUES ('s1', 'agent:main:cron:j:run:s1'), ('s2', 'agent:main:cron:j:run:s2')")
		}, session.Facts{Key: "agent:main:cron:j:run:s1"}, nil},
		{"2026.9.6", schema23, func(d *testDB) {
			d.exec("INSERT INTO conversations VALUES ('c', 'telegram', 'Alice'), ('w', 'webchat', 'no')")
			d.exec("INSERT INTO session_nodes VALUES ('agent:main:main', 's1', '{\"delivery\":{\"kind\":\"internal\"}}', NULL, NULL)")
			d.exec("INSERT INTO session_windows (session_id, session_key, chat_type, primary_conversation_id) VALUES ('s1', 'agent:main:main', 'direct', 'c')")
		}, session.Facts{Key: "agent:main:main", Channel: "webchat", Messenger: "telegram", Title: "Alice", Peer: "Alice"}, nil},
		{"a newer one with the same tables", schema23 + "PRAGMA user_version = 99;", func(*testDB) {}, session.Facts{}, []string{"newer-schema " + dbID + " x1 note"}},
		{"no table of windows", plainEvents + "PRAGMA user_version = 8;", func(*testDB) {}, session.Facts{}, nil},
		{"compressed payloads only", strings.Replace(zstdEvents, "event_json TEXT,", "event_json TEXT, ", 1), func(*testDB) {}, session.Facts{}, nil},
		{"metadata that is no JSON", schema23, func(d *testDB) {
			d.exec("INSERT INTO session_nodes VALUES ('k', 's1', ?, 'L', NULL)", strings.Repeat("[", 3_000_000))
		}, session.Facts{Key: "k", Title: "L"}, nil},
		{"tables that only OpenClaw can open", schema23, func(d *testDB) {
			d.exec("CREATE TABLE memory_vec (a)")
			d.exec("PRAGMA writable_schema = ON")
			d.exec("UPDATE sqlite_master SET sql = 'CREATE VIRTUAL TABLE memory_vec USING vec0(a)', rootpage = 0 WHERE name = 'memory_vec'")
		}, session.Facts{}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.facts.Agent, c.facts.SessionID = "main", "s1"
			testShape(t, c.schema, c.fill, c.facts, c.skips)
		})
	}
}

func testShape(t *testing.T, schema string, fill func(*testDB), facts session.Facts, skips []string) {
	t.Helper()
	st := newState(t)
	d := st.database(agentDB, schema)
	d.events("s1", 0, header("s1"), user("1", "a"), reply("2", "b"))
	fill(d)
	d.close()
	rec := st.read(newRecorder())
	compare(t, "texts", rec.texts(dbID+"#s1"), []string{"a", "b"})
	compare(t, "skips", rec.skipped(), skips)
	if got := rec.facts["s1"]; got != facts {
		t.Errorf("got %+v\nwant %+v", got, facts)
	}
	if got := rec.transcripts[dbID+"#s1"]; got.Kind != source.KindSQLite || got.Agent != "main" || got.SessionID != "s1" {
		t.Errorf("got %+v", got)
	}
	compare(t, "skips again", st.read(rec).skipped(), skips)
	compare(t, "texts again", rec.texts(dbID+"#s1"), []string{"a", "b"})
}

func TestDatabasesThatHoldNothing(t *testing.T) {
	const other = "agents/main/sessions/other.sqlite"
	for _, c := range []struct {
		name, file, schema string
		want               []string
	}{
		{"before transcripts moved into it", agentDB, "CREATE TABLE auth_profile_store (x); PRAGMA user_version = 1;", nil},
		{"renamed tables", agentDB, "CREATE TABLE transcript_events_v2 (session_id, seq, event_json); PRAGMA user_version = 24;", []string{"unknown-schema " + dbID + " x1 fatal"}},
		{"renamed columns", agentDB, "CREATE TABLE transcript_events (sid, n, body); PRAGMA user_version = 2;", []string{"unknown-schema " + dbID + " x1 fatal"}},
		{"no version", agentDB, "CREATE TABLE x (y);", []string{"unknown-schema " + dbID + " x1 fatal"}},
		{"another program's", other, "CREATE TABLE x (y); PRAGMA user_version = 24;", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.database(c.file, c.schema).close()
			rec := st.read(newRecorder())
			compare(t, "skips", rec.skipped(), c.want)
			compare(t, "transcripts", rec.ids(), nil)
			compare(t, "skips again", st.read(rec).skipped(), c.want)
		})
	}
	for _, c := range []struct {
		name, file, content string
		want                []string
	}{
		{"zero bytes", agentDB, "", []string{"bad-database " + dbID + " x1 fatal"}},
		{"a text", agentDB, strings.Repeat("no database ", 1000), []string{"bad-database " + dbID + " x1 fatal"}},
		{"another program's text", other, strings.Repeat("no database ", 1000), nil},
		{"never written", "agents/main/agent/incognito-openclaw-agent.sqlite", "x", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			st.raw(c.file, c.content)
			compare(t, "skips", st.read(newRecorder()).skipped(), c.want)
		})
	}
}

func TestEvents(t *testing.T) {
	long := user("2", strings.Repeat("长文本 ", 500))
	size := len(long)
	big := user("2", strings.Repeat("x", maxEvent))
	for _, c := range []struct {
		name  string
		fill  func(d *testDB)
		texts int
		skips []string
	}{
		{"compressed", func(d *testDB) { d.packedEvent("s1", 2, packed(t, long), size) }, 3, nil},
		{"compressed, size not told", func(d *testDB) { d.packedEvent("s1", 2, packed(t, long), nil) }, 3, nil},
		{"a flipped byte", func(d *testDB) { d.packedEvent("s1", 2, flip(packed(t, long), 40), size) }, 2, []string{"bad-zstd " + dbID + "#s1:2 x1"}},
		{"cut", func(d *testDB) { d.packedEvent("s1", 2, packed(t, long)[:30], size) }, 2, []string{"bad-zstd " + dbID + "#s1:2 x1"}},
		{"another size", func(d *testDB) { d.packedEvent("s1", 2, packed(t, long), size+1) }, 2, []string{"bad-zstd " + dbID + "#s1:2 x1"}},
		{"a bomb", func(d *testDB) { d.packedEvent("s1", 2, packed(t, big), len(big)) }, 2, []string{"bad-zstd " + dbID + "#s1:2 x1"}},
		{"compressed beyond the bound", func(d *testDB) {
			d.exec("INSERT INTO transcript_events (session_id, seq, event_zstd, event_utf8_bytes) VALUES ('s1', 2, zeroblob(?), 1)", maxEvent+1)
		}, 2, []string{"too-long " + dbID + "#s1:2 x1"}},
		{"plain beyond the bound", func(d *testDB) {
			d.exec("INSERT INTO transcript_events (session_id, seq, event_json) VALUES ('s1', 2, CAST(zeroblob(?) AS TEXT))", maxLine+1)
		}, 2, []string{"too-long " + dbID + "#s1:2 x1"}},
		{"a picture of 5 MiB", func(d *testDB) {
			d.events("s1", 2, `{"type":"message","id":"p","message":{"role":"user","content":[{"type":"image","data":"`+strings.Repeat("A", 5<<20)+`"},{"type":"text","text":"t"}]}}`)
		}, 3, nil},
		{"neither payload", func(d *testDB) { d.exec("INSERT INTO transcript_events (session_id, seq) VALUES ('s1', 2)") }, 2, []string{"bad-event " + dbID + "#s1:2 x1"}},
		{"empty payload", func(d *testDB) { d.events("s1", 2, "") }, 2, []string{"bad-event " + dbID + "#s1:2 x1"}},
		{"no JSON, twice", func(d *testDB) { d.events("s1", 2, "{", "null"); d.events("s1", -5, header("s1")) }, 2, []string{"bad-json " + dbID + "#s1:2 x2"}},
		{"too deep", func(d *testDB) { d.events("s1", 2, strings.Repeat("[", 3_000_000)) }, 2, []string{"too-deep " + dbID + "#s1:2 x1"}},
		{"gaps", func(d *testDB) { d.events("s1", 2000, user("z", "z")) }, 3, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			d := st.database(agentDB, schema23)
			d.events("s1", 0, header("s1"), user("1", "before"))
			d.events("s1", 10, user("9", "after"))
			d.generation("s1", gen)
			c.fill(d)
			d.close()
			rec := st.read(newRecorder())
			texts := rec.texts(dbID + "#s1")
			if len(texts) != c.texts || texts[0] != "before" {
				t.Errorf("got %d texts, want %d", len(texts), c.texts)
			}
			compare(t, "skips", rec.skipped(), c.skips)
			compare(t, "skips again", st.read(rec).skipped(), c.skips)
			compare(t, "begun again", rec.begun, nil)
			checkEntries(t, rec)
		})
	}
}

func TestGrownRows(t *testing.T) {
	for _, withGenerations := range []bool{true, false} {
		t.Run(fmt.Sprintf("generations %v", withGenerations), func(t *testing.T) {
			st := newState(t)
			d := st.database(agentDB, schema23+"PRAGMA journal_mode = WAL;")
			d.events("s1", 0, header("s1"), user("1", "one"))
			d.events("s2", 0, header("s2"), user("1", "other"))
			if withGenerations {
				d.generation("s1", gen)
				d.generation("s2", gen)
			}
			rec := st.read(newRecorder())
			step := func(want []string, resumed bool) {
				t.Helper()
				st.read(rec)
				compare(t, "texts", rec.texts(dbID+"#s1"), want)
				compare(t, "other texts", rec.texts(dbID+"#s2"), []string{"other"})
				if got := rec.transcripts[dbID+"#s1"].Resumed; got != resumed {
					t.Errorf("resumed %v, want %v", got, resumed)
				}
				compare(t, "skips", rec.skipped(), nil)
			}
			d.events("s1", 2, user("2", "two"))
			step([]string{"one", "two"}, true)
			d.exec("BEGIN")
			d.events("s1", 3, user("3", "three"))
			step([]string{"one", "two"}, true) // in the middle of a transaction
			d.events("s1", 4, user("4", "four"))
			d.exec("COMMIT")
			step([]string{"one", "two", "three", "four"}, true)
			d.exec("DELETE FROM transcript_events WHERE session_id = 's1' AND seq > 2")
			if withGenerations {
				d.generation("s1", "other")
			}
			step([]string{"one", "two"}, false)
			d.exec("UPDATE transcript_events SET event_json = ? WHERE session_id = 's1' AND seq = 2", user("2", "TWO"))
			if withGenerations {
				d.generation("s1", "third")
			}
			step([]string{"one", "TWO"}, false)
			d.exec("DELETE FROM transcript_events WHERE session_id = 's1' AND seq = 0")
			d.exec("VACUUM")
			if withGenerations {
				d.generation("s1", "fourth")
			}
			step([]string{"one", "TWO"}, false)
			d.close()
			step([]string{"one", "TWO"}, !withGenerations)
		})
	}
}

func TestRewindIsTwoWindows(t *testing.T) {
	st := newState(t)
	d := st.database(agentDB, schema23)
	d.exec("INSERT INTO session_nodes VALUES ('k', 'new', '{}', NULL, NULL)")
	d.exec("INSERT INTO session_windows (session_id, session_key) VALUES ('old', 'k'), ('new', 'k')")
	d.events("old", 0, header("old"), user("1", "a"), user("2", "b"))
	d.events("new", 0, header("new"), user("1", "a"), user("3", "c"))
	d.close()
	rec := st.read(newRecorder())
	compare(t, "old", rec.texts(dbID+"#old"), []string{"a", "b"})
	compare(t, "new", rec.texts(dbID+"#new"), []string{"a", "c"})
	if rec.facts["old"].Key != "k" || rec.facts["new"].Key != "k" {
		t.Errorf("got %+v", rec.facts)
	}
}

// TestUnchangedDatabase: what the database knows must reach files beside it
// also when only they changed.
func TestUnchangedDatabase(t *testing.T) {
	st := newState(t)
	d := st.database(agentDB, schema23)
	d.exec("INSERT INTO session_windows (session_id, session_key) VALUES ('s1', 'k1'), ('s2', 'k2')")
	d.events("s1", 0, header("s1"), user("1", "a"))
	d.generation("s1", gen)
	content := lines(header("gone"), user("1", "x"))
	name := "gone.jsonl.deleted." + stampMS + ".zst"
	d.archive("gone", "deleted", "zstd", packed(t, content), "", name)
	d.close()
	st.raw("agents/main/sessions/"+name, packed(t, content))
	st.write("agents/main/sessions/s2.jsonl", header("s2"), user("1", "b"))
	st.age()
	rec := st.read(newRecorder())
	want := []string{dbID + "#archive/gone/" + gen, dbID + "#s1", "main/sessions/s2.jsonl"}
	compare(t, "begun", rec.begun, want)
	if st.read(rec); len(rec.begun) != 0 {
		t.Errorf("begun although nothing changed: %q", rec.begun)
	}
	st.grow("agents/main/sessions/s2.jsonl", lines(user("2", "c")))
	st.read(rec)
	compare(t, "begun", rec.begun, want[2:])
	if got := rec.transcripts[want[2]]; got.Kind != source.KindJSONL || rec.facts["s2"].Key != "k2" {
		t.Errorf("got %+v, %+v", got, rec.facts["s2"])
	}
}

func (d *testDB) archive(sessionID, reason, encoding, blob, sum, name string) {
	d.t.Helper()
	if sum == "" {
		sum = hexSum(blob)
	}
	d.exec("INSERT INTO session_transcript_archives (session_id, generation, session_key, reason, encoding, archive_blob, archive_sha256, archive_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		sessionID, gen, "agent:main:"+sessionID, reason, encoding, []byte(blob), sum, sql.NullString{String: name, Valid: name != ""})
}

func hexSum(data string) string {
	sum := sha256.Sum256([]byte(data))
	return hex.EncodeToString(sum[:])
}

func FuzzEvent(f *testing.F) {
	line := user("1", strings.Repeat("a", 2000))
	f.Add([]byte(line), []byte(nil), int64(0))
	f.Add([]byte(nil), []byte(packed(f, line)), int64(len(line)))
	f.Add([]byte(nil), []byte(packed(f, line)), int64(1))
	f.Add([]byte(nil), []byte(flip(packed(f, line), 9)), int64(-1))
	f.Add([]byte(nil), []byte(packed(f, strings.Repeat("\x00", maxEvent+1))), int64(0))
	f.Add([]byte("{"), []byte("x"), int64(5))
	db := &database{tables: map[string]map[string]bool{"transcript_events": {"session_id": true, "seq": true, "event_json": true}}}
	p, err := newPayload(db)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(p.close)
	f.Fuzz(func(t *testing.T, plain, compressed []byte, size int64) {
		data, reason := p.unpack(event{plain: plain, packed: compressed, plainLength: int64(len(plain)), packedLength: int64(len(compressed)), size: size})
		if reason != "" && data != nil {
			t.Fatalf("got %d bytes and reason %q", len(data), reason)
		}
		if len(data) > max(maxEvent, len(plain)) {
			t.Fatalf("got %d bytes", len(data))
		}
		d := decoder{digest: testDigest}
		if reason == "" {
			_, _ = d.decode(data, 0)
		}
	})
}
