package store

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

const (
	mainKey = "agent:main:main"
	plugin  = "todo"
)

// found is an item of a message of w1. Lists show items in the order of the
// first letters of their keys.
func found(key, entry string) session.Item {
	return session.Item{Key: key, Kind: session.ItemTodo, MessageID: session.PublicID("w1", entry), Time: at(1000 - int(key[0])), Title: key, Evidence: entry}
}

// twoWindows is an archive with the session mainKey of w1 and w2, which plugin
// has read and of which it found an item in each window.
func twoWindows(t *testing.T) *Store {
	t.Helper()
	s := openNew(t)
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w1", Key: mainKey})
		facts(t, b, session.Facts{SessionID: "w2", Key: mainKey})
		put(t, b, live("w1"), msg("a", 1, 10, "one"))
		put(t, b, live("w2"), msg("b", 2, 20, "two"), from(msg("c", 3, 30, "three"), "telegram", "Ms"))
	})
	extract(t, s, Extraction{State: []byte("state"), Items: []session.Item{found("x", "a"), found("y", "b")}})
	if due := dueFor(t, s, plugin, "1"); len(due) > 0 {
		t.Fatalf("%+v is due", due)
	}
	return s
}

// extract keeps what version 1 of plugin made of all that is due of mainKey.
func extract(t testing.TB, s *Store, x Extraction) {
	t.Helper()
	for _, d := range dueFor(t, s, plugin, "1") {
		if d.Session.Key == mainKey {
			x.Plugin, x.Version, x.Agent, x.Key, x.Anew = plugin, "1", "main", mainKey, d.Anew
			x.Revision, x.Seen = d.Session.Revision, d.Session.Messages
			write(t, s, func(b *Batch) { must(t, b.Extracted(x)) })
			return
		}
	}
	t.Fatal("the session is not due")
}

func dueFor(t testing.TB, s *Store, plugin, version string) []Due {
	t.Helper()
	due, err := s.Due(t.Context(), plugin, version)
	must(t, err)
	return due
}

// keys are the keys of the items under a filter, in their order.
func keys(t testing.TB, s *Store, f ItemFilter) string {
	t.Helper()
	var all []string
	for it, err := range s.Items(t.Context(), f) {
		must(t, err)
		all = append(all, it.Key)
	}
	return strings.Join(all, " ")
}

