package openclaw

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
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
	file     file
	tables   map[string]map[string]bool // table -> column -> true
	filled   bool                       // holds any table
	version  int
	problems *problems
}

// has reports whether a table has all the columns.
func (db *database) has(table string, columns ...string) bool {
	have, found := db.tables[table]
	for _, column := range columns {
		found = found && have[column]
	}
	return found
}

// place is the cursor of a database as a whole.
type place struct {
	At        stamp    `json:"at"`
	WAL       stamp    `json:"wal"`
	Published []string `json:"p,omitempty"` // keyed digests of the ids of files that rows hold too
}

// database reads one database file unless nothing changed. Only errors of the
// sink and the context come back; damage is reported.
func (r *reader) database(st *store, w *windows, f file, wal stamp) error {
	if r.skipDatabase(st, w, f, wal) {
		return nil
	}
	var found problems
	skips := r.sink.skips
	const attempts = 3 // for a database that changes while it is read without locks
	for attempt := 1; ; attempt++ {
		found = nil
		err := r.snapshot(st, w, f, &found)
		if errors.Is(err, livesqlite.ErrChanged) && attempt < attempts {
			continue
		}
		if err != nil && !isDatabaseError(err) {
			return err
		}
		if err != nil && !r.foreign(f, err) {
			found.add(source.Skip{Where: f.id, Reason: databaseReason(err), Fatal: true})
		}
		break
	}
	for _, skip := range found {
		r.sink.Skip(skip)
	}
	if r.sink.skips > skips {
		return nil // looked at again next time, so that all of it is named again
	}
	next := place{At: f.at, WAL: wal}
	for _, id := range slices.Sorted(maps.Keys(w.published)) {
		next.Published = append(next.Published, r.digest(id))
	}
	return r.sink.Mark(f.id, encode(next))
}

// skipDatabase reports whether neither the database nor any file beside it
// changed. What the database knows is needed to read those files.
func (r *reader) skipDatabase(st *store, w *windows, f file, wal stamp) bool {
	var old place
	if !r.cursor(f.id, &old) || old.At != f.at || old.WAL != wal || !r.settled(f.at) || !r.settled(wal) {
		return false
	}
	digests := map[string]bool{}
	for _, digest := range old.Published {
		digests[digest] = true
	}
	published := map[string]bool{}
	for _, file := range st.files {
		if len(digests) > 0 && digests[r.digest(file.id)] {
			published[file.id] = true
		} else if _, _, unchanged := r.unchanged(file); !unchanged {
			return false
		}
	}
	maps.Copy(w.published, published)
	return true
}

// foreign reports whether an error means that the file is gone or some other
// program's database. An agent's own is known by its name.
func (r *reader) foreign(f file, err error) bool {
	ours := strings.HasPrefix(filepath.Base(f.path), strings.TrimSuffix(databaseName, ".sqlite"))
	return errors.Is(err, fs.ErrNotExist) ||
		!ours && (errors.Is(err, errUnknownSchema) || errors.Is(err, livesqlite.ErrNotDatabase))
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
	case errors.Is(err, livesqlite.ErrBusy), errors.Is(err, livesqlite.ErrChanged), errors.Is(err, livesqlite.ErrNeedsCopy):
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
func (r *reader) snapshot(st *store, w *windows, f file, found *problems) error {
	const busy = 5 * time.Second // as long as OpenClaw itself waits
	opened, err := livesqlite.Open(r.ctx, f.path, livesqlite.Options{TempDir: r.opt.TempDir, BusyTimeout: busy})
	if err != nil {
		return failed(err)
	}
	defer opened.Close()
	db := &database{DB: opened, file: f, problems: found}
	if err := db.inspect(r.ctx); err != nil {
		return failed(err)
	}
	for _, warning := range opened.Warnings() {
		reason := source.ReasonBadWAL
		if warning == livesqlite.MainCut {
			reason = source.ReasonBadDatabase
		}
		found.add(source.Skip{Where: f.id, Reason: reason})
	}
	switch {
	case db.has("transcript_events", "session_id", "seq", "event_json"),
		db.has("transcript_events", "session_id", "seq", "event_zstd"):
	case db.version >= firstWithTranscripts, db.version == 0 && db.filled, db.has("transcript_events"):
		return dbError{errUnknownSchema}
	default:
		return nil
	}
	if db.version > knownSchema {
		found.add(source.Skip{Where: f.id, Reason: source.ReasonNewerSchema, Note: true})
	}
	for _, part := range []struct {
		name string
		read func() error
	}{
		{"#windows", func() error { return failed(db.windows(r.ctx, w)) }},
		{"", func() error { return w.report(r.sink) }},
		{"#archives", func() error { return r.storedArchives(st, db, w) }},
		{"#cold", func() error { return r.coldArchives(st, db, w) }},
		{"#sessions", func() error { return r.events(db, w) }},
	} {
		if err := db.tolerate(part.name, part.read()); err != nil {
			return err
		}
	}
	return nil
}

// tolerate notes damage, so that what lies elsewhere is still read. Other
// errors come back, and those that another snapshot can mend.
func (db *database) tolerate(where string, err error) error {
	if !isDatabaseError(err) || databaseReason(err) == source.ReasonBusy {
		return err
	}
	db.problems.add(source.Skip{Where: db.file.id + where, Reason: databaseReason(err)})
	return nil
}

// knownTables are all that is ever read: no credentials, prompts or caches.
const knownTables = `'transcript_events', 'transcript_rewrite_watermarks', 'session_windows', 'sessions', 'session_nodes',
	'session_entries', 'conversations', 'session_transcript_archives', 'session_transcript_cold_archives'`

// inspect lists tables and columns: schemas are told by them, never by number.
func (db *database) inspect(ctx context.Context) error {
	if err := db.Conn().QueryRowContext(ctx, "PRAGMA user_version").Scan(&db.version); err != nil {
		return err
	}
	if err := db.Conn().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM sqlite_master)").Scan(&db.filled); err != nil {
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
	}, "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name IN ("+knownTables+")")
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
