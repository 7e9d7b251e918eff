package upkeep

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/mcpentry"
	"github.com/smallccwc/chronosync/engine/schedule"
)

// TestCalls: what is registered calls this installation.
func TestCalls(t *testing.T) {
	u := New(Options{Program: "/opt/session-sync", Args: []string{"--store", "own"}, SyncArgs: []string{"--output", "out"}})
	if got, want := u.syncCall(), []string{"/opt/session-sync", "sync", "--scheduled", "--store", "own", "--output", "out"}; !slices.Equal(got, want) {
		t.Errorf("a schedule runs %q, want %q", got, want)
	}
	if got, want := u.Server(), (mcpentry.Entry{Command: "/opt/session-sync", Args: []string{"mcp", "--store", "own"}}); !reflect.DeepEqual(got, want) {
		t.Errorf("the server is %+v, want %+v", got, want)
	}
}

// TestSystemCall: the system's schedulers have none of the variables by which
// OpenClaw is found, so the call brings them.
func TestSystemCall(t *testing.T) {
	call := []string{"/opt/session-sync", "sync", "--scheduled"}
	around := []string{"OPENCLAW_CONFIG_PATH=/alt/openclaw.json", "OPENCLAW_WORKSPACE_DIR=/ws"}
	for _, c := range []struct {
		name, goos   string
		around, want []string
	}{
		{"variables", "linux", around, slices.Concat([]string{"/usr/bin/env"}, around, call)},
		{"none", "linux", nil, call},
		{"a Windows task", "windows", around, call},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := New(Options{Program: call[0], Around: c.around})
			u.system.GOOS = c.goos
			if got := u.systemCall(); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestOthersAreMasked: what people wrote into their jobs and servers can hold
// what nobody is to read.
func TestOthersAreMasked(t *testing.T) {
	secret := "ghp_" + strings.Repeat("aB3dE6", 6)
	told, err := json.Marshal([]any{
		masked(schedule.Job{Name: "with " + secret, Command: []string{"sh", "-c", "GITHUB_TOKEN=" + secret + " session-sync sync"}, Error: "bad " + secret}),
		MaskedServer(mcpentry.Entry{Command: "/x", Args: []string{"--token=" + secret}}),
	})
	if err != nil || strings.Contains(string(told), secret) || !strings.Contains(string(told), "session-sync sync") {
		t.Errorf("got %s, %v", told, err)
	}
}

// TestTransient: what go run made is gone when a job wants to run it.
func TestTransient(t *testing.T) {
	u := New(Options{Program: filepath.Join(t.TempDir(), "go-build1", "b001", "exe", "session-sync")})
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
