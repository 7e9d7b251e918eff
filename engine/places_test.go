package engine_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/source"
)

func TestNoState(t *testing.T) {
	w := newWorld(t)
	must(t, os.Remove(w.state))
	w.fails(engine.ErrNoState)
	if exists(w.home) || exists(w.out) || exists(w.state) {
		t.Error("something was created")
	}
}

func TestNoSessions(t *testing.T) {
	w := newWorld(t)
	report := w.sync()
	wantSkips(t, report)
	if report.Sessions != 0 || !exists(filepath.Join(w.out, "shared_chat.json")) {
		t.Errorf("report %+v", report)
	}
}

func TestNoneReadable(t *testing.T) {
	w := newWorld(t)
	w.write(database, "no database")
	w.fails(engine.ErrNoneReadable)
	if exists(w.out) {
		t.Error("the output directory was created")
	}
	if last := w.engine().LastRun(); last.Error == "" || !last.Succeeded.IsZero() {
		t.Errorf("last run: %+v", last)
	}
	w.write(sessions+idMain+".jsonl", chat(idMain, 10, 2))
	wantSkips(t, w.sync(), source.ReasonBadDatabase)
}

// TestFailureIsKeptMasked: the error that last_run.json keeps names places, and
// the name of one may be a secret.
func TestFailureIsKeptMasked(t *testing.T) {
	w := newWorld(t)
	w.home = filepath.Join(w.root, canaries()["token"])
	w.env["SESSION_SYNC_HOME"] = w.home
	mkdir(t, w.home)
	writeFile(t, filepath.Join(w.home, "key"), strings.Repeat("k", 32))
	writeFile(t, filepath.Join(w.home, "archive.db"), "no archive")
	w.fails(engine.ErrCorrupt)
	kept := readFile(t, filepath.Join(w.home, "last_run.json"))
	if strings.Contains(kept, canaries()["token"]) || !strings.Contains(w.engine().LastRun().Error, "[API_KEY]") {
		t.Errorf("kept is %s", kept)
	}
}

func TestNamedWorkspaceIsMissing(t *testing.T) {
	w := newWorld(t)
	delete(w.env, "SESSION_SYNC_OUTPUT")
	workspace := filepath.Join(w.root, "workspace")
	w.write("openclaw.json", asJSON(object{"agents": object{"defaults": object{"workspace": workspace}}}))
	jsonlState(w)
	w.fails(engine.ErrNoWorkspace)
	if exists(workspace) || exists(w.home) {
		t.Error("something was created")
	}
	mkdir(t, workspace)
	if report := w.sync(); report.Output != filepath.Join(workspace, "memory", "sync") {
		t.Errorf("output is %q", report.Output)
	}
}

func TestDefaultWorkspaceIsMade(t *testing.T) {
	w := newWorld(t)
	delete(w.env, "SESSION_SYNC_OUTPUT")
	jsonlState(w)
	if report := w.sync(); report.Output != w.path("workspace/memory/sync") || !exists(report.Output) {
		t.Errorf("output is %q", report.Output)
	}
}

// TestUnusablePlaces are wrong settings: each is refused before anything is
// written.
func TestUnusablePlaces(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(w *world)
	}{
		{"output among transcripts", func(w *world) { w.env["SESSION_SYNC_OUTPUT"] = w.path("agents/main/sessions") }},
		{"output below the transcripts", func(w *world) { w.env["SESSION_SYNC_OUTPUT"] = w.path("agents/main/sessions/new/sync") }},
		{"output beside the database", func(w *world) { w.env["SESSION_SYNC_OUTPUT"] = w.path("agents/other/agent") }},
		{"output is the state directory", func(w *world) { w.env["SESSION_SYNC_OUTPUT"] = w.state }},
		{"output leads among transcripts", func(w *world) {
			link(w.t, w.path("agents/main"), filepath.Join(w.root, "link"))
			w.env["SESSION_SYNC_OUTPUT"] = filepath.Join(w.root, "link", "sessions", "sync")
		}},
		{"output in a configured store", func(w *world) {
			store := filepath.Join(w.root, "store")
			mkdir(w.t, store)
			w.write("openclaw.json", asJSON(object{"session": object{"store": filepath.Join(store, "sessions.json")}}))
			w.env["SESSION_SYNC_OUTPUT"] = store
		}},
		{"home among transcripts", func(w *world) { w.env["SESSION_SYNC_HOME"] = w.path("agents/main/sessions") }},
		{"home is the state directory", func(w *world) { w.env["SESSION_SYNC_HOME"] = w.state }},
		{"home is a file", func(w *world) { writeFile(w.t, w.home, "x") }},
		{"home is a link", func(w *world) {
			mkdir(w.t, filepath.Join(w.root, "elsewhere"))
			link(w.t, filepath.Join(w.root, "elsewhere"), w.home)
		}},
		{"home is a broken link", func(w *world) { link(w.t, "nowhere", w.home) }},
		{"home below a file", func(w *world) {
			writeFile(w.t, filepath.Join(w.root, "file"), "x")
			w.env["SESSION_SYNC_HOME"] = filepath.Join(w.root, "file", "home")
		}},
		{"temporary files are elsewhere", func(w *world) {
			mkdir(w.t, w.home)
			link(w.t, w.state, filepath.Join(w.home, "tmp"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			c.set(w)
			theirs := snapshot(t, w.state)
			err := w.fails(engine.ErrPlace)
			if !strings.Contains(err.Error(), "move it away") && !strings.Contains(err.Error(), "name another directory") {
				t.Errorf("the error does not say what to do: %v", err)
			}
			wantSame(t, "OpenClaw's files", theirs, snapshot(t, w.state))
			if exists(w.out) {
				t.Error("the output directory was created")
			}
		})
	}
}

func TestOutputIsNoDirectory(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(w *world)
	}{
		{"output is a file", func(w *world) { writeFile(w.t, w.out, "x") }},
		{"output is a broken link", func(w *world) { link(w.t, "nowhere", w.out) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			c.set(w)
			w.fails(engine.ErrPlace)
		})
	}
}