// TestDueAfterChange: what a plugin that has read everything has to read again,
// and what is left of what it found.
func TestDueAfterChange(t *testing.T) {
	resumed := live("w2")
	resumed.Resumed = true
	deleted := func(sid string) Transcript {
		return Transcript{ID: "archive of " + sid, Kind: "archive", Agent: "main", SessionID: sid, Deleted: true}
	}
	better := Transcript{ID: "better", Kind: "jsonl", Agent: "main", SessionID: "w2", Rank: 9, Live: true}
	const other = "agent:main:telegram:direct:7001"
	for _, c := range []struct {
		name   string
		change func(t *testing.T, b *Batch)
		due    string // sessions with what was seen, "anew" for all
		items  string // of all sessions, deleted ones too
	}{
		{"nothing", func(t *testing.T, b *Batch) {}, "", "x y"},
		{"a message behind all others", func(t *testing.T, b *Batch) {
			put(t, b, resumed, msg("z", 9, 90, "behind"))
		}, mainKey + " 3", "x y"},
		{"noise behind all others", func(t *testing.T, b *Batch) {
			m := msg("z", 9, 90, "beat")
			m.Class = session.ClassHeartbeat
			put(t, b, resumed, m)
		}, mainKey + " 3", "x y"},
		{"a message between others", func(t *testing.T, b *Batch) {
			put(t, b, resumed, msg("z", 2, 25, "between"))
		}, mainKey + " anew", "x y"},
		{"another title", func(t *testing.T, b *Batch) {
			facts(t, b, session.Facts{SessionID: "w2", Title: "another"})
		}, mainKey + " 3", "x y"},
		{"a message in other words", func(t *testing.T, b *Batch) {
			m := msg("b", 2, 20, "two")
			m.Text = "[W]"
			put(t, b, better, m)
		}, mainKey + " anew", ""},
		{"another name of a sender", func(t *testing.T, b *Batch) {
			put(t, b, better, from(msg("c", 3, 30, "three"), "telegram", "[W]"))
		}, mainKey + " anew", ""},
		{"only another place of a message", func(t *testing.T, b *Batch) {
			put(t, b, better, msg("b", 7, 20, "two"))
		}, mainKey + " anew", "x y"},
		{"a deleted window", func(t *testing.T, b *Batch) { put(t, b, deleted("w1")) }, mainKey + " anew", "x y"},
		{"a deleted session", func(t *testing.T, b *Batch) {
			put(t, b, deleted("w1"))
			put(t, b, deleted("w2"))
		}, "", "x y"},
		{"a window that leaves", func(t *testing.T, b *Batch) {
			facts(t, b, session.Facts{SessionID: "w1", Key: other})
		}, mainKey + " anew, " + other + " anew", ""},
		{"all windows leave", func(t *testing.T, b *Batch) {
			facts(t, b, session.Facts{SessionID: "w1", Key: other})
			facts(t, b, session.Facts{SessionID: "w2", Key: other})
		}, other + " anew", ""},
		{"a window that joins", func(t *testing.T, b *Batch) {
			facts(t, b, session.Facts{SessionID: "w3", Key: mainKey})
			put(t, b, live("w3"), msg("z", 1, 99, "joined"))
		}, mainKey + " anew", "x y"},
		{"another session", func(t *testing.T, b *Batch) {
			put(t, b, live("w3"), msg("z", 1, 99, "elsewhere"))
		}, session.UnknownKey("main", "w3") + " anew", "x y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := twoWindows(t)
			s.known = nil // as in a new process
			write(t, s, func(b *Batch) { c.change(t, b) })
			var due []string
			for _, d := range dueFor(t, s, plugin, "1") {
				seen := fmt.Sprint(d.Seen)
				if d.Anew {
					seen = "anew"
				}
				due = append(due, d.Session.Key+" "+seen)
			}
			if got := strings.Join(due, ", "); got != c.due {
				t.Errorf("due: %q, want %q", got, c.due)
			}
			if got := keys(t, s, ItemFilter{IncludeDeleted: true}); got != c.items {
				t.Errorf("items %q, want %q", got, c.items)
			}
			state, err := s.PluginState(t.Context(), plugin, "main", mainKey)
			if want := c.items != ""; err != nil || (string(state) == "state") != want || !want && state != nil {
				t.Errorf("state %q, %v", state, err)
			}
			noOrphans(t, s)
		})
	}
}

// noOrphans: what plugins know belongs to sessions that exist.
func noOrphans(t *testing.T, s *Store) {
	t.Helper()
	for _, table := range []string{"items", "states", "extractions"} {
		if got := column(t, s, "SELECT count(*) FROM "+table+" WHERE session NOT IN (SELECT id FROM sessions)"); got != "0\n" {
			t.Errorf("%s of sessions that are gone: %s", table, got)
		}
	}
}

// TestDeletedSessionComesBack: it keeps its items meanwhile, out of sight.
func TestDeletedSessionComesBack(t *testing.T) {
	s := twoWindows(t)
	archived := func(sid string, deleted bool) {
		write(t, s, func(b *Batch) {
			put(t, b, Transcript{ID: "of " + sid, Kind: "archive", Agent: "main", SessionID: sid, Deleted: deleted, Live: !deleted})
		})
	}
	archived("w1", true)
	archived("w2", true)
	if got := keys(t, s, ItemFilter{}) + "," + keys(t, s, ItemFilter{IncludeDeleted: true}); got != ",x y" {
		t.Errorf("items %q", got)
	}
	archived("w1", false)
	due := dueFor(t, s, plugin, "1")
	if len(due) != 1 || !due[0].Anew || due[0].Session.Messages != 1 || keys(t, s, ItemFilter{}) != "x y" {
		t.Errorf("due %+v, items %q", due, keys(t, s, ItemFilter{}))
	}
}

