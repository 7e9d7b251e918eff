package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/engine/manifest"
)

// account is a home directory with an OpenClaw that has said nothing yet, and
// what a command prints there.
type account struct {
	t    *testing.T
	home string
	env  func(name string) (string, bool)
}

func newAccount(t *testing.T) *account {
	t.Helper()
	a := &account{t: t, home: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(a.home, ".openclaw", "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	a.env = func(name string) (string, bool) {
		value, found := map[string]string{"HOME": a.home}[name]
		return value, found
	}
	return a
}

func (a *account) prints(args ...string) string {
	a.t.Helper()
	var out, errs bytes.Buffer
	world := console.World{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Env: a.env, Now: time.Now, Local: time.UTC}
	if code := run(context.Background(), args, world); code != 0 {
		a.t.Errorf("%q: exit code %d\n%s", args, code, &errs)
	}
	return out.String()
}

func skill(t *testing.T) manifest.Manifest {
	t.Helper()
	m, err := manifest.Skill()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestManifestEnvironment runs commands that look everywhere: each variable
// that they ask for is in the manifest.
func TestManifestEnvironment(t *testing.T) {
	a, known, asked := newAccount(t), skill(t).Environment, map[string]bool{}
	home := a.env
	a.env = func(name string) (string, bool) {
		if asked[name] = true; known[name] == "" {
			t.Errorf("%s is read", name)
		}
		return home(name)
	}
	for _, command := range []string{"sync", "status", "doctor", "config show", "list", "decisions", "version"} {
		a.prints(strings.Fields(command)...)
	}
	if len(asked) < 15 {
		t.Errorf("only %d variables are read", len(asked))
	}
}

// TestManifestCron: a job that is registered without more words runs as often
// as the manifest says.
func TestManifestCron(t *testing.T) {
	command := console.Command{Commands: commands()}
	for _, name := range []string{"cron", "install"} {
		at := slices.IndexFunc(command.Commands, func(c console.Command) bool { return c.Name == name })
		if at < 0 {
			t.Fatalf("there is no command %s", name)
		}
		command = command.Commands[at]
	}
	if got, want := command.Flags().Lookup("every").DefValue, skill(t).Entrypoints.Cron.Every; got != want {
		t.Errorf("every %s, the manifest says %s", got, want)
	}
}