func TestOutputIsALink(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	real := filepath.Join(w.root, "real")
	mkdir(t, real)
	link(t, real, w.out)
	w.sync()
	if !exists(filepath.Join(real, "shared_chat.md")) {
		t.Error("the link to a directory was not followed")
	}
}

// TestForeignSharedFiles: what others wrote is renamed once, never lost, and
// links are not followed.
func TestForeignSharedFiles(t *testing.T) {
	const aside = ".before-session-sync"
	w := newWorld(t)
	jsonlState(w)
	mkdir(t, w.out)
	target := filepath.Join(w.root, "private")
	writeFile(t, target, "mine")
	for name, content := range map[string]string{"shared_chat.md": "# 共享聊天记录\n\n> by another program\n", "shared_chat.json": `[{"role":"user"}]`, ".gitignore": "*.tmp\n"} {
		writeFile(t, filepath.Join(w.out, name), content)
	}
	link(t, target, filepath.Join(w.out, ".last_hash"))
	w.sync()
	w.sync()
	want := func(name, content string) {
		t.Helper()
		if got := readFile(t, filepath.Join(w.out, name)); got != content {
			t.Errorf("%s is %q, want %q", name, got, content)
		}
	}
	want("shared_chat.json"+aside, `[{"role":"user"}]`)
	want("shared_chat.md"+aside, "# 共享聊天记录\n\n> by another program\n")
	want(".gitignore", "*.tmp\n")
	if exists(filepath.Join(w.out, "shared_chat.json"+aside+".2")) {
		t.Error("our own file was set aside")
	}

	must(t, os.Remove(filepath.Join(w.out, "shared_chat.json")))
	link(t, target, filepath.Join(w.out, "shared_chat.json"))
	w.sync()
	if got := readFile(t, target); got != "mine" {
		t.Errorf("the target of a link was written: %q", got)
	}
	if link, err := os.Readlink(filepath.Join(w.out, "shared_chat.json"+aside+".2")); err != nil || link != target {
		t.Errorf("the link was not set aside: %q, %v", link, err)
	}
	want("shared_chat.json"+aside, `[{"role":"user"}]`)
}

// TestShareSeparate keeps groups apart, and removes their files when the
// settings no longer ask for them.
func TestShareSeparate(t *testing.T) {
	w := newWorld(t)
	w.write(sessions+"sessions.json", asJSON(object{keyGroup: telegram(idGroup, "group"), keyDirect: telegram(idDirect, "direct")}))
	w.write(sessions+idGroup+".jsonl", lines(header(idGroup), said("user", 10, "said among many")))
	w.write(sessions+idDirect+".jsonl", lines(header(idDirect), said("user", 20, "said in private")))
	mkdir(t, w.home)
	settings := filepath.Join(w.home, "config.yaml")
	writeFile(t, settings, "share: separate\n")
	private, groups := filepath.Join(w.out, "shared_chat.json"), filepath.Join(w.out, "groups", "shared_chat.json")
	w.sync()
	if p, g := readFile(t, private), readFile(t, groups); strings.Contains(p, "among many") || strings.Contains(g, "in private") || !strings.Contains(g, "among many") {
		t.Error("groups and direct chats are mixed")
	}
	w.appendTo(sessions+idGroup+".jsonl", line(said("user", 30, "more among many")))
	before := readFile(t, private)
	w.sync()
	if readFile(t, private) != before {
		t.Error("the files of direct chats changed although only a group did")
	}
	writeFile(t, settings, "share: direct\n")
	w.sync()
	if exists(filepath.Join(w.out, "groups")) || strings.Contains(readFile(t, private), "among many") {
		t.Error("group content is still shared")
	}
}

