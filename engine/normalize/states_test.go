package normalize

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// expected is the ground truth of a published state directory.
type expected struct {
	Sessions []struct {
		Agent, SessionKey, SessionID string
		Kind, Channel, Store, File   string
		Messages                     []expectedMessage
	}
}

type expectedMessage struct {
	Role, EventID, Text, Origin, Synthetic string
	HumanText, HookText                    *string
	InlineImages                           int
	Media                                  int
}

// statesDir is the directory with stores that OpenClaw wrote, kept beside the
// repository because of its size.
func statesDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(filepath.Dir(dir), "shared", "states")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skip("no directory shared/states beside the repository; the fixtures in testdata cover the rules")
	}
	return dir
}

func TestPublishedStates(t *testing.T) {
	states := statesDir(t)
	for _, name := range []string{"openclaw-2026.3.13", "openclaw-2026.7.1"} {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join(states, name, "expected.json"))
			if err != nil {
				t.Fatal(err)
			}
			var want expected
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			for _, s := range want.Sessions {
				if s.File == "" {
					continue // a row of the index without a transcript
				}
				t.Run(s.SessionID, func(t *testing.T) {
					facts := session.Facts{Agent: s.Agent, SessionID: s.SessionID, Key: s.SessionKey, Channel: s.Channel, Messenger: "telegram"}
					entries := transcript(t, filepath.Join(states, name, filepath.FromSlash(s.File)))
					compareMessages(t, normalizeAll(facts, testOptions(), entries), s.Messages)
					withTools := testOptions()
					withTools.IncludeTools = true
					checkPieces(t, facts, testOptions(), entries)
					checkPieces(t, facts, withTools, entries)
				})
			}
		})
	}
}

func transcript(t *testing.T, path string) []session.Entry {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var entries []session.Entry
	for i, l := range bytes.Split(bytes.TrimSpace(raw), []byte("\n")) {
		e, _ := entry(t, string(l), i)
		entries = append(entries, e)
	}
	return entries
}

// compareMessages wants every row once, in order, without the mirrors that
// repeat a reply of their turn.
func compareMessages(t *testing.T, got []session.Message, want []expectedMessage) {
	t.Helper()
	replies := map[string]bool{}
	for _, w := range want {
		if w.Role == "user" {
			clear(replies)
		}
		text := squash(w.Text)
		if w.Synthetic == mirrored && replies[text] {
			continue
		}
		if w.Synthetic != mirrored {
			replies[text] = true
		}
		if text == "" && w.InlineImages+w.Media == 0 {
			continue
		}
		if len(got) == 0 {
			t.Errorf("row %s is missing", w.EventID)
			return
		}
		compareMessage(t, got[0], w)
		got = got[1:]
	}
	if len(got) > 0 {
		t.Errorf("%d messages too many, the first is %s", len(got), got[0].EntryID)
	}
}

func compareMessage(t *testing.T, m session.Message, w expectedMessage) {
	t.Helper()
	if m.EntryID != w.EventID {
		t.Errorf("entry %s, want %s", m.EntryID, w.EventID)
		return
	}
	if string(m.Role) != w.Role {
		t.Errorf("%s: role %q, want %q", w.EventID, m.Role, w.Role)
	}
	if w.Role == "assistant" {
		if m.Text != strings.TrimSpace(w.Text) || m.Origin != session.OriginAgent {
			t.Errorf("%s: text %q, origin %q", w.EventID, m.Text, m.Origin)
		}
		return
	}
	text := strings.TrimSpace(w.Text)
	if w.HumanText != nil {
		text = *w.HumanText
	}
	if w.HookText != nil {
		text = *w.HookText
	}
	rules := map[string]struct {
		class   session.Class
		origins []session.Origin
		reduced bool
	}{
		"human":                {"", []session.Origin{session.OriginOwner, session.OriginOther}, false},
		"hook":                 {"", []session.Origin{session.OriginExternal}, false},
		"cron":                 {session.ClassCronPrompt, []session.Origin{session.OriginOwner}, true},
		"subagent_task":        {session.ClassInterSession, []session.Origin{session.OriginExternal}, true},
		"inter_session":        {session.ClassInterSession, []session.Origin{session.OriginExternal}, true},
		"runtime_context":      {session.ClassInternal, []session.Origin{session.OriginExternal}, false},
		"session_start_prompt": {session.ClassInternal, []session.Origin{session.OriginAgent}, false},
		"internal_system":      {session.ClassInternal, []session.Origin{session.OriginAgent}, false},
	}
	rule, known := rules[w.Origin]
	if !known {
		t.Fatalf("%s: no rule for origin %q", w.EventID, w.Origin)
	}
	if w.Text == "/compact" {
		rule.class = session.ClassCommand
	}
	switch {
	case rule.reduced && (len(m.Text) >= len(text) || !strings.Contains(text, m.Text)):
		t.Errorf("%s: text %q is not a part of the row", w.EventID, m.Text)
	case !rule.reduced && m.Text != text:
		t.Errorf("%s: text %q, want %q", w.EventID, m.Text, text)
	}
	if m.Class != rule.class {
		t.Errorf("%s: class %q, want %q", w.EventID, m.Class, rule.class)
	}
	for _, o := range rule.origins {
		if m.Origin == o {
			return
		}
	}
	t.Errorf("%s: origin %q, want one of %q", w.EventID, m.Origin, rule.origins)
}
