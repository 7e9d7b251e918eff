package engine

import (
	"errors"
	"syscall"
)

// isFull recognises the errors of a full disk.
func isFull(err error) bool {
	const errorHandleDiskFull, errorDiskFull = syscall.Errno(39), syscall.Errno(112)
	return errors.Is(err, errorDiskFull) || errors.Is(err, errorHandleDiskFull)
}
