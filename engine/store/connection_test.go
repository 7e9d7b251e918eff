package store

import (
	"context"
	"database/sql"
	"testing"
)

// TestAskedTwice: one connection has one place in the answer of a statement, so
// asking again meanwhile would go on from there.
func TestAskedTwice(t *testing.T) {
	s := openNew(t)
	ask := func(view *Store, inner string) error {
		nothing := func(*sql.Rows) error { return nil }
		return each(context.Background(), view.read, "SELECT name FROM sqlite_schema", func(*sql.Rows) error {
			return each(context.Background(), view.read, inner, nothing)
		})
	}
	err := s.Snapshot(context.Background(), func(view *Store) error {
		if err := ask(view, "SELECT name FROM sqlite_schema"); err == nil {
			t.Error("the same question is answered within its own answer")
		}
		return ask(view, "SELECT type FROM sqlite_schema")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := ask(s, "SELECT name FROM sqlite_schema"); err != nil { // the pool has another connection
		t.Fatal(err)
	}
}
