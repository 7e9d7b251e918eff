package normalize

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/smallccwc/chronosync/engine/session"
)

func TestMirrors(t *testing.T) {
	tests := []struct {
		name string
		rows string // u: user, a: assistant, m: mirror, each with its text
		want string
	}{
		{"copy of the reply", "u1 ax mx", "u1 ax"},
		{"white space differs", "u1 ax_y m_xy_", "u1 ax_y"},
		{"copy of an earlier reply of the turn", "u1 ax ay mx", "u1 ax ay"},
		{"reply of the turn before", "u1 ax u2 mx", "u1 ax u2 mx"},
		{"says something new", "u1 ax mxy", "u1 ax mxy"},
		{"only copy", "mx u1", "mx u1"},
		{"two mirrors", "u1 mx mx", "u1 mx mx"},
		{"mirror before the reply", "u1 mx ax", "u1 mx ax"},
		{"empty user row starts a turn", "u1 ax u mx", "u1 ax mx"},
		{"equal replies stay", "u1 ax ax", "u1 ax ax"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var entries []session.Entry
			for i, r := range strings.Fields(tt.rows) {
				e := session.Entry{ID: fmt.Sprint(i), Type: "message", Role: session.RoleAssistant, Text: strings.ReplaceAll(r[1:], "_", "\n ")}
				switch r[0] {
				case 'u':
					e.Role = session.RoleUser
				case 'm':
					e.Synthetic = mirrored
				}
				entries = append(entries, e)
			}
			var got []string
			for _, m := range normalizeAll(session.Facts{}, testOptions(), entries) {
				for i, r := range strings.Fields(tt.rows) {
					if m.EntryID == fmt.Sprint(i) {
						got = append(got, r)
					}
				}
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			checkPieces(t, session.Facts{}, testOptions(), entries)
		})
	}
}

func TestKeyedRepeats(t *testing.T) {
	keyed := func(role session.Role, key, text string) session.Entry {
		return session.Entry{Type: "message", Role: role, IdempotencyKey: key, Text: text}
	}
	first := keyed(session.RoleUser, "k", "a")
	tests := []struct {
		name   string
		second session.Entry
		want   int
	}{
		{"same", first, 1},
		{"other text", keyed(session.RoleUser, "k", "b"), 2},
		{"other key", keyed(session.RoleUser, "l", "a"), 2},
		{"other role", keyed(session.RoleAssistant, "k", "a"), 2},
		{"no key", keyed(session.RoleUser, "", "a"), 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := normalizeAll(session.Facts{}, testOptions(), []session.Entry{first, tt.second}); len(got) != tt.want {
				t.Errorf("%d messages, want %d", len(got), tt.want)
			}
		})
	}
	t.Run("bounded", func(t *testing.T) {
		entries := []session.Entry{first}
		for i := range maxKeyed {
			entries = append(entries, keyed(session.RoleUser, fmt.Sprint("k", i), "a"))
		}
		entries = append(entries, first)
		if got := normalizeAll(session.Facts{}, testOptions(), entries); len(got) != len(entries) {
			t.Errorf("%d messages, want %d", len(got), len(entries))
		}
		checkPieces(t, session.Facts{}, testOptions(), entries)
	})
}

// TestFullState fills every list past its bound.
func TestFullState(t *testing.T) {
	secret := strings.Repeat("unrepeatable", 3)
	n := New(session.Facts{}, testOptions())
	n.Next(&session.Entry{Type: "message", Role: session.RoleUser, Channel: strings.Repeat("c", maxChannelName), Text: secret})
	for i := range 2 * maxReplies {
		e := session.Entry{Type: "message", Role: session.RoleAssistant, Text: fmt.Sprint(secret, i), IdempotencyKey: fmt.Sprint(secret, i)}
		n.Next(&e)
		e.Synthetic, e.Text = mirrored, e.Text+"!"
		n.Next(&e)
	}
	state := n.State()
	if len(state) != MaxState {
		t.Errorf("state has %d bytes, want %d", len(state), MaxState)
	}
	if bytes.Contains(state, []byte("unrepeatable")) {
		t.Error("the state holds text")
	}
	again, err := Resume(session.Facts{}, testOptions(), state)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.State(), state) {
		t.Error("the state changed by resuming")
	}
}

func TestResumeRefuses(t *testing.T) {
	good := New(session.Facts{}, testOptions()).State()
	tests := []struct {
		name  string
		state []byte
	}{
		{"nothing", nil},
		{"another version", append([]byte{StateVersion + 1}, good[1:]...)},
		{"cut", good[:len(good)-1]},
		{"more behind it", append(bytes.Clone(good), 0)},
		{"channel that is none", []byte{StateVersion, 2, 'a', ' ', 0, 0}},
		{"list that is too long", append([]byte{StateVersion, 0, 0, maxKeyed + 1}, make([]byte, digestSize*(maxKeyed+1))...)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Resume(session.Facts{}, testOptions(), tt.state); !errors.Is(err, ErrState) {
				t.Errorf("got %v, want ErrState", err)
			}
		})
	}
}

// TestWaitingReplies has more in one turn than waits for a digest.
func TestWaitingReplies(t *testing.T) {
	entries := []session.Entry{{Type: "message", Role: session.RoleUser, Text: "go"}}
	say := func(synthetic, text string) {
		entries = append(entries, session.Entry{Seq: int64(len(entries)), Type: "message", Role: session.RoleAssistant, Synthetic: synthetic, Text: text})
	}
	long := strings.Repeat("long ", maxWaiting/12)
	for i := range 7 {
		say("", fmt.Sprint(i, long))
	}
	for i := range 7 {
		say(mirrored, fmt.Sprint(i, "\n", long))
	}
	say(mirrored, "8"+long)
	if got := normalizeAll(session.Facts{}, testOptions(), entries); len(got) != 1+7+1 {
		t.Errorf("%d messages, want the prompt, 7 replies and one mirror", len(got))
	}
	checkPieces(t, session.Facts{}, testOptions(), entries)
}

// TestDigestsAreMadeWhenAskedFor counts them: what costs a pass over a reply
// is done for turns with mirrors.
func TestDigestsAreMadeWhenAskedFor(t *testing.T) {
	opt, made := testOptions(), 0
	digest := opt.Digest
	opt.Digest = func(text string) session.Digest {
		if strings.HasPrefix(text, "reply\n") {
			made++
		}
		return digest(text)
	}
	n := New(session.Facts{}, opt)
	for _, role := range []session.Role{session.RoleUser, session.RoleAssistant, session.RoleAssistant, session.RoleUser, session.RoleAssistant} {
		n.Next(&session.Entry{Type: "message", Role: role, Text: "x"})
	}
	if n.State(); made != 1 {
		t.Errorf("%d replies were digested, want that of the last turn", made)
	}
}

func TestSquash(t *testing.T) {
	plain := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text)
	}
	every := ""
	for r := range rune(0x3100) {
		every += "a" + string(r)
	}
	for _, text := range []string{"", " ", "a", " a\tb\r\nc ", "你好\u3000世界 ", "\u0085\u00a0x\u2028\u200b", "\x00\x1b", "\uFFFD😀 ", every} {
		if got, want := squash(text), plain(text); got != want {
			t.Errorf("squash(%q) = %q, want %q", text, got, want)
		}
	}
}
