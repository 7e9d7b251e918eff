package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// event is one thing a source tells.
type event struct {
	window int
	facts  *session.Facts
	from   int // messages [from, to) of the window
	to     int
}

// history is what a source holds: windows of a few sessions that repeat each
// other's messages.
type history struct {
	facts    []session.Facts
	messages [][]session.Message
}

func randomHistory(r *rand.Rand) history {
	var h history
	for w := range 2 + r.IntN(5) {
		f := session.Facts{Agent: "main", SessionID: fmt.Sprintf("window-%d", r.IntN(1000)*10+w), Key: fmt.Sprintf("agent:main:telegram:direct:%d", r.IntN(2))}
		if r.IntN(2) == 0 {
			f.Title = fmt.Sprintf("title %d", w)
		}
		if r.IntN(5) == 0 {
			f.Key = "" // never learned
		}
		first := r.IntN(50)
		var messages []session.Message
		used := map[string]bool{}
		for i := range 3 + r.IntN(8) {
			m := msg(fmt.Sprintf("%08x", r.IntN(12)), int64(i), first+r.IntN(10), string(rune('A'+r.IntN(2))))
			m.Channel = []string{"telegram", "webchat", ""}[r.IntN(3)]
			m.Class = []session.Class{session.ClassNone, session.ClassHeartbeat}[r.IntN(2)]
			if !used[m.EntryID] {
				used[m.EntryID] = true
				messages = append(messages, m)
			}
		}
		h.facts, h.messages = append(h.facts, f), append(h.messages, messages)
	}
	return h
}

// telling is the history in a random order of windows and steps, the keys at
// random moments.
func (h history) telling(r *rand.Rand) []event {
	var events []event
	lines := make([][]event, len(h.facts))
	for w, messages := range h.messages {
		for from := 0; from < len(messages); {
			to := min(len(messages), from+1+r.IntN(4))
			lines[w] = append(lines[w], event{window: w, from: from, to: to})
			from = to
		}
		at := r.IntN(len(lines[w]) + 1)
		told := event{window: w, facts: &h.facts[w]}
		lines[w] = append(lines[w][:at], append([]event{told}, lines[w][at:]...)...)
	}
	for len(lines) > 0 {
		w := r.IntN(len(lines))
		events = append(events, lines[w][0])
		if lines[w] = lines[w][1:]; len(lines[w]) == 0 {
			lines = append(lines[:w], lines[w+1:]...)
		}
	}
	return events
}

func (h history) write(t *testing.T, s *Store, r *rand.Rand, events []event) {
	for len(events) > 0 {
		n := 1 + r.IntN(len(events))
		if r.IntN(3) == 0 {
			s.known = nil // as after a restart
		}
		write(t, s, func(b *Batch) {
			for _, e := range events[:n] {
				if e.facts != nil {
					facts(t, b, *e.facts)
					continue
				}
				tr := live(h.facts[e.window].SessionID)
				tr.Resumed = e.from > 0
				put(t, b, tr, h.messages[e.window][e.from:e.to]...)
			}
		})
		events = events[n:]
	}
}

// TestOrderOfReading tells one history twice in different orders.
func TestOrderOfReading(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		h := randomHistory(r)
		var dumps [2]string
		for i := range dumps {
			s := openNew(t)
			h.write(t, s, r, h.telling(r))
			dumps[i] = dump(t, s, everything) + dump(t, s, Filter{}) + dump(t, s, Filter{Channel: "telegram", Since: at(20), Until: at(40)})
			checkTallies(t, s)
			checkCopies(t, s)
			s.Close()
		}
		if dumps[0] != dumps[1] {
			t.Fatalf("seed %d: one order gives\n%s\nanother\n%s", seed, dumps[0], dumps[1])
		}
	}
}

// checkCopies compares the marks with the definition of a copy.
func checkCopies(t *testing.T, s *Store) {
	t.Helper()
	var wrong int
	err := s.pool.QueryRow(`SELECT count(*) FROM messages m JOIN windows w ON w.id = m.window WHERE m.copy <> EXISTS (
		SELECT 1 FROM messages o JOIN windows v ON v.id = o.window
		WHERE v.session = w.session AND o.entry = m.entry AND o.role = m.role AND o.digest = m.digest
		AND (v.deleted, v.first, v.sid) < (w.deleted, w.first, w.sid))`).Scan(&wrong)
	if err != nil {
		t.Fatal(err)
	}
	if wrong > 0 {
		t.Errorf("%d messages are marked wrongly as copies or not", wrong)
	}
}

