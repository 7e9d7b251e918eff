package openclaw

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/livesqlite"
	"github.com/smallccwc/chronosync/engine/source"
)

// knownSchema is the newest schema version seen (2026.9.6).
const knownSchema = 23

// firstWithTranscripts is the oldest schema version whose database holds
// transcripts; before it the file exists but JSONL is the truth.
const firstWithTranscripts = 8

// database is an opened database of one agent with what its tables offer.
type database struct {
	*livesqlite.DB
	file    file
	tables  map[string]map[string]bool // table -> column -> true
	version int
}

// has reports whether a table has all the columns.
func (db *database) has(table string, columns ...string) bool {
	have, found := db.tables[table]
	for _, column := range columns {
		found = found && have[column]
	}
	return found
}

// database reads one database file unless nothing changed. Only errors of the
// sink and the context come back; damage is reported.
func (r *reader) database(st *store, w *windows, f file, wal stamp) error {
	if r.unchanged(f.id, f.at, wal) {
		return nil
	}
	var skipped tally
	const attempts = 3 // for a database that changes while it is read without locks
	for attempt := 1; ; attempt++ {
		skipped = tally{}
		err := r.snapshot(st, w, f, &skipped)
		if errors.Is(err, livesqlite.ErrChanged) && attempt < attempts {
			continue
		}
		if err != nil && !isDatabaseError(err) {
			return err
		}
		if errors.Is(err, fs.ErrNotExist) || err != nil && !isAgentDatabase(f) && !errors.Is(err, livesqlite.ErrCorrupt) {
			return nil // gone, or some other program's database
		}
		if err != nil {
			skipped.add(databaseReason(err), f.id)
			skipped.skips[len(skipped.skips)-1].Fatal = true
		}
		break
	}
	skipped.report(r.sink, source.KindSQLite)
	return r.mark(f.id, f.at, wal, skipped.skips)
}

// isAgentDatabase tells by name the files that must be readable from the other
// databases that may lie in the same directory.
func isAgentDatabase(f file) bool {
	return strings.HasPrefix(filepath.Base(f.path), strings.TrimSuffix(databaseName, ".sqlite"))
}

// dbError marks errors of reading a database, as opposed to the sink's.
type dbError struct{ err error }

func (e dbError) Error() string { return e.err.Error() }
func (e dbError) Unwrap() error { return e.err }

func isDatabaseError(err error) bool {
	_, found := errors.AsType[dbError](err)
	return found
}

// failed classifies an error of a query.
func failed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return dbError{livesqlite.Classify(err)}
}

func databaseReason(err error) source.Reason {
	switch {
	case errors.Is(err, livesqlite.ErrBusy), errors.Is(err, livesqlite.ErrChanged):
		return source.ReasonBusy
	case errors.Is(err, livesqlite.ErrUnreadable):
		return source.ReasonUnreadable
	case errors.Is(err, errUnknownSchema):
		return source.ReasonUnknownSchema
	}
	return source.ReasonBadDatabase
}

var errUnknownSchema = errors.New("no known transcript tables")

// snapshot opens the database and reads it in one transaction.
func (r *reader) snapshot(st *store, w *windows, f file, skipped *tally) error {
	const busy = 5 * time.Second // as long as OpenClaw itself waits
	opened, err := livesqlite.Open(r.ctx, f.path, livesqlite.Options{TempDir: r.opt.TempDir, BusyTimeout: busy})
	if err != nil {
		return failed(err)
	}
	defer opened.Close()
	db := &database{DB: opened, file: f}
	if err := db.inspect(r.ctx); err != nil {
		return failed(err)
	}
	for _, warning := range opened.Warnings() {
		reason := source.ReasonBadWAL
		if warning == livesqlite.MainCut {
			reason = source.ReasonBadDatabase
		}
		skipped.add(reason, f.id)
	}
	if !db.has("transcript_events", "session_id", "seq", "event_json") && !db.has("transcript_events", "session_id", "seq", "event_zstd") {
		if db.version >= firstWithTranscripts || len(db.tables) > 0 && db.version == 0 || db.has("transcript_events") {
			return dbError{errUnknownSchema}
		}
		return nil
	}
	if db.version > knownSchema {
		skipped.add(source.ReasonNewerSchema, f.id)
		skipped.skips[len(skipped.skips)-1].Note = true
	}
	if err := failed(db.windows(r.ctx, w)); isDatabaseError(err) {
		skipped.add(databaseReason(err), f.id+"#windows") // the events may still be readable
	} else if err != nil {
		return err
	}
	if err := w.report(r.sink); err != nil {
		return err
	}
	if err := r.storedArchives(db, w, skipped); err != nil {
		return err
	}
	if err := r.coldArchives(st, db, w, skipped); err != nil {
		return err
	}
	return r.events(db, w, skipped)
}

// inspect lists tables and columns: schemas are told by them, never by number.
func (db *database) inspect(ctx context.Context) error {
	if err := db.Conn().QueryRowContext(ctx, "PRAGMA user_version").Scan(&db.version); err != nil {
		return err
	}
	db.tables = map[string]map[string]bool{}
	return db.query(ctx, func(rows *sql.Rows) error {
		var table, column string
		if err := rows.Scan(&table, &column); err != nil {
			return err
		}
		if db.tables[table] == nil {
			db.tables[table] = map[string]bool{}
		}
		db.tables[table][column] = true
		return nil
	}, "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'")
}

// query runs one statement and hands over its rows.
func (db *database) query(ctx context.Context, row func(*sql.Rows) error, query string, args ...any) error {
	rows, err := db.Conn().QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
