package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// The document as programs read it.
type (
	readFile struct {
		SchemaVersion int           `json:"schema_version"`
		LastSync      time.Time     `json:"last_sync"`
		Sessions      []readSession `json:"sessions"`
	}
	readSession struct {
		Agent        string        `json:"agent"`
		SessionKey   string        `json:"session_key"`
		SessionIDs   []string      `json:"session_ids"`
		Channel      string        `json:"channel"`
		Kind         session.Kind  `json:"kind"`
		Title        string        `json:"title"`
		MessageCount int           `json:"message_count"`
		LastUpdated  time.Time     `json:"last_updated"`
		Truncated    bool          `json:"truncated"`
		Messages     []readMessage `json:"messages"`
	}
	readMessage struct {
		ID        string         `json:"id"`
		Role      session.Role   `json:"role"`
		Content   string         `json:"content"`
		Timestamp time.Time      `json:"timestamp"`
		Channel   string         `json:"channel"`
		Sender    string         `json:"sender"`
		Origin    session.Origin `json:"origin"`
		Class     session.Class  `json:"class"`
		Imported  bool           `json:"imported"`
	}
)

func parseJSON(t testing.TB, text string) readFile {
	t.Helper()
	var f readFile
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		t.Fatal(err)
	}
	if d.More() {
		t.Fatal("more than one value")
	}
	return f
}

// wantJSON is what reading back the whole archive must give.
func wantJSON(a fixture) readFile {
	f := readFile{SchemaVersion: 1, LastSync: synced}
	valid := func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
	for _, c := range a.chats {
		if len(c.messages) == 0 {
			continue
		}
		s := readSession{
			Agent: valid(c.session.Agent), SessionKey: valid(c.session.Key), Channel: valid(c.session.Channel),
			Kind: session.Kind(valid(string(c.session.Kind))), Title: valid(c.session.Title),
			MessageCount: len(c.messages), LastUpdated: c.session.Updated,
		}
		for _, id := range c.session.SessionIDs {
			s.SessionIDs = append(s.SessionIDs, valid(id))
		}
		for _, m := range c.messages {
			s.Messages = append(s.Messages, readMessage{
				ID: valid(m.ID), Role: session.Role(valid(string(m.Role))), Content: valid(m.Text), Timestamp: m.Time,
				Channel: valid(ownChannel(c.session, m)), Sender: valid(m.Sender),
				Origin: session.Origin(valid(string(m.Origin))), Class: session.Class(valid(string(m.Class))), Imported: m.Imported,
			})
		}
		f.Sessions = append(f.Sessions, s)
	}
	return f
}

func checkJSON(t testing.TB, a fixture) {
	t.Helper()
	text := renderAll(t, a, FormatJSON, Options{})
	if got, want := parseJSON(t, text), wantJSON(a); !reflect.DeepEqual(got, want) {
		t.Errorf("got:\n%+v\nwant:\n%+v", got, want)
	}
	lines := renderAll(t, a, FormatJSONL, Options{})
	var messages int
	for _, c := range a.chats {
		messages += len(c.messages)
	}
	if got := strings.Count(lines, "\n"); got != messages {
		t.Errorf("got %d lines for %d messages", got, messages)
	}
	for line := range strings.Lines(lines) {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %q", line)
		}
	}
	for _, written := range []string{text, lines} {
		if !utf8.ValidString(written) {
			t.Error("not valid UTF-8")
		}
		if i := strings.IndexFunc(written, func(r rune) bool { return r != '\n' && plaintext.Hidden(r) }); i >= 0 {
			t.Errorf("hidden character at byte %d", i)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	checkJSON(t, sample())
	for name, text := range hostile() {
		t.Run(name, func(t *testing.T) { checkJSON(t, hostileFixture(text)) })
	}
}

func FuzzJSONRoundTrip(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text, "telegram", "Ann")
		f.Add("plain", text, text)
	}
	f.Fuzz(func(t *testing.T, text, channel, name string) {
		a := hostileFixture(text)
		a.chats[0].session.Channel, a.chats[0].session.Title = channel, name
		a.chats[0].messages[0].Sender = name
		checkJSON(t, a)
	})
}

func TestUnknownTimesAreLeftOut(t *testing.T) {
	for name, when := range map[string]time.Time{
		"zero":       {},
		"five digit": time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC),
		"before":     time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			a := conversation(1, 1, 1)
			a.chats[0].session.Updated, a.chats[0].messages[0].Time = when, when
			if text := render(t, JSON, a, Options{}); strings.Contains(text, "timestamp") || strings.Contains(text, "last_updated") {
				t.Errorf("got %s", text)
			}
		})
	}
}