// TestDue: what it tells of each session, newest first.
func TestDue(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		for i, sid := range []string{"w1", "w2", "w3", "w4"} {
			facts(t, b, session.Facts{SessionID: sid, Key: "agent:main:telegram:group:" + sid, Title: "about " + sid})
			m := msg("a", 1, i%3, "one")
			if sid == "w4" {
				m.Class = session.ClassHeartbeat
			}
			put(t, b, live(sid), m, msg("b", 2, i%3, "two of "+sid))
		}
		put(t, b, live("w5"), session.Message{EntryID: "a", Role: session.RoleUser, Class: session.ClassCommand})
	})
	due := dueFor(t, s, plugin, "1")
	var order []string
	for _, d := range due {
		order = append(order, d.Session.Title)
	}
	if got := strings.Join(order, ", "); got != "about w3, about w2, about w1, about w4" {
		t.Fatalf("due: %s", got)
	}
	one := due[0].Session
	want := session.Session{Agent: "main", Key: "agent:main:telegram:group:w3", Channel: "telegram", Kind: session.KindGroup,
		Title: "about w3", Messages: 2, Updated: at(2), Revision: 1, Rewritten: 1}
	if fmt.Sprintf("%+v", one) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", one, want)
	}
	x := Extraction{Plugin: plugin, Version: "1", Agent: "main", Key: one.Key, Revision: one.Revision, Seen: 1, State: []byte("half"), Anew: true}
	write(t, s, func(b *Batch) { must(t, b.Extracted(x)) })
	if d := dueFor(t, s, plugin, "1")[0]; d.Session.Key != one.Key || d.Anew || d.Seen != 1 {
		t.Errorf("half read: %+v", d)
	}
	x.Seen, x.Anew = 2, false
	write(t, s, func(b *Batch) { must(t, b.Extracted(x)) })
	if got := len(dueFor(t, s, plugin, "1")); got != 3 {
		t.Errorf("%d are due, one of four was read", got)
	}
	for _, reader := range [][2]string{{plugin, "2"}, {"knowledge", "1"}} {
		if due := dueFor(t, s, reader[0], reader[1]); len(due) != 4 || !due[0].Anew || due[0].Seen != 0 {
			t.Errorf("for %v: %+v", reader, due)
		}
	}
}

// TestExtractedOutdated: what a plugin read before the session was rewritten is
// refused, so that old words can not come back.
func TestExtractedOutdated(t *testing.T) {
	s := twoWindows(t)
	before := latest(t, s)
	write(t, s, func(b *Batch) {
		m := msg("a", 1, 10, "one")
		m.Text = "[W]"
		put(t, b, live("w1"), m)
	})
	for name, x := range map[string]Extraction{
		"rewritten": {Agent: "main", Key: mainKey, Revision: before.Revision},
		"gone":      {Agent: "main", Key: "agent:main:gone", Revision: before.Revision + 9},
	} {
		t.Run(name, func(t *testing.T) {
			x.Plugin, x.Version, x.Items = plugin, "1", []session.Item{found("x", "a")}
			b, err := s.Begin(t.Context())
			must(t, err)
			if err := b.Extracted(x); !errors.Is(err, ErrOutdated) {
				t.Errorf("got %v", err)
			}
			must(t, b.Rollback())
		})
	}
	if got := keys(t, s, ItemFilter{}); got != "" {
		t.Errorf("items %q", got)
	}
}