// TestOurFilesAreLost: whatever is removed by hand comes back.
func TestOurFilesAreLost(t *testing.T) {
	for _, name := range []string{"home/archive.db", "home/last_run.json", "out/shared_chat.md", "out/shared_chat.json", "out/.last_hash", "out/.gitignore", "out", "home"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			w.sync()
			want := w.exported()
			must(t, os.RemoveAll(filepath.Join(w.root, name)))
			w.sync()
			if !exists(filepath.Join(w.root, name)) || w.exported() != want {
				t.Error("it did not come back as it was")
			}
			if !w.sync().Unchanged {
				t.Error("the sync after it found something to do")
			}
		})
	}
	t.Run("last_run.json is damaged", func(t *testing.T) {
		w := newWorld(t)
		jsonlState(w)
		w.sync()
		ours := w.written()
		for _, content := range []string{"", "{", "[]", `{"schema_version":99}`, "\x00"} {
			writeFile(t, filepath.Join(w.home, "last_run.json"), content)
			w.sync()
			wantSame(t, "our files", ours, w.written())
		}
	})
	t.Run("key", func(t *testing.T) {
		w := newWorld(t)
		jsonlState(w)
		w.sync()
		must(t, os.Rename(filepath.Join(w.home, "key"), filepath.Join(w.root, "kept")))
		archive := readFile(t, filepath.Join(w.home, "archive.db"))
		w.fails(engine.ErrNoKey)
		if readFile(t, filepath.Join(w.home, "archive.db")) != archive || exists(filepath.Join(w.home, "key")) {
			t.Error("archive or key was written")
		}
		writeFile(t, filepath.Join(w.home, "key"), "short")
		if _, err := w.trySync(engine.SyncOptions{}); err == nil {
			t.Error("a cut key was taken")
		}
		must(t, os.Rename(filepath.Join(w.root, "kept"), filepath.Join(w.home, "key")))
		if report := w.sync(); report.NewMessages != 0 {
			t.Errorf("report %+v", report)
		}
	})
}

// TestArchiveStates: an archive that we can't use is left as it is.
func TestArchiveStates(t *testing.T) {
	newer := func(w *world, path string) {
		db, err := sql.Open("sqlite", "file:"+path)
		must(w.t, err)
		defer db.Close()
		_, err = db.Exec("PRAGMA user_version = 1000")
		must(w.t, err)
	}
	for _, c := range []struct {
		name  string
		spoil func(w *world, path string)
		want  error
	}{
		{"newer", newer, engine.ErrNewer},
		{"no archive", func(w *world, path string) { writeFile(w.t, path, strings.Repeat("x", 8192)) }, engine.ErrCorrupt},
		{"directory", func(w *world, path string) {
			must(w.t, os.Remove(path))
			mkdir(w.t, path)
		}, engine.ErrPlace},
		{"link", func(w *world, path string) {
			elsewhere := filepath.Join(w.root, "elsewhere.db")
			must(w.t, os.Rename(path, elsewhere))
			link(w.t, elsewhere, path)
		}, engine.ErrPlace},
		{"journal is a directory", func(w *world, path string) { mkdir(w.t, path+"-journal") }, engine.ErrPlace},
		{"key is a link", func(w *world, path string) {
			key := filepath.Join(filepath.Dir(path), "key")
			must(w.t, os.Remove(key))
			link(w.t, os.DevNull, key)
		}, engine.ErrPlace},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			w.sync()
			archive := filepath.Join(w.home, "archive.db")
			c.spoil(w, archive)
			ours, shared := snapshot(t, w.home), snapshot(t, w.out)
			w.fails(c.want)
			after := snapshot(t, w.home)
			for _, own := range []string{".", "last_run.json"} {
				delete(ours, own)
				delete(after, own)
			}
			wantSame(t, "home", ours, after)
			wantSame(t, "output", shared, snapshot(t, w.out))
			if _, err := w.trySync(engine.SyncOptions{DryRun: true}); err == nil {
				t.Error("a dry run took it")
			}
		})
	}
}

// TestLeftovers: copies of databases and temporary files of killed runs go,
// files of the user's stay.
func TestLeftovers(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	for path, goes := range map[string]bool{
		"home/tmp/database-123/copy.sqlite": true, "home/tmp/database-123/copy.sqlite-wal": true,
		"home/tmp/database-backup/mine.sqlite": false, "home/tmp/notes.txt": false, "home/.session-sync-1": true, "out/.session-sync-2": true, "out/mine.md": false,
	} {
		mkdir(t, filepath.Dir(filepath.Join(w.root, path)))
		writeFile(t, filepath.Join(w.root, path), "left")
		defer func() {
			if exists(filepath.Join(w.root, path)) == goes {
				t.Errorf("%s is removed: %v, want %v", path, !goes, goes)
			}
		}()
	}
	w.sync()
}
