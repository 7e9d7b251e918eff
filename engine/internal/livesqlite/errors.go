package livesqlite

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// States a database can be in, to be matched with [errors.Is]. They come from
// [Open], from [DB.Verify] and, for errors of queries, from [Classify].
var (
	// ErrNotDatabase: the file is empty or does not begin like a database.
	ErrNotDatabase = errors.New("not a SQLite database")
	// ErrCorrupt: a database, but damaged in a place that was needed.
	ErrCorrupt = errors.New("damaged database")
	// ErrBusy: the owner held it locked for longer than the busy timeout.
	ErrBusy = errors.New("locked by another program for too long")
	// ErrChanged: the owner changed the file under an unlocked read. Close,
	// open and read again.
	ErrChanged = errors.New("changed while being read")
	// ErrNeedsCopy: it can be read from a copy only, and there is no place for
	// one.
	ErrNeedsCopy = errors.New("left in the middle of a write, and there is no private directory for a copy")
	// ErrUnreadable: not a regular file, no permission, gone (then also
	// [fs.ErrNotExist]) or an I/O error.
	ErrUnreadable = errors.New("can not be read")
)

// Classify turns an error of a query on [DB.Conn] into one that matches the
// errors of this package. The result holds SQLite's result code but not its
// message, which can quote what the file contains. Errors that describe none
// of these states, nil included, are returned as they are.
func Classify(err error) error {
	code := resultCode(err)
	switch code & 0xff { // the low byte is the primary code, the rest refines it
	case sqlite3.SQLITE_NOTADB:
		err = ErrNotDatabase
	case sqlite3.SQLITE_CORRUPT:
		err = ErrCorrupt
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		err = ErrBusy
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY:
		err = ErrUnreadable
	default:
		return err
	}
	return fmt.Errorf("%w (SQLite result %d)", err, code)
}

// resultCode returns SQLite's extended result code, 0 for other errors.
func resultCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// unreadable is err as an [ErrUnreadable], without the path that errors of
// package os repeat.
func unreadable(what string, err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		err = e.Err
	}
	return fmt.Errorf("%w: %s: %w", ErrUnreadable, what, err)
}
