package store

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

func TestPut(t *testing.T) {
	full := live("w1")
	resumed := full
	resumed.Resumed = true
	other := full
	other.ID = "main/database#w1"
	higher, lower := other, other
	higher.Rank, lower.Rank = 1, -1
	a, b, c := msg("x", 1, 1, "a"), msg("x", 1, 2, "b"), msg("x", 1, 3, "c")
	type pass struct {
		transcript Transcript
		messages   []session.Message
	}
	for _, test := range []struct {
		name   string
		passes []pass
		last   []Outcome
		want   string
	}{
		{"new", []pass{{full, []session.Message{a}}}, []Outcome{Added}, "a"},
		{"again", []pass{{full, []session.Message{a}}, {full, []session.Message{a}}}, []Outcome{Unchanged}, "a"},
		{"twice in one read", []pass{{full, []session.Message{a, a}}}, []Outcome{Added, Unchanged}, "a"},
		{"rewritten in the source", []pass{{full, []session.Message{a}}, {full, []session.Message{b}}}, []Outcome{Added}, "a b"},
		{"second of one id in one read", []pass{{full, []session.Message{a, b}}}, []Outcome{Added, Added}, "a b"},
		{"second of one id in two reads", []pass{{full, []session.Message{a}}, {resumed, []session.Message{b}}}, []Outcome{Added}, "a b"},
		{"both again", []pass{{full, []session.Message{a, b}}, {full, []session.Message{a, b}}}, []Outcome{Unchanged, Unchanged}, "a b"},
		{"second rewritten", []pass{{full, []session.Message{a, b}}, {full, []session.Message{a, c}}}, []Outcome{Unchanged, Added}, "a b c"},
		{"three", []pass{{full, []session.Message{a, b, c}}}, []Outcome{Added, Added, Added}, "a b c"},
		{"another transcript, another text", []pass{{full, []session.Message{a}}, {other, []session.Message{b}}}, []Outcome{Added}, "a b"},
		{"of higher rank", []pass{{full, []session.Message{a}}, {higher, []session.Message{b}}}, []Outcome{Added}, "a b"},
		{"of lower rank", []pass{{full, []session.Message{a}}, {lower, []session.Message{b}}}, []Outcome{Added}, "a b"},
		{"gone in the source", []pass{{full, []session.Message{a}}, {full, nil}}, nil, "a"},
		{"two files with one id each", []pass{{full, []session.Message{a}}, {other, []session.Message{b}}, {full, []session.Message{a}}, {other, []session.Message{b}}}, []Outcome{Unchanged}, "a b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := openNew(t)
			var last []Outcome
			for _, p := range test.passes {
				write(t, s, func(b *Batch) { last = put(t, b, p.transcript, p.messages...) })
			}
			if !slices.Equal(last, test.last) {
				t.Errorf("outcomes %v, want %v", last, test.last)
			}
			if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); got != test.want {
				t.Errorf("archive has %q, want %q", got, test.want)
			}
			checkTallies(t, s)
		})
	}
}

// TestPutGoesOnFromKnownMessages reads an archive whose lines are numbered
// without the gaps that the rows had: what is new stands behind what is known.
func TestPutGoesOnFromKnownMessages(t *testing.T) {
	rows := live("w1")
	rows.Rank = 1
	archive := live("w1")
	archive.ID, archive.Live, archive.Rank = "main/database#archive/w1", false, 0
	s := openNew(t)
	write(t, s, func(b *Batch) {
		put(t, b, rows, msg("r1", 1, 1, "one"), msg("r2", 3, 2, "two"), msg("r3", 5, 3, "three"))
	})
	write(t, s, func(b *Batch) {
		put(t, b, archive, msg("r1", 1, 1, "one"), msg("r2", 2, 2, "two"), msg("r3", 3, 3, "three"), msg("r4", 4, 4, "four"))
	})
	if got := texts(t, s, Filter{Key: session.UnknownKey("main", "w1"), IncludeDeleted: true}, Page{}); got != "one two three four" {
		t.Errorf("archive has %q", got)
	}
}

func TestPutRedactsAgainOnAFullRead(t *testing.T) {
	s := openNew(t)
	m := msg("x", 1, 1, "call [PHONE] or write")
	write(t, s, func(b *Batch) { put(t, b, live("w1"), m) })
	m.Text = "call [PHONE] or [NAME]" // equal digest: the text before redaction is the same
	var got []Outcome
	write(t, s, func(b *Batch) { got = put(t, b, live("w1"), m) })
	if got[0] != Reworded {
		t.Errorf("outcome %v, want reworded", got[0])
	}
	if text := texts(t, s, Filter{Key: session.UnknownKey("main", "w1")}, Page{}); text != m.Text {
		t.Errorf("archive has %q", text)
	}
}

