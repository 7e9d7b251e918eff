package filelock

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/gofrs/flock"
)

const retryEvery = 20 * time.Millisecond

// ErrHeld says that another run holds the lock. Errors that wrap it are of type
// [*HeldError].
var ErrHeld = errors.New("held by another run")

// ErrNotRegular says that the lock file is a link, a directory or something
// else that is not ours to open.
var ErrNotRegular = errors.New("not a regular file")

// HeldError names the run that holds the lock.
type HeldError struct {
	Path   string
	Holder Holder // zero when it left no readable note
}

// Error says who holds which lock.
func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("lock %q is %v", e.Path, ErrHeld)
	}
	return fmt.Sprintf("lock %q is %v: process %d since %s",
		e.Path, ErrHeld, e.Holder.PID, e.Holder.Since.Format(timeLayout))
}

// Unwrap returns [ErrHeld].
func (e *HeldError) Unwrap() error { return ErrHeld }

// Lock is a held lock.
type Lock struct {
	file *flock.Flock
}

// Acquire takes the lock at path, creating the file with mode 0600 in a
// directory that exists. While another run, or another Lock of this one, holds
// it, Acquire tries for as long as wait says, then gives a [*HeldError]; a wait
// of 0 means one try. When ctx ends first, its error is returned.
func Acquire(ctx context.Context, path string, wait time.Duration) (*Lock, error) {
	// A link would be followed, and opening a FIFO would block for good.
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = ErrNotRegular
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("locking %q: %w", path, err)
	}
	file := flock.New(path)
	if err := try(ctx, file, wait); err != nil {
		return nil, err
	}
	return &Lock{file: file}, nil
}

// Announce leaves a note of who holds the lock, for whoever waits for it. Runs
// that are over in no time need none, and leave the file as it was.
func (l *Lock) Announce() {
	writeNote(l.file.Path(), Holder{PID: os.Getpid(), Since: time.Now()})
}

func try(ctx context.Context, file *flock.Flock, wait time.Duration) error {
	// The first try comes before the timer, which may have run out already.
	locked, err := false, ctx.Err()
	if err == nil {
		locked, err = file.TryLock()
	}
	if !locked && err == nil && wait > 0 {
		patience, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		locked, err = file.TryLockContext(patience, retryEvery)
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			err = nil // only our patience ended
		}
	}
	if err != nil {
		return fmt.Errorf("locking %q: %w", file.Path(), err)
	}
	if !locked {
		return &HeldError{Path: file.Path(), Holder: readNote(file.Path())}
	}
	return nil
}

// Release gives the lock up. The file stays. Releasing twice does nothing.
func (l *Lock) Release() error {
	if err := l.file.Unlock(); err != nil {
		return fmt.Errorf("unlocking %q: %w", l.file.Path(), err)
	}
	return nil
}
