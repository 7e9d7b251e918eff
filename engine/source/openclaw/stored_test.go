package openclaw

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/source"
)

// coldContent is a cold file's content for a session with these entries.
func coldContent(sessionID string, entries ...string) string {
	list := []string{fmt.Sprintf(`{"kind":"header","version":1,"sessionId":%s,"generation":"g"}`, quote(sessionID))}
	for seq, entry := range entries {
		list = append(list, fmt.Sprintf(`{"kind":"event","row":{"seq":%d,"event_json":%s,"created_at":5}}`, seq, quote(entry)))
	}
	return lines(append(list, `{"kind":"identity","row":{"event_id":"1"}}`, `{"kind":"active","row":{}}`)...)
}

func (d *testDB) cold(sessionID, name, sum, storage string, blob []byte) {
	d.t.Helper()
	d.exec("INSERT INTO session_transcript_cold_archives VALUES (?, 'g', ?, ?, ?, ?)", sessionID, name, sum, storage, blob)
}

func TestStoredArchives(t *testing.T) {
	whole := lines(header("s1"), user("1", "a"), user("2", "b"))
	name := "s1.jsonl.deleted." + stampMS
	rowID, fileID := dbID+"#archive/s1/"+gen, "main/sessions/"+name
	for _, c := range []struct {
		name   string
		fill   func(d *testDB)
		file   string // published
		begun  []string
		texts  map[string][]string
		skips  []string
		delete bool
	}{
		{"plain", func(d *testDB) { d.archive("s1", "deleted", "identity", whole, "", name) }, whole,
			[]string{rowID}, map[string][]string{rowID: {"a", "b"}}, nil, true},
		{"compressed, not published yet", func(d *testDB) { d.archive("s1", "reset", "zstd", packed(t, whole), "", name) }, "",
			[]string{rowID}, map[string][]string{rowID: {"a", "b"}}, nil, false},
		{"without a name", func(d *testDB) { d.archive("s1", "deleted", "identity", whole, "", "") }, "",
			[]string{rowID}, map[string][]string{rowID: {"a", "b"}}, nil, true},
		{"other bytes than promised", func(d *testDB) { d.archive("s1", "deleted", "identity", whole, hexSum("x"), name) }, whole,
			[]string{fileID}, map[string][]string{fileID: {"a", "b"}}, []string{"archive-mismatch " + rowID + " x1"}, true},
		{"no zstd", func(d *testDB) { d.archive("s1", "deleted", "zstd", "x"+whole, "", name) }, whole,
			[]string{rowID, fileID}, map[string][]string{rowID: nil, fileID: {"a", "b"}}, []string{"bad-zstd " + rowID + ":1 x1"}, true},
		{"a bad line", func(d *testDB) { d.archive("s1", "deleted", "identity", "{\n"+whole, "", name) }, whole,
			[]string{rowID, fileID}, map[string][]string{rowID: {"a", "b"}, fileID: {"a", "b"}}, []string{"bad-json " + rowID + ":1 x1"}, true},
		{"a name with path elements", func(d *testDB) { d.archive("s1", "deleted", "identity", whole, "", "../../x") }, "",
			[]string{rowID}, map[string][]string{rowID: {"a", "b"}}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			d := st.database(agentDB, schema23)
			c.fill(d)
			d.close()
			if c.file != "" {
				st.raw("agents/main/sessions/"+name, c.file)
			}
			st.age()
			rec := st.read(newRecorder())
			compare(t, "begun", rec.begun, c.begun)
			for id, want := range c.texts {
				compare(t, id, rec.texts(id), want)
				if got := rec.transcripts[id]; got.SessionID != "s1" || got.Deleted != c.delete {
					t.Errorf("got %+v", got)
				}
			}
			compare(t, "skips", rec.skipped(), c.skips)
			if got := rec.facts["s1"].Key; got != "agent:main:s1" {
				t.Errorf("key %q", got)
			}
			compare(t, "skips again", st.read(rec).skipped(), c.skips)
			compare(t, "begun again", rec.begun, nil)
		})
	}
}

