package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// chat is a session to complete: what it is called, and what was said first.
type chat struct{ key, id, said string }

// chats are made up; the last two have names that a shell could misread.
func chats() []chat {
	return []chat{
		{"agent:main:main", "0a000000-0000-4000-8000-000000000001", "hello"},
		{"agent:main:telegram:direct:7001", "0b000000-0000-4000-8000-000000000002", "tea\u0007\tor \u202ecoffee?"},
		{"agent:work:dashboard:lab-ui", "0c000000-0000-4000-8000-000000000003", "报告写好了"},
		{"agent:main:whatsapp:direct:+86" + "138" + "1234" + "5678", "0d000000-0000-4000-8000-000000000004", "hi"},
		{"agent:main:matrix:room:$(touch x)", "0e000000-0000-4000-8000-000000000005", "room"},
	}
}

const maxCandidates = 50

// newArchived is a world whose archive holds the chats.
func newArchived(t *testing.T, chats []chat) *outside {
	t.Helper()
	o := newOutside(t)
	stateDir, _ := o.Env("OPENCLAW_STATE_DIR")
	index := map[string]map[string]map[string]any{}
	for i, c := range chats {
		agent := strings.Split(c.key, ":")[1]
		dir := filepath.Join(stateDir, "agents", agent, "sessions")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if index[dir] == nil {
			index[dir] = map[string]map[string]any{}
		}
		index[dir][c.key] = map[string]any{"sessionId": c.id}
		said, err := json.Marshal(c.said)
		if err != nil {
			t.Fatal(err)
		}
		lines := fmt.Sprintf(`{"type":"session","version":3,"id":"%s","timestamp":"2026-03-14T04:00:00.000Z"}
{"type":"message","id":"a1","timestamp":"2026-03-14T04:%02d:00.000Z","message":{"role":"user","content":%s}}
`, c.id, 59-i%60, said)
		if err := os.WriteFile(filepath.Join(dir, c.id+".jsonl"), []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for dir, sessions := range index {
		data, err := json.Marshal(sessions)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "sessions.json"), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code := run(t.Context(), []string{"sync", "--quiet"}, o.World); code != exitDone {
		t.Fatalf("sync exits with %d: %s", code, o.err.String())
	}
	return o
}

// completes runs __complete and returns its lines.
func (o *outside) completes(t *testing.T, words ...string) []string {
	t.Helper()
	o.out.Reset()
	code := run(t.Context(), append([]string{"__complete"}, words...), o.World)
	if code != exitDone || o.err.Len() > 0 {
		t.Errorf("exits with %d, stderr %q", code, o.err.String())
	}
	return strings.Split(strings.TrimSuffix(o.out.String(), "\n"), "\n")
}

func TestComplete(t *testing.T) {
	o := newArchived(t, chats())
	var names []string
	for _, c := range commands() {
		names = append(names, c.Name)
	}
	tests := []struct {
		name  string
		words []string
		want  string // words and directive; descriptions are left out
	}{
		{"command", []string{"s"}, "sync status show search :none"},
		{"unknown command", []string{"x"}, ":none"},
		{"behind an unknown command", []string{"x", ""}, ":none"},
		{"command behind a flag", []string{"--lang", "zh", "ver"}, "version :none"},
		{"nothing at all", nil, strings.Join(names, " ") + " :none"},
		{"global flag", []string{"--st"}, "--store --state-dir :none"},
		{"value of a global flag", []string{"--lang", ""}, "zh en :none"},

		{"operand of config", []string{"config", ""}, "show path init :none"},
		{"second operand of config", []string{"config", "show", "p"}, ":none"},
		{"shells", []string{"completion", "z"}, "zsh :none"},
		{"commands to explain", []string{"help", "ex"}, "export :none"},
		{"flags where no operand fits", []string{"version", ""}, "--json --lang --config --store --state-dir --help -h :none"},

		{"long flags", []string{"list", "--li"}, "--limit :none"},
		{"long and short flags", []string{"list", "-n"}, "-n :none"},
		{"flag given already", []string{"sync", "--quiet", "--q"}, ":none"},
		{"flag given by its letter", []string{"sync", "-q", "--q"}, ":none"},
		{"flag given before the command", []string{"--lang", "zh", "sync", "--la"}, ":none"},
		{"not a flag of this command", []string{"version", "--kind", ""}, ":none"},
		{"behind two dashes", []string{"show", "--", "-"}, ":none"},

		{"kind", []string{"list", "--kind", "c"}, "channel cron :none"},
		{"kind, joined", []string{"list", "--kind=cr"}, "--kind=cron :none"},
		{"not a flag of this command, joined", []string{"version", "--kind=c"}, ":none"},
		{"neither flag nor value", []string{"list", "kind=c"}, ":none"},
		{"class", []string{"list", "--class", ""}, "all heartbeat cron-prompt internal inter-session silent command tool :none"},
		{"format", []string{"export", "--format", "json"}, "json jsonl :none"},
		{"agent", []string{"last", "--agent", ""}, "main work :none"},
		{"channel", []string{"last", "-n", "1", "--channel", "t"}, "telegram :none"},
		{"age", []string{"list", "--since", "7"}, "7d :none"},
		{"free value", []string{"list", "--next", ""}, ":none"},
		{"wrong value", []string{"list", "--limit", "many", ""}, ":none"},
		{"file", []string{"export", "-o", ""}, ":files"},
		{"file, joined", []string{"--config=x"}, ":files"},

		{"session", []string{"show", "agent:w"}, "agent:work:dashboard:lab-ui :none"},
		{"session by id where the key is odd", []string{"show", "0d"}, "0d000000-0000-4000-8000-000000000004 :none"},
		{"no odd key", []string{"show", "agent:main:"}, "agent:main:main agent:main:telegram:direct:7001 :none"},
		{"session as a value", []string{"export", "--for", "agent:main:m"}, "agent:main:main :none"},
		{"session as a value, joined", []string{"last", "--session=agent:w"}, "--session=agent:work:dashboard:lab-ui :none"},
		{"session for another", []string{"show", "--for", "agent:main:telegram:direct:7001", "agent:w"}, "agent:work:dashboard:lab-ui :none"},
		{"session for a room", []string{"show", "--for", "0e000000-0000-4000-8000-000000000005", ""}, "0e000000-0000-4000-8000-000000000005 :none"},
		{"agent for a room", []string{"last", "--for=0e", "--agent", ""}, "main :none"},
		{"channel for a room", []string{"last", "--for=0e", "--channel", ""}, "matrix :none"},
		{"session for nobody", []string{"show", "--for", "nobody", "a"}, ":none"},
		{"second session", []string{"show", "agent:main:main", "agent"}, ":none"},
		{"PowerShell's empty word", []string{"config", `""`}, "show path init :none"},
		{"control characters", []string{"show", "a\x1b[2J\u202e"}, ":none"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, line := range o.completes(t, test.words...) {
				word, _, _ := strings.Cut(line, "\t")
				got = append(got, word)
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestCompleteDescribes: descriptions are clean and in the language of the
// terminal.
func TestCompleteDescribes(t *testing.T) {
	o := newArchived(t, chats())
	tests := []struct {
		name  string
		words []string
		want  string
	}{
		{"English", []string{"versi"}, "version\tshow the version"},
		{"Chinese", []string{"--lang", "zh", "versi"}, "version\t显示版本"},
		{"Chinese behind the command", []string{"version", "--lang", "zh", "--js"}, "--json\t输出 JSON"},
		{"text of a chat", []string{"show", "agent:main:t"}, "agent:main:telegram:direct:7001\ttea or \uFFFDcoffee?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := o.completes(t, test.words...); got[0] != test.want {
				t.Errorf("got %q, want %q", got[0], test.want)
			}
		})
	}
}

// FuzzComplete: whatever is typed, the answer has its form and nothing is said
// on stderr.
func FuzzComplete(f *testing.F) {
	for _, words := range []string{"", "list\x00--kind\x00c", "--lang=zh\x00show\x00--\x00-", "export\x00-ao\x00", "sync\x00-q=\x00--"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		o := newOutside(t)
		lines := o.completes(t, strings.Split(words, "\x00")...)
		if last := lines[len(lines)-1]; last != ":none" && last != ":files" || len(lines) > maxCandidates+1 {
			t.Errorf("got %d lines, the last is %q", len(lines), last)
		}
		for _, line := range lines[:len(lines)-1] {
			word, _, _ := strings.Cut(line, "\t")
			if !terminal.Harmless(strings.Replace(strings.TrimLeft(word, "-"), "=", "", 1)) {
				t.Errorf("candidate %q", word)
			}
		}
	})
}

func TestCompleteIsBounded(t *testing.T) {
	var many []chat
	for i := range maxCandidates + 10 {
		many = append(many, chat{fmt.Sprintf("agent:main:telegram:direct:%d", 7000+i), fmt.Sprintf("%08x-0000-4000-8000-000000000000", i), "hello"})
	}
	o := newArchived(t, many)
	if got := o.completes(t, "show", "agent"); len(got) != maxCandidates+1 {
		t.Errorf("got %d lines, want %d candidates and a directive", len(got), maxCandidates)
	}
}

// TestCompleteWithoutArchive: somebody who types is not told about a missing or
// broken archive or settings file, and nothing is made.
func TestCompleteWithoutArchive(t *testing.T) {
	tests := []struct {
		name, file, text string
	}{
		{"nothing there", "", ""},
		{"broken archive", "archive.db", "not a database, but long enough to be looked at"},
		{"broken settings", "config.yaml", "lang: [\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newOutside(t)
			store := filepath.Join(t.TempDir(), "store")
			if test.file != "" {
				if err := os.MkdirAll(store, 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(store, test.file), []byte(test.text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, words := range [][]string{{"show", "a"}, {"last", "--channel", ""}} {
				if got := o.completes(t, append([]string{"--store", store}, words...)...); !slices.Equal(got, []string{":none"}) {
					t.Errorf("got %q", got)
				}
			}
			files, _ := os.ReadDir(store) // which may not be there
			if want := min(len(test.file), 1); len(files) != want {
				t.Errorf("%d files are there, want %d", len(files), want)
			}
		})
	}
}

// TestEveryFlagValue: whoever adds a flag with a value decides how the value is
// completed, or that it can't be.
func TestEveryFlagValue(t *testing.T) {
	free := []string{"next", "sha256", "every", "agent", "channel", "session", "for"} // the last four need an archive
	o := newOutside(t)
	for _, c := range everyCommand() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			completed := o.completes(t, append(strings.Fields(c.path), "--"+f.Name, "")...)
			if f.Value.Type() == "string" && completed[0] == ":none" && !slices.Contains(free, f.Name) {
				t.Errorf("nothing completes --%s of %s; add its values, or it here to the free ones", f.Name, c.path)
			}
		})
	}
}

// TestCommandTable: every row is complete, and its examples call the command.
func TestCommandTable(t *testing.T) {
	for _, c := range everyCommand() {
		t.Run(c.path, func(t *testing.T) {
			for _, p := range []terminal.Phrase{c.Summary, c.About} {
				if p.ZH == "" || p.EN == "" || p.ZH == p.EN {
					t.Errorf("is not explained in both languages: %+v", p)
				}
			}
			for _, example := range c.Examples {
				calls := calls(example)
				if len(calls) != 1 || !strings.HasPrefix(calls[0]+" ", "session-sync "+c.path+" ") {
					t.Errorf("%q does not show the command", example)
					continue
				}
				if problem := checkShown(calls[0]); problem != "" {
					t.Errorf("%q: %s", example, problem)
				}
			}
			if c.Suggest != nil && c.Operands == "" {
				t.Error("suggests operands, but takes none")
			}
		})
	}
}
