package engine_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/smallccwc/chronosync/engine"
)

// insideVariable tells a test that it runs in a name space of its own.
const insideVariable = "ENGINE_TEST_INSIDE"

// TestFullDisk fills a small file system at many points: the sync says that the
// disk is full, what was archived and shared before is intact, and with space
// again nothing is missing.
func TestFullDisk(t *testing.T) {
	if os.Getenv(insideVariable) == "" {
		again := child(t, "", map[string]string{insideVariable: "1"})
		again.Args = append(again.Args, "-test.run=^TestFullDisk$", "-test.v")
		again.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		}
		out, err := again.CombinedOutput()
		if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
			t.Skipf("no name space for a small file system: %v", err)
		}
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		if strings.Contains(string(out), "--- SKIP") {
			t.Skipf("%s", out)
		}
		return
	}
	testFullDisk(t)
}

func testFullDisk(t *testing.T) {
	w := newWorld(t)
	disk := filepath.Join(w.root, "disk")
	mkdir(t, disk)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("no small file system: %v", err)
	}
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	w.env["SESSION_SYNC_HOME"], w.env["SESSION_SYNC_OUTPUT"] = filepath.Join(disk, "home"), filepath.Join(disk, "out")
	jsonlState(w)
	w.sync()
	filler := filepath.Join(disk, "filler")
	full := 0
	for step := range 40 {
		w.appendTo(mainFile, line(said("user", 100+step, long("word", 300))))
		before := ids(w.exported())
		shared := snapshot(t, w.env["SESSION_SYNC_OUTPUT"])
		fill(t, filler, int64(step)*4096)
		if _, err := w.trySync(engine.SyncOptions{}); err != nil {
			full++
			if !errors.Is(err, engine.ErrFull) || !strings.Contains(err.Error(), disk) {
				t.Errorf("step %d: %v", step, err)
			}
			if now := ids(w.exported()); !containsAll(now, before) {
				t.Errorf("step %d: the archive lost messages", step)
			}
			for name := range snapshot(t, w.env["SESSION_SYNC_OUTPUT"]) {
				if _, was := shared[name]; !was {
					t.Errorf("step %d: %s was left", step, name)
				}
			}
		}
		must(t, os.Remove(filler))
		w.sync()
		other := *w.sibling("other" + strconv.Itoa(step%2))
		if step%10 == 9 {
			other.sync()
			if w.exported() != other.exported() {
				t.Errorf("step %d: after there is space again something is missing", step)
			}
		}
	}
	if full == 0 {
		t.Error("the disk was never full")
	}
}

// fill writes a file until only about free bytes are left.
func fill(t *testing.T, path string, free int64) {
	t.Helper()
	var disk syscall.Statfs_t
	must(t, syscall.Statfs(filepath.Dir(path), &disk))
	size := max(0, int64(disk.Bavail)*disk.Bsize-free)
	writeFile(t, path, strings.Repeat("x", int(size)))
}

// nobody makes the world usable for a user without rights and returns how to
// run a child as one.
func (w *world) nobody() func(*exec.Cmd) {
	const uid = 65534
	if os.Getuid() != 0 {
		return nil // already without rights over files of mode 0
	}
	self, err := os.Executable()
	must(w.t, err)
	program := filepath.Join(w.root, "program")
	writeFile(w.t, program, readFile(w.t, self))
	must(w.t, os.Chmod(program, 0o755))
	must(w.t, os.Chmod(filepath.Dir(w.root), 0o711))
	must(w.t, os.Chmod(w.root, 0o777))
	must(w.t, filepath.WalkDir(w.state, func(path string, entry os.DirEntry, err error) error {
		mode := os.FileMode(0o644)
		if entry.IsDir() {
			mode = 0o755
		}
		return errors.Join(err, os.Chmod(path, mode))
	}))
	return func(cmd *exec.Cmd) {
		cmd.Path = program
		cmd.Dir = w.root
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	}
}

