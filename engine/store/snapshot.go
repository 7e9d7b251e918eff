package store

import (
	"context"
	"database/sql"
	"fmt"
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
	conn, err := s.pool.Conn(ctx)
	if err != nil {
		return fault(ctx, "opening the archive for reading", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN"); err != nil {
		return fault(ctx, "starting to read", err)
	}
	one := &snapshot{conn: conn, compiled: map[string]*sql.Stmt{}}
	defer one.close()
	return read(&Store{read: one, packer: s.packer})
}

// snapshot is a connection in a transaction with the statements that it ran.
type snapshot struct {
	conn     *sql.Conn
	compiled map[string]*sql.Stmt
}

func (t *snapshot) close() {
	for _, stmt := range t.compiled {
		stmt.Close()
	}
	// Nothing was written; closing the connection ends the transaction too.
	_, _ = t.conn.ExecContext(context.Background(), "ROLLBACK")
}

// statement compiles a query once. The driver starts a goroutine for each query
// that can be interrupted, so callers look at the context between queries.
func (t *snapshot) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if stmt := t.compiled[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := t.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("preparing to read: %w", err)
	}
	t.compiled[query] = stmt
	return stmt, nil
}

func (t *snapshot) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(context.WithoutCancel(ctx), args...)
}

func (t *snapshot) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	stmt, err := t.statement(ctx, query)
	if err != nil {
		return t.conn.QueryRowContext(ctx, query, args...) // which gives the error in a row
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...)
}
