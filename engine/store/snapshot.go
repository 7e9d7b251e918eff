package store

import (
	"context"
	"database/sql"
)

// reader runs queries: a pool of connections, or one inside a transaction.
type reader interface {
	querier
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Snapshot lets read ask many questions of one state of the archive, at a
// fraction of what each would cost alone: locks are taken once and statements
// compiled once. The store it gets is used by one goroutine, must not be closed
// and ends with read. No batch can be committed meanwhile, so read must not wait
// for anybody, and must read an answer to its end before it asks the same again.
func (s *Store) Snapshot(ctx context.Context, read func(*Store) error) error {
	one, err := newConnection(ctx, s.pool)
	if err != nil {
		return fault(ctx, "opening the archive for reading", err)
	}
	defer one.close()
	if _, err := one.raw.ExecContext(ctx, "BEGIN"); err != nil {
		return fault(ctx, "starting to read", err)
	}
	// Nothing is written; closing the connection would end the transaction too.
	defer one.raw.ExecContext(context.Background(), "ROLLBACK")
	return read(&Store{read: one, packer: s.packer})
}