func shownJSON(t testing.TB, text string) []string {
	t.Helper()
	var ids []string
	for _, s := range parseJSON(t, text).Sessions {
		if s.Truncated != (len(s.Messages) < s.MessageCount) {
			t.Errorf("%s: truncated is %v with %d of %d messages", s.SessionKey, s.Truncated, len(s.Messages), s.MessageCount)
		}
		for _, m := range s.Messages {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// Every bound gives a file that is within it, that keeps what smaller bounds
// gave, and that grows exactly when there is room for what comes next.
func TestJSONBound(t *testing.T) {
	a := conversation(3, 6, 4)
	whole := len(render(t, JSON, a, Options{}))
	var order, before []string
	const smallest = 500 // a message is less than half of it
	for bound := smallest; bound <= whole+1; bound++ {
		text := render(t, JSON, a, Options{JSONBytes: int64(bound)})
		if len(text) > bound {
			t.Fatalf("got %d bytes, want at most %d", len(text), bound)
		}
		now := shownJSON(t, text)
		if bound == smallest || len(now) == len(before) {
			before = now
			continue
		}
		if len(now) != len(before)+1 || len(text) != bound {
			t.Fatalf("bound %d: from %v to %v with %d bytes", bound, before, now, len(text))
		}
		order = append(order, slices.DeleteFunc(slices.Clone(now), func(id string) bool { return slices.Contains(before, id) })...)
		before = now
	}
	want := strings.Fields("0-4 0-3 0-2 0-1 0-0 1-5 1-4 1-3 1-2 1-1 1-0 2-5 2-4 2-3 2-2 2-1 2-0")
	got := strings.Fields(strings.ReplaceAll(strings.Join(order, " "), "session-:", ""))
	if !slices.Equal(got, want) {
		t.Errorf("got order %v, want %v", got, want)
	}
}

func TestJSONIsBoundedByDefault(t *testing.T) {
	const bound = 8 << 20
	a := conversation(10, 250, 10)
	text := render(t, JSON, a, Options{})
	if got := len(shownJSON(t, text)); got != 10*200 {
		t.Errorf("got %d messages, want 200 of each session", got)
	}
	size := len(text)
	for i := 0; size < bound; i++ {
		more := min(bound-size, 1<<20)
		a.chats[i].messages[240].Text += strings.Repeat("x", more)
		size += more
	}
	if text := render(t, JSON, a, Options{}); len(text) != bound || len(shownJSON(t, text)) != 2000 {
		t.Errorf("got %d bytes with %d messages, want %d with 2000", len(text), len(shownJSON(t, text)), bound)
	}
	a.chats[0].messages[240].Text += "x"
	if text := render(t, JSON, a, Options{}); len(text) > bound || len(shownJSON(t, text)) != 1999 {
		t.Errorf("got %d bytes with %d messages, want at most %d with 1999", len(text), len(shownJSON(t, text)), bound)
	}
}

// One huge message must not push everything else out.
func TestHugeMessageIsLeftOut(t *testing.T) {
	a := conversation(2, 3, 4)
	a.chats[0].messages[2].Text = strings.Repeat("\x01", 2<<20)
	got := shownJSON(t, render(t, JSON, a, Options{}))
	want := []string{"session-:0-0", "session-:0-1", "session-:1-0", "session-:1-1", "session-:1-2"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	a.chats[0].messages = a.chats[0].messages[2:]
	file := parseJSON(t, render(t, JSON, a, Options{}))
	if len(file.Sessions) != 2 || len(file.Sessions[0].Messages) != 0 || !file.Sessions[0].Truncated {
		t.Errorf("a session of one huge message is not shown as truncated")
	}
}

func TestHash(t *testing.T) {
	hash := func(a Archive, lists ...string) string {
		t.Helper()
		f, err := JSON(t.Context(), a, Options{})
		if err != nil {
			t.Fatal(err)
		}
		readers := make([]io.Reader, 0, len(lists))
		for _, l := range lists {
			readers = append(readers, strings.NewReader(l))
		}
		if sum, err := Hash(f); err != nil || sum != f.Digest()+"\n" {
			t.Errorf("without lists: got %q, %v, and the digest %s", sum, err, f.Digest())
		}
		sum, err := Hash(f, readers...)
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	// What a program computes from the files.
	fromFiles := func(lists ...string) string {
		text := render(t, JSON, sample(), Options{})
		text = regexp.MustCompile(`^(\{"schema_version":1,)"last_sync":"[^"]*",`).ReplaceAllString(text, "$1")
		sum := sha256.Sum256([]byte(text + strings.Join(lists, "")))
		return hex.EncodeToString(sum[:]) + "\n"
	}
	if got, want := hash(sample()), fromFiles(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := hash(sample(), "[1]\n", "[2]\n"), fromFiles("[1]\n", "[2]\n"); got != want {
		t.Errorf("with lists: got %s, want %s", got, want)
	}
	more := sample()
	more.chats[0].messages[1].Text += "!"
	if hash(more) == hash(sample()) {
		t.Error("the hash does not depend on the content")
	}
}

func TestFileDiffersInLastSyncOnly(t *testing.T) {
	f, err := JSON(t.Context(), sample(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var first, second bytes.Buffer
	f.Write(&first, synced)
	f.Write(&second, synced.Add(time.Hour))
	if got := strings.Replace(second.String(), "05:21:28", "04:21:28", 1); got != first.String() || first.String() == second.String() {
		t.Error("the time of the sync changes more or less than last_sync")
	}
}

func BenchmarkJSON(b *testing.B)     { benchmark(b, JSON) }
func BenchmarkMarkdown(b *testing.B) { benchmark(b, Markdown) }

func benchmark(b *testing.B, write renderer) {
	a := conversation(2000, 40, 60)
	b.SetBytes(int64(len(render(b, write, a, Options{}))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := write(b.Context(), a, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
