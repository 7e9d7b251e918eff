package main

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/engine/config"
)

// TestDocumentedCommands parses every command line that the documents show. It
// runs none. What the help texts show is checked by TestCommandTable.
func TestDocumentedCommands(t *testing.T) {
	assistants := shownIn(t, "SKILL.md", "references/*.md") // in English only
	people := shownIn(t, readme, readmeChinese, "docs/*.md")
	for name, lines := range assistants {
		if len(lines) == 0 {
			t.Errorf("%s shows no commands", name)
		}
	}
	if len(people[readme]) == 0 {
		t.Error("README shows no commands")
	}
	for name, english := range people {
		chinese := people[strings.TrimSuffix(name, ".md")+".zh-CN.md"]
		if !strings.HasSuffix(name, ".zh-CN.md") && !slices.Equal(english, chinese) {
			t.Errorf("%s shows other commands in Chinese:\n%q\n%q", name, english, chinese)
		}
	}
}

// shownIn finds the commands that documents show, and fails for those that
// can't be called. Documents are named by patterns.
func shownIn(t *testing.T, patterns ...string) map[string][]string {
	t.Helper()
	root, shown := os.DirFS(filepath.Join("..", "..")), map[string][]string{}
	for _, pattern := range patterns {
		names, err := fs.Glob(root, pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("there is no %s: %v", pattern, err)
		}
		for _, name := range names {
			text, err := fs.ReadFile(root, name)
			if err != nil {
				t.Fatal(err)
			}
			shown[name] = shownCommands(string(text))
			for _, line := range shown[name] {
				if problem := checkShown(line); problem != "" {
					t.Errorf("%s: %q: %s", name, line, problem)
				}
			}
		}
	}
	return shown
}

const readme, readmeChinese = "README.md", "README.zh-CN.md"

// TestReadmeListsSettings: whoever reads a README learns of every setting.
func TestReadmeListsSettings(t *testing.T) {
	c, err := config.File{}.Resolve(config.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{readme, readmeChinese} {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		var rows strings.Builder
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "| `") {
				rows.WriteString(line)
			}
		}
		for _, v := range c.Values() {
			place := []string{"terminal_lang", "home", "state_dir"} // no settings, but shown with them
			if !slices.Contains(place, v.Key) && !strings.Contains(rows.String(), "`"+v.Key+"`") {
				t.Errorf("%s does not list %s", name, v.Key)
			}
		}
	}
}

var inlineCode = regexp.MustCompile("`([^`\n]+)`")

// shownCommands finds the lines of fenced and indented blocks and the inline
// code that call the program.
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
		case fence != "", strings.HasPrefix(line, "    "), strings.HasPrefix(line, "\t"):
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
	separators  = regexp.MustCompile(`\s(?:\||\|\||&&|;|#|>>?|<|2>&?1?)(?:\s|$)`)
	substituted = regexp.MustCompile(`<\(([^)]*)\)`)
	assignment  = regexp.MustCompile(`^[A-Z_]+=\S*\s+`)
)

// calls returns the calls of the program among the commands of a shell line.
func calls(line string) []string {
	var found []string
	for _, inner := range substituted.FindAllStringSubmatch(line, -1) {
		found = append(found, calls(inner[1])...)
	}
	for _, part := range separators.Split(line, -1) {
		part = strings.TrimSpace(part)
		for assignment.MatchString(part) {
			part = assignment.ReplaceAllString(part, "")
		}
		for _, start := range []string{"session-sync", "./session-sync", "bin/session-sync", "./bin/session-sync", "~/.local/bin/session-sync", "go run ./cmd/session-sync"} {
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
	command := console.Command{Commands: commands()}
	var path, operands []string
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !strings.HasPrefix(word, "-") || word == "-" {
			if word == "..." || word == "…" {
				continue
			}
			at := slices.IndexFunc(command.Commands, func(c console.Command) bool { return c.Name == word })
			switch {
			case at >= 0:
				command, path = command.Commands[at], append(path, word)
			case len(command.Commands) > 0 && word == "VERB":
			case len(command.Commands) > 0:
				return "there is no command " + strings.Join(append(path, word), " ")
			default:
				if problem := checkOperand(command, append(path, operands...), word); problem != "" {
					return problem
				}
				operands = append(operands, word)
			}
			continue
		}
		flags := command.Flags()
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

// checkOperand knows operands that need no archive.
func checkOperand(c console.Command, before []string, operand string) string {
	if c.Operands == "" {
		return c.Name + " takes no argument"
	}
	if c.Suggest == nil || strings.Contains(c.Operands, "NAME") || operand == strings.ToUpper(operand) {
		return "" // text of the user's, what may be installed somewhere, or a word in its place
	}
	var out strings.Builder
	run(context.Background(), slices.Concat([]string{"__complete", "--state-dir", "nowhere"}, before, []string{""}), console.World{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: io.Discard, Env: func(string) (string, bool) { return "", false },
		Now: time.Now, Local: time.UTC,
	})
	var suggested []string
	for line := range strings.Lines(out.String()) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); word[0] != '-' && word[0] != ':' {
			suggested = append(suggested, word)
		}
	}
	if len(suggested) > 0 && !slices.Contains(suggested, operand) {
		return c.Name + " takes no argument " + operand
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
		{"substituted", "    source <(session-sync completion cmd)\n", []string{"completion takes no argument cmd"}},
		{"indented", "text\n\n    $ session-sync snyc\n", []string{"there is no command snyc"}},
		{"operand", "`session-sync help snyc` `session-sync config show|path|init` `session-sync help COMMAND`",
			[]string{"help takes no argument snyc", "config takes no argument show|path|init", ""}},
		{"operand of a command without", "`session-sync sync now`", []string{"sync takes no argument"}},
		{"session", "`session-sync show agent:main:main`", []string{""}},
		{"plugin of the reader's", "`session-sync plugin remove words` `session-sync plugin dance`", []string{"", "there is no command plugin dance"}},
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