func TestPutRevises(t *testing.T) {
	s := openNew(t)
	m := msg("x", 1, 1, "hello")
	write(t, s, func(b *Batch) { put(t, b, live("w1"), m) })
	m.Sender = "somebody"
	write(t, s, func(b *Batch) {
		if got := put(t, b, live("w1"), m); got[0] != Revised {
			t.Errorf("outcome %v, want revised", got[0])
		}
	})
}

func TestPutKeepsEverything(t *testing.T) {
	s := openNew(t)
	want := msg("01234567-89ab-cdef-0123-456789abcdef", 7, 9, strings.Repeat("line with \x00 and 字\n", 200))
	want.Role, want.Class, want.Origin = session.RoleAssistant, session.ClassCommand, session.OriginAgent
	want.Channel, want.Sender = "telegram", "Someone [PHONE~x7k2]"
	write(t, s, func(b *Batch) {
		w, err := b.Transcript(live("session-one"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Put(want, Counts{"EMAIL": 2, "PHONE": 1, "KEY": 0}); err != nil {
			t.Fatal(err)
		}
		if b.size == 0 {
			t.Error("the batch has no size")
		}
	})
	want.SessionID, want.ID = "session-one", "session-:01234567-89ab-cdef-0123-456789abcdef"
	want.Digest = session.Digest{}
	owner, got, err := s.Message(context.Background(), want.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if owner.Key != session.UnknownKey("main", "session-one") || owner.Messages != 1 {
		t.Errorf("owner %+v", owner)
	}
	totals, err := s.Totals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if totals.Redactions.String() != "EMAIL:2,PHONE:1" || totals.Messages != 1 || totals.Shared != 0 || totals.Sessions != 1 || totals.Kinds["jsonl"] != 1 {
		t.Errorf("totals %+v", totals)
	}
}

func TestPutRefuses(t *testing.T) {
	s := openNew(t)
	b, err := s.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Rollback()
	w, err := b.Transcript(live("w1"))
	if err != nil {
		t.Fatal(err)
	}
	planted := "planted " + strings.Repeat("9", 9)
	for _, test := range []struct {
		name   string
		change func(*session.Message)
		found  Counts
	}{
		{"no entry id", func(m *session.Message) { m.EntryID = "" }, nil},
		{"unknown role", func(m *session.Message) { m.Role = "robot" }, nil},
		{"unknown class", func(m *session.Message) { m.Class = "new" }, nil},
		{"kind with a colon", func(*session.Message) {}, Counts{"A:B": 1}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := msg("x", 1, 1, planted)
			test.change(&m)
			if _, err := w.Put(m, test.found); err == nil {
				t.Error("it was stored")
			} else if strings.Contains(err.Error(), planted) {
				t.Errorf("the error shows the text: %v", err)
			}
		})
	}
	if err := w.End("c", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Put(msg("y", 1, 1, "y"), nil); !errors.Is(err, ErrEnded) {
		t.Errorf("put after the end: %v", err)
	}
}

// TestSteps reads transcripts with repeated ids in random steps: the archive
// must be that of one read.
func TestSteps(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var all []session.Message
		for i := range 30 {
			all = append(all, msg(string(rune('a'+r.IntN(8))), int64(i), i, string(rune('A'+r.IntN(5)))))
		}
		once, steps := openNew(t), openNew(t)
		write(t, once, func(b *Batch) { put(t, b, live("w1"), all...) })
		for from := 0; from < len(all); {
			to := min(len(all), from+1+r.IntN(9))
			tr := live("w1")
			tr.Resumed = from > 0
			start := from
			if r.IntN(4) == 0 {
				start, tr.Resumed = 0, false // a full read in between
			}
			write(t, steps, func(b *Batch) { put(t, b, tr, all[start:to]...) })
			from = to
		}
		if want, got := dump(t, once, everything), dump(t, steps, everything); got != want {
			t.Fatalf("seed %d: in steps\n%s\nat once\n%s", seed, got, want)
		}
		checkTallies(t, steps)
	}
}

// checkTallies compares the counters with a plain count.
func checkTallies(t *testing.T, s *Store) {
	t.Helper()
	for _, query := range []string{
		"SELECT * FROM tallies EXCEPT " + plainCount,
		plainCount + " EXCEPT SELECT * FROM tallies",
	} {
		rows, err := s.pool.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var v [6]int64
			if err := rows.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5]); err != nil {
				t.Fatal(err)
			}
			t.Errorf("counters differ from a plain count in window %d: %v", v[0], v)
		}
		rows.Close()
	}
}

const plainCount = `SELECT window, channel, class <> 0, count(*), min(time), max(time)
	FROM messages WHERE copy = 0 GROUP BY 1, 2, 3`
