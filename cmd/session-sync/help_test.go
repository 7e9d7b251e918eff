package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// row is a command with its names.
type row struct {
	path string
	console.Command
}

// everyCommand lists the rows of the table and all their verbs.
func everyCommand() []row {
	var all []row
	var add func(above string, list []console.Command)
	add = func(above string, list []console.Command) {
		for _, c := range list {
			path := strings.TrimSpace(above + " " + c.Name)
			all = append(all, row{path, c})
			add(path, c.Commands)
		}
	}
	add("", commands())
	return all
}

// TestHelp holds the help texts to testdata/help and to the width of a
// terminal.
func TestHelp(t *testing.T) {
	for _, lang := range []string{"zh", "en"} {
		t.Run(lang, func(t *testing.T) {
			checkHelp(t, "session-sync."+lang, printedHelp(t, lang))
			for _, c := range everyCommand() {
				t.Run(c.path, func(t *testing.T) {
					name := strings.ReplaceAll(c.path, " ", "-") + "." + lang
					checkHelp(t, name, printedHelp(t, lang, strings.Fields(c.path)...))
				})
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
	// Kinds, forms and what all of it is are those of sessions or of items. The
	// language of a new plugin is that of its source.
	texts := map[string]bool{"lang": true, "output": true, "json": true, "session": true, "kind": true, "format": true, "all": true}
	seen := map[string]meaning{}
	for _, c := range everyCommand() {
		c.Flags().VisitAll(func(f *pflag.Flag) {
			m := meaning{c.path, f.Shorthand, f.Value.Type(), f.Usage}
			was, again := seen[f.Name]
			if again && (was.shorthand != m.shorthand || was.kind != m.kind || was.usage != m.usage && !texts[f.Name]) {
				t.Errorf("--%s is %+v and %+v", f.Name, was, m)
			}
			seen[f.Name] = m
			if f.Value.Type() != "bool" && !strings.HasPrefix(f.Usage, "`") {
				t.Errorf("%s --%s does not name its value: %q", c.path, f.Name, f.Usage)
			}
			if english, chinese, both := strings.Cut(f.Usage, " / "); !both || english == "" || chinese == "" {
				t.Errorf("%s --%s is not explained in both languages: %q", c.path, f.Name, f.Usage)
			}
		})
	}
}
