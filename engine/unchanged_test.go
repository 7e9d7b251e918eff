package engine_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// changes are what can happen between two syncs, each made so that the next
// sync has something to do.
func changes(random *rand.Rand) map[string]func(w *world, n int) {
	anyFile := func(w *world) string {
		found, err := filepath.Glob(w.path(sessions + "*.jsonl"))
		must(w.t, err)
		return sessions + filepath.Base(found[random.IntN(len(found))])
	}
	remove := func(name string) func(w *world, n int) {
		return func(w *world, _ int) { must(w.t, os.Remove(filepath.Join(w.root, name))) }
	}
	setting := func(key string, values ...string) func(w *world, n int) {
		return func(w *world, n int) {
			writeFile(w.t, filepath.Join(w.home, "config.yaml"), fmt.Sprintf("%s: %s\n# %d\n", key, values[n%len(values)], n))
		}
	}
	return map[string]func(w *world, n int){
		"append": func(w *world, n int) { w.appendTo(anyFile(w), line(said("user", 1000+n, fmt.Sprintf("new %d", n)))) },
		"new file": func(w *world, n int) {
			w.write(fmt.Sprintf("%sfresh%d.jsonl", sessions, n), chat("fresh", 2000+n*10, 2))
		},
		"rewrite": func(w *world, n int) {
			name := anyFile(w)
			w.write(name, strings.ReplaceAll(readFile(w.t, w.path(name)), `"timestamp":`, `"note":"rewritten","timestamp":`)+"\n")
		},
		"rename":         func(w *world, n int) { name := anyFile(w); w.rename(name, fmt.Sprintf("%smoved%d.jsonl", sessions, n)) },
		"touch":          func(w *world, n int) { must(w.t, os.Chtimes(w.path(anyFile(w)), time.Time{}, moment(n))) },
		"row in a log":   func(w *world, n int) { w.row(n, false) },
		"row":            func(w *world, n int) { w.row(n, true) },
		"cold file goes": func(w *world, n int) { w.write(fmt.Sprintf("%scold/%d.jsonl.zst", sessions, n), "x") },
		"language":       setting("lang", "en"),
		"sharing":        setting("share", "direct", "separate"),
		"exclusion":      setting("exclude", "[\"agent:work:*\"]"),
		"markdown goes":  remove("out/shared_chat.md"),
		"json goes":      remove("out/shared_chat.json"),
		"hash goes":      remove("out/.last_hash"),
		"ignore goes":    remove("out/.gitignore"),
		"outcome goes":   remove("home/last_run.json"),
		"edited by hand": func(w *world, n int) {
			writeFile(w.t, filepath.Join(w.out, "shared_chat.md"), fmt.Sprint("# edited ", n))
		},
	}
}

// row appends an event to the database, checkpointed or in the log alone.
func (w *world) row(n int, checkpoint bool) {
	w.t.Helper()
	g := w.gateway()
	g.events(idRows, said("user", 5000+n, fmt.Sprintf("row %d", n)))
	if checkpoint {
		g.stop()
		return
	}
	g.crash()
}

// TestNothingNewIsTrue compares the test that nothing is new with a full read,
// after every kind of change in random order.
func TestNothingNewIsTrue(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			w := newWorld(t)
			jsonlState(w)
			g := w.gateway()
			g.session(keyGroup, idRows, "group", "telegram")
			g.events(idRows, header(idRows), said("user", 40, "row"))
			g.stop()
			w.sync()
			kinds := changes(random)
			names := slices.Sorted(maps.Keys(kinds))
			random.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			for n, name := range names {
				if !w.sync().Unchanged {
					t.Errorf("before %q: a sync with nothing new does not say so", name)
				}
				kinds[name](w, n)
				if w.sync().Unchanged {
					t.Errorf("after %q: a sync says that nothing is new", name)
				}
				w.wantLikeAFreshRead(name)
			}
		})
	}
}

// wantLikeAFreshRead compares archive and shared files with those of another
// home that reads everything anew.
func (w *world) wantLikeAFreshRead(after string) {
	w.t.Helper()
	fresh := w.sibling("fresh " + after)
	mkdir(w.t, fresh.home)
	for _, name := range []string{"config.yaml", "key"} {
		if path := filepath.Join(w.home, name); exists(path) {
			writeFile(w.t, filepath.Join(fresh.home, name), readFile(w.t, path))
		}
	}
	fresh.sync()
	if got, want := w.exported(), fresh.exported(); got != want {
		w.t.Errorf("after %q: the archive is\n%s\na fresh read gives\n%s", after, got, want)
	}
	for _, name := range []string{".last_hash", ".gitignore"} {
		if got, want := readFile(w.t, filepath.Join(w.out, name)), readFile(w.t, filepath.Join(fresh.out, name)); got != want {
			w.t.Errorf("after %q: %s is %q, a fresh read gives %q", after, name, got, want)
		}
	}
	for _, name := range []string{"shared_chat.md", "shared_chat.json"} {
		got, want := untimed(readFile(w.t, filepath.Join(w.out, name))), untimed(readFile(w.t, filepath.Join(fresh.out, name)))
		if got != want {
			w.t.Errorf("after %q: %s is\n%s\na fresh read gives\n%s", after, name, got, want)
		}
	}
}

// untimed takes the time of the last sync out of a shared file.
func untimed(content string) string {
	head, rest, found := strings.Cut(content, `"last_sync":"`)
	if found {
		_, rest, _ = strings.Cut(rest, `"`)
		return head + rest
	}
	var kept []string
	for _, line := range strings.Split(content, "\n") {
		if !strings.HasPrefix(line, "> 最后同步") && !strings.HasPrefix(line, "> Last sync") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
