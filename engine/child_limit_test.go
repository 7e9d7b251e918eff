//go:build linux || darwin

package engine_test

import (
	"os"
	"strconv"
	"syscall"
)

// fileSizeSignals kill a program that passes its limit unless it ignores them.
func fileSizeSignals() []os.Signal { return []os.Signal{syscall.SIGXFSZ} }

// limitFileSize bounds every file that this process writes.
func limitFileSize(size string) error {
	n, err := strconv.ParseUint(size, 10, 32)
	if err != nil {
		return err
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
}
