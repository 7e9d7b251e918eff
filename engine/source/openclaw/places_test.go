package openclaw

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func lookup(env map[string]string) Env { return func(name string) string { return env[name] } }

// tree makes directories (names that end in a slash) and files below a fresh
// directory.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	root := realPath(t.TempDir())
	for _, name := range names {
		path := filepath.Join(root, filepath.FromSlash(name))
		dir := path
		if name[len(name)-1] != '/' {
			dir = filepath.Dir(path)
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if dir == path {
			continue
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestStateDir(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		env   map[string]string // "@" stands for the home directory
		want  string            // below it
	}{
		{"nothing there", nil, nil, ".openclaw"},
		{"the usual one", []string{".openclaw/", ".clawdbot/"}, nil, ".openclaw"},
		{"legacy clawdbot", []string{".clawdbot/", ".moltbot/"}, nil, ".clawdbot"},
		{"legacy moldbot", []string{".moldbot/"}, nil, ".moldbot"},
		{"legacy moltbot", []string{".moltbot/"}, nil, ".moltbot"},
		{"a file is no state directory", []string{".openclaw", ".clawdbot/"}, nil, ".clawdbot"},
		{"override", []string{".openclaw/"}, map[string]string{"OPENCLAW_STATE_DIR": "@/x"}, "x"},
		{"override with tilde", nil, map[string]string{"OPENCLAW_STATE_DIR": "~/x"}, "x"},
		{"override with backslash tilde", nil, map[string]string{"OPENCLAW_STATE_DIR": `~\x`}, "x"},
		{"only a tilde", nil, map[string]string{"OPENCLAW_STATE_DIR": "~"}, "."},
		{"blank override", nil, map[string]string{"OPENCLAW_STATE_DIR": " \t"}, ".openclaw"},
		{"undefined override", nil, map[string]string{"OPENCLAW_STATE_DIR": "undefined"}, ".openclaw"},
		{"null override", nil, map[string]string{"OPENCLAW_STATE_DIR": " null "}, ".openclaw"},
		{"override of 2026.3.13", nil, map[string]string{"CLAWDBOT_STATE_DIR": "@/old"}, "old"},
		{"both overrides", nil, map[string]string{"CLAWDBOT_STATE_DIR": "@/old", "OPENCLAW_STATE_DIR": "@/new"}, "new"},
		{"profile", []string{".openclaw/"}, map[string]string{"OPENCLAW_PROFILE": "Work_1"}, ".openclaw-Work_1"},
		{"default profile", nil, map[string]string{"OPENCLAW_PROFILE": "Default"}, ".openclaw"},
		{"a profile's name is no path", nil, map[string]string{"OPENCLAW_PROFILE": "../x"}, ".openclaw"},
		{"override beats profile", nil, map[string]string{"OPENCLAW_PROFILE": "p", "OPENCLAW_STATE_DIR": "@/x"}, "x"},
		{"other home", nil, map[string]string{"OPENCLAW_HOME": "@/h"}, "h/.openclaw"},
		{"other home with tilde", nil, map[string]string{"HOME": "@/a", "OPENCLAW_HOME": "~/h"}, "a/h/.openclaw"},
		{"tilde is the other home", nil, map[string]string{"OPENCLAW_HOME": "@/h", "OPENCLAW_STATE_DIR": "~/x"}, "h/x"},
		{"home", nil, map[string]string{"HOME": "@/a", "USERPROFILE": "@/b"}, "a/.openclaw"},
		{"user profile", nil, map[string]string{"HOME": "undefined", "USERPROFILE": "@/b"}, "b/.openclaw"},
	} {
		t.Run(c.name, func(t *testing.T) {
			home := tree(t, append(c.files, "./")...)
			env := map[string]string{}
			for name, value := range c.env {
				if value[0] == '@' {
					value = home + value[1:]
				}
				env[name] = value
			}
			if got, want := StateDir(lookup(env), home), filepath.Join(home, filepath.FromSlash(c.want)); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestOtherStates(t *testing.T) {
	home := tree(t, ".openclaw/agents/", ".openclaw-work/openclaw.json", ".openclaw-empty/", ".moltbot/agents/", ".openclaw-file", "x/agents/")
	for link, target := range map[string]string{".clawdbot": ".openclaw", ".moldbot": ".moltbot", ".openclaw-twin": ".openclaw-work"} {
		if err := os.Symlink(filepath.Join(home, target), filepath.Join(home, link)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	got := OtherStates(lookup(nil), home, filepath.Join(home, ".openclaw"))
	for i := range got {
		got[i] = filepath.Base(realPath(got[i]))
	}
	slices.Sort(got)
	compare(t, "other states", got, []string{".moltbot", ".openclaw-work"})
}

func TestOtherStatesTakesTheHomeLiterally(t *testing.T) {
	home := filepath.Join(tree(t, "[ab]*/.openclaw-x/agents/", "a/.openclaw-y/agents/"), "[ab]*")
	got := OtherStates(lookup(nil), home, filepath.Join(home, ".openclaw"))
	compare(t, "other states", got, []string{filepath.Join(home, ".openclaw-x")})
}

// TestSurroundings: what is told of the variables means the same from another
// directory and in another environment.
func TestSurroundings(t *testing.T) {
	home := t.TempDir()
	env := map[string]string{
		"OPENCLAW_CONFIG_PATH": "alt/openclaw.json", "OPENCLAW_WORKSPACE_DIR": "~/ws", "OPENCLAW_INCLUDE_ROOTS": "undefined", "SESSION_SYNC_LANG": "zh",
	}
	config, err := filepath.Abs("alt/openclaw.json")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"OPENCLAW_CONFIG_PATH=" + config, "OPENCLAW_WORKSPACE_DIR=" + filepath.Join(home, "ws")}
	if got := Surroundings(lookup(env), home); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	clear(env)
	if got := Surroundings(lookup(env), home); len(got) > 0 {
		t.Errorf("got %q, want nothing", got)
	}
}
