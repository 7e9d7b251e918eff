package engine_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step changes a state a little, as OpenClaw does.
type step func(w *world)

// jsonlSteps is a life in the JSONL era: lines that grow byte by byte, replies
// that were delivered, a reset, a deletion, a key that is learned late.
func jsonlSteps() []step {
	const (
		direct  = sessions + idDirect + ".jsonl"
		private = sessions + idMain + ".jsonl"
		late    = sessions + idGroup + ".jsonl"
	)
	index := object{}
	know := func(key string, row object) step {
		return func(w *world) {
			index[key] = row
			w.write(sessions+"sessions.json", asJSON(index))
		}
	}
	add := func(path, content string) step {
		return func(w *world) {
			if !exists(w.path(path)) {
				w.write(path, "")
			}
			w.appendTo(path, content)
		}
	}
	half := func(path, content string) []step {
		return []step{add(path, content[:len(content)/3]), add(path, content[len(content)/3:len(content)-1]), add(path, content[len(content)-1:])}
	}
	family := telegram(idDirect, "direct")
	family["usageFamilySessionIds"] = []string{idOld, idDirect}
	steps := []step{
		know(keyDirect, telegram(idOld, "direct")),
		add(sessions+idOld+".jsonl", chat(idOld, 1, 4)),
		add(sessions+idOld+".jsonl", lines(mirror(4, "message 3 of 4444 你好"), mirror(4, "a delivery of its own"))),
		add(late, chat(idGroup, 30, 2)),
		func(w *world) {
			w.rename(sessions+idOld+".jsonl", sessions+idOld+".jsonl.reset.2026-03-14T04-00-09.000Z")
		},
		know(keyDirect, family),
		add(direct, chat(idDirect, 10, 1)),
	}
	steps = append(steps, half(direct, lines(said("assistant", 11, "回答 an answer"), mirror(12, "回答 an answer"), said("user", 13, "谢谢 thanks")))...)
	steps = append(steps,
		know(keyMain, web(idMain)),
		add(private, chat(idMain, 20, 3)),
		add(late, lines(said("user", 40, "still without a key"))),
		know(keyGroup, telegram(idGroup, "group")), // makes the owner's words those of another
		add(late, lines(said("user", 41, "with a key"))),
		add(sessions+"nameless.jsonl", chat("nameless", 50, 2)),
		func(w *world) {
			w.rename(sessions+"nameless.jsonl", sessions+"nameless.jsonl.deleted.2026-03-14T05-00-00.000Z")
		},
	)
	return append(steps, half(private, line(said("assistant", 60, long("the end ", 50))))...)
}

// sqliteSteps is a life in the SQLite era: rows, a rewind, a reset, a session
// that becomes cold and one that is deleted.
func sqliteSteps() []step {
	rows := func(change func(g *gateway)) step {
		return func(w *world) {
			g := w.gateway()
			change(g)
			g.stop()
		}
	}
	first := []object{header(idDirect), said("user", 10, "one"), said("assistant", 11, long("two", 400))}
	cold := []object{header(idMain), said("user", 20, "soon cold"), said("assistant", 21, "very cold")}
	gone := []object{header(idGroup), said("user", 30, "soon gone"), said("assistant", 31, "gone")}
	return []step{
		rows(func(g *gateway) { g.session(keyDirect, idDirect, "direct", "telegram"); g.events(idDirect, first...) }),
		rows(func(g *gateway) { g.session(keyMain, idMain, "", ""); g.events(idMain, cold...) }),
		rows(func(g *gateway) { g.session(keyGroup, idGroup, "group", "telegram"); g.events(idGroup, gone...) }),
		rows(func(g *gateway) {
			g.events(idDirect, object{"type": "reset", "id": "r1", "reason": "new", "timestamp": iso(12)})
		}),
		rows(func(g *gateway) { g.events(idDirect, said("user", 13, "after the reset")) }),
		rows(func(g *gateway) { // a rewind copies what came before
			g.window(keyDirect, idOld, "direct", "telegram")
			g.events(idOld, append([]object{header(idOld)}, first[1:]...)...)
		}),
		rows(func(g *gateway) { g.events(idOld, said("user", 14, "said instead")) }),
		func(w *world) {
			g := w.gateway()
			w.cool(g, idMain, cold...)
			g.stop()
		},
		rows(func(g *gateway) { g.archive(keyGroup, idGroup, lines(gone...)) }),
		rows(func(g *gateway) { g.events(idDirect, said("assistant", 15, "the end")) }),
	}
}

// migrationSteps move a JSONL store into a database, as OpenClaw's doctor does,
// and go on there.
func migrationSteps() []step {
	const archive = "agents/main/session-sqlite-import-archive/"
	direct := []object{header(idDirect), said("user", 10, "before"), said("assistant", 11, "before too"), mirror(12, "before too")}
	return []step{
		func(w *world) {
			w.write(sessions+"sessions.json", asJSON(object{keyDirect: telegram(idDirect, "direct")}))
		},
		func(w *world) { w.write(sessions+idDirect+".jsonl", lines(direct...)) },
		func(w *world) { w.write(sessions+idOld+".jsonl.reset.2026-03-14T04-00-05.000Z", chat(idOld, 1, 2)) },
		func(w *world) {
			mkdir(w.t, w.path(archive))
			w.rename(sessions+"sessions.json", archive+"legacy-store.sessions.json.imported-1795324700226")
			w.rename(sessions+idDirect+".jsonl", archive+"agent_main_telegram_direct_7001."+idDirect+".jsonl.imported-1795324699364")
			g := w.gateway()
			g.session(keyDirect, idDirect, "direct", "telegram")
			g.events(idDirect, direct...)
			g.stop()
		},
		func(w *world) {
			g := w.gateway()
			g.events(idDirect, said("user", 13, "after"), said("assistant", 14, "after too"))
			g.stop()
		},
	}
}

