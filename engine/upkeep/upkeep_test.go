package upkeep

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/mcpentry"
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
