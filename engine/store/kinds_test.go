package store

import (
	"context"
	"maps"
	"testing"
)

func TestByKind(t *testing.T) {
	s := openNew(t)
	cold := live("s-2")
	cold.ID, cold.Kind = "main/cold/s-2", "cold"
	write(t, s, func(b *Batch) {
		put(t, b, live("s-1"), msg("a", 1, 1, "one"), msg("b", 2, 2, "two"))
		put(t, b, cold, msg("c", 1, 3, "three"))
	})
	got, err := s.ByKind(context.Background())
	want := map[string]Tally{"jsonl": {Sessions: 1, Messages: 2}, "cold": {Sessions: 1, Messages: 1}}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}
