package store

import (
	"context"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// TestRewritten: a session whose messages change in any other way than that
// some come in behind all others says so.
func TestRewritten(t *testing.T) {
	const key = "agent:main:main"
	facts := func(sid string) session.Facts { return session.Facts{Agent: "main", SessionID: sid, Key: key} }
	tell := func(t *testing.T, b *Batch, f session.Facts) {
		t.Helper()
		if err := b.Facts(f); err != nil {
			t.Fatal(err)
		}
	}
	resumed := live("w2")
	resumed.Resumed = true
	for name, c := range map[string]struct {
		change    func(t *testing.T, b *Batch)
		rewritten bool
	}{
		"nothing": {func(t *testing.T, b *Batch) {}, false},
		"a message behind all others": {func(t *testing.T, b *Batch) {
			put(t, b, resumed, msg("z", 9, 90, "behind"))
		}, false},
		"noise behind all others": {func(t *testing.T, b *Batch) {
			m := msg("z", 9, 90, "beat")
			m.Class = session.ClassHeartbeat
			put(t, b, resumed, m)
		}, false},
		"a title": {func(t *testing.T, b *Batch) {
			f := facts("w2")
			f.Title = "another"
			tell(t, b, f)
		}, false},
		"the channel of the session": {func(t *testing.T, b *Batch) {
			f := facts("w2")
			f.Channel = "discord"
			tell(t, b, f)
		}, true},
		"a message between others": {func(t *testing.T, b *Batch) {
			put(t, b, resumed, msg("y", 1, 15, "between"))
		}, true},
		"a message in an earlier window": {func(t *testing.T, b *Batch) {
			put(t, b, live("w1"), msg("x", 9, 12, "earlier"))
		}, true},
		"a window that comes first": {func(t *testing.T, b *Batch) {
			tell(t, b, facts("w0"))
			put(t, b, live("w0"), msg("o", 1, 1, "first"))
		}, true},
		"a window that comes last": {func(t *testing.T, b *Batch) {
			tell(t, b, facts("w3"))
			put(t, b, live("w3"), msg("n", 1, 99, "last"))
		}, true}, // grew as well, which is not worth telling
		"other words of a message": {func(t *testing.T, b *Batch) {
			m := msg("b", 2, 20, "two")
			m.Text = "[masked]"
			better := live("w2")
			better.ID, better.Rank = "better", 9
			put(t, b, better, m)
		}, true},
		"a copy": {func(t *testing.T, b *Batch) {
			put(t, b, resumed, msg("a", 9, 90, "one")) // as in w1
		}, true},
		"a window that leaves": {func(t *testing.T, b *Batch) {
			f := facts("w1")
			f.Key = "agent:main:telegram:group:-100"
			tell(t, b, f)
			put(t, b, resumed, msg("z", 9, 90, "behind"))
		}, true},
		"a deleted window": {func(t *testing.T, b *Batch) {
			gone := live("w1")
			gone.ID, gone.Live, gone.Deleted = "archive", false, true
			put(t, b, gone)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := openNew(t)
			write(t, s, func(b *Batch) {
				for _, sid := range []string{"w1", "w2"} {
					tell(t, b, facts(sid))
				}
				put(t, b, live("w1"), msg("a", 1, 10, "one"))
				put(t, b, live("w2"), msg("b", 2, 20, "two"), msg("c", 3, 30, "three"))
			})
			before := latest(t, s)
			s.known = nil // as in a new process
			write(t, s, func(b *Batch) { c.change(t, b) })
			after := latest(t, s)
			if name != "nothing" && after.Revision <= before.Revision {
				t.Errorf("revision %d after %d", after.Revision, before.Revision)
			}
			if got := after.Rewritten > before.Revision; got != c.rewritten {
				t.Errorf("rewritten: %v, want %v", got, c.rewritten)
			}
		})
	}
}

func latest(t *testing.T, s *Store) session.Session {
	t.Helper()
	for found, err := range s.Latest(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	t.Fatal("no session")
	return session.Session{}
}
