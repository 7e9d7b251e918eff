//go:build unix

package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// packages are what is fetched, one step after the other: OpenClaw asks for a
// newer Node than many machines have, and npm then runs with that one.
var packages = [][]string{{"node@26"}, {"openclaw", "skills", "clawhub"}}

// programs is where the tools lie in a directory of npm packages.
func programs(dir string) string { return filepath.Join(dir, "node_modules", ".bin") }

// fetchTools fills the directory of the tools unless that was done before, and
// leaves its path in the flag.
func fetchTools(t *testing.T) {
	t.Helper()
	if *tools == "" {
		cache := os.Getenv("XDG_CACHE_HOME")
		if cache == "" {
			home, err := os.UserHomeDir()
			must(t, err)
			cache = filepath.Join(home, ".cache")
		}
		*tools = filepath.Join(cache, "session-sync-e2e", "tools")
	}
	if complete(*tools) {
		return
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skipf("the tools are npm packages, and there is no npm: %v", err)
	}
	staged := *tools + ".new" // what is half fetched is never taken for the tools
	must(t, os.RemoveAll(staged))
	must(t, os.MkdirAll(staged, 0o700))
	for _, names := range packages {
		t.Logf("$ npm install %q", names)
		if out, err := install(npm, staged, names); err != nil {
			t.Skipf("no tools to be had: npm install %q: %v\n%s", names, err, tail(string(out)))
		}
	}
	if !complete(staged) {
		t.Skipf("no tools to be had: npm left no working Node, openclaw, skills and clawhub in %s", staged)
	}
	must(t, os.RemoveAll(*tools))
	must(t, os.Rename(staged, *tools))
}

func install(npm, dir string, names []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, npm, append([]string{"install", "--no-audit", "--no-fund", "--prefix", dir}, names...)...)
	cmd.Dir, cmd.WaitDelay = dir, 5*time.Second
	cmd.Env = append(os.Environ(), "PATH="+programs(dir)+string(os.PathListSeparator)+os.Getenv("PATH"))
	return cmd.CombinedOutput()
}

// complete tells whether the tools are there and Node runs.
func complete(dir string) bool {
	for _, name := range []string{"openclaw", "skills", "clawhub"} {
		if _, err := os.Stat(filepath.Join(programs(dir), name)); err != nil {
			return false
		}
	}
	return exec.Command(filepath.Join(programs(dir), "node"), "--version").Run() == nil
}

// fillModuleCache builds the program once while there is a network, so that
// later builds need none.
func fillModuleCache(t *testing.T) {
	t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-o", os.DevNull, "./cmd/session-sync")
	cmd.Dir = repository
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, tail(string(out)))
	}
}
