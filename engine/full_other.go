//go:build !windows

package engine

import (
	"errors"
	"syscall"
)

// isFull recognises the errors of a full disk, a used-up quota and a limit on
// file sizes.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
