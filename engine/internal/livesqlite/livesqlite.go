package livesqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// openAttempts bounds how often [Open] starts again because the owner changed
// the files meanwhile.
const openAttempts = 5

const defaultBusyTimeout = 5 * time.Second

// smallestPage is the least that a database with anything in it has. SQLite
// takes much shorter files for empty databases.
const smallestPage = 512

// Options are the circumstances of an [Open].
type Options struct {
	// TempDir holds copies while they are read. It must exist and be private
	// (0700). Without it a database that needs a copy is [ErrNeedsCopy].
	TempDir string
	// BusyTimeout is how long to wait for a lock, 5 seconds when zero.
	BusyTimeout time.Duration
	// Now is the clock that file times are compared with, [time.Now] when nil.
	Now func() time.Time
}

// Mode is the way a database is read.
type Mode uint8

// Modes; the package comment tells which is used when.
const (
	Live      Mode = iota + 1 // together with the owner, under SQLite's locks
	Immutable                 // without locks; [DB.Verify] notices changes
	Copy                      // from a private copy
)

// String names the mode.
func (m Mode) String() string {
	switch m {
	case Live:
		return "live"
	case Immutable:
		return "immutable"
	case Copy:
		return "copy"
	}
	return fmt.Sprintf("Mode(%d)", uint8(m))
}

// DB is an open database. It is not safe for concurrent use.
type DB struct {
	path     string
	pool     *sql.DB // limited to conn
	conn     *sql.Conn
	mode     Mode
	seen     files  // as they were when opened
	copyDir  string // "" unless mode is Copy
	warnings []Warning
}

// Open opens the database at path and begins a read transaction. The caller
// closes it, soon: a transaction on a live database keeps its owner from
// resetting the -wal.
//
// Errors: [ErrNotDatabase], [ErrCorrupt], [ErrBusy], [ErrUnreadable];
// [ErrChanged] when the files did not keep still for long enough;
// [ErrNeedsCopy]; others when a copy can't be written.
func Open(ctx context.Context, path string, opt Options) (*DB, error) {
	if opt.BusyTimeout == 0 {
		opt.BusyTimeout = defaultBusyTimeout
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("opening database %q: %w", path, err)
	}
	o := opener{absolute, opt}
	for range openAttempts {
		var db *DB
		if db, err = o.open(ctx); err == nil {
			return db, nil
		}
		if !errors.Is(err, ErrChanged) {
			break
		}
	}
	if ctx.Err() != nil {
		err = ctx.Err() // not the interrupted query it caused
	}
	return nil, fmt.Errorf("opening database %q: %w", path, err)
}

// Conn is the one connection, inside the read transaction. Closing it is left
// to [DB.Close].
func (db *DB) Conn() *sql.Conn { return db.conn }

// Mode is the way the database is read.
func (db *DB) Mode() Mode { return db.mode }

// Warnings tells what of the database is left out, nil when nothing is.
func (db *DB) Warnings() []Warning { return slices.Clone(db.warnings) }

// Verify returns nil when everything read so far is one consistent state, and
// [ErrChanged] when the file changed under an [Immutable] read: then nothing
// read since the last Verify may be used.
func (db *DB) Verify() error {
	if err := db.verify(); err != nil {
		return fmt.Errorf("reading database %q: %w", db.path, err)
	}
	return nil
}

func (db *DB) verify() error {
	if db.mode != Immutable {
		return nil
	}
	now, err := look(db.path)
	if err == nil && !now.same(db.seen) || errors.Is(err, fs.ErrNotExist) {
		return ErrChanged
	}
	return err
}

// Close ends the transaction and removes the copy, if one was made. Rows must
// be closed before.
func (db *DB) Close() error {
	err := errors.Join(db.conn.Close(), db.pool.Close())
	if db.copyDir != "" {
		err = errors.Join(err, os.RemoveAll(db.copyDir))
	}
	if err != nil {
		return fmt.Errorf("closing database %q: %w", db.path, err)
	}
	return nil
}

// opener is one call of [Open], with the options filled in.
type opener struct {
	path string
	opt  Options
}

// open makes one attempt, by what lies there now.
func (o opener) open(ctx context.Context) (*DB, error) {
	seen, err := look(o.path)
	switch {
	case err != nil:
		return nil, err
	case seen.main.info.Size() < smallestPage:
		return nil, fmt.Errorf("%w: the file has only %d bytes", ErrNotDatabase, seen.main.info.Size())
	case seen.journal.filled():
		return o.openCopy(ctx, seen)
	case seen.wal.filled():
		return o.openWithWAL(ctx, seen)
	}
	return o.openImmutable(ctx, seen)
}

func (o opener) openWithWAL(ctx context.Context, seen files) (*DB, error) {
	pageSize := o.mainPageSize(ctx)
	warning, err := inspectWAL(o.path, seen.wal, pageSize, o.opt.Now())
	if err != nil {
		return nil, err
	}
	if warning == WALForeign || warning == WALDamaged {
		return o.openImmutable(ctx, seen, warning)
	}
	var db *DB
	if seen.shm.info != nil {
		db, err = o.openLive(ctx, seen)
	} else {
		db, err = o.openCopy(ctx, seen)
	}
	if errors.Is(err, ErrCorrupt) || errors.Is(err, ErrNotDatabase) {
		return o.openImmutable(ctx, seen, WALDropped)
	}
	if err == nil && warning != 0 {
		db.warnings = append(db.warnings, warning)
	}
	return db, err
}