// TestUnreadable: what permissions forbid is named, and read as soon as they
// allow it, although nothing else changed.
func TestUnreadable(t *testing.T) {
	for _, c := range []struct{ name, path, want string }{
		{"transcript", mainFile, "ok unreadable"},
		{"index", sessions + "sessions.json", "ok unreadable"},
		{"directory of an agent", "agents/work/sessions", "ok unreadable"},
		{"database", database, "ok unreadable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			g := w.gateway()
			g.session(keyGroup, idRows, "group", "telegram")
			g.events(idRows, header(idRows), said("user", 90, "in rows"))
			g.stop()
			as := w.nobody()
			info, err := os.Stat(w.path(c.path))
			must(t, err)
			must(t, os.Chmod(w.path(c.path), 0))
			for range 2 {
				if got, message := w.syncAs(as); got != c.want {
					t.Errorf("sync: %q, want %q; %s", got, c.want, message)
				}
			}
			must(t, os.Chmod(w.path(c.path), info.Mode()))
			if got, message := w.syncAs(as); got != "ok" {
				t.Errorf("sync after it became readable: %q; %s", got, message)
			}
			must(t, os.Chmod(w.path(c.path), 0o755))
			other := w.sibling("other")
			other.sync()
			if as == nil && w.exported() != other.exported() {
				t.Error("something is missing")
			}
		})
	}
}

// TestNoneReadableByPermission: a store that we may not look into is not an
// empty one.
func TestNoneReadableByPermission(t *testing.T) {
	for _, path := range []string{"agents", "agents/main", "agents/main/sessions", mainFile} {
		t.Run(path, func(t *testing.T) {
			w := newWorld(t)
			w.write(mainFile, chat(idMain, 10, 2))
			as := w.nobody()
			must(t, os.Chmod(w.path(path), 0))
			defer os.Chmod(w.path(path), 0o755)
			if got, message := w.syncAs(as); !strings.HasPrefix(got, "none-readable unreadable") {
				t.Errorf("sync: %q; %s", got, message)
			}
			if exists(w.out) {
				t.Error("the output directory was created")
			}
		})
	}
}

// TestReadOnlyState: nothing of ours is needed in OpenClaw's directory, as long
// as our own home is elsewhere.
func TestReadOnlyState(t *testing.T) {
	w := newWorld(t)
	sqliteState(w)
	g := w.gateway()
	g.events(idDirect, said("user", 15, "in the log only"))
	g.crash()
	as := w.nobody()
	if as == nil {
		must(t, os.Chmod(w.path("agents/main/agent"), 0o555))
		must(t, os.Chmod(w.state, 0o555))
		defer os.Chmod(w.state, 0o755)
		defer os.Chmod(w.path("agents/main/agent"), 0o755)
	}
	before := snapshot(t, w.state)
	if got, message := w.syncAs(as); got != "ok" {
		t.Errorf("sync: %q; %s", got, message)
	}
	delete(w.env, "SESSION_SYNC_HOME")
	got, message := w.syncAs(as)
	if got != "not-writable" || !strings.Contains(message, w.state) {
		t.Errorf("sync without a home elsewhere: %q; %s", got, message)
	}
	wantSame(t, "OpenClaw's files", before, snapshot(t, w.state))
}

// TestUnwritable: places that can't be written are told from damage.
func TestUnwritable(t *testing.T) {
	for _, place := range []string{"home", "out"} {
		t.Run(place, func(t *testing.T) {
			w := newWorld(t)
			jsonlState(w)
			as := w.nobody()
			if got, message := w.syncAs(as); got != "ok" {
				t.Fatalf("sync: %q; %s", got, message)
			}
			w.appendTo(mainFile, line(said("user", 50, "new")))
			must(t, os.Chmod(filepath.Join(w.root, place), 0o555))
			defer os.Chmod(filepath.Join(w.root, place), 0o755)
			got, message := w.syncAs(as)
			if got != "not-writable" || !strings.Contains(message, filepath.Join(w.root, place)) {
				t.Errorf("sync: %q; %s", got, message)
			}
		})
	}
}
