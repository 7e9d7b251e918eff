package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/session"
)

// Totals are the counts of the whole archive.
type Totals struct {
	Sessions   int            // that have messages of any class, deleted ones too
	Deleted    int            // of these, those whose every window was deleted in the source
	Messages   int            // of every class, in deleted windows too; copies count once
	Shared     int            // of these, conversation in windows that exist in the source
	Redactions Counts         // in all messages, by kind
	Rules      Counts         // the same by rule, as far as it is known
	Kinds      map[string]int // transcripts by kind
}

// Totals counts the archive.
func (s *Store) Totals(ctx context.Context) (Totals, error) {
	t, labels := Totals{Kinds: map[string]int{}}, Counts{}
	err := s.read.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(deleted), 0) FROM sessions s
		WHERE EXISTS (SELECT 1 FROM windows w JOIN tallies t ON t.window = w.id WHERE w.session = s.id)`).Scan(&t.Sessions, &t.Deleted)
	if err != nil {
		return t, fault(ctx, "counting sessions", err)
	}
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(sum(t.messages), 0), coalesce(sum(t.messages) FILTER (WHERE t.noise = 0 AND w.deleted = 0), 0)
		FROM tallies t JOIN windows w ON w.id = t.window`).Scan(&t.Messages, &t.Shared)
	if err != nil {
		return t, fault(ctx, "counting messages", err)
	}
	err = each(ctx, s.read, "SELECT found, count(*) FROM messages WHERE found IS NOT NULL AND copy = 0 GROUP BY found", func(rows *sql.Rows) error {
		var found string
		var n int
		if err := rows.Scan(&found, &n); err != nil {
			return err
		}
		counts, err := parseCounts(found)
		labels.add(counts, n)
		return err
	})
	if err != nil {
		return t, fault(ctx, "counting redactions", err)
	}
	t.Redactions, t.Rules = labels.parted()
	err = each(ctx, s.read, "SELECT kind, count(*) FROM transcripts WHERE window IS NOT NULL GROUP BY kind", func(rows *sql.Rows) error {
		var kind string
		var n int
		err := rows.Scan(&kind, &n)
		t.Kinds[kind] = n
		return err
	})
	return t, fault(ctx, "counting transcripts", err)
}

// Count returns how many messages the archive holds, as in [Totals].
func (s *Store) Count(ctx context.Context) (messages int, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT coalesce(sum(messages), 0) FROM tallies").Scan(&messages)
	return messages, fault(ctx, "counting messages", err)
}

// Groups reports whether there are sessions that several people can read.
func (s *Store) Groups(ctx context.Context) (groups bool, err error) {
	c := conditions{}
	c.among("kind", sharedKinds())
	err = s.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sessions WHERE "+c.String()+")", c.args...).Scan(&groups)
	return groups, fault(ctx, "looking for groups", err)
}

func sharedKinds() []string {
	var kinds []string
	for _, kind := range session.Kinds() {
		if kind.Shared() {
			kinds = append(kinds, string(kind))
		}
	}
	return kinds
}

// Revision is the highest one of any session.
func (s *Store) Revision(ctx context.Context) (revision int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT coalesce(max(revision), 0) FROM sessions").Scan(&revision)
	return revision, fault(ctx, "reading the revision", err)
}

// Cursor is where the next read of a transcript begins, as given to
// [Writer.End] or [Batch.Mark].
type Cursor struct {
	Cursor string
	State  []byte
}

// Cursor returns what was kept for a transcript or place; the zero value when
// nothing was.
func (s *Store) Cursor(ctx context.Context, id string) (Cursor, error) {
	return cursorOf(ctx, s.read, id)
}

// Cursor is [Store.Cursor] as this batch leaves it.
func (b *Batch) Cursor(id string) (Cursor, error) {
	if b.s == nil {
		return Cursor{}, ErrEnded
	}
	return cursorOf(b.ctx, b.conn, id)
}

func cursorOf(ctx context.Context, q reader, id string) (c Cursor, err error) {
	err = q.QueryRowContext(ctx, "SELECT cursor, state FROM transcripts WHERE name = ? AND cursor IS NOT NULL", id).Scan(&c.Cursor, &c.State)
	if errors.Is(err, sql.ErrNoRows) {
		return Cursor{}, nil
	}
	return c, fault(ctx, "reading a cursor", err)
}

// Meta returns the small value kept under key, "" when there is none.
func (s *Store) Meta(ctx context.Context, key string) (string, error) {
	var value string
	err := s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, fault(ctx, fmt.Sprintf("reading %q", key), err)
}

// SetMeta keeps a small value under key, in a batch of its own.
func (s *Store) SetMeta(ctx context.Context, key, value string) error {
	b, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	if err := b.SetMeta(key, value); err != nil {
		b.Rollback()
		return err
	}
	return b.Commit(ctx)
}