// TestArchiveRowAndFileGiveTheSameEntries: the ids of entries without one
// depend on their numbers.
func TestArchiveRowAndFileGiveTheSameEntries(t *testing.T) {
	whole := "\uFEFF" + lines("", header("s1"), "", `{"type":"message","message":{"role":"user","content":"x"}}`, "{", user("1", "a"))
	name := "s1.jsonl.reset." + stampMS
	st := newState(t)
	d := st.database(agentDB, schema23)
	d.archive("s1", "reset", "identity", whole, "", "other")
	d.close()
	st.raw("agents/main/sessions/"+name, whole)
	rec := st.read(newRecorder())
	row, file := rec.entries[dbID+"#archive/s1/"+gen], rec.entries["main/sessions/"+name]
	if fmt.Sprint(row) != fmt.Sprint(file) || len(row) != 3 {
		t.Errorf("row %+v\nfile %+v", row, file)
	}
}

func TestColdArchives(t *testing.T) {
	content := packed(t, coldContent("s1", header("s1"), user("1", "中文\nlines"), user("2", "b")))
	name := hexSum(content) + ".jsonl.zst"
	id := dbID + "#cold/s1"
	long := packed(t, coldContent("s1", header("s1"), user("1", "a"),
		`{"type":"message","id":"p","message":{"role":"user","content":[{"type":"image","data":"`+strings.Repeat("A", 5<<20)+`"},{"type":"text","text":"t"}]}}`))
	for _, c := range []struct {
		name  string
		file  string
		fill  func(d *testDB)
		texts []string
		skips []string
	}{
		{"in a file", content, func(d *testDB) { d.cold("s1", name, hexSum(content), "file", nil) }, []string{"中文\nlines", "b"}, nil},
		{"in a row", "", func(d *testDB) { d.cold("s1", name, hexSum(content), "sqlite", []byte(content)) }, []string{"中文\nlines", "b"}, nil},
		{"with a picture of 5 MiB", long, func(d *testDB) { d.cold("s1", name, hexSum(long), "file", nil) }, []string{"a", "t"}, nil},
		{"missing", "", func(d *testDB) { d.cold("s1", name, hexSum(content), "file", nil) }, nil, []string{"cold-missing " + id + " x1"}},
		{"swapped", packed(t, coldContent("s2", header("s2"))), func(d *testDB) { d.cold("s1", name, hexSum(content), "file", nil) }, nil, []string{"cold-mismatch " + id + " x1"}},
		{"empty row", "", func(d *testDB) { d.cold("s1", name, hexSum(content), "sqlite", nil) }, nil, []string{"cold-mismatch " + id + " x1"}},
		{"a name with path elements", content, func(d *testDB) { d.cold("s1", "../cold/"+name, hexSum(content), "file", nil) }, nil, []string{"outside " + id + " x1"}},
		{"a name that is a directory", content, func(d *testDB) { d.cold("s1", "..", hexSum(content), "file", nil) }, nil, []string{"outside " + id + " x1"}},
		{"no name", content, func(d *testDB) { d.cold("s1", "", hexSum(content), "file", nil) }, nil, []string{"outside " + id + " x1"}},
		{"damaged lines", packed(t, coldContent("s1", header("s1"), "{", user("1", "a"))+"x\n"), func(d *testDB) {
			d.cold("s1", name, hexSum(packed(t, coldContent("s1", header("s1"), "{", user("1", "a"))+"x\n")), "file", nil)
		}, []string{"a"}, []string{"bad-json " + id + ":3 x2"}},
		{"not compressed", coldContent("s1", header("s1")), func(d *testDB) { d.cold("s1", name, hexSum(coldContent("s1", header("s1"))), "file", nil) },
			nil, []string{"bad-zstd " + id + ":1 x1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			d := st.database(agentDB, schema23)
			d.exec("INSERT INTO session_windows (session_id, session_key) VALUES ('s1', 'k')")
			c.fill(d)
			d.events("s3", 0, header("s3"), user("1", "beside"))
			d.close()
			if c.file != "" {
				st.raw("agents/main/sessions/cold/"+name, c.file)
			}
			st.raw("agents/main/sessions/cold/left-behind.jsonl.zst", packed(t, coldContent("s9", header("s9"))))
			st.age()
			rec := st.read(newRecorder())
			compare(t, "texts", rec.texts(id), c.texts)
			compare(t, "beside", rec.texts(dbID+"#s3"), []string{"beside"})
			compare(t, "skips", rec.skipped(), c.skips)
			if got := rec.transcripts[id]; len(c.texts) > 0 && (got.Kind != source.KindCold || got.SessionID != "s1" || rec.facts["s1"].Key != "k") {
				t.Errorf("got %+v, %+v", got, rec.facts["s1"])
			}
			compare(t, "skips again", st.read(rec).skipped(), c.skips)
		})
	}
}

