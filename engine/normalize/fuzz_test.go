package normalize

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
)

func FuzzEnvelope(f *testing.F) {
	f.Add("hello")
	f.Add(fromCLI + stamped + "hello\r\nyou")
	f.Add(fromPhone + fenced(forwardedContext, `[]`) + "hello\n\n" + untrustedContext + "\nx")
	f.Add("System: [2026-03-14 12:00:00 GMT+8] one\nSystem: two\n\n" + fromCLI + "hello")
	f.Add("[Telegram Ann id:123 2026-01-02 10:00 UTC] hello\n[message_id: 123]")
	f.Add("Context: ⟦openclaw:ctx⟧\na\n\n" + internalOpen + "\n" + internalClose + "\n" + memoryOpen + "\n" + memoryClose)
	f.Add("x (untrusted, chronological):\na\n\n" + untrustedContext + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		text = clean(text)
		_, said := openEnvelope(text)
		if !strings.Contains(text, said) || strings.TrimSpace(said) != said {
			t.Errorf("%q is no trimmed part of %q", said, text)
		}
		typed := session.Entry{Type: "message", Role: session.RoleUser, Text: text, Channel: "telegram"}
		if m, _ := New(session.Facts{}, testOptions()).Next(&typed); m.Text != text {
			t.Errorf("a clean row became %q, was %q", m.Text, text)
		}
	})
}

// phrases are what the fuzzer builds rows of.
var phrases = []string{
	"", "hello", " hello ", "NO_REPLY", "/compact", heartbeatPoll, cronWake, sessionStart, stamped, fromCLI, fromPhone,
	"[cron:0c95 x] do" + tail96, hookFirst + fence("aa", "Source: Webhook", "x"), "[Subagent Context] x\n\n[Subagent Task]: y",
	interSession + "x\n" + interSessionNote + "\ny", runtimeContext, "\x00\r\nx\r", "你好",
}

// entriesOf turns bytes into a sequence of entries: four bytes an entry, the
// rest is text for those that want other than the known phrases.
func entriesOf(shape []byte, text string) []session.Entry {
	roles := []session.Role{session.RoleUser, session.RoleAssistant, session.RoleAssistant, session.RoleTool, session.RoleSystem}
	synthetic := []string{"", mirrored, mirrored, injected}
	provenance := []string{"", "", fromPerson, fromSession, fromSystem}
	channels := []string{"", "", "telegram", "web chat", session.ChannelWeb}
	var entries []session.Entry
	for i := 0; len(shape) >= 4; i, shape = i+1, shape[4:] {
		a, b, c, d := int(shape[0]), int(shape[1]), int(shape[2]), int(shape[3])
		e := session.Entry{
			Seq: int64(i), ID: fmt.Sprint("e", i), Type: "message", Role: roles[a%len(roles)],
			Synthetic: synthetic[b%len(synthetic)], Provenance: provenance[c%len(provenance)],
			Channel: channels[d%len(channels)], Hint: session.Hint(d / 16 % 3), Media: b / 64 % 2,
			Text: phrases[(a/5+b)%len(phrases)],
		}
		if c >= 128 {
			e.Text += text
		}
		if d >= 128 {
			e.IdempotencyKey = fmt.Sprint("k", c%8)
		}
		entries = append(entries, e)
	}
	return entries
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("\x00\x01\x00\x00\x01\x01\x00\x00\x01\x00\x00\x00"), "text", "agent:main:main", uint8(1))
	f.Add([]byte("\x00\x02\x80\x90\x02\x01\x80\x90\x02\x01\x80\x90\x05\x09\xff\xff"), "二 \r\n", "agent:main:telegram:group:-1", uint8(2))
	f.Add(bytes.Repeat([]byte{1, 1, 200, 200, 3, 4}, 40), stamped, "agent:main:hook:x", uint8(3))
	f.Fuzz(func(t *testing.T, shape []byte, text, key string, size uint8) {
		entries := entriesOf(shape, strings.ToValidUTF8(text, "\uFFFD"))
		opt := testOptions()
		opt.IncludeTools = size%2 == 0
		facts := session.Facts{SessionID: "0123456789", Key: key, Messenger: "signal"}
		want := normalizeAll(facts, opt, entries)
		got := normalizePieces(t, facts, opt, entries, func(i int) bool { return i%(int(size)+1) == 0 })
		if !slices.Equal(got, want) {
			t.Errorf("interrupted: %+v\nin one go: %+v", got, want)
		}
		seen := map[string]bool{}
		last := int64(-1)
		for _, m := range want {
			if seen[m.ID] || m.Seq <= last {
				t.Errorf("message %s twice or out of order", m.ID)
			}
			seen[m.ID], last = true, m.Seq
			if m.Text == "" || !utf8.ValidString(m.Text) || strings.Contains(m.Text, "\r\n") || strings.TrimSpace(m.Text) != m.Text {
				t.Errorf("text %q", m.Text)
			}
			if m.Origin == "" || m.Role == session.RoleAssistant && m.Origin != session.OriginAgent {
				t.Errorf("%s: origin %q", m.ID, m.Origin)
			}
		}
	})
}

func FuzzResume(f *testing.F) {
	f.Add([]byte{})
	f.Add(New(session.Facts{}, testOptions()).State())
	f.Add(append([]byte{StateVersion, 3, 'i', 'r', 'c', 1}, make([]byte, digestSize+2)...))
	f.Fuzz(func(t *testing.T, state []byte) {
		n, err := Resume(session.Facts{}, testOptions(), state)
		if err == nil && !bytes.Equal(n.State(), state) {
			t.Errorf("state %x became %x", state, n.State())
		}
	})
}
