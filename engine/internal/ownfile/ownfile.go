package ownfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"

	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// ErrPlace means that our files can't be where they are to be.
var ErrPlace = errors.New("unusable directory")

// AsideSuffix marks files that were there before us.
const AsideSuffix = ".before-session-sync"

// MakeDir creates a private directory with its parents. A link to a directory
// is one.
func MakeDir(path string) error {
	err := os.MkdirAll(path, 0o700)
	if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%w: %q or a part of it is a file or a broken link; move it away or name another directory", ErrPlace, path)
	}
	if err != nil {
		return fmt.Errorf("creating directory: %w", err)
	}
	return nil
}

// SetAside renames a file that was not written by us, such as the original
// skill's, to a free name.
func SetAside(path string, ours func(path string) bool) error {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || ours(path) {
		return err
	}
	aside := path + AsideSuffix
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(path, aside)
		}
		aside = path + AsideSuffix + "." + strconv.Itoa(n)
	}
}

// IsRegular reports whether path is a regular file, and no link to one.
func IsRegular(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode().IsRegular()
}

// IsDir reports whether path is a directory, and no link to one.
func IsDir(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// Head reads the beginning of a regular file, at most size bytes, "" when there is
// none. Others write into these directories too, so links are not followed and nothing
// can make us wait.
func Head(path string, size int) string {
	file, _, err := regular.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	head := make([]byte, size)
	n, _ := io.ReadFull(file, head) // short files are read as far as they go
	return string(head[:n])
}