func (o opener) openLive(ctx context.Context, seen files) (*DB, error) {
	db, err := o.begin(ctx, &DB{path: o.path, mode: Live, seen: seen}, o.path, "mode=ro&readonly_shm=1")
	switch resultCode(err) & 0xff {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		// The -shm went away, can't be read, or would have to be written
		// first because its owner is just setting it up.
		return o.openCopy(ctx, seen)
	}
	return db, Classify(err)
}

func (o opener) openImmutable(ctx context.Context, seen files, warnings ...Warning) (*DB, error) {
	if err := seen.settle(ctx, o.opt.Now()); err != nil {
		return nil, err
	}
	db := &DB{path: o.path, mode: Immutable, seen: seen, warnings: warnings}
	opened, err := o.begin(ctx, db, o.path, "mode=ro&immutable=1")
	// First of all: what looks like damage can be a change in progress.
	if changed := db.verify(); changed != nil {
		if opened != nil {
			changed = errors.Join(changed, opened.Close())
		}
		return nil, changed
	}
	return opened, Classify(err)
}

func (o opener) openCopy(ctx context.Context, seen files) (*DB, error) {
	if err := seen.settle(ctx, o.opt.Now()); err != nil {
		return nil, err
	}
	dir, err := copyFiles(ctx, o.path, seen, o.opt.TempDir)
	if err != nil {
		return nil, err
	}
	db := &DB{path: o.path, mode: Copy, seen: seen, copyDir: dir}
	opened, err := o.begin(ctx, db, filepath.Join(dir, copyName), "mode=rw")
	if err != nil {
		return nil, errors.Join(Classify(err), os.RemoveAll(dir))
	}
	return opened, nil
}

// begin connects db to the file at path and takes the snapshot. Its errors are
// still SQLite's own.
func (o opener) begin(ctx context.Context, db *DB, path, access string) (_ *DB, err error) {
	if db.pool, db.conn, err = o.connect(ctx, path, access); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.conn.Close(), db.pool.Close())
		}
	}()
	if _, err := db.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return nil, err
	}
	err = readHeader(ctx, db.conn)
	if resultCode(err)&0xff == sqlite3.SQLITE_CORRUPT {
		err = db.beginCut(ctx)
	}
	if err != nil {
		return nil, err
	}
	// BEGIN alone takes no snapshot and finds no damage.
	var tables int
	if err := db.conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil {
		return nil, err
	}
	return db, nil
}

// beginCut tries to read a damaged header once more. That the file is shorter
// than its header says is the only damage there that can be tolerated.
func (db *DB) beginCut(ctx context.Context) error {
	if err := tolerateCut(ctx, db.conn); err != nil {
		return err
	}
	if err := readHeader(ctx, db.conn); err != nil {
		return err
	}
	pageSize, err := queryPageSize(ctx, db.conn)
	if err != nil {
		return err
	}
	if db.seen.main.info.Size() < pageSize {
		return fmt.Errorf("%w: cut off inside the schema", ErrCorrupt)
	}
	db.warnings = append(db.warnings, MainCut)
	return nil
}

// connect opens one connection, without reading the file.
func (o opener) connect(ctx context.Context, path, access string) (*sql.DB, *sql.Conn, error) {
	pool, err := sql.Open("sqlite", o.uri(path, access))
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(1)
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, pool.Close())
	}
	return pool, conn, nil
}

// mainPageSize asks SQLite for the page size of the main file without its
// -wal. It returns 0 when that can't be told.
func (o opener) mainPageSize(ctx context.Context) int64 {
	pool, conn, err := o.connect(ctx, o.path, "mode=ro&immutable=1")
	if err != nil {
		return 0
	}
	defer pool.Close()
	defer conn.Close()
	if tolerateCut(ctx, conn) != nil || readHeader(ctx, conn) != nil {
		return 0
	}
	size, err := queryPageSize(ctx, conn)
	if err != nil {
		return 0
	}
	return size
}

// readHeader makes SQLite read the database header and nothing else.
func readHeader(ctx context.Context, conn *sql.Conn) error {
	var version int
	return conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
}

// queryPageSize returns the size in bytes, as the header read before gave it.
func queryPageSize(ctx context.Context, conn *sql.Conn) (size int64, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size)
	return size, err
}

// tolerateCut changes how SQLite reads; nothing becomes writable, because
// every connection is query_only.
func tolerateCut(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "PRAGMA writable_schema=ON")
	return err
}

// uri is the data source name. The schema and the pages are a stranger's, so
// they get no trust; temporary tables stay in memory, because they would hold
// chat text in a shared directory.
func (o opener) uri(path, access string) string {
	query := access + fmt.Sprintf("&_pragma=busy_timeout(%d)", o.opt.BusyTimeout.Milliseconds()) +
		"&_pragma=query_only(1)&_pragma=trusted_schema(0)&_pragma=cell_size_check(1)&_pragma=temp_store(2)"
	return fileURI(filepath.ToSlash(path)) + "?" + query
}

// fileURI escapes an absolute path with forward slashes. A drive letter needs a
// slash before it, see https://www.sqlite.org/uri.html.
func fileURI(path string) string {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path}
	return u.String()
}
