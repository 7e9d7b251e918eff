package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

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

// TestManifestCron: the job of the manifest is the one that doctor wants.
func TestManifestCron(t *testing.T) {
	a, m := newAccount(t), skill(t)
	cron := m.Entrypoints.Cron
	argv := fmt.Sprintf("%q", append([]string{filepath.Join(a.home, ".local", "bin", cron.Argv[0])}, cron.Argv[1:]...))
	want := fmt.Sprintf("--declaration-key %s --name %s --every %s --command-argv '%s' --no-deliver --timeout-seconds %d",
		cron.DeclarationKey, m.Name, cron.Every, strings.ReplaceAll(argv, " ", ","), cron.TimeoutSeconds)
	remedy := gjson.Get(a.prints("doctor", "--json"), `findings.#(code="scheduler-missing").remedy`).String()
	if !strings.Contains(remedy, want) {
		t.Errorf("doctor says %s, the manifest %s", remedy, want)
	}
}
