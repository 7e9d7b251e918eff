package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/schedule/fakeopenclaw"
)

// TestManifestRegistration: the job of the manifest is the one that cron install
// registers, word for word.
func TestManifestRegistration(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links take a privilege there")
	}
	a, m := newAccount(t), skill(t)
	cron, bin := m.Entrypoints.Cron, filepath.Join(a.home, ".local", "bin")
	// The test is called as if it were the installed program.
	typed := os.Args[0]
	t.Cleanup(func() { os.Args[0] = typed })
	os.Args[0] = filepath.Join(bin, cron.Argv[0])
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(bin, 0o700), os.Symlink(self, os.Args[0]), fakeopenclaw.Install(bin)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OPENCLAW_STATE_DIR", filepath.Join(a.home, ".openclaw")) // the fake's
	home := a.env
	a.env = func(name string) (string, bool) {
		if name == "PATH" {
			return bin, true
		}
		return home(name)
	}
	argv := fmt.Sprintf("%q", append([]string{os.Args[0]}, cron.Argv[1:]...))
	want := []string{"openclaw", "cron", "add", "--declaration-key", cron.DeclarationKey, "--name", m.Name, "--every", cron.Every,
		"--command-argv", strings.ReplaceAll(argv, " ", ","), "--no-deliver", "--timeout-seconds", strconv.Itoa(cron.TimeoutSeconds), "--json"}
	var got []string
	for _, word := range gjson.Get(a.prints("cron", "install", "--dry-run", "--json"), "steps.0").Array() {
		got = append(got, word.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("cron install runs %q, the manifest says %q", got, want)
	}
}