// TestGrowth: a state that grew with a sync in between anywhere gives the same
// as one that is read at its end.
func TestGrowth(t *testing.T) {
	for name, steps := range map[string]func() []step{"jsonl": jsonlSteps, "sqlite": sqliteSteps, "migration": migrationSteps} {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(6) {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					often := []float64{1, 0.5, 0.2}[seed%3]
					random := rand.New(rand.NewPCG(seed, 1))
					w := newWorld(t)
					for i, change := range steps() {
						change(w)
						if random.Float64() < often {
							w.sync()
							wantRenewed(t, w, fmt.Sprint("renewed", i))
						}
					}
					wantSkips(t, w.sync())
					once := w.sibling("once")
					wantSkips(t, once.sync())
					if got, want := w.exported(), once.exported(); got != want {
						t.Errorf("grown:\n%s\nread at once:\n%s", got, want)
					}
				})
			}
		})
	}
}

// wantRenewed: the shared files, of which most comes from the run before, are
// as a run writes them that knows of none.
func wantRenewed(t *testing.T, w *world, name string) {
	t.Helper()
	other := w.sibling(name)
	copyTree(t, w.home, other.home)
	must(t, os.Remove(filepath.Join(other.home, "last_run.json")))
	other.sync()
	for _, file := range []string{"shared_chat.json", ".last_hash"} {
		if got, want := unstamped(readFile(t, filepath.Join(w.out, file))), unstamped(readFile(t, filepath.Join(other.out, file))); got != want {
			t.Errorf("%s:\n%s\nwritten anew:\n%s", file, got, want)
		}
	}
}

// unstamped is a file without the time of the last sync.
func unstamped(text string) string {
	head, rest, found := strings.Cut(text, `"last_sync":"`)
	if !found {
		return text
	}
	_, rest, _ = strings.Cut(rest, `",`)
	return head + rest
}

// TestCutLine: a line that is being written is no damage, and is taken when it
// is complete.
func TestCutLine(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	last := line(said("user", 50, "written in two parts"))
	w.appendTo(mainFile, last[:40])
	first := w.sync()
	wantSkips(t, first)
	w.appendTo(mainFile, last[40:])
	second := w.sync()
	wantSkips(t, second)
	if first.Messages != 12 || second.Messages != 13 {
		t.Errorf("%d, then %d messages", first.Messages, second.Messages)
	}
}

// TestDamageIsMended: what could not be read is read when it can.
func TestDamageIsMended(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	index := readFile(t, w.path(sessions+"sessions.json"))
	w.write(sessions+"sessions.json", index[:20])
	w.sync()
	w.write(sessions+"sessions.json", index)
	wantSkips(t, w.sync())
	good := newWorld(t)
	jsonlState(good)
	good.sync()
	if w.exported() != good.exported() {
		t.Errorf("got\n%s\nwant\n%s", w.exported(), good.exported())
	}
}

// TestNothingIsForgotten: what was synced stays when OpenClaw loses it.
func TestNothingIsForgotten(t *testing.T) {
	w := newWorld(t)
	jsonlState(w)
	w.sync()
	before := w.exported()
	must(t, os.RemoveAll(w.path("agents")))
	report := w.sync()
	wantSkips(t, report)
	if report.Messages != 12 || w.exported() != before {
		t.Errorf("report %+v", report)
	}
	if full, err := w.trySync(fullSync); err != nil || full.Messages != 12 {
		t.Errorf("full sync: %+v, %v", full, err)
	}
}

// TestWindowLeavesWhileSessionGrows: a window leaves its session for another one while the session grows.
func TestWindowLeavesWhileSessionGrows(t *testing.T) {
	w := newWorld(t)
	w.write(sessions+"sessions.json", asJSON(object{keyMain: object{"sessionId": idMain, "usageFamilySessionIds": []string{idOld, idMain}}, keyDirect: telegram(idDirect, "direct")}))
	w.write(sessions+idOld+".jsonl", chat(idOld, 1, 2))
	w.write(sessions+idMain+".jsonl", chat(idMain, 20, 2))
	w.write(sessions+"55555555-5555-4555-8555-555555555555.jsonl", chat("55555555-5555-4555-8555-555555555555", 0, 1))
	w.sync()
	w.write(sessions+"sessions.json", asJSON(object{keyMain: object{"sessionId": idMain}, keyGroup: telegram(idOld, "group")}))
	w.appendTo(sessions+idMain+".jsonl", lines(said("user", 60, "three"), said("assistant", 61, "four"), said("user", 62, "five")))
	w.sync()
	wantRenewed(t, w, "renewed")
}
