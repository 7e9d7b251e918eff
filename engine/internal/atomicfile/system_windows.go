package atomicfile

import (
	"errors"
	"os"
	"syscall"
	"time"
)

const sharingViolation = syscall.Errno(32) // ERROR_SHARING_VIOLATION

// rename tries a few times: virus scanners and indexers keep new files open
// for some milliseconds, and Windows replaces no open file.
func rename(from, to string) error {
	const tries = 8
	wait := 5 * time.Millisecond
	for try := 1; ; try++ {
		err := os.Rename(from, to)
		busy := errors.Is(err, sharingViolation) || errors.Is(err, syscall.ERROR_ACCESS_DENIED)
		if !busy || try == tries {
			return err
		}
		time.Sleep(wait)
		wait *= 2
	}
}

// syncDir has nothing to do: Windows can't sync directories, NTFS journals the
// rename.
func syncDir(string) error { return nil }
