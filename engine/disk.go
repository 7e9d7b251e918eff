package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// noSpace stands for a full disk in errors of files other than the archive,
// which has its own words for it.
type noSpace struct{}

func (noSpace) Error() string {
	return "no space left on the disk; free some and run it again, what was archived before is intact"
}

func (noSpace) Is(target error) bool { return target == ErrFull }

// diagnosed adds to an error of writing our files the state that callers act
// on: [ErrNotWritable] or [ErrFull]. Errors of SQLite do not always tell, so
// for those without a state the home directory is tried.
func (e *Engine) diagnosed(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	for _, state := range []error{ErrNoState, ErrNoWorkspace, ErrNoneReadable, ErrNoKey, ErrPlace, ErrNotWritable, ErrLocked, ErrNewer, ErrCorrupt, ErrBusy, ErrFull} {
		if errors.Is(err, state) {
			return err
		}
	}
	if named := diskState(err); named != err {
		return named
	}
	if tried := diskState(tryWrite(e.Places.Archive())); errors.Is(tried, ErrNotWritable) || errors.Is(tried, ErrFull) {
		return fmt.Errorf("%w (%w)", err, tried)
	}
	return err
}

// diskState names the state that an error of the operating system stands for.
func diskState(err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%w: %w", ErrNotWritable, err)
	case isFull(err):
		return fmt.Errorf("%w: %w", noSpace{}, err)
	}
	return err
}

// tryWrite reports why the file at path could not grow by what a sync may add
// at once, nil when it could. Another file beside it is tried, at that offset:
// sizes can be limited. What lies before the offset takes no space.
func tryWrite(path string) error {
	const (
		block  = 4096     // file systems that are full still take names and a few bytes
		growth = 32 << 20 // more than one batch adds
	)
	var size int64
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".session-sync-*")
	if err != nil {
		return err
	}
	_, err = file.WriteAt(make([]byte, block), size+growth)
	return errors.Join(err, file.Close(), os.Remove(file.Name()))
}
