package watch

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// real files, and the system's own notifier: a sync is a look at all the files,
// and each step waits until one saw what it did.
func TestSystem(t *testing.T) {
	root := real(t.TempDir())
	in := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	rename := func(t *testing.T, from, to string) {
		t.Helper()
		if err := os.Rename(in(from), in(to)); err != nil {
			t.Fatal(err)
		}
	}
	write(t, in("state/agents/main/sessions/a.jsonl"), "1")
	seen := make(chan string)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- Run(ctx, Options{
			Roots: func(context.Context) (Roots, error) { return agents(in("state")), nil },
			Sync: func(ctx context.Context) (Outcome, error) {
				select {
				case seen <- contents(in("state")):
				case <-ctx.Done():
				}
				return Done, nil
			},
			Failed: func(err error, _ time.Duration) { t.Error(err) },
			Blind:  func(err error) { t.Error(err) },
			Poll:   time.Hour, Settle: time.Millisecond, Now: time.Now,
		})
	}()
	until := func(t *testing.T, want string) {
		t.Helper()
		for got := ""; !strings.Contains(got, want); {
			select {
			case got = <-seen:
			case <-time.After(time.Minute): // far more than it takes
				t.Fatalf("no sync saw %q", want)
			}
		}
	}
	until(t, "agents/main/sessions/a.jsonl=1")
	steps := []struct {
		name string
		do   func(t *testing.T)
		want string
	}{
		{"a file grows", func(t *testing.T) { write(t, in("state/agents/main/sessions/a.jsonl"), "12") }, "a.jsonl=12;"},
		{"a file comes in its place", func(t *testing.T) {
			write(t, in("new"), "another")
			rename(t, "new", "state/agents/main/sessions/a.jsonl")
		}, "a.jsonl=another;"},
		{"and grows", func(t *testing.T) { write(t, in("state/agents/main/sessions/a.jsonl"), "another one") }, "a.jsonl=another one;"},
		{"an agent comes", func(t *testing.T) { write(t, in("state/agents/new/sessions/b.jsonl"), "2") }, "new/sessions/b.jsonl=2;"},
		{"and writes", func(t *testing.T) { write(t, in("state/agents/new/sessions/b.jsonl"), "23") }, "new/sessions/b.jsonl=23;"},
		{"a directory goes", func(t *testing.T) { os.RemoveAll(in("state/agents/new/sessions")) }, "new/sessions-gone"},
		{"and comes again", func(t *testing.T) { write(t, in("state/agents/new/sessions/c.jsonl"), "3") }, "c.jsonl=3;"},
		{"and is written", func(t *testing.T) { write(t, in("state/agents/new/sessions/c.jsonl"), "34") }, "c.jsonl=34;"},
	}
	if runtime.GOOS != "windows" { // where what is watched can't be renamed
		steps = append(steps, []struct {
			name string
			do   func(t *testing.T)
			want string
		}{
			{"everything is moved away", func(t *testing.T) { rename(t, "state", "state.old") }, ""},
			{"and begins anew", func(t *testing.T) { write(t, in("state/agents/main/sessions/d.jsonl"), "4") }, "d.jsonl=4;"},
			{"and is written", func(t *testing.T) { write(t, in("state/agents/main/sessions/d.jsonl"), "45") }, "d.jsonl=45;"},
		}...)
	}
	for _, step := range steps {
		step.do(t)
		until(t, step.want)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

// agents are the roots of a state directory as OpenClaw lays it out.
func agents(state string) Roots {
	dir := filepath.Join(state, "agents")
	roots := Roots{Dirs: []string{dir}}
	entries, _ := os.ReadDir(dir) // none when there is no such directory
	for _, entry := range entries {
		roots.Dirs = append(roots.Dirs, filepath.Join(dir, entry.Name(), "sessions"))
	}
	return roots
}

// contents is all that is below a directory.
func contents(dir string) string {
	var b strings.Builder
	filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // it has just gone
		}
		name, _ := filepath.Rel(dir, path)
		b.WriteString(filepath.ToSlash(name))
		if !entry.IsDir() {
			text, _ := os.ReadFile(path)
			b.WriteString("=" + string(text))
		} else if _, err := os.Stat(filepath.Join(path, "sessions")); err != nil {
			b.WriteString("/sessions-gone")
		}
		b.WriteString(";")
		return nil
	})
	return b.String()
}
