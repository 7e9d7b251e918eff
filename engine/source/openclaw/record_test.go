package openclaw

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// recorder is a sink that keeps everything in memory, and the cursors too.
type recorder struct {
	cursors     map[string]string
	done        map[string]string // states by transcript id
	transcripts map[string]source.Transcript
	entries     map[string][]session.Entry // by transcript id
	facts       map[string]session.Facts   // by session id
	skips       []source.Skip              // of the last read
	begun       []string                   // transcripts of the last read, in order
	current     string
	onBegin     func(source.Transcript)
}

func newRecorder() *recorder {
	return &recorder{
		cursors: map[string]string{}, done: map[string]string{}, transcripts: map[string]source.Transcript{},
		entries: map[string][]session.Entry{}, facts: map[string]session.Facts{},
	}
}

func (r *recorder) Cursor(id string) string { return r.cursors[id] }

func (r *recorder) Unchanged(id, state string) bool { return r.done[id] == state }

func (r *recorder) Done(id, state string) { r.done[id] = state }

func (r *recorder) Facts(f session.Facts) error {
	old := r.facts[f.SessionID]
	if f.Key == "" {
		f.Key = old.Key
	}
	r.facts[f.SessionID] = f
	return nil
}

func (r *recorder) Begin(t source.Transcript) error {
	if r.current != "" {
		return fmt.Errorf("transcript %q begins inside %q", t.ID, r.current)
	}
	if t.Resumed && r.cursors[t.ID] == "" {
		return fmt.Errorf("transcript %q is resumed without a cursor", t.ID)
	}
	if _, told := r.facts[t.SessionID]; !told {
		return fmt.Errorf("transcript %q begins before the facts of its window", t.ID)
	}
	if !t.Resumed {
		r.entries[t.ID] = nil
	}
	r.current, r.transcripts[t.ID] = t.ID, t
	r.begun = append(r.begun, t.ID)
	if r.onBegin != nil {
		r.onBegin(t)
	}
	return nil
}

func (r *recorder) Entry(e *session.Entry) error {
	r.entries[r.current] = append(r.entries[r.current], *e)
	return nil
}

func (r *recorder) End(cursor string) error {
	r.cursors[r.current], r.current = cursor, ""
	return nil
}

func (r *recorder) Cut() error {
	delete(r.cursors, r.current)
	r.current = ""
	return nil
}

func (r *recorder) Mark(id, cursor string) error {
	r.cursors[id] = cursor
	return nil
}

func (r *recorder) Skip(s source.Skip) { r.skips = append(r.skips, s) }

// skipped lists what was skipped as "reason where xcount", sorted.
func (r *recorder) skipped() []string {
	var list []string
	for _, s := range r.skips {
		text := fmt.Sprintf("%s %s x%d", s.Reason, s.Where, s.Count)
		if s.Note {
			text += " note"
		}
		if s.Fatal {
			text += " fatal"
		}
		list = append(list, text)
	}
	slices.Sort(list)
	return list
}

// texts are the texts of the messages of one transcript.
func (r *recorder) texts(transcript string) []string {
	var texts []string
	for _, e := range r.entries[transcript] {
		if e.Type == "message" {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// ids are the transcripts that were read so far, sorted.
func (r *recorder) ids() []string { return slices.Sorted(maps.Keys(r.transcripts)) }

// state is a state directory under construction.
type state struct {
	t   testing.TB
	dir string
	env map[string]string
}

func newState(t testing.TB) *state {
	t.Helper()
	dir := filepath.Join(realPath(t.TempDir()), "state")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return &state{t: t, dir: dir, env: map[string]string{}}
}

func (s *state) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// write makes a file of the lines, each with a line feed.
func (s *state) write(name string, lines ...string) {
	s.t.Helper()
	s.raw(name, strings.Join(lines, "\n")+"\n")
}

// raw makes a file of exactly these bytes.
func (s *state) raw(name, content string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(s.path(name)), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path(name), []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *state) grow(name, content string) {
	s.t.Helper()
	f, err := os.OpenFile(s.path(name), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := f.WriteString(content); err != nil {
		s.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		s.t.Fatal(err)
	}
}

// age makes every file look as if it had last been modified an hour ago.
func (s *state) age() {
	s.t.Helper()
	old := time.Now().Add(-time.Hour)
	err := filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return os.Chtimes(path, old, old)
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *state) options() Options {
	return Options{
		StateDir: s.dir, OSHome: filepath.Dir(s.dir), TempDir: s.t.TempDir(), LastRead: time.Now(),
		Env: func(name string) string { return s.env[name] }, Digest: testDigest,
	}
}

func testDigest(data []byte) string {
	sum := sha256.Sum256(append([]byte("key"), data...))
	return hex.EncodeToString(sum[:8])
}

func (s *state) open() *Source {
	s.t.Helper()
	src, err := Open(s.options())
	if err != nil {
		s.t.Fatal(err)
	}
	return src
}

// read reads everything new into rec.
func (s *state) read(rec *recorder) *recorder {
	s.t.Helper()
	rec.skips, rec.begun = nil, nil
	if err := s.open().Read(context.Background(), rec, rec); err != nil {
		s.t.Fatal(err)
	}
	if rec.current != "" {
		s.t.Fatalf("transcript %q was not ended", rec.current)
	}
	return rec
}

// Lines of transcripts.

func quote(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func header(id string) string {
	return `{"type":"session","version":3,"id":` + quote(id) + `,"timestamp":"2026-03-01T10:00:00.000Z","cwd":"/w"}`
}

func user(id, text string) string {
	return `{"type":"message","id":` + quote(id) + `,"parentId":null,"timestamp":"2026-03-01T10:00:01.000Z",` +
		`"message":{"role":"user","content":` + quote(text) + `,"timestamp":1772359200000}}`
}

func reply(id, text string) string {
	return `{"type":"message","id":` + quote(id) + `,"timestamp":"2026-03-01T10:00:02.000Z",` +
		`"message":{"role":"assistant","content":[{"type":"text","text":` + quote(text) + `}],"provider":"p","model":"m"}}`
}

func compare(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got %q\nwant %q", what, got, want)
	}
}
