package watch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/fsnotify/fsnotify"
)

func TestJudge(t *testing.T) {
	root := real(t.TempDir())
	in := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	write(t, in("out/todos/todos.md"), "as the sync left it")
	write(t, in("out/todos/edited.md"), "as the sync left it")
	p := resolve(Roots{
		Dirs:   []string{in("state/agents"), in("state/agents/main/sessions"), in("elsewhere")},
		Files:  []string{in("state/openclaw.json"), in("home/config.yaml")},
		Shared: []string{in("out/todos/todos.md"), in("out/todos/edited.md")},
		Own:    []string{in("home"), in("out"), in("elsewhere/ours")},
	}, places{})
	p.keepShared()
	write(t, in("out/todos/edited.md"), "as somebody wants it")
	const appears, writes, goes, permits = fsnotify.Create, fsnotify.Write, fsnotify.Remove, fsnotify.Chmod
	for _, test := range []struct {
		name string
		path string
		op   fsnotify.Op
		want verdict
	}{
		{"a transcript grows", "state/agents/main/sessions/a.jsonl", writes, news},
		{"a file comes in place of it", "state/agents/main/sessions/a.jsonl", appears, news},
		{"it may be read again", "state/agents/main/sessions/a.jsonl", permits, news},
		{"a database is read", "state/agents/main/sessions/openclaw-agent.sqlite-shm", writes, nothing},
		{"it is read by root", "state/agents/main/sessions/openclaw-agent.sqlite-wal", permits, nothing},
		{"a database is written", "state/agents/main/sessions/openclaw-agent.sqlite-wal", writes, news},
		{"an agent comes", "state/agents/new", appears, news},
		{"its directory for sessions comes", "state/agents/main/sessions", appears, mending},
		{"its directory for sessions goes", "state/agents/main/sessions", goes, mending},
		{"the state directory comes", "state", appears, mending},
		{"a file comes into it, as Windows tells it", "state/agents/main/sessions", writes, nothing},
		{"a neighbour of it comes", "state-2", appears, nothing},
		{"something else of OpenClaw's", "state/gateway.log", writes, nothing},
		{"too deep", "state/agents/main/sessions/cold/a", appears, nothing},
		{"its settings", "state/openclaw.json", appears, mending},
		{"our settings", "home/config.yaml", writes, mending},
		{"our archive", "home/archive.db", writes, nothing},
		{"what we wrote", "out/todos/todos.md", appears, nothing},
		{"what we were about to write", "out/todos/.todos.md.tmp", goes, nothing},
		{"what somebody wrote", "out/todos/edited.md", appears, mending},
		{"our directory among theirs", "elsewhere/ours", writes, nothing},
		{"theirs beside ours", "elsewhere/b.jsonl", writes, news},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := p.judge(fsnotify.Event{Name: in(test.path), Op: test.op}); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestToWatch(t *testing.T) {
	root := real(t.TempDir())
	in := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	mkdir(t, in("state/agents/main/sessions"))
	mkdir(t, in("home"))
	write(t, in("a-file"), "")
	tests := []struct {
		name  string
		roots Roots
		want  []string
	}{
		{"what is there, and where it is", Roots{Dirs: []string{in("state/agents/main/sessions")}}, []string{"state/agents/main", "state/agents/main/sessions"}},
		{"where it would come", Roots{Dirs: []string{in("state/agents/new/sessions")}}, []string{"state/agents"}},
		{"each once", Roots{Dirs: []string{in("state/agents/main"), in("state/agents/main/agent")}}, []string{"state/agents", "state/agents/main"}},
		{"of files their directory", Roots{Files: []string{in("home/config.yaml")}, Shared: []string{in("home/todos.md")}}, []string{"home"}},
		{"of files no more than that", Roots{Files: []string{in("none/config.yaml")}}, nil},
		{"no file", Roots{Dirs: []string{in("a-file/sessions")}}, []string{"."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, name := range test.want {
				want = append(want, in(name))
			}
			if got := resolve(test.roots, places{}).toWatch(); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// TestLinks: events name real paths, and so must what they are compared with.
func TestLinks(t *testing.T) {
	root := real(t.TempDir())
	mkdir(t, filepath.Join(root, "disk", "state", "agents"))
	link := filepath.Join(root, "state")
	if err := os.Symlink(filepath.Join(root, "disk", "state"), link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	p := resolve(Roots{Dirs: []string{filepath.Join(link, "agents", "main")}, Files: []string{link, filepath.Join(link, "openclaw.json")}}, places{})
	for path, want := range map[string]verdict{
		filepath.Join(root, "disk/state/agents/main/a.jsonl"): news,
		filepath.Join(root, "disk/state/openclaw.json"):       mending,
		link: mending,
	} {
		if got := p.judge(fsnotify.Event{Name: path, Op: fsnotify.Create}); got != want {
			t.Errorf("%s: got %d, want %d", path, got, want)
		}
	}
	want := []string{root, filepath.Join(root, "disk/state"), filepath.Join(root, "disk/state/agents")}
	if got := p.toWatch(); !slices.Equal(got, want) {
		t.Errorf("watches %q, want %q", got, want)
	}
}
