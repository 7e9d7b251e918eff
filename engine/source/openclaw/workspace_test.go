package openclaw

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestWorkspace(t *testing.T) {
	two := []agentSettings{{id: "main", isDefault: true}, {id: "work"}}
	for _, c := range []struct {
		name   string
		dirs   []string
		s      settings // "@" at the start of paths stands for the state directory
		env    string
		newest string
		ours   string
		want   string
		named  bool
	}{
		{name: "nothing set", want: "workspace"},
		{name: "nothing set, several agents", s: settings{agents: two}, want: "workspace"},
		{name: "of the agent", s: settings{agents: []agentSettings{{id: "a"}, {id: "b", isDefault: true, workspace: "@/own"}}, workspace: "@/d"}, want: "own", named: true},
		{name: "defaults", s: settings{workspace: "@/d"}, want: "d", named: true},
		{name: "environment", env: "@/e", want: "e", named: true},
		{name: "environment with tilde", env: "~/e", want: "h/e", named: true},
		{name: "defaults beat environment", env: "@/e", s: settings{workspace: "@/d"}, want: "d", named: true},
		{name: "one agent ignores its own directory", dirs: []string{"d/main/"}, s: settings{workspace: "@/d", agents: two[:1]}, want: "d", named: true},
		{name: "only the agent's exists", dirs: []string{"workspace-main/"}, s: settings{agents: two}, want: "workspace-main"},
		{name: "both exist, the agent's is newer", dirs: []string{"d/main/"}, newest: "d/main", s: settings{workspace: "@/d", agents: two}, want: "d/main", named: true},
		{name: "both exist, the common one is newer", dirs: []string{"d/main/"}, newest: "d", s: settings{workspace: "@/d", agents: two}, want: "d", named: true},
		{name: "both exist, ours lies in the older common one", dirs: []string{"d/main/"}, newest: "d/main", ours: "d", s: settings{workspace: "@/d", agents: two}, want: "d", named: true},
		{name: "both exist, ours lies in the agent's older one", dirs: []string{"d/main/"}, newest: "d", ours: "d/main", s: settings{workspace: "@/d", agents: two}, want: "d/main", named: true},
		{name: "the agent's is a file", dirs: []string{"d/main"}, s: settings{workspace: "@/d", agents: two}, want: "d", named: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := tree(t, append(c.dirs, "./")...)
			at := func(path string) string {
				if path != "" && path[0] == '@' {
					return filepath.Join(dir, path[1:])
				}
				return path
			}
			s := settings{workspace: at(c.s.workspace)}
			for _, a := range c.s.agents {
				a.workspace = at(a.workspace)
				s.agents = append(s.agents, a)
			}
			setTimes(t, dir, c.dirs, c.newest)
			holdsOurs := func(path string) bool { return c.ours != "" && path == filepath.Join(dir, c.ours) }
			got := workspaceOf(s, dir, filepath.Join(dir, "h"), lookup(map[string]string{"OPENCLAW_WORKSPACE_DIR": at(c.env)}), holdsOurs)
			if got.Path != filepath.Join(dir, c.want) || got.Named != c.named || got.Why == "" {
				t.Errorf("got %+v, want %q, named %v", got, c.want, c.named)
			}
		})
	}
}

// setTimes makes the named directories and those above them an hour old, except
// the newest.
func setTimes(t *testing.T, root string, names []string, newest string) {
	t.Helper()
	for _, name := range names {
		for path := filepath.Join(root, name); path != root; path = filepath.Dir(path) {
			at := time.Now().Add(-time.Hour)
			if path == filepath.Join(root, newest) {
				at = time.Now()
			}
			if err := os.Chtimes(path, at, at); err != nil {
				t.Fatal(err)
			}
		}
	}
}
