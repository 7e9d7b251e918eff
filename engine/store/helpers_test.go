package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

var start = time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

func openNew(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "archive.db"), Options{})
}

func openAt(t testing.TB, path string, opt Options) *Store {
	t.Helper()
	s, err := Open(context.Background(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// msg is a user message; its digest is that of the text.
func msg(entry string, seq int64, seconds int, text string) session.Message {
	sum := sha256.Sum256([]byte(text))
	m := session.Message{EntryID: entry, Seq: seq, Role: session.RoleUser, Text: text, Time: at(seconds), Origin: session.OriginOwner}
	copy(m.Digest[:], sum[:])
	return m
}

// live is a full read of a live transcript of agent main.
func live(sid string) Transcript {
	return Transcript{ID: "main/" + sid, Kind: "jsonl", Agent: "main", SessionID: sid, Live: true}
}

// write runs work in a batch of its own.
func write(t testing.TB, s *Store, work func(b *Batch)) {
	t.Helper()
	b, err := s.Begin(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	work(b)
	if err := b.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// put puts messages of one transcript and returns what became of each.
func put(t testing.TB, b *Batch, tr Transcript, messages ...session.Message) []Outcome {
	t.Helper()
	w, err := b.Transcript(tr)
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []Outcome
	for _, m := range messages {
		outcome, err := w.Put(m, nil)
		if err != nil {
			t.Fatal(err)
		}
		outcomes = append(outcomes, outcome)
	}
	if err := w.End("after "+tr.ID, nil); err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func facts(t testing.TB, b *Batch, f session.Facts) {
	t.Helper()
	if f.Agent == "" {
		f.Agent = "main"
	}
	if err := b.Facts(f); err != nil {
		t.Fatal(err)
	}
}

// everything is the filter under which nothing but copies is hidden.
var everything = Filter{Classes: true, IncludeDeleted: true}

// dump is all that the reading methods tell under the filter.
func dump(t testing.TB, s *Store, f Filter) string {
	t.Helper()
	var b strings.Builder
	sessions, total, err := s.Sessions(context.Background(), f, Page{})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%d sessions\n", total)
	for _, one := range sessions {
		fmt.Fprintf(&b, "%+v\n", one)
		f.Agent, f.Key = one.Agent, one.Key
		count := 0
		for m, err := range s.Messages(context.Background(), f, Page{}) {
			if err != nil {
				t.Fatal(err)
			}
			count++
			fmt.Fprintf(&b, "  %s %s %s %q %s %s\n", m.ID, m.Role, m.Class, m.Text, m.Channel, m.Time.Format(time.RFC3339))
		}
		if count != one.Messages {
			t.Errorf("session %s: %d messages listed, %d counted", one.Key, count, one.Messages)
		}
	}
	return b.String()
}

// texts are the texts of a session, oldest first.
func texts(t testing.TB, s *Store, f Filter, p Page) string {
	t.Helper()
	f.Agent = "main"
	var all []string
	for m, err := range s.Messages(context.Background(), f, p) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, m.Text)
	}
	return strings.Join(all, " ")
}