// TestExtractedChangesNoSession: to keep items is no news of a session.
func TestExtractedChangesNoSession(t *testing.T) {
	s := twoWindows(t)
	totals := func() string {
		all, err := s.Totals(t.Context())
		must(t, err)
		revision, err := s.Revision(t.Context())
		must(t, err)
		return fmt.Sprintf("%+v %d %+v", all, revision, latest(t, s))
	}
	before := totals()
	x := Extraction{Plugin: plugin, Version: "2", Agent: "main", Key: mainKey, Revision: latest(t, s).Revision, Seen: 3, Items: []session.Item{found("z", "a")}}
	write(t, s, func(b *Batch) {
		must(t, b.Extracted(x))
		must(t, b.SetHealth(Health{Plugin: plugin}))
		must(t, b.Judge(session.Verdict{Item: session.ItemID(plugin, "w1:a", "z"), Status: session.StatusDone, At: at(1)}))
	})
	if after := totals(); after != before || keys(t, s, ItemFilter{}) != "x y z" {
		t.Errorf("before %s\nafter  %s\nitems %q", before, after, keys(t, s, ItemFilter{}))
	}
}

func TestPluginState(t *testing.T) {
	s := twoWindows(t)
	r := rand.New(rand.NewPCG(7, 7))
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	revision := latest(t, s).Revision
	for name, state := range map[string][]byte{
		"text": []byte("state"), "zeros and broken UTF-8": {0, 0xff, 0, 0xfe}, "large": bytes.Repeat([]byte("abc"), 1<<18), "noise": noise, "empty": {}, "none": nil,
	} {
		t.Run(name, func(t *testing.T) {
			write(t, s, func(b *Batch) {
				must(t, b.Extracted(Extraction{Plugin: plugin, Version: "1", Agent: "main", Key: mainKey, Revision: revision, Seen: 3, State: state}))
			})
			got, err := s.PluginState(t.Context(), plugin, "main", mainKey)
			if err != nil || !bytes.Equal(got, state) {
				t.Errorf("%d bytes of %d, %v", len(got), len(state), err)
			}
		})
	}
	for _, of := range [][3]string{{"knowledge", "main", mainKey}, {plugin, "other", mainKey}, {plugin, "main", "agent:main:gone"}} {
		if state, err := s.PluginState(t.Context(), of[0], of[1], of[2]); state != nil || err != nil {
			t.Errorf("state of %v: %q, %v", of, state, err)
		}
	}
}

// TestEqualStates keeps states of several plugins in one batch, equal and
// different ones in turn.
func TestEqualStates(t *testing.T) {
	s := twoWindows(t)
	revision := latest(t, s).Revision
	states := map[string]string{"p1": "one", "p2": "one", "p3": "two", "p4": "one", "p5": "", "p6": "one", "p7": "one more"}
	write(t, s, func(b *Batch) {
		for _, name := range slices.Sorted(maps.Keys(states)) {
			must(t, b.Extracted(Extraction{Plugin: name, Version: "1", Agent: "main", Key: mainKey, Revision: revision, Seen: 3, State: []byte(states[name])}))
		}
	})
	for name, want := range states {
		if got, err := s.PluginState(t.Context(), name, "main", mainKey); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", name, got, err, want)
		}
	}
}

// TestFailed: a failure stays with the version until it succeeds.
func TestFailed(t *testing.T) {
	s := twoWindows(t)
	fail := func(version string, failures int) {
		write(t, s, func(b *Batch) {
			must(t, b.Failed(Failure{Plugin: plugin, Version: version, Agent: "main", Key: mainKey, Failures: failures, Retry: at(failures)}))
		})
	}
	only := func(version string) Due {
		t.Helper()
		due := dueFor(t, s, plugin, version)
		if len(due) != 1 {
			t.Fatalf("due %+v", due)
		}
		return due[0]
	}
	write(t, s, func(b *Batch) {
		tr := live("w2")
		tr.Resumed = true
		put(t, b, tr, msg("z", 9, 90, "behind"))
	})
	fail("1", 1)
	fail("1", 2)
	if d := only("1"); d.Failures != 2 || !d.Retry.Equal(at(2)) || d.Anew || d.Seen != 3 {
		t.Errorf("version 1: %+v", d)
	}
	if d := only("2"); d.Failures != 0 || !d.Retry.IsZero() || !d.Anew {
		t.Errorf("version 2: %+v", d)
	}
	fail("2", 5)
	if d := only("2"); d.Failures != 5 || !d.Anew || d.Seen != 0 {
		t.Errorf("version 2 failed: %+v", d)
	}
	if got := keys(t, s, ItemFilter{}); got != "x y" {
		t.Errorf("items %q", got)
	}
	extract(t, s, Extraction{})
	write(t, s, func(b *Batch) {
		tr := live("w2")
		tr.Resumed = true
		put(t, b, tr, msg("zz", 10, 91, "more"))
	})
	if d := only("1"); d.Failures != 0 || !d.Retry.IsZero() {
		t.Errorf("after a success: %+v", d)
	}
}

