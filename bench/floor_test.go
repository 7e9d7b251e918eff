package main

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/zstd"
)

const (
	headerLine = `{"type":"session","id":"s1"}`
	userLine   = `{"type":"message","id":"1","message":{"role":"user","content":"hello\nyou"}}`
	replyLine  = `{"type":"message","id":"2","message":{"role":"assistant","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"你好"},{"type":"text","text":"!"}]}}`
	toolLine   = `{"type":"message","id":"3","message":{"role":"toolResult","content":[{"type":"text","text":"42"}]}}`
)

// newState is a state with 4 lines in 2 transcripts, 3 rows in a database, and
// a file that is no transcript.
func newState(t *testing.T) (dir string, transcriptBytes int) {
	t.Helper()
	dir = t.TempDir()
	first, second := headerLine+"\n"+userLine+"\n"+toolLine+"\n", replyLine // the second without a line end
	for name, content := range map[string]string{
		"sessions/a.jsonl": first, "sessions/b.jsonl.reset.1": second, "sessions/sessions.json": "{}", "agent/openclaw-agent.sqlite": "",
	} {
		path := filepath.Join(dir, "agents", "main", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "agents", "main", "agent", "openclaw-agent.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	_, err = db.Exec(`CREATE TABLE transcript_events (event_json TEXT, event_zstd BLOB);
		INSERT INTO transcript_events VALUES (?, NULL), (NULL, ?), (?, NULL)`, userLine, w.EncodeAll([]byte(replyLine), nil), toolLine)
	if err != nil {
		t.Fatal(err)
	}
	return dir, len(first) + len(second)
}

func TestFloors(t *testing.T) {
	dir, transcriptBytes := newState(t)
	all, err := size(dir)
	if err != nil {
		t.Fatal(err)
	}
	rows := len(userLine) + len(replyLine) + len(toolLine)
	for name, want := range map[string]string{
		floorRead:   fmt.Sprintf("bytes %d records 0 spoken 0\n", transcriptBytes),
		floorSplit:  fmt.Sprintf("bytes %d records 4 spoken 0\n", transcriptBytes),
		floorRole:   fmt.Sprintf("bytes %d records 4 spoken 2\n", transcriptBytes),
		floorStat:   fmt.Sprintf("bytes %d records 0 spoken 0\n", all),
		floorSQLite: fmt.Sprintf("bytes %d records 3 spoken 2\n", rows),
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := floor([]string{name, dir}, &out); err != nil {
				t.Fatal(err)
			}
			if out.String() != want {
				t.Errorf("got %q, want %q", out.String(), want)
			}
		})
	}
	if after, err := size(dir); err != nil || after != all {
		t.Errorf("the state has %d bytes, had %d: %v", after, all, err)
	}
}

func TestDamagedCorpus(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.jsonl"), []byte(`{"message":{"role":"user"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := floor([]string{floorRole, dir}, &bytes.Buffer{}); err == nil {
		t.Error("a line that is cut was decoded")
	}
}
