package proof

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const page = 4096

// space is a way to let the space end in the middle of a sync.
type space struct {
	name    string
	earlier bool // whether there was a good sync before
	place   func(w *world) []string

	enter  func(w *world)
	narrow func(w *world, bytes int64, sync *exec.Cmd)
	widen  func(w *world)
	leave  func(w *world)
}

// atHome and friends are the directories that an error may name.
func atHome(w *world) []string { return []string{w.home} }
func atOut(w *world) []string  { return []string{w.out} }
func atBoth(w *world) []string { return []string{w.home, w.out} }

// trial is a sync that is repeated with different amounts of space.
type trial struct {
	space
	*world
	earlier string            // where home and output of the good sync are kept
	held    int               // how many messages were archived then
	clean   map[string]result // of a clean run, by the key of the archive
}

// result is what a sync leads to.
type result struct {
	exported string
	shared   shared
}

// test repeats a sync with a little more space each time until it is enough.
// Without it the sync says so and what was there before is intact; with space
// again the next one gives what a clean run gives.
func (s space) test(t *testing.T) {
	w := newWorld(t)
	x := trial{space: s, world: w, earlier: filepath.Join(w.root, "earlier"), clean: map[string]result{}}
	state := newSmallState(t, w.state)
	w.withoutPlugins()
	if s.earlier {
		w.sync()
		x.held = w.examine(false)
	}
	x.eachPlace(func(dir, kept string) {
		must(t, os.MkdirAll(dir, 0o700))
		must(t, os.CopyFS(kept, os.DirFS(dir)))
	})
	state.grow(t, 20*smallSessions)
	step := int64(page)
	if !*full {
		step = 48 * page
	}
	where := map[string]int{}
	for bytes := int64(0); ; bytes += step {
		x.eachPlace(func(dir, _ string) {
			must(t, os.RemoveAll(dir))
			must(t, os.Mkdir(dir, 0o700))
		})
		s.enter(w)
		x.eachPlace(func(dir, kept string) { must(t, os.CopyFS(dir, os.DirFS(kept))) })
		place := x.attempt(bytes)
		s.leave(w)
		if t.Failed() {
			t.Fatalf("with %d bytes", bytes)
		}
		if place == "" {
			t.Logf("%-18s %3d attempts without enough space, short in %v; %d KiB are enough", s.name, bytes/step, where, bytes>>10)
			return
		}
		where[place]++
	}
}

func (x *trial) eachPlace(do func(dir, kept string)) {
	do(x.home, filepath.Join(x.earlier, "home"))
	do(x.out, filepath.Join(x.earlier, "out"))
}

// attempt is one sync with so much space. It returns the name of the directory
// in which there was too little, "" when it was enough.
func (x *trial) attempt(bytes int64) (place string) {
	x.t.Helper()
	before := x.shared()
	sync := x.command("sync", "--json")
	x.narrow(x.world, bytes, sync)
	got := x.answer(sync)
	left := x.shared()
	if got.exit != exitDone {
		place = x.checkFailure(got)
		if now := x.examine(true); now < x.held {
			x.t.Errorf("the archive held %d messages, now %d", x.held, now)
		}
		if err := left.check(); err != nil {
			x.t.Error(err)
		}
		x.checkLeftovers()
	}
	x.widen(x.world)
	x.sync()
	x.checkSettled()
	want := x.cleanRun()
	if x.exported() != want.exported || x.shared().timeless() != want.shared.timeless() {
		x.t.Error("with space again the result is not that of a clean run")
	}
	left.wantEach(x.t, before, want.shared)
	if left != before && left.timeless() != want.shared.timeless() {
		x.t.Error("some of the shared files are new and some are old")
	}
	return place
}

func (x *trial) cleanRun() result {
	x.t.Helper()
	key := x.read(x.home, "key")
	if _, done := x.clean[key]; !done {
		clean := x.with("clean")
		clean.sync()
		x.clean[key] = result{clean.exported(), clean.shared()}
		must(x.t, os.RemoveAll(filepath.Dir(clean.home)))
	}
	return x.clean[key]
}

// checkFailure checks what a sync says that had too little space.
func (x *trial) checkFailure(got answer) (place string) {
	x.t.Helper()
	var told struct{ Code, Message, Hint string }
	if err := json.Unmarshal([]byte(got.stderr), &told); err != nil || got.exit != exitFailed || told.Code != "disk-full" || told.Hint == "" {
		x.t.Errorf("sync: %s", got)
	}
	for _, dir := range x.place(x.world) {
		if strings.Contains(told.Message, dir) {
			return filepath.Base(dir)
		}
	}
	x.t.Errorf("the message does not say where: %s", told.Message)
	return "?"
}

// checkLeftovers checks that a failed sync tidied up. The journal is a part of
// the archive while there is no space to take changes back.
func (x *trial) checkLeftovers() {
	x.t.Helper()
	for dir, known := range map[string][]string{
		x.home: {"archive.db", "archive.db-journal", "key", "last_run.json", "lock", "plugins", "tmp"},
		x.out:  {markdownName, jsonName, hashName, ".gitignore", "decisions", "todos"},
	} {
		for _, name := range names(x.t, dir) {
			if !slices.Contains(known, name) {
				x.t.Errorf("%s was left in %s", name, filepath.Base(dir))
			}
		}
	}
	x.checkAround()
}
