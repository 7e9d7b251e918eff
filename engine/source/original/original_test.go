package original

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// recorder is a sink that writes down what it gets, and the cursors of it.
type recorder struct {
	lines   []string
	entries []session.Entry
	marks   map[string]string
	fail    error // of Entry
	check   func(*session.Entry)
}

func (r *recorder) Facts(f session.Facts) error {
	r.add("facts %s/%s", f.Agent, f.SessionID)
	return nil
}
func (r *recorder) Begin(t source.Transcript) error {
	r.add("begin %s %s resumed=%v", t.Kind, t.ID, t.Resumed)
	return nil
}
func (r *recorder) Entry(e *session.Entry) error {
	if r.check != nil {
		r.check(e)
	}
	r.entries = append(r.entries, *e)
	r.add("%s %s %q %s", e.ID, e.Role, e.Text, e.Written.Format(time.RFC3339Nano))
	return r.fail
}
func (r *recorder) End(string) error             { r.add("end"); return nil }
func (r *recorder) Cut() error                   { r.add("cut"); return nil }
func (r *recorder) Done(string, string)          {}
func (r *recorder) Mark(id, cursor string) error { r.marks[id] = cursor; return nil }
func (r *recorder) Skip(s source.Skip) {
	r.add("skip %s %s x%d once=%v", s.Where, s.Reason, s.Count, s.Once)
}
func (r *recorder) Cursor(id string) string       { return r.marks[id] }
func (r *recorder) Unchanged(string, string) bool { return false }
func (r *recorder) add(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

func newRecorder() *recorder { return &recorder{marks: map[string]string{}} }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func sourceOf(files ...string) *Source {
	return New(Options{Files: files, Location: time.FixedZone("CST", 8*60*60), Digest: digest})
}

func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// read is what a sink gets of one file.
func read(t testing.TB, content string) *recorder {
	t.Helper()
	r := newRecorder()
	if err := sourceOf(file(t, "shared_chat.json", content)).Read(context.Background(), r, r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRead(t *testing.T) {
	const (
		hi      = `{"role":"user","content":"hi","timestamp":"2026-03-14T04:11:29.776Z"}`
		facts   = "facts main/s1"
		begin   = "begin original shared_chat.json#s1 resumed=false"
		hiLine  = `-01jjl8li3gu user "hi" 2026-03-14T04:11:29.776Z`
		unknown = "skip shared_chat.json unknown-shape x1 once=true"
	)
	one := []string{facts, begin, hiLine, "end"}
	for name, c := range map[string]struct {
		content string
		want    []string
	}{
		"as the script wrote it":  {`{"last_sync":"x","sessions":[{"id":"s1","messages":[` + hi + `]}]}`, one},
		"byte order mark":         {"\uFEFF" + `{"sessions":[{"id":"s1","messages":[` + hi + `]}]}`, one},
		"session_id":              {`{"sessions":[{"session_id":"s1","messages":[` + hi + `]}]}`, one},
		"sessionId":               {`{"sessions":[{"sessionId":"s1","messages":[` + hi + `]}]}`, one},
		"sessions by id":          {`{"sessions":{"s1":{"messages":[` + hi + `]}}}`, one},
		"own id goes first":       {`{"sessions":{"x":{"id":"s1","messages":[` + hi + `]}}}`, one},
		"messages by id":          {`{"sessions":{"s1":[` + hi + `]}}`, one},
		"file of a topic":         {`{"sessions":{"s1-topic-77":[` + hi + `]}}`, one},
		"no messages":             {`{"sessions":[{"id":"s1","messages":[]}]}`, nil},
		"no sessions":             {`{"sessions":[]}`, nil},
		"a session without id":    {`{"sessions":[{"messages":[` + hi + `]},{"id":"s1","messages":[` + hi + `]}]}`, append(slices.Clone(one), unknown)},
		"messages that are none":  {`{"sessions":[{"id":"s1","messages":7}]}`, []string{unknown}},
		"sessions that are none":  {`{"sessions":[1,"a",null]}`, []string{"skip shared_chat.json unknown-shape x3 once=true"}},
		"id with control letters": {`{"sessions":{"a\u0007":[` + hi + `]}}`, []string{unknown}},
		"other members":           {`{"notes":[]}`, []string{unknown}},
		"a list":                  {`[` + hi + `]`, []string{unknown}},
		"empty":                   {``, []string{unknown}},
		"cut":                     {`{"sessions":[{"id":"s1","messages":[` + hi, []string{unknown}},
		"too deep":                {`{"sessions":` + strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1) + `}`, []string{unknown}},
		"parts": {`{"sessions":{"s1":[{"role":"assistant","content":[{"type":"thinking","thinking":"x"},{"type":"text","text":"a"},"b",{"text":"c"},{"type":"image"},7],"timestamp":0}]}}`,
			[]string{facts, begin, `-` + digest([]byte("assistant\na\nb\nc"))[:12] + ` assistant "a\nb\nc" 0001-01-01T00:00:00Z`, "end"}},
		"messages that can't be used": {`{"sessions":{"s1":[{"role":"user"},{"content":"x"},{"role":"ghost","content":"x"},5,` + hi + `]}}`,
			[]string{facts, begin, hiLine, "end", "skip shared_chat.json bad-event x4 once=true"}},
		"text beyond the bound": {`{"sessions":{"s1":[{"role":"user","content":"` + strings.Repeat("x", maxText+1) + `"},` + hi + `]}}`,
			[]string{facts, begin, hiLine, "end", "skip shared_chat.json text-too-long x1 once=true"}},
		"broken text": {"{\"sessions\":{\"s1\":[{\"role\":\"user\",\"content\":\"a\xff\\ud83d\",\"timestamp\":1773461489776}]}}",
			[]string{facts, begin, `-01jjl8li3gu user "a` + "\uFFFD\uFFFD" + `" 2026-03-14T04:11:29.776Z`, "end"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(t, c.content).lines; !slices.Equal(got, c.want) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestManySessions: a file, or several, bring no more sessions than the bound.
func TestManySessions(t *testing.T) {
	many := func(from, to int) string {
		var b strings.Builder
		for i := from; i < to; i++ {
			fmt.Fprintf(&b, `,"s%d":[{"role":"user","content":"hi"}]`, i)
		}
		return `{"sessions":{` + b.String()[1:] + `}}`
	}
	r := newRecorder()
	files := sourceOf(file(t, "a", many(0, maxSessions-1)), file(t, "b", many(maxSessions, maxSessions+3)))
	if err := files.Read(t.Context(), r, r); err != nil {
		t.Fatal(err)
	}
	if last := r.lines[len(r.lines)-1]; len(r.entries) != maxSessions || last != "skip b too-many x2 once=true" {
		t.Errorf("took %d, then %q", len(r.entries), last)
	}
}

func TestMoment(t *testing.T) {
	utc := time.Date(2026, 3, 14, 4, 11, 29, 776e6, time.UTC)
	for text, want := range map[string]time.Time{
		`"2026-03-14T04:11:29.776Z"`:         utc,
		`"2026-03-14T12:11:29.776+08:00"`:    utc,
		`"2026-03-14 12:11:29.776+08:00"`:    utc,
		`"2026-03-14T12:11:29.776"`:          utc, // local
		`"2026-03-14 12:11:29.776123"`:       utc,
		`"2026-03-14T12:11:29"`:              utc.Truncate(time.Second),
		`1773461489776`:                      utc,
		`1773461489.776`:                     utc,
		`1773461489`:                         utc.Truncate(time.Second),
		`"1773461489776"`:                    utc,
		`253402300799999`:                    time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
		`253402300800000`:                    {},
		`-1`:                                 {},
		`1e999`:                              {},
		`"NaN"`:                              {},
		`"yesterday"`:                        {},
		`"1969-12-31T00:00:00Z"`:             {},
		`"10000-01-01T00:00:00Z"`:            {},
		`""`:                                 {},
		`null`:                               {},
		`{"a":1}`:                            {},
		`"9999-12-31T23:59:59.999999-12:00"`: {},
	} {
		if got := moment([]byte(text), time.FixedZone("CST", 8*60*60)); !got.Equal(want) || got.Location() != time.UTC {
			t.Errorf("moment(%s) = %v, want %v", text, got, want)
		}
	}
}

// Ids sort like times, and before every id that OpenClaw gives.
func TestEntryIDs(t *testing.T) {
	r := reader{Options: Options{Digest: digest}}
	before := ""
	for _, at := range []time.Time{time.UnixMilli(1), time.UnixMilli(1773461489776), time.UnixMilli(1773461489777), time.UnixMilli(253402300799999)} {
		id := r.entryID(message{role: session.RoleUser, at: at})
		if id <= before || id >= "0" || len(id) != 12 {
			t.Errorf("id %q of %v behind %q", id, at, before)
		}
		before = id
	}
	if r.entryID(message{role: session.RoleUser, text: "a"}) == r.entryID(message{role: session.RoleUser, text: "b"}) {
		t.Error("messages without a time share an id")
	}
}

func TestFilesAreReadOnceForEachState(t *testing.T) {
	path := file(t, "shared_chat.json", `{"sessions":{"s1":[{"role":"user","content":"hi"}]}}`)
	r := newRecorder()
	reads := func(files ...string) bool {
		t.Helper()
		r.lines = nil
		if err := sourceOf(files...).Read(context.Background(), r, r); err != nil {
			t.Fatal(err)
		}
		return len(r.lines) > 0
	}
	if !reads(path) || reads(path) {
		t.Error("a file is not read exactly once")
	}
	aside := path + ".aside"
	if err := os.Rename(path, aside); err != nil {
		t.Fatal(err)
	}
	if reads(aside) {
		t.Error("a file is read again because of its name")
	}
	if reads() || !reads(aside, file(t, "shared_chat.json", `{"sessions":{}}`)) {
		t.Error("another file is not read, or none is")
	}
	if err := os.WriteFile(aside, []byte(`{"sessions":{"s1":[{"role":"user","content":"hi again"}]}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if !reads(aside) {
		t.Error("a file that was written again is not read")
	}
	if reads(path + ".missing"); len(r.lines) > 0 {
		t.Errorf("a file that went away is told of: %v", r.lines)
	}
}

func TestUnreadableFilesAreTriedAgain(t *testing.T) {
	dir := t.TempDir() // opening it fails, whoever runs the test
	r := newRecorder()
	for range 2 {
		r.lines = nil
		if err := sourceOf(dir).Read(context.Background(), r, r); err != nil {
			t.Fatal(err)
		}
		if want := "skip " + filepath.Base(dir) + " unreadable x1 once=false"; !slices.Equal(r.lines, []string{want}) {
			t.Errorf("got %v, want %s", r.lines, want)
		}
	}
}

func TestErrorsOfTheSinkAndTheContextEndTheRead(t *testing.T) {
	path := file(t, "shared_chat.json", `{"sessions":{"s1":[{"role":"user","content":"hi"}],"s2":[{"role":"user","content":"hi"}]}}`)
	r := newRecorder()
	r.fail = errors.New("full")
	if err := sourceOf(path).Read(context.Background(), r, r); !errors.Is(err, r.fail) || len(r.entries) != 1 || len(r.marks) != 0 {
		t.Errorf("got error %v after %d entries, marks %v", err, len(r.entries), r.marks)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r = newRecorder()
	if err := sourceOf(path).Read(ctx, r, r); !errors.Is(err, context.Canceled) || len(r.entries) != 0 {
		t.Errorf("got error %v after %d entries", err, len(r.entries))
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		`{"last_sync":"2026-03-14T12:21:28","sessions":[{"id":"s1","messages":[{"role":"user","content":"hi","timestamp":"2026-03-14T04:11:29.776Z"}]}]}`,
		`{"sessions":{"s1":[{"role":"assistant","content":[{"type":"text","text":"a"},"b"],"timestamp":1773461489.776}]}}`,
		`{"sessions":{"s1":{"messages":[{"role":"tool","content":"\ud83d","timestamp":"2026-03-14 12:11:29"}]}},"sessions":[]}`,
		`{"sessions":[{"id":"a\u0000","messages":[{}]}]}`, `{"sessions":`, `[]`, ``, "\uFEFF{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := newRecorder()
		r.check = func(e *session.Entry) {
			year := e.Written.Year()
			switch {
			case !utf8.ValidString(e.Text) || len(e.Text) > 3*len(data):
				t.Errorf("text %q of %d bytes of input", e.Text, len(data))
			case len(e.ID) < 12 || len(e.ID) > 13 || e.ID >= "0":
				t.Errorf("id %q", e.ID)
			case !e.Written.IsZero() && (year < 1970 || year > 9999):
				t.Errorf("time %v", e.Written)
			}
		}
		left := maxSessions
		reader := reader{Options: sourceOf().opt, left: &left, ctx: context.Background(), sink: r, skips: map[source.Reason]int{}}
		sessions, known := sessionsOf(data)
		if !known {
			return
		}
		if err := reader.sessions(sessions); err != nil {
			t.Fatal(err)
		}
		again := newRecorder()
		reader.sink, reader.skips = again, map[source.Reason]int{}
		if err := reader.sessions(sessions); err != nil || !slices.Equal(r.lines, again.lines) {
			t.Errorf("read again: %v\n%v\n%v", err, r.lines, again.lines)
		}
	})
}
