package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// TestHelp holds the help texts to testdata/help and to the width of a
// terminal.
func TestHelp(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			checkHelp(t, "session-sync."+lang, printedHelp(t, lang))
			for _, c := range commands() {
				t.Run(c.Name, func(t *testing.T) { checkHelp(t, c.Name+"."+lang, printedHelp(t, lang, c.Name)) })
			}
		})
	}
}

func printedHelp(t *testing.T, lang string, command ...string) string {
	t.Helper()
	o := newOutside(t)
	if code := run(t.Context(), append([]string{"--lang", lang, "help"}, command...), o.World); code != exitDone || o.err.Len() > 0 {
		t.Fatalf("exits with %d: %s", code, o.err.String())
	}
	return o.out.String()
}

func checkHelp(t *testing.T, name, got string) {
	t.Helper()
	for line := range strings.Lines(got) {
		if width := terminal.Cells(strings.TrimSuffix(line, "\n")); width > terminal.Columns {
			t.Errorf("%d cells wide: %s", width, line)
		}
		if strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
			t.Errorf("ends in a space: %q", line)
		}
	}
	path := filepath.Join("testdata", "help", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
		t.Errorf("differs from %s (go test -update rewrites it):\n%s", path, got)
	}
}

// TestFlagMeanings: a flag means the same wherever it stands, has one
// shorthand, and is explained in both languages.
func TestFlagMeanings(t *testing.T) {
	type meaning struct{ command, shorthand, kind, usage string }
	// What is written where differs by command; that it is where output goes
	// does not. The session is a filter for one command and the subject of two.
	texts := map[string]bool{"output": true, "json": true, "session": true}
	seen := map[string]meaning{}
	for _, c := range commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			m := meaning{c.Name, f.Shorthand, f.Value.Type(), f.Usage}
			was, again := seen[f.Name]
			if again && (was.shorthand != m.shorthand || was.kind != m.kind || was.usage != m.usage && !texts[f.Name]) {
				t.Errorf("--%s is %+v and %+v", f.Name, was, m)
			}
			seen[f.Name] = m
			if f.Value.Type() != "bool" && !strings.HasPrefix(f.Usage, "`") {
				t.Errorf("%s --%s does not name its value: %q", c.Name, f.Name, f.Usage)
			}
			if english, chinese, both := strings.Cut(f.Usage, " / "); !both || english == "" || chinese == "" {
				t.Errorf("%s --%s is not explained in both languages: %q", c.Name, f.Name, f.Usage)
			}
		})
	}
}
