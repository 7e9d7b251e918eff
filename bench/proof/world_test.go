package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Exit codes of the program that matter here.
const (
	exitDone    = 0
	exitFailed  = 1
	exitSkipped = 3
)

// world is an installation: a state directory and places of ours, and beside
// them an account and a directory for temporary files that have to stay empty.
type world struct {
	t                      testing.TB
	root, state, home, out string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	root := t.TempDir()
	w := &world{t: t, root: root, state: filepath.Join(root, "state"), home: filepath.Join(root, "home"), out: filepath.Join(root, "out")}
	for _, dir := range []string{w.state, filepath.Join(root, "account"), filepath.Join(root, "tmp")} {
		must(t, os.Mkdir(dir, 0o700))
	}
	w.set("")
	return w
}

// set writes the settings, which lie outside of home and stay when it is wiped.
func (w *world) set(settings string) {
	w.t.Helper()
	must(w.t, os.WriteFile(w.settings(), []byte(settings), 0o600))
}

func (w *world) settings() string { return filepath.Join(w.root, "settings.yaml") }

// withoutPlugins switches the built-in plugins off: compiling them takes longer
// than all else that a small sync does.
func (w *world) withoutPlugins() {
	w.t.Helper()
	dir := filepath.Join(w.home, "plugins")
	must(w.t, os.MkdirAll(dir, 0o700))
	must(w.t, os.WriteFile(filepath.Join(dir, "installed.json"), []byte(`{"schema_version":1,"plugins":[],"off":["knowledge","todo"]}`), 0o600))
}

// with is another installation for the same state directory, with the same key:
// placeholders depend on it.
func (w *world) with(name string) *world {
	w.t.Helper()
	other := *w
	other.home, other.out = filepath.Join(w.root, name, "home"), filepath.Join(w.root, name, "out")
	must(w.t, os.MkdirAll(other.home, 0o700))
	must(w.t, os.WriteFile(filepath.Join(other.home, "key"), []byte(w.read(w.home, "key")), 0o600))
	if w.pluginsDir() == "plugins" {
		other.withoutPlugins()
	}
	return &other
}

func (w *world) command(args ...string) *exec.Cmd {
	account, temp := filepath.Join(w.root, "account"), filepath.Join(w.root, "tmp")
	cmd := exec.Command(*program, append(args, "--config", w.settings())...)
	cmd.Dir = w.root
	cmd.Env = []string{
		"HOME=" + account, "USERPROFILE=" + account, "TMPDIR=" + temp, "TMP=" + temp, "PATH=" + os.Getenv("PATH"), "TZ=UTC", "LANG=en_US.UTF-8",
		"OPENCLAW_STATE_DIR=" + w.state, "SESSION_SYNC_HOME=" + w.home, "SESSION_SYNC_OUTPUT=" + w.out,
	}
	return cmd
}

// answer is what a command said.
type answer struct {
	exit           int
	stdout, stderr string
}

func (a answer) String() string {
	return fmt.Sprintf("exit %d: %s%s", a.exit, brief(a.stdout), brief(a.stderr))
}

func brief(s string) string { return s[:min(len(s), 500)] }

func (w *world) run(args ...string) answer {
	w.t.Helper()
	return w.answer(w.command(args...))
}

func (w *world) answer(cmd *exec.Cmd) answer {
	w.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("running the program: %v", err)
	}
	return answer{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// sync runs a sync that has to read everything.
func (w *world) sync() {
	w.t.Helper()
	if got := w.run("sync", "--json"); got.exit != exitDone {
		w.t.Fatalf("sync: %s", got)
	}
}

// exported is `export --all --format json` without the time of the last sync.
func (w *world) exported() string {
	w.t.Helper()
	got := w.run("export", "--all", "--format", "json")
	if got.exit != exitDone {
		w.t.Fatalf("export: %s", got)
	}
	return timeless(got.stdout)
}

// read returns a file, "" when there is none.
func (w *world) read(dir, name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	must(w.t, err)
	return string(data)
}

// document is the JSON of shared_chat.json and of an export, see docs/json.md.
type document struct {
	SchemaVersion int    `json:"schema_version"`
	LastSync      string `json:"last_sync"`
	Sessions      []chat `json:"sessions"`
}

type chat struct {
	Agent     string `json:"agent"`
	Key       string `json:"session_key"`
	Count     int    `json:"message_count"`
	Truncated bool   `json:"truncated"`
	Messages  []struct {
		ID, Role, Content, Origin string
	} `json:"messages"`
}

// parse checks that data is a whole document.
func parse(data string) (document, error) {
	var d document
	if err := json.Unmarshal([]byte(data), &d); err != nil {
		return d, err
	}
	if d.SchemaVersion != 1 || d.LastSync == "" || d.Sessions == nil {
		return d, errors.New("the head of the document is incomplete")
	}
	seen := map[string]bool{}
	for _, s := range d.Sessions {
		if s.Agent == "" || s.Key == "" || len(s.Messages) == 0 || s.Truncated != (len(s.Messages) < s.Count) {
			return d, fmt.Errorf("session %q is incomplete: %d of %d messages", s.Key, len(s.Messages), s.Count)
		}
		for _, m := range s.Messages {
			if m.ID == "" || m.Role == "" || m.Content == "" || m.Origin == "" || seen[m.ID] {
				return d, fmt.Errorf("message %q of session %q is incomplete or there twice", m.ID, s.Key)
			}
			seen[m.ID] = true
		}
	}
	return d, nil
}

// tree is what a directory looks like: kind, mode, size and time of everything
// in it, by path. It is empty when there is none; what goes away meanwhile is
// left out.
func tree(t testing.TB, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	must(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		var info fs.FileInfo
		if err == nil {
			info, err = entry.Info()
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil {
			found[path] = fmt.Sprint(info.Mode(), info.Size(), info.ModTime().UnixNano())
		}
		return err
	}))
	return found
}

// names lists a directory, nothing when there is none.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if !errors.Is(err, fs.ErrNotExist) {
		must(t, err)
	}
	var list []string
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return list
}

// difference names the first path at which two trees differ, "" when none does.
func difference(a, b map[string]string) string {
	both := maps.Clone(a)
	maps.Copy(both, b)
	for _, path := range slices.Sorted(maps.Keys(both)) {
		if a[path] != b[path] {
			return fmt.Sprintf("%s was %q, is %q", path, a[path], b[path])
		}
	}
	return ""
}

// wantNames checks that a directory holds these names and no others.
func wantNames(t testing.TB, dir string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := names(t, dir); !slices.Equal(got, want) {
		t.Errorf("%s holds %s, want %s", filepath.Base(dir), strings.Join(got, " "), strings.Join(want, " "))
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
