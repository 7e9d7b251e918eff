package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentedCommands parses every command line that the documents and the
// help texts show. It runs none.
func TestDocumentedCommands(t *testing.T) {
	root := filepath.Join("..", "..")
	files := []string{"README.md", "README.zh-CN.md", "SKILL.md"}
	for i, name := range files {
		files[i] = filepath.Join(root, name)
	}
	more, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, path := range append(files, more...) {
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range shownCommands(string(text)) {
			checked++
			if problem := checkShown(line); problem != "" {
				t.Errorf("%s: %q: %s", filepath.Base(path), line, problem)
			}
		}
	}
	for _, c := range commands() {
		for _, line := range c.examples {
			if problem := checkShown(line); problem != "" {
				t.Errorf("example of %s: %q: %s", c.name, line, problem)
			}
		}
	}
	if checked == 0 {
		t.Error("no document shows a command")
	}
}

var inlineCode = regexp.MustCompile("`([^`\n]+)`")

// shownCommands finds the lines of fenced blocks and the inline code that call
// the program.
func shownCommands(markdown string) []string {
	var shown []string
	fence := ""
	for line := range strings.Lines(markdown) {
		trimmed := strings.TrimSpace(line)
		switch mark := fenceMark(trimmed); {
		case fence == "" && mark != "":
			fence = mark
		case fence != "" && trimmed == fence:
			fence = ""
		case fence != "":
			shown = append(shown, calls(strings.TrimPrefix(trimmed, "$ "))...)
		default:
			for _, code := range inlineCode.FindAllStringSubmatch(line, -1) {
				shown = append(shown, calls(code[1])...)
			}
		}
	}
	return shown
}

func fenceMark(line string) string {
	for _, mark := range []string{"```", "~~~"} {
		if strings.HasPrefix(line, mark) {
			return mark
		}
	}
	return ""
}

var (
	separators = regexp.MustCompile(`\s(?:\||\|\||&&|;|#|>>?|<|2>&?1?)(?:\s|$)`)
	assignment = regexp.MustCompile(`^[A-Z_]+=\S*\s+`)
)

// calls returns the calls of the program among the commands of a shell line.
func calls(line string) []string {
	var found []string
	for _, part := range separators.Split(line, -1) {
		part = strings.TrimSpace(part)
		for assignment.MatchString(part) {
			part = assignment.ReplaceAllString(part, "")
		}
		for _, start := range []string{"session-sync", "./session-sync", "bin/session-sync", "./bin/session-sync", "go run ./cmd/session-sync"} {
			if rest, is := strings.CutPrefix(part, start); is && (rest == "" || rest[0] == ' ') {
				found = append(found, "session-sync"+rest)
				break
			}
		}
	}
	return found
}

// checkShown says what is wrong with a call as it is shown: brackets around
// what is optional and words in place of values are fine.
func checkShown(line string) string {
	words := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(line))[1:]
	global := newFlags("session-sync")
	(&globalFlags{}).add(global)
	flags, name := global, ""
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !strings.HasPrefix(word, "-") || word == "-" {
			if name != "" || word == "..." || word == "…" {
				continue
			}
			c, known := lookup(word)
			if !known {
				return "there is no command " + word
			}
			name = c.name
			flags = newFlags(name)
			c.setup(flags)
			(&globalFlags{}).add(flags)
			continue
		}
		flag, value, given := strings.Cut(word, "=")
		f := flags.Lookup(strings.TrimPrefix(flag, "--"))
		if !strings.HasPrefix(flag, "--") {
			if len(flag) != 2 {
				return "there is no flag " + flag
			}
			f = flags.ShorthandLookup(flag[1:])
		}
		if f == nil {
			return "there is no flag " + flag
		}
		if f.Value.Type() == "bool" {
			continue
		}
		if i++; given && value != "" {
			i--
		} else if i >= len(words) {
			return flag + " needs a value"
		}
	}
	return ""
}

func TestCheckShown(t *testing.T) {
	tests := []struct {
		name, markdown string
		want           []string // what is wrong with each call that is found
	}{
		{"none", "session-sync is a program, `sync` a word", nil},
		{"inline", "run `session-sync sync --json` or `session-sync`", []string{"", ""}},
		{"fenced", "```sh\n$ LANG=C session-sync sync -q && session-sync list | head\n```\n", []string{"", ""}},
		{"go run", "```\ngo run ./cmd/session-sync sync  # first\n```", []string{""}},
		{"optional", "`session-sync last [--channel NAME] [-n 1]`", []string{""}},
		{"value", "`session-sync list --limit=5 --next`", []string{"--next needs a value"}},
		{"command", "`session-sync dance`", []string{"there is no command dance"}},
		{"flag", "`session-sync sync --fast`", []string{"there is no flag --fast"}},
		{"shorthand", "`session-sync sync -z`", []string{"there is no flag -z"}},
		{"global", "`session-sync --lang zh sync --store DIR`", []string{""}},
		{"redirected", "```\nsession-sync redact < in.txt > out.txt\n```", []string{""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, line := range shownCommands(test.markdown) {
				got = append(got, checkShown(line))
			}
			if strings.Join(got, "|") != strings.Join(test.want, "|") || len(got) != len(test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
