package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/ownfile"
)

// sweepTmp removes the copies of databases that killed runs left, and makes
// the directory for temporary files when needed. The home directory can be one
// that the user keeps other files in, so nothing else is touched.
func sweepTmp(dir string) error {
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%w for temporary files: %q is not a directory; move it away", ErrPlace, dir)
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return ownfile.MakeDir(dir)
	}
	for _, entry := range entries {
		if path := filepath.Join(dir, entry.Name()); isCopy(path) {
			err = errors.Join(err, os.RemoveAll(path))
		}
	}
	if err != nil {
		return fmt.Errorf("removing the leftovers of an earlier run: %w", err)
	}
	return nil
}

// isCopy recognises what livesqlite makes: a directory "database-..." with
// nothing but "copy.sqlite" and its companions.
func isCopy(path string) bool {
	if !strings.HasPrefix(filepath.Base(path), "database-") {
		return false
	}
	entries, err := os.ReadDir(path)
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), "copy.sqlite") {
			return false
		}
	}
	return err == nil
}
