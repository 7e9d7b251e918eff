package normalize

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// TestFixtures reads transcripts whose rows say what is to become of them.
func TestFixtures(t *testing.T) {
	for _, name := range []string{"main-2026.3.13.jsonl", "main-2026.9.6.jsonl"} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			facts := session.Facts{SessionID: "0f5d8d36-aaaa", Key: "agent:main:main", Channel: "webchat", Messenger: "telegram"}
			n := New(facts, testOptions())
			var entries []session.Entry
			lines := bufio.NewScanner(file)
			for lines.Scan() {
				e, r := entry(t, lines.Text(), len(entries))
				entries = append(entries, e)
				m, ok := n.Next(&e)
				if ok == r.Want.Nothing {
					t.Errorf("%s: message %t", e.ID, ok)
				}
				if !ok {
					continue
				}
				got := [5]string{m.Text, string(m.Class), string(m.Origin), m.Channel, m.Sender}
				if want := [5]string{r.Want.Text, r.Want.Class, r.Want.Origin, r.Want.Channel, r.Want.Sender}; got != want {
					t.Errorf("%s:\n got %q\nwant %q", e.ID, got, want)
				}
			}
			if err := lines.Err(); err != nil {
				t.Fatal(err)
			}
			checkPieces(t, facts, testOptions(), entries)
		})
	}
}

func TestMessageFields(t *testing.T) {
	e := session.Entry{
		Seq: 4, ID: "e4", Type: "message", Role: session.RoleUser, Text: " a\r\nb\rc \x00\n",
		Written: time.Date(2026, 3, 14, 12, 0, 5, 0, time.FixedZone("", 8*3600)),
		Sent:    time.Date(2026, 3, 14, 12, 0, 1, 0, time.FixedZone("", 8*3600)),
	}
	opt := testOptions()
	m, ok := New(session.Facts{SessionID: "0123456789"}, opt).Next(&e)
	want := session.Message{
		ID: "01234567:e4", SessionID: "0123456789", EntryID: "e4", Seq: 4, Role: session.RoleUser,
		Text: "a\nb\rc \x00", Time: time.Date(2026, 3, 14, 4, 0, 1, 0, time.UTC),
		Origin: session.OriginOwner, Digest: opt.Digest("user\n" + e.Text),
	}
	if !ok || m != want {
		t.Errorf("got %+v\nwant %+v", m, want)
	}
}

func TestTime(t *testing.T) {
	written, sent := time.Unix(100, 0).UTC(), time.Unix(90, 0).UTC()
	tests := []struct {
		name string
		e    session.Entry
		want time.Time
	}{
		{"user", session.Entry{Role: session.RoleUser, Written: written, Sent: sent}, sent},
		{"user, not sent", session.Entry{Role: session.RoleUser, Written: written}, written},
		{"assistant", session.Entry{Role: session.RoleAssistant, Written: written, Sent: sent}, written},
		{"assistant, not written", session.Entry{Role: session.RoleAssistant, Sent: sent}, sent},
		{"unknown", session.Entry{Role: session.RoleUser}, time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := spokenAt(&tt.e); !got.Equal(tt.want) || got.Location() != time.UTC {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTools(t *testing.T) {
	e := session.Entry{ID: "t", Type: "message", Role: session.RoleTool, Text: "\r\n" + strings.Repeat("结果\r\n", 10_000)}
	if _, ok := New(session.Facts{}, testOptions()).Next(&e); ok {
		t.Error("a tool result nobody asked for")
	}
	opt := testOptions()
	opt.IncludeTools = true
	m, ok := New(session.Facts{}, opt).Next(&e)
	if !ok || m.Class != session.ClassTool || m.Origin != session.OriginExternal {
		t.Fatalf("got %t, class %q, origin %q", ok, m.Class, m.Origin)
	}
	// Whole: it is cut after redaction, by whoever redacts.
	if want := strings.TrimSpace(strings.Repeat("结果\n", 10_000)); m.Text != want {
		t.Errorf("text of %d bytes, want %d", len(m.Text), len(want))
	}
}

func TestNothingToArchive(t *testing.T) {
	tests := []struct {
		name string
		e    session.Entry
	}{
		{"header", session.Entry{Type: "session", Role: session.RoleUser, Text: "x"}},
		{"compaction", session.Entry{Type: "compaction", Text: "summary"}},
		{"system row", session.Entry{Type: "message", Role: session.RoleSystem, Text: "x"}},
		{"unknown role", session.Entry{Type: "message", Text: "x"}},
		{"blank", session.Entry{Type: "message", Role: session.RoleUser, Text: " \r\n\t"}},
		{"thinking only", session.Entry{Type: "message", Role: session.RoleAssistant}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if m, ok := New(session.Facts{}, testOptions()).Next(&tt.e); ok {
				t.Errorf("got %+v", m)
			}
		})
	}
}

func TestChannelAndSender(t *testing.T) {
	user := func(e session.Entry) session.Entry {
		e.Type, e.Role, e.Text = "message", session.RoleUser, e.Text+"hi"
		return e
	}
	direct := session.Facts{Key: "agent:main:telegram:direct:9001", Peer: "Ann Example"}
	mixed := session.Facts{Key: "agent:main:main", Channel: "webchat", Messenger: "signal"}
	tests := []struct {
		name                    string
		facts                   session.Facts
		e                       session.Entry
		channel, sender, answer string
	}{
		{"from the key, peer of a direct chat", direct, user(session.Entry{}), "telegram", "Ann Example", "telegram"},
		{"own name before the peer's", direct, user(session.Entry{Sender: session.Sender{ID: "1", Username: "bo"}}), "telegram", "bo", "telegram"},
		{"web client in a direct chat", direct, user(session.Entry{Hint: session.HintWeb}), "webchat", "", "webchat"},
		{"messenger in a mixed session", mixed, user(session.Entry{Hint: session.HintMessenger}), "signal", "", "signal"},
		{"named channel in a mixed session", mixed, user(session.Entry{Channel: "matrix", Sender: session.Sender{ID: "7"}}), "matrix", "7", "matrix"},
		{"messenger that nobody names", session.Facts{Channel: "webchat"}, user(session.Entry{Hint: session.HintMessenger, Sender: session.Sender{Name: "Ann"}}), "", "Ann", ""},
		{"nothing known", session.Facts{}, user(session.Entry{}), "", "", ""},
		{"old header", mixed, user(session.Entry{Text: "[Telegram Bo id:7 2026-01-02 10:00 UTC] "}), "telegram", "Bo", "telegram"},
		{"a name that is no identifier is not remembered", mixed, user(session.Entry{Channel: "+86 138"}), "+86 138", "", "webchat"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := session.Entry{ID: "a", Type: "message", Role: session.RoleAssistant, Text: "ho"}
			got := normalizeAll(tt.facts, testOptions(), []session.Entry{tt.e, answer})
			if len(got) != 2 {
				t.Fatalf("%d messages", len(got))
			}
			if got[0].Channel != tt.channel || got[0].Sender != tt.sender {
				t.Errorf("channel %q, sender %q, want %q, %q", got[0].Channel, got[0].Sender, tt.channel, tt.sender)
			}
			if got[1].Channel != tt.answer || got[1].Sender != "" {
				t.Errorf("answer: channel %q, sender %q, want %q", got[1].Channel, got[1].Sender, tt.answer)
			}
		})
	}
}
