package store

import (
	"context"
	"database/sql"
)

// Tally counts sessions and messages.
type Tally struct {
	Sessions int
	Messages int // copies count once
}

// ByKind counts the messages of the archive by the kind of the transcript that
// each was taken from. It looks at every message.
func (s *Store) ByKind(ctx context.Context) (map[string]Tally, error) {
	tallies := map[string]Tally{}
	err := each(ctx, s.read, `SELECT t.kind, count(DISTINCT w.session), count(*)
		FROM messages m JOIN transcripts t ON t.id = m.source JOIN windows w ON w.id = m.window WHERE m.copy = 0 GROUP BY t.kind`, func(rows *sql.Rows) error {
		var kind string
		var tally Tally
		err := rows.Scan(&kind, &tally.Sessions, &tally.Messages)
		tallies[kind] = tally
		return err
	})
	return tallies, fault(ctx, "counting messages by kind", err)
}
