//go:build unix

package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// route is a way to install the skill.
type route struct {
	name    string
	command []string
}

func routes(t *testing.T, w *world) []route {
	t.Helper()
	return []route{
		{"skills add", []string{"skills", "add", w.skill, "-a", "openclaw", "-g", "-y"}},
		{"openclaw skills install folder", []string{"openclaw", "skills", "install", w.skill, "--global"}},
		{"openclaw skills install git", []string{"openclaw", "skills", "install", "git:file://" + w.repository(t), "--global"}},
	}
}

// repository makes a git repository of the skill.
func (w *world) repository(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(w.root, "repository")
	must(t, os.CopyFS(dir, os.DirFS(w.skill)))
	for _, args := range [][]string{
		{"init", "-q"}, {"add", "-A"},
		{"-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "commit", "-q", "-m", "skill: publish"},
	} {
		if out, err := exec.Command("git", append([]string{"-C", dir}, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
	}
	return dir
}

// testInstall installs the skill in a home of its own, builds the program from
// what was installed, and asks OpenClaw what it makes of it.
func testInstall(t *testing.T, w *world, r route) *account {
	a := w.newAccount(t, r.name)
	must(t, os.Mkdir(a.state(), 0o700)) // OpenClaw is there already
	a.run(t, r.command[0], r.command[1:]...)
	dir := filepath.Join(a.state(), "skills", slug)
	a.build(t, dir)
	if said := a.run(t, a.program(), "version"); !strings.HasPrefix(said, slug+" ") {
		t.Errorf("version says %q", said)
	}
	a.wantReady(t, dir)
	return a
}

// wantReady checks that OpenClaw takes the skill from dir and offers it to the
// model.
func (a *account) wantReady(t *testing.T, dir string) {
	t.Helper()
	var info struct {
		BaseDir                                         string
		Eligible, ModelVisible, UserInvocable, Disabled bool
	}
	a.ask(t, &info, "openclaw", "skills", "info", slug, "--json")
	if !info.Eligible || !info.ModelVisible || !info.UserInvocable || info.Disabled {
		t.Errorf("OpenClaw does not offer the skill to the model: %+v", info)
	}
	if info.BaseDir != dir {
		t.Errorf("OpenClaw takes the skill from %q, want %q", info.BaseDir, dir)
	}
}

// build runs the installer in the installed copy.
func (a *account) build(t *testing.T, dir string) {
	t.Helper()
	args := []string{filepath.Join(dir, "check_install", "install.sh")}
	stdout, stderr, took := a.start(t, a.developer(), "sh", args...)
	a.log(t, "sh", args, brief(stdout+stderr), took)
	if !strings.Contains(stdout, a.program()) {
		t.Errorf("install.sh does not say that it made %s", a.program())
	}
}

// testPublish asks clawhub what it would publish, before a registry that knows
// no skill.
func testPublish(t *testing.T, w *world) {
	registry := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Skill not found", http.StatusNotFound)
	}))
	t.Cleanup(registry.Close)
	var plan struct {
		Status, Slug string
		FileCount    int
	}
	w.newAccount(t, "publisher").ask(t, &plan, "clawhub", "--registry", registry.URL, "skill", "publish", w.skill, "--slug", slug, "--version", "1.0.0", "--dry-run", "--json")
	if plan.Status != "would-publish" || plan.Slug != slug || plan.FileCount == 0 {
		t.Errorf("clawhub would not publish the skill: %+v", plan)
	}
}
