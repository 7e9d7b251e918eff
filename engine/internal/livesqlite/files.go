package livesqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// clockTick is how far apart two changes must be to be sure of different
// modification times: file systems stamp with the kernel's tick, up to 10 ms.
const clockTick = 20 * time.Millisecond

// files is what lies under the four names of a database at one moment.
type files struct {
	main, wal, shm, journal file
}

// file is one of them; info is nil when there is none.
type file struct {
	info fs.FileInfo
}

// look takes stock without opening anything. An error means that one of the
// names can't be told or is no regular file.
func look(path string) (files, error) {
	var f files
	var err error
	if f.main, err = lookAt(path, ""); err != nil {
		return files{}, err
	}
	if f.main.info == nil {
		return files{}, unreadable("database", fs.ErrNotExist)
	}
	if f.wal, err = lookAt(path, "-wal"); err != nil {
		return files{}, err
	}
	if f.shm, err = lookAt(path, "-shm"); err != nil {
		return files{}, err
	}
	if f.journal, err = lookAt(path, "-journal"); err != nil {
		return files{}, err
	}
	return f, nil
}

func lookAt(path, suffix string) (file, error) {
	what := "database"
	if suffix != "" {
		what = "its " + suffix + " file"
	}
	info, err := os.Lstat(path + suffix)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return file{}, nil
	case err != nil:
		return file{}, unreadable(what, err)
	case !info.Mode().IsRegular():
		return file{}, fmt.Errorf("%w: %s is not a regular file", ErrUnreadable, what)
	}
	// On Windows the identity is looked up when first compared, by name. Do it
	// now, before the name can lead to another file.
	os.SameFile(info, info)
	return file{info}, nil
}

// openForeign opens a file of another program that was seen before.
func openForeign(path string) (*os.File, error) {
	f, _, err := regular.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrChanged
	}
	if err != nil {
		return nil, unreadable(filepath.Base(path), err)
	}
	return f, nil
}

// filled reports whether there is a file with content. SQLite treats an empty
// -wal or -journal like none.
func (f file) filled() bool { return f.info != nil && f.info.Size() > 0 }

func (f file) same(other file) bool {
	if !f.filled() || !other.filled() {
		return f.filled() == other.filled()
	}
	return os.SameFile(f.info, other.info) &&
		f.info.Size() == other.info.Size() &&
		f.info.ModTime().Equal(other.info.ModTime())
}

// same compares what holds data. The -shm does not count: readers touch it.
func (f files) same(other files) bool {
	return f.main.same(other.main) && f.wal.same(other.wal) && f.journal.same(other.journal)
}

// settle waits until a further change is sure to bear another modification
// time than the one seen, so that comparing times afterwards notices it.
func (f files) settle(ctx context.Context, now time.Time) error {
	var wait time.Duration
	for _, one := range []file{f.main, f.wal, f.journal} {
		if one.info != nil {
			wait = max(wait, clockTick-now.Sub(one.info.ModTime()))
		}
	}
	if wait <= 0 {
		return nil
	}
	// A clock that runs behind the file system's is no reason to wait longer.
	timer := time.NewTimer(min(wait, clockTick))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
