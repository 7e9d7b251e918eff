package engine_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// program builds the program and returns what runs it: a process in the
// installation of w, whose output of both kinds comes back.
func (w *world) program(t *testing.T) func(stdin string, args ...string) []byte {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "session-sync")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	build := exec.Command("go", "build", "-o", binary, "../cmd/session-sync")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, said)
	}
	var env []string
	for name, value := range w.env {
		env = append(env, name+"="+value)
	}
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		env = append(env, name+"="+w.temp())
	}
	env = append(env, "HOME="+w.account(), "USERPROFILE="+w.account(), "TZ=UTC", "SYSTEMROOT="+os.Getenv("SYSTEMROOT"))
	return func(stdin string, args ...string) []byte {
		var out bytes.Buffer
		cmd := exec.Command(binary, args...)
		cmd.Env, cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = env, w.root, strings.NewReader(stdin), &out, &out
		if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
			t.Fatalf("session-sync %q: %v", args, err)
		}
		return out.Bytes()
	}
}

// TestCanariesOutside runs the program as people do, in both languages, and
// hunts in its output of every command at every level and in what it leaves.
func TestCanariesOutside(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	few := sample(flock(t), 10)
	h := newHunter(t, few)
	w := flockWorld(t, few)
	plantExcerpts(w, few)
	mkdir(t, w.account())
	run := w.program(t)
	var texts, records strings.Builder
	for i, c := range few {
		texts.WriteString(planting(i, c.text) + "\n\n")
		records.WriteString(line(object{"id": i, "text": planting(i, c.text)}))
	}
	w.configure(flockSettings)
	for _, lang := range []string{"zh", "en"} {
		for _, args := range outsideCommands() {
			if lang == "zh" && sameInAll.MatchString(args) {
				continue
			}
			stdin := texts.String()
			if strings.Contains(args, "--jsonl") {
				stdin = records.String()
			}
			said := run(stdin, append(strings.Fields(args), "--lang", lang)...)
			if len(said) == 0 && !strings.Contains(args, "-q") && !strings.Contains(args, "-o ") && !strings.Contains(args, "--scheduled") {
				t.Errorf("session-sync %s says nothing", args)
			}
			h.clean(t, "session-sync "+args, said)
		}
		w.configure(flockSettings + "  numbered: true\n")
	}
	w.clean(t, h, "after all commands")
	w.typedClean(t, h, run, sample(outright(few), 15))
	w.clean(t, h, "after typing canaries")
	h.cleanFiles(t, "in the home of the account", w.account())
	h.clean(t, "the exported file", []byte(readFile(t, filepath.Join(w.root, "exports.json"))))
}

// sameInAll matches command lines whose output is the same in all languages.
var sameInAll = regexp.MustCompile(`--json|^export|^redact|^__complete`)

// outsideCommands are the command lines of TestCanariesOutside.
func outsideCommands() []string {
	return []string{
		"sync --dry-run", "sync -v", "sync --json", "sync --full -v", "sync --full -q", "sync --scheduled", "sync --reindex", "status", "status -v", "status --json", "doctor", "doctor --json",
		"list -n 1000", "list -n 1000 --json --include-deleted --class all", "last -n 1000 --class all", "last -n 1000 --json --class tool",
		"search planted -n 1000 -C 5", "search planted --json --class all --snippet 1000", "search and more --exact",
		"show agent:main:telegram:direct:7000", "show agent:jobs:cron:1 --class all --json", "show agent:jobs:hook:ci", "show unknown:broken",
		"export", "export --format md", "export --all --format json", "export --all --format jsonl", "export --all --format md",
		"export --all -o exports.json", "redact", "redact --numbered", "redact --explain -n 1000", "redact --explain --json", "redact --stats",
		"redact --jsonl", "redact --jsonl --explain --json", "redact --rules", "redact --rules --json", "config show", "config show --json",
		"__complete show", "__complete list --agent", "version", "help sync",
	}
}

// typedClean types canaries where commands take something else.
func (w *world) typedClean(t *testing.T, h *hunter, run func(string, ...string) []byte, flock []canary) {
	t.Helper()
	found := map[string]map[prey]bool{}
	for _, c := range flock {
		for _, args := range []string{
			"SECRET", "list SECRET", "list --SECRET", "search SECRET", "search --exact SECRET", "search --json SECRET", "show SECRET", "show --json SECRET",
			"last SECRET", "last --session SECRET", "list --for SECRET", "list --agent SECRET", "list --channel SECRET", "list --kind SECRET",
			"list --class SECRET", "list --since SECRET", "list --next SECRET", "list --limit SECRET", "list --lang SECRET", "search x --role SECRET",
			"export --format SECRET", "export --for SECRET", "help SECRET",
		} {
			if strings.HasPrefix(c.secret, "-") { // a flag
				continue
			}
			words := strings.Fields(args)
			for i := range words {
				words[i] = strings.ReplaceAll(words[i], "SECRET", c.secret)
			}
			place := "command: " + args
			if found[place] == nil {
				found[place] = map[prey]bool{}
			}
			h.find(run("", words...), found[place])
		}
	}
	for place, seen := range found {
		complain(t, place, seen)
	}
}
