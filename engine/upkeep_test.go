package engine

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
)

// TestArgv: what is registered means this installation, from wherever it is run,
// and says no more than that takes.
func TestArgv(t *testing.T) {
	home := t.TempDir()
	at := func(parts ...string) string { return filepath.Join(append([]string{home}, parts...)...) }
	const program = "/opt/session-sync"
	tests := []struct {
		name    string
		env     map[string]string
		flags   config.Flags
		setting string
		sync    []string // behind sync --scheduled
		profile string
	}{
		{name: "default"},
		{name: "profile", env: map[string]string{"OPENCLAW_PROFILE": "lab"}, sync: []string{"--state-dir", at(".openclaw-lab")}, profile: "lab"},
		{name: "profile by its directory", env: map[string]string{"OPENCLAW_STATE_DIR": at(".openclaw-lab")}, sync: []string{"--state-dir", at(".openclaw-lab")}, profile: "lab"},
		{name: "a directory of the same name elsewhere", env: map[string]string{"OPENCLAW_STATE_DIR": at("x", ".openclaw-lab")}, sync: []string{"--state-dir", at("x", ".openclaw-lab")}},
		{name: "home", env: map[string]string{"SESSION_SYNC_HOME": at("own")}, sync: []string{"--store", at("own")}},
		{name: "output", env: map[string]string{"SESSION_SYNC_OUTPUT": at("out")}, sync: []string{"--output", at("out")}},
		{name: "flags", flags: config.Flags{StateDir: config.Flag{Name: "--state-dir", Value: at("s")}, Home: config.Flag{Name: "--store", Value: at("own")}},
			setting: at("c.yaml"), sync: []string{"--state-dir", at("s"), "--store", at("own"), "--config", at("c.yaml")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := Open(Options{
				OSHome: home, Flags: test.flags, Settings: test.setting, Now: time.Now, Local: time.UTC,
				Env: func(name string) (string, bool) { value, set := test.env[name]; return value, set },
			})
			if err != nil {
				t.Fatal(err)
			}
			u := e.Upkeep(UpkeepOptions{Program: program})
			if got, want := u.syncCall(), append([]string{program, "sync", "--scheduled"}, test.sync...); !reflect.DeepEqual(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			if got := e.profile(); got != test.profile {
				t.Errorf("profile is %q, want %q", got, test.profile)
			}
		})
	}
}

// TestSystemCall: the system's schedulers have none of the variables by which
// OpenClaw is found, so the call brings them.
func TestSystemCall(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{
		"OPENCLAW_CONFIG_PATH": "alt/openclaw.json", "OPENCLAW_WORKSPACE_DIR": "~/ws", "OPENCLAW_INCLUDE_ROOTS": "undefined", "SESSION_SYNC_LANG": "zh",
	}
	e, err := Open(Options{OSHome: home, Now: time.Now, Local: time.UTC, Env: func(name string) (string, bool) { value, set := env[name]; return value, set }})
	if err != nil {
		t.Fatal(err)
	}
	call := []string{"/opt/session-sync", "sync", "--scheduled"}
	u := e.Upkeep(UpkeepOptions{Program: call[0]})
	u.system.GOOS = "linux"
	want := append([]string{"/usr/bin/env", "OPENCLAW_CONFIG_PATH=" + absolute("alt/openclaw.json"), "OPENCLAW_WORKSPACE_DIR=" + filepath.Join(home, "ws")}, call...)
	if got := u.systemCall(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	clear(env)
	if got := u.systemCall(); !reflect.DeepEqual(got, call) {
		t.Errorf("got %q, want %q", got, call)
	}
}

// TestOthersAreMasked: what people wrote into their jobs and servers can hold
// what nobody is to read.
func TestOthersAreMasked(t *testing.T) {
	secret := "ghp_" + strings.Repeat("aB3dE6", 6)
	told, err := json.Marshal([]any{
		masked(ScheduledJob{Name: "with " + secret, Command: []string{"sh", "-c", "GITHUB_TOKEN=" + secret + " session-sync sync"}, Error: "bad " + secret}),
		MaskedServer(ServerEntry{Command: "/x", Args: []string{"--token=" + secret}}),
	})
	if err != nil || strings.Contains(string(told), secret) || !strings.Contains(string(told), "session-sync sync") {
		t.Errorf("got %s, %v", told, err)
	}
}

// TestTransient: what go run made is gone when a job wants to run it.
func TestTransient(t *testing.T) {
	u := (&Engine{}).Upkeep(UpkeepOptions{Program: filepath.Join(t.TempDir(), "go-build1", "b001", "exe", "session-sync")})
	if _, err := u.PlanSchedule(t.Context(), time.Hour); !errors.Is(err, ErrTransient) {
		t.Errorf("schedule: got %v", err)
	}
	if err := u.InstallServer(t.Context()); !errors.Is(err, ErrTransient) {
		t.Errorf("server: got %v", err)
	}
}

func TestRemoveProgram(t *testing.T) {
	for _, goos := range []string{"linux", "windows"} {
		path := filepath.Join(t.TempDir(), "session-sync")
		if err := os.WriteFile(path, nil, 0o755); err != nil {
			t.Fatal(err)
		}
		left, err := removeProgram(path, goos)
		if _, gone := os.Lstat(path); err != nil || gone == nil || (left != "") != (goos == "windows") {
			t.Errorf("%s: left %q, %v, %v", goos, left, err, gone)
		}
		if _, there := os.Lstat(left); left != "" && there != nil {
			t.Errorf("%s: %v", goos, there)
		}
		if _, err := removeProgram(path, goos); err == nil {
			t.Errorf("%s: removed twice", goos)
		}
	}
}
