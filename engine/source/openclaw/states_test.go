package openclaw

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// publishedStates finds stores that real releases wrote, beside the module.
func publishedStates(t *testing.T) []string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	found, _ := filepath.Glob(filepath.Join(dir, "..", "shared", "states", "*", "expected.json")) // the pattern is ours
	if len(found) == 0 {
		t.Skip("no stores of real releases in ../shared/states beside the module")
	}
	return found
}

// known is what is known to be in a store.
type known struct {
	Sessions []struct {
		Store, Agent, SessionID, SessionKey string
		Messages                            []struct{}
	}
}

// transcripts counts messages by kind, agent and session id. Of import archives
// only the number of files is told.
func (k known) transcripts() map[string]int {
	count := map[string]int{}
	for _, s := range k.Sessions {
		if s.Store != "none" {
			count[s.Store+" "+s.Agent+" "+s.SessionID] += len(s.Messages)
		}
	}
	return count
}

// found counts in the same way what was read.
func (r *recorder) found() map[string]int {
	count := map[string]int{}
	for id, transcript := range r.transcripts {
		kind, n := transcript.Kind, 0
		if kind == source.KindSQLiteArchive {
			kind = source.KindDeleted
		}
		for _, e := range r.entries[id] {
			if kind != source.KindImport && (e.Role == session.RoleUser || e.Role == session.RoleAssistant) {
				n++
			}
		}
		count[string(kind)+" "+transcript.Agent+" "+transcript.SessionID] += n
	}
	return count
}

// TestPublishedStates compares kinds, numbers and sizes of transcripts with
// what is known to be in each store.
func TestPublishedStates(t *testing.T) {
	for _, path := range publishedStates(t) {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			st := newState(t)
			if err := os.CopyFS(st.dir, os.DirFS(filepath.Dir(path))); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var want known
			if err := json.Unmarshal(data, &want); err != nil {
				t.Fatal(err)
			}
			before := snapshotOf(t, st.dir)
			rec := st.read(newRecorder())
			compare(t, "skips", rec.skipped(), nil)
			if got := rec.found(); !maps.Equal(got, want.transcripts()) {
				t.Errorf("transcripts with their messages\n got %v\nwant %v", got, want.transcripts())
			}
			for _, s := range want.Sessions {
				live := s.Store == "jsonl" || s.Store == "sqlite" || s.Store == "cold"
				if key := rec.facts[s.SessionID].Key; live && s.SessionKey != "" && key != s.SessionKey {
					t.Errorf("session %s: key %q, want %q", s.SessionID, key, s.SessionKey)
				}
			}
			if after := snapshotOf(t, st.dir); !maps.Equal(after, before) {
				t.Errorf("before %v\nafter %v", before, after)
			}
			st.age()
			entries := maps.Clone(rec.entries)
			if st.read(rec); !reflect.DeepEqual(rec.entries, entries) {
				t.Error("a second read gave other entries")
			}
			st.read(rec)
			compare(t, "begun when nothing changed", rec.begun, nil)
		})
	}
}