func TestColdFileThatIsALink(t *testing.T) {
	outside := tree(t, "./")
	content := packed(t, coldContent("s1", header("s1"), user("1", "no")))
	if err := os.WriteFile(outside+"/x", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	st := newState(t)
	d := st.database(agentDB, schema23)
	d.cold("s1", "c.zst", hexSum(content), "file", nil)
	d.close()
	link(t, outside+"/x", st.path("agents/main/sessions/cold/c.zst"))
	compare(t, "skips", st.read(newRecorder()).skipped(), []string{"outside " + dbID + "#cold/s1 x1"})
}

// TestColdFileThatComesBack: the database did not change, but what was missing
// is there again.
func TestColdFileThatComesBack(t *testing.T) {
	content := packed(t, coldContent("s1", header("s1"), user("1", "a")))
	st := newState(t)
	d := st.database(agentDB, schema23)
	d.cold("s1", "c.zst", hexSum(content), "file", nil)
	d.close()
	rec := st.read(newRecorder())
	compare(t, "skips", rec.skipped(), []string{"cold-missing " + dbID + "#cold/s1 x1"})
	st.raw("agents/main/sessions/cold/c.zst", content)
	compare(t, "skips", st.read(rec).skipped(), nil)
	compare(t, "texts", rec.texts(dbID+"#cold/s1"), []string{"a"})
}

// TestDamagedTablesBesideTheEvents: rows of archives that make no sense must
// not keep the events from being read.
func TestDamagedTablesBesideTheEvents(t *testing.T) {
	st := newState(t)
	d := st.database(agentDB, zstdEvents+nodes+`CREATE TABLE session_transcript_archives (session_id, generation, session_key, reason, encoding, archive_blob, archive_sha256, archive_name);
		CREATE TABLE session_transcript_cold_archives (session_id, generation, archive_name, archive_sha256, storage, archive_blob); PRAGMA user_version = 23;`)
	d.exec("INSERT INTO session_transcript_archives (session_id) VALUES (NULL)")
	d.exec("INSERT INTO session_transcript_cold_archives (session_id) VALUES (NULL)")
	d.events("s1", 0, header("s1"), user("1", "a"))
	d.close()
	rec := st.read(newRecorder())
	compare(t, "texts", rec.texts(dbID+"#s1"), []string{"a"})
	compare(t, "skips", rec.skipped(), []string{"bad-database " + dbID + "#archives x2"})
}

func FuzzCold(f *testing.F) {
	whole := coldContent("s1", header("s1"), user("1", "a"), reply("2", "b"))
	for _, seed := range []string{"", whole, "{}\n[\n", strings.Replace(whole, `"seq":1`, `"seq":"x"`, 1), strings.ReplaceAll(whole, `"event_json":"`, `"event_json":5,"x":"`), strings.Repeat("[", 1200)} {
		f.Add([]byte(seed), false)
		f.Add([]byte(packed(f, seed)), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, compressed bool) {
		rec := newRecorder()
		rec.current = "x"
		r := &reader{Source: &Source{opt: Options{Digest: testDigest}}, ctx: t.Context(), sink: &countingSink{Sink: rec}, decoder: decoder{digest: testDigest}}
		var skips tally
		if err := r.storedLines(stored{id: "x", cold: true, packed: compressed}, data, &skips); err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(rec.entries["x"]); err != nil {
			t.Errorf("entries that can't be written: %v", err)
		}
		for _, e := range rec.entries["x"] {
			if !e.Written.IsZero() && e.Written.Before(time.Unix(0, 0)) {
				t.Errorf("time %v", e.Written)
			}
		}
		for _, damage := range skips {
			if damage.Reason == "" || damage.Count < 1 || damage.Record < 1 {
				t.Errorf("damage %+v", damage)
			}
		}
	})
}
