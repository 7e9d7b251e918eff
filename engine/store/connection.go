package store

import (
	"context"
	"database/sql"
	"fmt"
)

// connection is one connection to the archive, which compiles a statement once.
// An answer must be read to its end before the same is asked again: [each] sees
// to it.
type connection struct {
	raw      *sql.Conn
	compiled map[string]*sql.Stmt
	asked    map[string]bool // what each still reads the answer of
}

func newConnection(ctx context.Context, pool *sql.DB) (*connection, error) {
	raw, err := pool.Conn(ctx)
	return &connection{raw, map[string]*sql.Stmt{}, map[string]bool{}}, err
}

func (c *connection) close() error {
	for _, statement := range c.compiled {
		statement.Close()
	}
	return c.raw.Close()
}

// statement compiles a query. The driver starts a goroutine for each one that can
// be interrupted, so what comes of it runs to its end, and callers look at the
// context between queries.
func (c *connection) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if statement := c.compiled[query]; statement != nil {
		return statement, nil
	}
	statement, err := c.raw.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("compiling a statement: %w", err)
	}
	c.compiled[query] = statement
	return statement, nil
}

func (c *connection) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	statement, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(context.WithoutCancel(ctx), args...)
}

func (c *connection) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	statement, err := c.statement(ctx, query)
	if err != nil {
		return c.raw.QueryRowContext(ctx, query, args...) // which gives the error in a row
	}
	return statement.QueryRowContext(context.WithoutCancel(ctx), args...)
}

func (c *connection) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	statement, err := c.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(context.WithoutCancel(ctx), args...)
}