func TestKeyLearnedLater(t *testing.T) {
	s := openNew(t)
	const key = "agent:main:telegram:direct:7001"
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w1", Key: key})
		put(t, b, live("w1"), msg("a", 1, 1, "one"), msg("b", 2, 2, "two"))
		put(t, b, live("w2"), msg("b", 1, 2, "two"), msg("c", 2, 3, "three"))
	})
	if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w2")}, Page{}); got != "two three" {
		t.Errorf("before: %q", got)
	}
	write(t, s, func(b *Batch) { facts(t, b, session.Facts{SessionID: "w2", Key: key}) })
	if got := texts(t, s, Filter{Key: key}, Page{}); got != "one two three" {
		t.Errorf("joined: %q", got)
	}
	if _, total, _ := s.Sessions(context.Background(), everything, Page{}); total != 1 {
		t.Errorf("%d sessions are left", total)
	}
	if _, m, err := s.Message(context.Background(), "w2:b", nil); err != nil || m.Text != "two" {
		t.Errorf("the id of the copy gives %q, %v", m.Text, err)
	}
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w2"})
		facts(t, b, session.Facts{SessionID: "w2", Key: session.UnknownKey("main", "w2")})
		facts(t, b, session.Facts{SessionID: "w2", Key: "agent:main:recovered:w2"})
	})
	if got := texts(t, s, Filter{Key: key}, Page{}); got != "one two three" {
		t.Errorf("after weaker keys: %q", got)
	}
	checkTallies(t, s)
	checkCopies(t, s)
}

func TestKeyChanges(t *testing.T) {
	s := openNew(t)
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w1", Key: "agent:main:main"})
		facts(t, b, session.Facts{SessionID: "w2", Key: "agent:main:main"})
		put(t, b, live("w1"), msg("a", 1, 1, "one"))
		put(t, b, live("w2"), msg("a", 1, 1, "one"), msg("b", 2, 2, "two"))
	})
	write(t, s, func(b *Batch) { facts(t, b, session.Facts{SessionID: "w1", Key: "agent:main:telegram:direct:7001"}) })
	if got := texts(t, s, Filter{Key: "agent:main:main"}, Page{}); got != "one two" {
		t.Errorf("what was a copy stays hidden: %q", got)
	}
	checkTallies(t, s)
	checkCopies(t, s)
}

func TestUnchangedFactsWriteNothing(t *testing.T) {
	s := openNew(t)
	f := session.Facts{SessionID: "w1", Key: "agent:main:main", Title: "a title", Channel: "telegram"}
	write(t, s, func(b *Batch) { facts(t, b, f) })
	b, err := s.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	facts(t, b, f)
	facts(t, b, session.Facts{SessionID: "w1"})
	if len(b.touched) != 0 || b.size != 0 {
		t.Errorf("%d windows would be written", len(b.touched))
	}
	b.Rollback()
	found, err := s.Find(context.Background(), "agent:main:main", nil, 5)
	if err != nil || len(found) != 1 || found[0].Title != "a title" || found[0].Channel != "telegram" || found[0].Kind != session.KindMain {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestDeleted(t *testing.T) {
	const key = "agent:main:main"
	archive := Transcript{ID: "main/w1.deleted", Kind: "archive-deleted", Agent: "main", SessionID: "w1", Deleted: true}
	s := openNew(t)
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w1", Key: key})
		put(t, b, archive, msg("a", 1, 1, "one"), msg("b", 2, 2, "two"))
	})
	if got := dump(t, s, Filter{}); !strings.HasPrefix(got, "0 sessions") {
		t.Errorf("a deleted session is listed: %s", got)
	}
	if got := dump(t, s, everything); !strings.Contains(got, "Deleted:true") {
		t.Errorf("not listed as deleted: %s", got)
	}
	write(t, s, func(b *Batch) {
		facts(t, b, session.Facts{SessionID: "w2", Key: key})
		put(t, b, live("w2"), msg("b", 1, 2, "two"), msg("c", 2, 3, "three"))
	})
	if got := texts(t, s, Filter{Key: key}, Page{}); got != "two three" {
		t.Errorf("beside a living window: %q", got)
	}
	if got := texts(t, s, Filter{Key: key, IncludeDeleted: true}, Page{}); got != "one two three" {
		t.Errorf("with the deleted one: %q", got)
	}
	checkCopies(t, s)
	write(t, s, func(b *Batch) { put(t, b, live("w1")) })
	if got := texts(t, s, Filter{Key: key}, Page{}); got != "one two three" {
		t.Errorf("restored: %q", got)
	}
	checkCopies(t, s)
	checkTallies(t, s)
}
