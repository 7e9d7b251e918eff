package openclaw

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/source"
)

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Skip("no symbolic links here:", err)
	}
}

func TestOpenWithoutAState(t *testing.T) {
	dir := tree(t, "file")
	for _, path := range []string{filepath.Join(dir, "none"), filepath.Join(dir, "file")} {
		if _, err := Open(Options{StateDir: path, OSHome: dir, Env: lookup(nil), Digest: testDigest}); !errors.Is(err, ErrNoState) {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestEmptyState(t *testing.T) {
	st := newState(t)
	if err := os.MkdirAll(st.path("agents/main/sessions"), 0o700); err != nil {
		t.Fatal(err)
	}
	rec := st.read(newRecorder())
	if len(rec.begun)+len(rec.skips)+len(rec.facts) != 0 {
		t.Errorf("got %+v", rec)
	}
	survey, err := st.open().Survey(t.Context())
	if err != nil || survey.Stores != 0 {
		t.Errorf("got %+v, %v", survey, err)
	}
}

func TestAgents(t *testing.T) {
	st := newState(t)
	elsewhere := tree(t, "moved/agent/", "shared/", "per/one/")
	put := func(path, id string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(lines(header(id), user("1", id))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	st.raw("openclaw.json", `{agents:{list:[{id:"main"},{id:"moved",agentDir:`+quote(elsewhere+"/moved/agent")+`}]}}`)
	put(st.path("agents/main/sessions/a.jsonl"), "a")
	put(st.path("agents/gone-from-settings/sessions/b.jsonl"), "b")
	put(st.path("sessions/c.jsonl"), "c")
	put(elsewhere+"/moved/sessions/d.jsonl", "d")
	rec := st.read(newRecorder())
	got := map[string]string{}
	for _, transcript := range rec.transcripts {
		got[transcript.SessionID] = transcript.Agent
	}
	for id, agent := range map[string]string{"a": "main", "b": "gone-from-settings", "c": "main", "d": "moved"} {
		if got[id] != agent {
			t.Errorf("session %s: agent %q, want %q", id, got[id], agent)
		}
	}
	compare(t, "skips", rec.skipped(), nil)
}

func TestConfiguredStore(t *testing.T) {
	for _, c := range []struct {
		name, store string // below a directory outside the state
		files       map[string]string
		want        map[string]string // session id -> agent and key
	}{
		{"one for each agent", "{agentId}/sessions/sessions.json", map[string]string{
			"work/sessions/sessions.json": `{"agent:work:main":{"sessionId":"a"}}`, "work/sessions/a.jsonl": "a", "main/sessions/b.jsonl": "b",
		}, map[string]string{"a": "work agent:work:main", "b": "main "}},
		{"shared", "all/sessions.json", map[string]string{
			"all/sessions.json": `{"agent:work:main":{"sessionId":"a"},"agent:main:main":{"sessionId":"b"}}`, "all/a.jsonl": "a", "all/b.jsonl": "b", "all/c.jsonl": "c",
		}, map[string]string{"a": "work agent:work:main", "b": "main agent:main:main", "c": "main "}},
		{"an index for each agent in one directory", "all/{agentId}.json", map[string]string{
			"all/work.json": `{"agent:work:main":{"sessionId":"a"}}`, "all/a.jsonl": "a", "all/main.json": `{"agent:main:main":{"sessionId":"b"}}`, "all/b.jsonl": "b",
			"all/other.json": `{"agent:other:main":{"sessionId":"c"}}`,
		}, map[string]string{"a": "work agent:work:main", "b": "main agent:main:main"}},
		{"below a directory called cold", "cold/sessions.json", map[string]string{"cold/a.jsonl": "a"}, map[string]string{"a": "main "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newState(t)
			outside := tree(t, "./")
			st.raw("openclaw.json", `{agents:{list:[{id:"main"},{id:"work"}]},session:{store:`+quote(filepath.Join(outside, c.store))+`}}`)
			for name, content := range c.files {
				path := filepath.Join(outside, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(name, ".jsonl") {
					content = lines(header(content), user("1", content))
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			rec := st.read(newRecorder())
			for id, want := range c.want {
				if got := rec.facts[id].Agent + " " + rec.facts[id].Key; got != want {
					t.Errorf("%s: got %q, want %q", id, got, want)
				}
			}
			if len(rec.facts) != len(c.want) || len(rec.transcripts) != len(c.want) {
				t.Errorf("got %+v", rec.transcripts)
			}
			compare(t, "skips", rec.skipped(), nil)
		})
	}
}

// TestDefaultStoreSpeltOut: settings that say what is the default anyway must
// not make a store be read twice.
func TestDefaultStoreSpeltOut(t *testing.T) {
	st := newState(t)
	st.raw("openclaw.json", `{agents:{list:[{id:"main",agentDir:`+quote(st.path("agents/main/agent"))+`}]},session:{store:`+quote(st.path("agents/{agentId}/sessions/sessions.json"))+`}}`)
	st.write(live, header("s1"), user("1", "a"))
	st.write(indexFile, "[]")
	rec := st.read(newRecorder())
	compare(t, "begun", rec.begun, []string{"main/sessions/s1.jsonl"})
	compare(t, "skips", rec.skipped(), []string{"bad-index main/sessions/sessions.json x1"})
}

func TestLinks(t *testing.T) {
	outside := tree(t, "agent/sessions/", "file")
	content := lines(header("out"), user("1", "no"))
	if err := os.WriteFile(outside+"/agent/sessions/out.jsonl", []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	st := newState(t)
	st.write("agents/main/sessions/m.jsonl", header("m"), user("1", "m"))
	st.write("kept/k.jsonl", header("k"), user("1", "k"))
	link(t, st.path("agents/main"), st.path("agents/alias"))
	link(t, outside+"/agent", st.path("agents/outside"))
	link(t, "m.jsonl", st.path("agents/main/sessions/a-link.jsonl"))
	link(t, "../../../kept/k.jsonl", st.path("agents/main/sessions/k-link.jsonl"))
	link(t, "../../../kept/k.jsonl", st.path("agents/main/sessions/k-link-2.jsonl"))
	link(t, outside+"/agent/sessions/out.jsonl", st.path("agents/main/sessions/out.jsonl"))
	link(t, "nowhere.jsonl", st.path("agents/main/sessions/dangling.jsonl"))
	link(t, "loop.jsonl", st.path("agents/main/sessions/loop.jsonl"))
	st.write("agents/main/sessions/sessions.json", `{"k":{"sessionId":"out","sessionFile":`+quote(st.path("agents/main/sessions/out.jsonl"))+`}}`)
	rec := st.read(newRecorder())
	var texts []string
	for _, id := range rec.begun {
		if rec.transcripts[id].Agent != "main" {
			t.Errorf("%s belongs to %q", id, rec.transcripts[id].Agent)
		}
		texts = append(texts, rec.texts(id)...)
	}
	compare(t, "texts", texts, []string{"k", "m"})
	compare(t, "skips", rec.skipped(), []string{
		"outside main/sessions/out.jsonl x1", "outside outside x1", "unreadable main/sessions/loop.jsonl x1", "vanished main/sessions/dangling.jsonl x1",
	})
}

func TestLinkedStateDirectory(t *testing.T) {
	st := newState(t)
	st.write(live, header("s1"), user("1", "a"))
	alias := filepath.Join(filepath.Dir(st.dir), "alias")
	link(t, st.dir, alias)
	st.dir = alias
	compare(t, "begun", st.read(newRecorder()).begun, []string{"main/sessions/s1.jsonl"})
}

func TestWhatIsNoFile(t *testing.T) {
	st := newState(t)
	st.write(live, header("s1"), user("1", "a"))
	for _, dir := range []string{"dir.jsonl", "x.jsonl.reset.2026", "sessions.json", "cold/sub"} {
		if err := os.MkdirAll(st.path("agents/main/sessions/"+dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	st.raw("agents/b/sessions", "a file where a directory is expected")
	st.raw("agents/c", "a file beside the agents")
	want := []string{
		"not-regular b/sessions x1", "not-regular main/sessions/dir.jsonl x1",
		"not-regular main/sessions/sessions.json x1", "not-regular main/sessions/x.jsonl.reset.2026 x1",
	}
	rec := st.read(newRecorder())
	compare(t, "skips", rec.skipped(), want)
	compare(t, "texts", rec.texts("main/sessions/s1.jsonl"), []string{"a"})
}

func TestUnreadable(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are another matter here")
	}
	st := newState(t)
	st.write(live, header("s1"), user("1", "a"))
	st.write("agents/main/sessions/s2.jsonl", header("s2"), user("1", "b"))
	st.write("agents/shut/sessions/s3.jsonl", header("s3"), user("1", "c"))
	st.write("agents/main/agent/openclaw-agent.sqlite", strings.Repeat("x", 1000))
	for _, name := range []string{live, "agents/shut/sessions", "agents/main/agent/openclaw-agent.sqlite"} {
		if err := os.Chmod(st.path(name), 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(st.path(name), 0o700) })
	}
	asOrdinaryUser(t, filepath.Dir(filepath.Dir(st.dir)), func() {
		rec := st.read(newRecorder())
		compare(t, "skips", rec.skipped(), []string{
			"unreadable main/agent/openclaw-agent.sqlite x1 fatal", "unreadable main/sessions/s1.jsonl x1 fatal", "unreadable shut/sessions x1",
		})
		compare(t, "texts", rec.texts("main/sessions/s2.jsonl"), []string{"b"})
	})
}

func TestOddNames(t *testing.T) {
	st := newState(t)
	names := []string{"CON", "nul.txt", "a b", "..x", "日本", "-rf", "%2e%2e%2f", "a'\"b"}
	if runtime.GOOS != "windows" {
		names = append(names, `a\b`, "a:b", "line\nfeed", "bell\a")
	}
	for _, name := range names {
		path := st.path("agents/main/sessions/" + name + ".jsonl")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(lines(header("../../"+name), user("1", name))), 0o600); err != nil {
			t.Skipf("this file system has no name %q: %v", name, err)
		}
	}
	rec := st.read(newRecorder())
	if len(rec.begun) != len(names) || len(rec.skips) != 0 {
		t.Fatalf("read %q, skipped %q", rec.begun, rec.skipped())
	}
	for _, name := range names {
		compare(t, name, rec.texts("main/sessions/"+name+".jsonl"), []string{name})
	}
}

func TestFileThatIsRenamedWhileReading(t *testing.T) {
	st := newState(t)
	st.write("agents/main/sessions/a.jsonl", header("a"), user("1", "a"))
	st.write("agents/main/sessions/b.jsonl", header("b"), user("1", "b"))
	st.write("agents/main/sessions/c.jsonl", header("c"), user("1", "c"))
	st.write("agents/main/sessions/d.jsonl", header("d"), user("1", "d"))
	rec := newRecorder()
	rec.onBegin = func(tr source.Transcript) {
		if tr.SessionID != "a" {
			return
		}
		if err := os.Rename(st.path("agents/main/sessions/b.jsonl"), st.path("agents/main/sessions/b.jsonl.reset."+stampMS)); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(st.path("agents/main/sessions/c.jsonl")); err != nil {
			t.Fatal(err)
		}
	}
	st.read(rec)
	compare(t, "begun", rec.begun, []string{"main/sessions/a.jsonl", "main/sessions/d.jsonl", "main/sessions/b.jsonl.reset." + stampMS})
	compare(t, "texts", rec.texts("main/sessions/b.jsonl.reset."+stampMS), []string{"b"})
	compare(t, "skips", rec.skipped(), []string{"vanished main/sessions/c.jsonl x1"})
	rec.onBegin = nil
	compare(t, "skips later", st.read(rec).skipped(), nil)
}

func TestReadStops(t *testing.T) {
	st := newState(t)
	st.write("agents/main/sessions/a.jsonl", header("a"), user("1", "a"))
	st.write("agents/main/sessions/b.jsonl", header("b"), user("1", "b"))
	t.Run("with the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		rec := newRecorder()
		rec.onBegin = func(source.Transcript) { cancel() }
		if err := st.open().Read(ctx, rec, rec); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if len(rec.begun) != 1 || len(rec.cursors) != 0 {
			t.Errorf("begun %q, cursors %v", rec.begun, rec.cursors)
		}
	})
	t.Run("with the sink", func(t *testing.T) {
		rec := newRecorder()
		sink := stopping{rec}
		// A missing file of the sink's own is no missing transcript.
		if err := st.open().Read(t.Context(), rec, sink); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
		if len(rec.begun) != 1 {
			t.Errorf("begun %q", rec.begun)
		}
	})
}

// stopping is a sink that fails at the end of each transcript.
type stopping struct{ *recorder }

func (stopping) End(string) error { return os.ErrNotExist }

func TestKeeps(t *testing.T) {
	elsewhere := tree(t, "moved/agent/", "store/main/")
	st := newState(t)
	st.raw("openclaw.json", `{agents:{list:[{id:"moved",agentDir:`+quote(elsewhere+"/moved/agent")+`}]},session:{store:`+quote(elsewhere+"/store/{agentId}/sessions.json")+`}}`)
	src := st.open()
	for path, want := range map[string]bool{
		st.dir: false, st.path("workspace"): false, st.path("workspace/memory"): false, st.path("agents-x"): false,
		st.path("agents"): true, st.path("agents/main"): true, st.path("agents/main/sessions"): true, st.path("agents/main/sessions/cold"): true,
		st.path("agents/main/agent"): true, st.path("agents/main/workspace"): false, st.path("sessions"): true,
		elsewhere + "/moved/agent": true, elsewhere + "/moved/sessions": true, elsewhere + "/store/main": true, elsewhere + "/store": false,
	} {
		if got := src.Keeps(path); got != want {
			t.Errorf("Keeps(%q) = %v", path, got)
		}
	}
}

func TestSettingsOfASource(t *testing.T) {
	st := newState(t)
	st.raw("openclaw.json", `{agents:{defaults:{userTimezone:"Asia/Shanghai"}}}`)
	src := st.open()
	if got := src.TimeZone(); got != "Asia/Shanghai" {
		t.Errorf("time zone %q", got)
	}
	if got := src.SettingsPath(); got != st.path("openclaw.json") {
		t.Errorf("settings %q", got)
	}
	if got := src.Workspace(func(string) bool { return false }); got.Path != st.path("workspace") || got.Named {
		t.Errorf("workspace %+v", got)
	}
}

// TestDirs: every directory that sessions can be in, and those where one of
// them can come to be.
func TestDirs(t *testing.T) {
	st := newState(t)
	elsewhere := tree(t, "moved/agent/")
	st.raw("agents/main/sessions/a.jsonl", lines(header("a")))
	st.raw("agents/new/notes.txt", "of an agent without any session")
	link(t, filepath.Join(elsewhere, "moved"), st.path("agents/outside"))
	st.raw("openclaw.json", `{agents:{list:[{id:"moved",agentDir:`+quote(elsewhere+"/moved/agent")+`}]},session:{store:`+quote(st.path("stores/{agentId}/sessions.json"))+`}}`)
	want := []string{
		st.path("agents"), st.path("sessions"),
		st.path("agents/main/agent"), st.path("agents/main/session-sqlite-import-archive"), st.path("agents/main/sessions"),
		st.path("agents/new/agent"), st.path("agents/new/session-sqlite-import-archive"), st.path("agents/new/sessions"),
		st.path("stores/main"), st.path("stores/moved"), st.path("stores/new"), st.path("stores/outside"),
		filepath.Join(elsewhere, "moved", "agent"), filepath.Join(elsewhere, "moved", "sessions"),
	}
	slices.Sort(want)
	got, err := st.open().Dirs(t.Context())
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %q, want %q", err, got, want)
	}
}
