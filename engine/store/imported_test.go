package store

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// kept is a transcript of [KindImported].
func kept(sid string) Transcript {
	return Transcript{ID: "kept#" + sid, Kind: KindImported, Agent: "main", SessionID: sid, Rank: -1}
}

// TestImportedIsTheVersionThatStands: a message is told apart for as long as no
// other transcript has it.
func TestImportedIsTheVersionThatStands(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		put(t, b, kept("s1"), msg("a", 1, 1, "first"), msg("b", 2, 2, "second"))
		put(t, b, live("s1"), msg("c", 3, 3, "third"))
	})
	marks := func() (marked []string) {
		t.Helper()
		_, err := s.Recent(context.Background(), Filter{}, Page{Limit: 10}, func(_ session.Session, m session.Message) error {
			if m.Imported {
				marked = append(marked, m.EntryID)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return marked
	}
	if got, want := marks(), []string{"b", "a"}; !slices.Equal(got, want) {
		t.Errorf("marked are %v, want %v", got, want)
	}
	write(t, s, func(b *Batch) { put(t, b, live("s1"), msg("a", 1, 1, "first")) })
	if got, want := marks(), []string{"b"}; !slices.Equal(got, want) {
		t.Errorf("once a source has it, marked are %v, want %v", got, want)
	}
}

// TestBatchWindow: all of a window, in its order and before the commit.
func TestBatchWindow(t *testing.T) {
	s := openNew(t)
	key := session.Facts{Agent: "main", Key: "agent:main:main"}
	noise := msg("b", 2, 2, "/new")
	noise.Class = session.ClassCommand
	write(t, s, func(b *Batch) {
		for _, sid := range []string{"s1", "s2"} {
			key.SessionID = sid
			if err := b.Facts(key); err != nil {
				t.Fatal(err)
			}
			put(t, b, live(sid), msg("a", 1, 1, "in both"))
		}
	})
	write(t, s, func(b *Batch) {
		put(t, b, live("s2"), msg("a", 1, 1, "in both"), msg("c", 3, 3, "last"), noise)
		put(t, b, kept("s2"), msg("-", 2, 2, "kept"))
		var got []string
		add := func(m session.Message) error { got = append(got, m.EntryID); return nil }
		if err := b.Window("main", "s2", add); err != nil {
			t.Fatal(err)
		}
		if want := []string{"a", "-", "b", "c"}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if err := b.Window("main", "nowhere", add); err != nil {
			t.Errorf("no window is an error: %v", err)
		}
		stop := errors.New("stop")
		if err := b.Window("main", "s2", func(session.Message) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("got error %v, want that of yield", err)
		}
	})
}