func TestHealthAndForgetPlugin(t *testing.T) {
	s := twoWindows(t)
	verdict := session.Verdict{Item: session.ItemID(plugin, "w1:a", "x"), Status: session.StatusDone, At: at(5)}
	kept := Health{Plugin: "knowledge", Version: "3"}
	write(t, s, func(b *Batch) {
		must(t, b.SetHealth(Health{Plugin: plugin, Version: "1"}))
		must(t, b.SetHealth(kept))
		must(t, b.Judge(verdict))
	})
	sick := Health{Plugin: plugin, Version: "2", Failures: 3, Retry: at(60), Problem: "out of fuel", Quarantined: true}
	write(t, s, func(b *Batch) { must(t, b.SetHealth(sick)) })
	if got, err := s.Health(t.Context()); err != nil || !maps.Equal(got, map[string]Health{plugin: sick, "knowledge": kept}) {
		t.Errorf("got %+v, %v", got, err)
	}
	write(t, s, func(b *Batch) { must(t, b.ForgetPlugin(plugin)) })
	if got, err := s.Health(t.Context()); err != nil || !maps.Equal(got, map[string]Health{"knowledge": kept}) {
		t.Errorf("afterwards: %+v, %v", got, err)
	}
	if due := dueFor(t, s, plugin, "1"); len(due) != 1 || !due[0].Anew || keys(t, s, ItemFilter{}) != "" {
		t.Errorf("due %+v, items %q", due, keys(t, s, ItemFilter{}))
	}
	if got, err := s.Verdicts(t.Context()); err != nil || !maps.Equal(got, map[string]session.Verdict{verdict.Item: verdict}) {
		t.Errorf("verdicts %v, %v", got, err)
	}
}

func TestEndedBatchKeepsNothing(t *testing.T) {
	s := openNew(t)
	b, err := s.Begin(t.Context())
	must(t, err)
	must(t, b.Rollback())
	for name, err := range map[string]error{
		"extracted": b.Extracted(Extraction{}), "failed": b.Failed(Failure{}), "health": b.SetHealth(Health{}),
		"forget": b.ForgetPlugin(plugin), "verdict": b.Judge(session.Verdict{}),
	} {
		if !errors.Is(err, ErrEnded) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// BenchmarkDue asks in an archive of 2,000 sessions where nothing is due.
func BenchmarkDue(b *testing.B) {
	for _, stateBytes := range []int{0, 2000} {
		b.Run(fmt.Sprintf("state%d", stateBytes), func(b *testing.B) {
			s := large(b)
			due := dueFor(b, s, plugin, "1")
			r := rand.New(rand.NewPCG(3, 4))
			write(b, s, func(batch *Batch) {
				for _, p := range []string{"knowledge", plugin} {
					for _, d := range due {
						must(b, batch.Extracted(Extraction{Plugin: p, Version: "1", Agent: d.Session.Agent, Key: d.Session.Key,
							Revision: d.Session.Revision, Seen: d.Session.Messages, State: []byte(words(r, stateBytes)), Anew: true}))
					}
				}
			})
			b.ReportAllocs()
			for b.Loop() {
				if due := dueFor(b, s, plugin, "1"); len(due) > 0 {
					b.Fatalf("%d are due", len(due))
				}
			}
		})
	}
}
