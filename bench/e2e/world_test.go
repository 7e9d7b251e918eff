//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	repository = "../.."
	slug       = "session-sync"
)

// world is what all homes share: the tools, the Go with its filled caches, and
// the skill as somebody gets it who downloads the last commit.
type world struct {
	root, skill string
	golang      map[string]string // of go env
	path        string            // PATH with the tools, without Go
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{root: t.TempDir()}
	out, err := exec.Command("go", "env", "-json", "GOROOT", "GOMODCACHE", "GOCACHE").Output()
	must(t, err)
	must(t, json.Unmarshal(out, &w.golang))
	// A Go among these is no harm: it only proves less of how the skill is found eligible.
	w.path = strings.Join([]string{programs(*tools), "/usr/local/bin", "/usr/bin", "/bin"}, string(os.PathListSeparator))
	w.skill = filepath.Join(w.root, slug)
	must(t, os.Mkdir(w.skill, 0o700))
	export := exec.Command("sh", "-c", `git archive HEAD | tar -x -C "$1"`, "sh", w.skill)
	export.Dir = repository
	if out, err := export.CombinedOutput(); err != nil {
		t.Fatalf("exporting the repository: %v\n%s", err, out)
	}
	commit, err := exec.Command("git", "-C", repository, "log", "-1", "--format=%h %s").Output()
	must(t, err)
	changed, err := exec.Command("git", "-C", repository, "status", "--porcelain").Output()
	must(t, err)
	t.Logf("the skill is that of %s; files changed since, which are not in it: %d", strings.TrimSpace(string(commit)), strings.Count(string(changed), "\n"))
	a := w.newAccount(t, "visitor")
	for _, tool := range []string{"node", "openclaw", "skills"} {
		a.run(t, tool, "--version")
	}
	a.run(t, "clawhub", "--cli-version")
	return w
}

// newAccount is a user who has an empty home.
func (w *world) newAccount(t *testing.T, name string) *account {
	t.Helper()
	a := &account{world: w, home: filepath.Join(w.root, "home of "+name)}
	must(t, os.MkdirAll(filepath.Join(a.home, "tmp"), 0o700))
	return a
}
