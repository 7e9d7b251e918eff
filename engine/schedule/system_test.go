package schedule

import (
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the expected texts")

// awkward is a call that every quoting could get wrong.
func awkward() Task {
	return Task{
		Argv:  []string{`/home/al ice/it's/会话 "x" 50% $HOME <&> \n/session-sync`, "sync", "--scheduled", "--store", `/a b\`, "--state-dir", "/$x/%i"},
		Every: 30 * time.Minute,
	}
}

func plain() Task {
	return Task{Argv: []string{"/home/alice/.local/bin/session-sync", "sync", "--scheduled"}, Every: 2 * time.Hour}
}

// TestGolden holds what is written for each scheduler to testdata, on every
// platform.
func TestGolden(t *testing.T) {
	cron := func(task Task) string {
		line, err := cronLine(task)
		if err != nil {
			t.Fatal(err)
		}
		return line + "\n"
	}
	for name, text := range map[string]func(Task) string{
		"session-sync.service": service, "session-sync.timer": timer, "launchd.plist": propertyList, "crontab": cron, "task.xml": taskXML,
	} {
		for kind, task := range map[string]Task{"plain": plain(), "awkward": awkward()} {
			t.Run(name+" "+kind, func(t *testing.T) {
				got, path := text(task), filepath.Join("testdata", kind+"-"+name)
				if *update {
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
			})
		}
	}
}

// elements reads the texts of all elements with a name.
func elements(t *testing.T, text, name string) []string {
	t.Helper()
	var found []string
	decoder := xml.NewDecoder(strings.NewReader(strings.Replace(text, "UTF-16", "UTF-8", 1)))
	for {
		token, err := decoder.Token()
		if token == nil {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, is := token.(xml.StartElement); is && start.Name.Local == name {
			var value string
			if err := decoder.DecodeElement(&value, &start); err != nil {
				t.Fatal(err)
			}
			found = append(found, value)
		}
	}
}

func TestPropertyListReadsBack(t *testing.T) {
	task := awkward()
	got := elements(t, propertyList(task), "string")
	if want := slices.Concat([]string{label}, task.Argv, []string{"Background"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := interval([]byte(propertyList(task))); got != 1800 {
		t.Errorf("interval is %d", got)
	}
}

func TestWindowsTaskReadsBack(t *testing.T) {
	task := awkward()
	command, arguments := elements(t, taskXML(task), "Command"), elements(t, taskXML(task), "Arguments")
	if len(command) != 1 || len(arguments) != 1 || command[0] != task.Argv[0] || !reflect.DeepEqual(windowsWords(arguments[0]), task.Argv[1:]) {
		t.Errorf("got %q %q", command, arguments)
	}
	if got := inUTF16("a会"); !reflect.DeepEqual(got, []byte{0xFF, 0xFE, 'a', 0, 0x1A, 0x4F}) {
		t.Errorf("got % x in UTF-16", got)
	}
}

// windowsWords takes a command line apart by the rules of CommandLineToArgvW,
// behind the program.
func windowsWords(line string) []string {
	var words []string
	var word []byte
	quoted, within := false, false
	for i := 0; i < len(line); i++ {
		slashes := 0
		for i < len(line) && line[i] == '\\' {
			slashes++
			i++
		}
		if i < len(line) && line[i] == '"' {
			word = append(word, strings.Repeat(`\`, slashes/2)...)
			within = true
			if slashes%2 == 1 {
				word = append(word, '"')
			} else {
				quoted = !quoted
			}
			continue
		}
		word = append(word, strings.Repeat(`\`, slashes)...)
		within = within || slashes > 0
		switch {
		case i == len(line):
		case line[i] == ' ' && !quoted:
			if within {
				words = append(words, string(word))
			}
			word, within = nil, false
		default:
			word, within = append(word, line[i]), true
		}
	}
	if within {
		words = append(words, string(word))
	}
	return words
}

// FuzzWindowsWord: whatever an argument is, it arrives.
func FuzzWindowsWord(f *testing.F) {
	for _, word := range awkward().Argv {
		f.Add(word)
	}
	f.Add(`\\"\`)
	f.Add("")
	f.Fuzz(func(t *testing.T, word string) {
		want := []string{"first", word, "last"}
		var line []string
		for _, word := range want {
			line = append(line, windowsWord(word))
		}
		if got := windowsWords(strings.Join(line, " ")); word == strings.ToValidUTF8(word, "") && !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestCronLineRuns: cron and a shell make of the line what was put in.
func TestCronLineRuns(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	task := awkward()
	task.Argv = append(task.Argv, `a\%b`, `a\\%b`, `%'%`)
	program := filepath.Join(t.TempDir(), "it's 会话 50% $x")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nfor word; do printf '%s\\n' \"$word\"; done\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	task.Argv[0] = program
	line, err := cronLine(task)
	if err != nil {
		t.Fatal(err)
	}
	_, command, _ := strings.Cut(line, "* * * * ")
	out, err := exec.Command(shell, "-c", asCron(command)).CombinedOutput()
	if want := strings.Join(task.Argv[1:], "\n") + "\n"; err != nil || string(out) != want {
		t.Errorf("got %q, %v, want %q", out, err, want)
	}
}

// asCron is the command that cron makes of a line: it ends at a %, but for one
// that stands behind a backslash which is not itself behind one.
func asCron(line string) string {
	var command []rune
	escaped := false
	for _, r := range line {
		switch {
		case r == '%' && escaped:
			command[len(command)-1] = r
			escaped = false
			continue
		case r == '%':
			return string(command)
		}
		command = append(command, r)
		escaped = r == '\\' && !escaped
	}
	return string(command)
}

func TestCronLineInterval(t *testing.T) {
	for every, want := range map[time.Duration]string{
		time.Minute: "*/1 * * * *", 30 * time.Minute: "*/30 * * * *", time.Hour: "0 */1 * * *", 6 * time.Hour: "0 */6 * * *", 24 * time.Hour: "0 0 * * *",
		7 * time.Minute: "", 90 * time.Minute: "", 5 * time.Hour: "",
	} {
		line, err := cronLine(Task{Argv: []string{"x"}, Every: every})
		if want == "" && !errors.Is(err, ErrInterval) || want != "" && !strings.HasPrefix(line, want+" x #") {
			t.Errorf("%s: got %q, %v", every, line, err)
		}
	}
}

// TestSystemdTakes: systemd finds nothing wrong with the units.
func TestSystemdTakes(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze")
	}
	verify := func(path string) string {
		cmd := exec.Command(analyze, "verify", "--man=no", "--user", path)
		cmd.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil {
			return string(out) + err.Error()
		}
		return string(out)
	}
	known := filepath.Join(t.TempDir(), "known.service")
	if err := os.WriteFile(known, []byte("[Service]\nExecStart=/bin/sh\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said := verify(known); said != "" {
		t.Skip("systemd-analyze does not work here: " + said)
	}
	for _, name := range []string{"session-sync", "a 会话 50% $HOME &;", `it's "x" \n 50% $HOME`} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			program := filepath.Join(dir, name)
			if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
				t.Fatal(err)
			}
			task := awkward()
			task.Argv[0] = program
			for _, file := range (System{ConfigDir: dir}).systemd(task).Files {
				if err := put(file); err != nil {
					t.Fatal(err)
				}
				if said := verify(file.Path); said != "" {
					t.Errorf("%s: %s", filepath.Base(file.Path), said)
				}
			}
		})
	}
	if got := interval([]byte(timer(awkward()))); got != 1800 {
		t.Errorf("interval is %d", got)
	}
}

func TestWithLine(t *testing.T) {
	const ours, theirs = "*/30 * * * * 'x'" + mark, "0 3 * * * backup"
	tests := []struct{ name, table, line, want string }{
		{"empty", "", ours, ours + "\n"},
		{"behind others", "# mine\n" + theirs + "\n", ours, "# mine\n" + theirs + "\n" + ours + "\n"},
		{"no line feed", theirs, ours, theirs + "\n" + ours + "\n"},
		{"in its place", "a\n0 * * * * 'old'" + mark + "\nb\n", ours, "a\n" + ours + "\nb\n"},
		{"switched off", "#0 * * * * 'old'" + mark + "\n", "#" + ours, "#" + ours + "\n"},
		{"twice", ours + "\na\n" + ours + "\n", ours, ours + "\na\n"},
		{"taken out", "a\n" + ours + " \r\nb", "", "a\nb"},
		{"taken out of nothing", "", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := withLine(test.table, test.line); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzWithLine: all lines that are not ours stay, in their order.
func FuzzWithLine(f *testing.F) {
	f.Add("# a\n0 3 * * * backup\n*/30 * * * * x" + mark + "\n")
	f.Add("no line feed")
	f.Fuzz(func(t *testing.T, table string) {
		others := func(table string) []string {
			var kept []string
			for line := range strings.Lines(table) {
				if line = strings.TrimRight(line, " \t\r\n"); !strings.HasSuffix(line, mark) {
					kept = append(kept, line)
				}
			}
			return kept
		}
		with := withLine(table, "* * * * * 'x'"+mark)
		if !reflect.DeepEqual(others(with), others(table)) || ourLine(with) != "* * * * * 'x'"+mark {
			t.Errorf("%q becomes %q", table, with)
		}
		if without := withLine(with, ""); ourLine(without) != "" || !reflect.DeepEqual(others(without), others(table)) {
			t.Errorf("%q becomes %q without our line", table, without)
		}
	})
}
