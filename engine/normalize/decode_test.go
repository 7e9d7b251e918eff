package normalize

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// testOptions digest with a fixed key.
func testOptions() Options {
	return Options{Digest: func(text string) session.Digest {
		sum := sha256.Sum256([]byte("key of the tests\n" + text))
		return session.Digest(sum[:8])
	}}
}

// normalizeAll feeds entries in one go.
func normalizeAll(f session.Facts, opt Options, entries []session.Entry) []session.Message {
	n := New(f, opt)
	var out []session.Message
	for i := range entries {
		if m, ok := n.Next(&entries[i]); ok {
			out = append(out, m)
		}
	}
	return out
}

// normalizePieces feeds entries with a state saved and resumed before every
// entry for which split says so.
func normalizePieces(t *testing.T, f session.Facts, opt Options, entries []session.Entry, split func(i int) bool) []session.Message {
	t.Helper()
	n := New(f, opt)
	var out []session.Message
	for i := range entries {
		if split(i) {
			state := n.State()
			if len(state) > MaxState {
				t.Fatalf("state has %d bytes, want at most %d", len(state), MaxState)
			}
			var err error
			if n, err = Resume(f, opt, state); err != nil {
				t.Fatal(err)
			}
		}
		if m, ok := n.Next(&entries[i]); ok {
			out = append(out, m)
		}
	}
	return out
}

// checkPieces compares one go with several ways to interrupt it.
func checkPieces(t *testing.T, f session.Facts, opt Options, entries []session.Entry) {
	t.Helper()
	want := normalizeAll(f, opt, entries)
	for _, size := range []int{1, 2, 3, 7} {
		got := normalizePieces(t, f, opt, entries, func(i int) bool { return i%size == 0 })
		if !slices.Equal(got, want) {
			t.Errorf("in pieces of %d: %d messages, in one go %d, or other ones", size, len(got), len(want))
		}
	}
}

// row is an entry as OpenClaw stores it, as far as the tests need it.
type row struct {
	Type      string
	ID        string
	Timestamp time.Time
	Message   struct {
		Role           string
		Content        json.RawMessage
		Timestamp      int64
		Provider       string
		Model          string
		IdempotencyKey string
		Provenance     struct{ Kind string }
		MediaPaths     []string
		OpenClaw       *metadata `json:"__openclaw"`
	}
	Want *struct { // in our own fixtures
		Text, Class, Origin, Channel, Sender string
		Nothing                              bool
	}
}

type metadata struct {
	SenderID       string
	SenderName     string
	SenderUsername string
	SenderIsOwner  *bool
	Media          []json.RawMessage
	Transport      struct {
		Channel string
		Clients []json.RawMessage
	}
}

// entry decodes one line of a transcript the plain way.
func entry(t *testing.T, line string, seq int) (session.Entry, row) {
	t.Helper()
	var r row
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		t.Fatalf("line %d: %v", seq+1, err)
	}
	m := r.Message
	e := session.Entry{Seq: int64(seq), ID: r.ID, Type: r.Type, Written: r.Timestamp}
	if r.Type != "message" {
		return e, r
	}
	e.Role = session.Role(m.Role)
	if m.Role == "toolResult" {
		e.Role = session.RoleTool
	}
	e.Text, e.Media = content(t, m.Content)
	e.Media = max(e.Media, len(m.MediaPaths))
	if m.Timestamp != 0 {
		e.Sent = time.UnixMilli(m.Timestamp).UTC()
	}
	if m.Role == "assistant" && m.Provider == "openclaw" {
		e.Synthetic = m.Model
	}
	e.IdempotencyKey, e.Provenance = m.IdempotencyKey, m.Provenance.Kind
	if meta := m.OpenClaw; meta != nil {
		e.Sender = session.Sender{ID: meta.SenderID, Name: meta.SenderName, Username: meta.SenderUsername}
		e.Sender.Owner = meta.SenderIsOwner != nil && *meta.SenderIsOwner
		e.Channel = meta.Transport.Channel
		e.Media = max(e.Media, len(meta.Media))
		switch {
		case e.Channel != "":
		case meta.Transport.Clients != nil:
			e.Hint = session.HintWeb
		case meta.SenderIsOwner != nil:
			e.Hint = session.HintMessenger
		}
	}
	if e.Role == session.RoleUser && e.Channel == "" && e.Hint == session.HintNone && strings.HasSuffix(e.IdempotencyKey, ":user") {
		e.Hint = session.HintWeb
	}
	return e, r
}

func content(t *testing.T, raw json.RawMessage) (text string, pictures int) {
	t.Helper()
	if len(raw) == 0 || json.Unmarshal(raw, &text) == nil {
		return text, 0
	}
	var parts []struct{ Type, Text string }
	if err := json.Unmarshal(raw, &parts); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, p := range parts {
		switch p.Type {
		case "text":
			texts = append(texts, p.Text)
		case "image":
			pictures++
		}
	}
	return strings.Join(texts, "\n"), pictures
}
