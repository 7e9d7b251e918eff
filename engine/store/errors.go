package store

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// States of the archive that callers tell apart with [errors.Is].
var (
	ErrNewer     = errors.New("the archive was written by a newer version of session-sync; upgrade session-sync to use it")
	ErrOlder     = errors.New("the archive has an older format; run a sync to bring it up to date")
	ErrCorrupt   = errors.New("the archive is damaged or not an archive; move it away and sync again, or restore a copy")
	ErrBusy      = errors.New("another program holds the archive; try again when it is done")
	ErrFull      = errors.New("no space left for the archive; what was archived before is intact")
	ErrReadOnly  = errors.New("the archive was opened for reading")
	ErrBatchOpen = errors.New("a batch is open; commit it or roll it back first")
	ErrEnded     = errors.New("the batch or transcript was already ended")
	ErrNoMessage = errors.New("no message has this id")
	ErrNoItem    = errors.New("no item has this id")
	ErrOutdated  = errors.New("the session changed since the plugin read it; the next sync reads it again")
)

// fault wraps an error of the database with what was being done and with the
// state it stands for. SQLite's messages name tables and constraints, never
// values, so they may be shown.
func fault(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		// The driver reports an interrupted statement in its own words.
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%s: %w (%w)", doing, ErrBusy, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%s: %w (%w)", doing, ErrFull, err)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s: %w (%w)", doing, ErrCorrupt, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
