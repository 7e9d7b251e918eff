package openclaw

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/smallccwc/chronosync/engine/source"
)

func TestCensus(t *testing.T) {
	s := newState(t)
	s.write("agents/main/sessions/s-1.jsonl", header("s-1"))
	s.write("agents/main/sessions/s-2.jsonl", header("s-2"))
	s.write("agents/main/sessions/s-3.jsonl.reset.2026-03-14T04-00-00.000Z", header("s-3"))
	s.write("agents/main/sessions/s-4.jsonl.deleted.2026-03-14T04-00-00.000Z", header("s-4"))
	s.write("agents/main/session-sqlite-import-archive/agent_main_main.s-1.jsonl.imported-1", header("s-1"))
	s.write("agents/main/session-sqlite-import-archive/agent_main_x.s-9.jsonl.imported-1", header("s-9"))
	d := s.database(agentDB, schema23)
	for _, id := range []string{"s-1", "s-1", "s-7"} {
		d.exec("INSERT INTO transcript_events(session_id, seq, event_json) SELECT ?1, count(*), '{}' FROM transcript_events", id)
	}
	d.exec("INSERT INTO session_transcript_archives VALUES('s-4', 'g', 'k', 'deleted', 'identity', x'', '', 's-4.jsonl.deleted.2026-03-14T04-00-00.000Z', 0)")
	d.exec("INSERT INTO session_transcript_cold_archives VALUES('s-8', 'g', 'n', '', 'file', NULL)")
	d.close()
	s.raw("agents/other/agent/openclaw-agent.sqlite", "no database")

	got, err := s.open().Census(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantRows := map[source.Kind]int{source.KindSQLite: 2, source.KindSQLiteArchive: 1, source.KindCold: 1}
	if got.Databases != 1 || !maps.Equal(got.Rows, wantRows) {
		t.Errorf("%d databases with %v, want 1 with %v", got.Databases, got.Rows, wantRows)
	}
	leftover := map[string]bool{}
	for _, held := range got.Files {
		leftover[held.ID] = held.Leftover()
	}
	want := map[string]bool{
		"main/sessions/s-1.jsonl": true, "main/sessions/s-2.jsonl": false,
		"main/sessions/s-3.jsonl.reset.2026-03-14T04-00-00.000Z":                  false,
		"main/session-sqlite-import-archive/agent_main_main.s-1.jsonl.imported-1": true,
		"main/session-sqlite-import-archive/agent_main_x.s-9.jsonl.imported-1":    true,
	}
	if !maps.Equal(leftover, want) {
		t.Errorf("files and leftovers %v, want %v", leftover, want)
	}
	if len(got.Skips) != 1 || got.Skips[0].Reason != source.ReasonBadDatabase {
		t.Errorf("skips %+v", got.Skips)
	}
}

// TestCensusWritesNothing: a database that would need a copy is named, and no
// file appears anywhere.
func TestCensusWritesNothing(t *testing.T) {
	s := newState(t)
	d := s.database(agentDB, schema23)
	d.exec("PRAGMA journal_mode = WAL")
	d.exec("INSERT INTO transcript_events(session_id, seq, event_json) VALUES('s-1', 0, '{}')")
	copied := newState(t)
	for _, suffix := range []string{"", "-wal"} { // as a killed gateway and a cleaner of -shm files leave it
		data, err := os.ReadFile(s.path(agentDB) + suffix)
		if err != nil {
			t.Fatal(err)
		}
		copied.raw(agentDB+suffix, string(data))
	}
	d.close()
	got, err := copied.open().Census(t.Context())
	if err != nil || len(got.Skips) != 1 || got.Skips[0].Reason != source.ReasonBusy {
		t.Errorf("got %+v, %v", got, err)
	}
	if found, _ := filepath.Glob(copied.path(agentDB) + "*"); len(found) != 2 {
		t.Errorf("files beside the database: %q", found)
	}
}

// TestCensusOfPublishedStates: names and rows tell as many transcripts as real
// stores are known to hold.
func TestCensusOfPublishedStates(t *testing.T) {
	for _, path := range publishedStates(t) {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var truth known
			if err := json.Unmarshal(data, &truth); err != nil {
				t.Fatal(err)
			}
			want := map[string]int{}
			for _, s := range truth.Sessions {
				switch s.Store {
				case "none", "import-archive": // of those, only what no row holds is listed
				case "jsonl-orphan":
					want["jsonl"]++
				default:
					want[s.Store]++
				}
			}
			s := newState(t)
			if err := os.CopyFS(s.dir, os.DirFS(filepath.Dir(path))); err != nil {
				t.Fatal(err)
			}
			census, err := s.open().Census(t.Context())
			if err != nil || len(census.Skips) > 0 {
				t.Fatalf("%+v, %v", census.Skips, err)
			}
			got := map[string]int{}
			for _, held := range census.Files {
				if held.Kind != source.KindImport {
					got[string(held.Kind)]++
				}
			}
			for kind, n := range census.Rows {
				if kind == source.KindSQLiteArchive {
					kind = source.KindDeleted
				}
				got[string(kind)] += n
			}
			if !maps.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}
