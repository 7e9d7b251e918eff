package upkeep

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/schedule/fakeopenclaw"
)

func TestMain(m *testing.M) {
	fakeopenclaw.Answer()
	os.Exit(m.Run())
}

func TestInterval(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30m": 30 * time.Minute, "1h30m": 90 * time.Minute, "24h": 24 * time.Hour, "60s": time.Minute,
		"": 0, "30": 0, "0m": 0, "-30m": 0, "90s": 0, "25h": 0, "daily": 0, "99999999999999h": 0,
	} {
		got, err := interval(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: got %s, %v", text, got, err)
		}
	}
}

// TestCalledAs: a job calls the program by the path that outlives an update.
func TestCalledAs(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links take a privilege there")
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for _, name := range []string{"opt/2.0/session-sync", "other/session-sync"} {
		if err := os.MkdirAll(filepath.Dir(at(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(name), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(at("bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at("opt/2.0/session-sync"), at("bin/session-sync")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	self := at("opt/2.0/session-sync")
	tests := []struct{ name, typed, path, want string }{
		{"by its name", "session-sync", at("other") + ":" + at("bin"), at("bin/session-sync")},
		{"by its path", at("bin/session-sync"), "", at("bin/session-sync")},
		{"by a relative path", "./bin/session-sync", "", at("bin/session-sync")},
		{"relative directory on PATH", "session-sync", "bin", self},
		{"another program of the name", at("other/session-sync"), "", self},
		{"not found", "session-sync", at("other"), self},
		{"renamed", "x", "", self},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := calledAs(test.typed, self, test.path); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// TestAsks: people see the very command before they are asked, and a no changes
// nothing.
func TestAsks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links take a privilege there")
	}
	bin := t.TempDir()
	if err := fakeopenclaw.Install(bin); err != nil {
		t.Fatal(err)
	}
	// The test lies where programs are gone after a call; a link to it does not.
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	typed := os.Args[0]
	t.Cleanup(func() { os.Args[0] = typed })
	os.Args[0] = filepath.Join(bin, "session-sync")
	if err := os.Symlink(self, os.Args[0]); err != nil {
		t.Fatal(err)
	}
	program := console.Program{Commands: []console.Command{Cron(), Uninstall(), {Name: "mcp", Commands: []console.Command{InstallServer(), RemoveServer()}}}}
	for _, test := range []struct{ args, shows, asks string }{
		{"cron install", "openclaw cron add --declaration-key session-sync:sync", "Register it? [y/N]"},
		{"mcp install", "openclaw mcp add session-sync --command ", "Register it? [y/N]"},
	} {
		for answer, code := range map[string]int{"n\n": 1, "y\n": 0} {
			t.Run(test.args+" "+strings.TrimSpace(answer), func(t *testing.T) {
				home := t.TempDir()
				t.Setenv("HOME", home) // the fake's
				t.Setenv("OPENCLAW_STATE_DIR", "")
				var out, err bytes.Buffer
				got := program.Run(t.Context(), strings.Fields(test.args), console.World{
					Stdin: strings.NewReader(answer), Stdout: &out, Stderr: &err, Now: time.Now, Local: time.UTC, Answered: true,
					Env: func(name string) (string, bool) {
						value, set := map[string]string{"HOME": home, "PATH": bin, "LANG": "en"}[name]
						return value, set
					},
				})
				said := err.String()
				if got != code || !strings.Contains(said, test.shows) || !strings.Contains(said, test.asks) {
					t.Errorf("exits with %d, shows %s", got, said)
				}
				memory, _ := os.ReadFile(filepath.Join(home, ".openclaw", fakeopenclaw.Memory))
				if registered := strings.Contains(string(memory), `"session-sync:sync"`) || strings.Contains(string(memory), `"command":`); registered != (code == 0) {
					t.Errorf("registered: %v", registered)
				}
			})
		}
	}
}

// TestHostile: names that others chose do nothing to a terminal.
func TestHostile(t *testing.T) {
	evil := "x\x1b[2J\u202e\nsession-sync: all is well\r" + strings.Repeat("y", 1000)
	var out, err bytes.Buffer
	a := &console.App{World: console.World{Stdout: &out, Stderr: &err, Local: time.UTC}, Lang: "en"}
	job := engine.ScheduledJob{Scheduler: engine.InOpenClaw, ID: evil, Name: evil, Status: evil, Error: evil}
	printJobs(a, a.Stdout, []engine.ScheduledJob{job})
	duplicates(a, a.Stderr, engine.SchedulePlan{Duplicates: []engine.ScheduledJob{job}})
	tell(a, engine.SchedulePlan{Scheduler: engine.InOpenClaw, Outcome: engine.JobCreated, ID: evil})
	for _, said := range []string{out.String(), err.String()} {
		if strings.ContainsAny(said, "\x1b\r\u202e") || strings.Contains(said, "\nsession-sync: all is well") {
			t.Errorf("says %q", said)
		}
	}
}
