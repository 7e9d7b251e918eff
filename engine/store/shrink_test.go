package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// TestShrink: between batches it changes nothing of what they leave.
func TestShrink(t *testing.T) {
	ctx := context.Background()
	grown := func(between func(s *Store) error) (*Store, string) {
		s := openNew(t)
		for n := range 20 {
			write(t, s, func(b *Batch) {
				facts(t, b, session.Facts{SessionID: fmt.Sprintf("w%d", n%3), Key: "agent:main:main"})
				put(t, b, live(fmt.Sprintf("w%d", n%3)), msg(fmt.Sprintf("e%d", n), int64(n), n, fmt.Sprintf("word%d in common", n)))
			})
			if err := between(s); err != nil {
				t.Fatal(err)
			}
		}
		q, err := textindex.Parse("common")
		if err != nil {
			t.Fatal(err)
		}
		hits, err := s.Search(ctx, q, SearchFilter{}, nil, 100)
		if err != nil {
			t.Fatal(err)
		}
		return s, fmt.Sprintf("%s%d found", dump(t, s, everything), hits.Total)
	}
	_, plain := grown(func(*Store) error { return nil })
	s, shrunk := grown(func(s *Store) error { return s.Shrink(ctx) })
	if shrunk != plain {
		t.Errorf("got\n%s\nwant\n%s", shrunk, plain)
	}
	b, err := s.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Rollback()
	if err := s.Shrink(ctx); !errors.Is(err, ErrBatchOpen) {
		t.Errorf("beside an open batch: %v", err)
	}
}
