package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

// Options say how an archive is opened. The zero value is usable.
type Options struct {
	// ReadOnly opens an archive that must exist and changes nothing in it,
	// except that SQLite takes back what a killed writer left half done.
	ReadOnly bool
	// BusyTimeout is how long to wait for another program; 0 is 5 s.
	BusyTimeout time.Duration
}

// Store is an open archive. Its reading methods are safe for concurrent use and
// see what was committed; writing goes through one [Batch] at a time.
type Store struct {
	read  reader  // the pool, or what a snapshot reads by
	pool  *sql.DB // for reading
	write *sql.DB // one connection; nil when opened for reading
	packer

	batch   *Batch             // the open one
	index   *textindex.Builder // what the open batch adds to the text index
	known   *ledger            // what the archive holds, as the last batch left it; nil is not loaded
	knownAt int64              // data_version of the archive then
}

// Open opens the archive at path, whose directory must exist, and makes an
// empty one where there is none. With ReadOnly a missing file is
// [fs.ErrNotExist]. Other states are [ErrNewer], [ErrOlder] (only with
// ReadOnly), [ErrCorrupt], [ErrBusy] and [ErrFull]. The caller closes the store,
// and holds a lock against other writers unless it only reads.
func Open(ctx context.Context, path string, opt Options) (*Store, error) {
	s, err := open(ctx, path, opt, format{version: FormatVersion, create: schema, migrations: migrations})
	if err != nil {
		return nil, fmt.Errorf("opening archive %q: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string, opt Options, f format) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := f.prepare(ctx, path, opt); err != nil {
		return nil, err
	}
	s := &Store{pool: connect(path, opt, "query_only(1)", "temp_store(2)")}
	s.read = s.pool
	// Reads outside of a transaction hold no lock between pages of results, so
	// a few connections let a page and its details be read side by side.
	s.pool.SetMaxOpenConns(4)
	if !opt.ReadOnly {
		// FULL, not NORMAL: with a rollback journal NORMAL leaves a small
		// chance of a damaged file after a power failure, and this file may be
		// the only copy of what OpenClaw deleted. A batch commits seldom enough
		// that the second sync is not felt.
		s.write = connect(path, opt, "journal_mode(DELETE)", "synchronous(FULL)", "temp_store(2)", "cache_size(-4096)")
		s.write.SetMaxOpenConns(1)
		s.index = textindex.NewBuilder()
	}
	if s.packer, err = newPacker(); err != nil {
		s.pool.Close()
		return nil, errors.Join(err, s.closeWriter())
	}
	return s, nil
}

// Close takes back an open batch and closes the file.
func (s *Store) Close() error {
	var err error
	if s.batch != nil {
		err = s.batch.Rollback()
	}
	s.packer.close()
	return errors.Join(err, s.closeWriter(), s.pool.Close())
}

// Shrink gives back the memory that batches took and keep for the next one: the
// pages that SQLite remembers, and what the text index is made in.
func (s *Store) Shrink(ctx context.Context) error {
	if s.write == nil {
		return nil
	}
	if s.batch != nil {
		return ErrBatchOpen
	}
	s.index = textindex.NewBuilder()
	_, err := s.write.ExecContext(ctx, "PRAGMA shrink_memory")
	return fault(ctx, "giving back memory", err)
}

func (s *Store) closeWriter() error {
	if s.write == nil {
		return nil
	}
	return s.write.Close()
}

// connect describes how connections to the file at path are made; it opens none.
func connect(path string, opt Options, pragmas ...string) *sql.DB {
	timeout := opt.BusyTimeout
	if timeout == 0 {
		timeout = 5 * time.Second
	}
	// The timeout comes first so that it holds for the other pragmas.
	query := url.Values{"mode": {"rw"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", timeout.Milliseconds())}}
	for _, pragma := range pragmas {
		query.Add("_pragma", pragma)
	}
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/dir: SQLite wants file:///C:/dir
	}
	name := url.URL{Scheme: "file", Path: slashed, RawQuery: query.Encode()}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		panic(err) // only an unregistered driver
	}
	return db
}

// createTemp makes an empty file of our own beside path and returns its name.
// It is unique, so that two writers without a lock do not mix their bytes.
func createTemp(path string) (string, error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+tempInfix+"*")
	if err != nil {
		return "", err
	}
	return file.Name(), file.Close() // CreateTemp gives 0600, and SQLite's journals take it over
}

const tempInfix = ".new-"

// sweep removes what killed runs left beside the archive.
func sweep(path string) error {
	left, err := filepath.Glob(globEscape(path+tempInfix) + "*")
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

func globEscape(path string) string {
	if filepath.Separator == '\\' {
		return path // no escapes on Windows, and no brackets that need one in practice
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// swap puts the finished file temp in the place of path for good.
func swap(temp, path string) error {
	file, err := os.OpenFile(temp, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	// Windows and some network file systems can't sync a directory; they give
	// no better promise.
	if err := dir.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EINVAL) {
		return err
	}
	return nil
}
