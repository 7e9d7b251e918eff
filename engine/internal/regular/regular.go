package regular

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotRegular means that the path is there but is not a regular file.
var ErrNotRegular = errors.New("not a regular file")

// Open opens path for reading. The caller closes the file.
func Open(path string) (*os.File, fs.FileInfo, error) {
	// Asked first because opening a device can have effects of its own.
	if info, err := os.Lstat(path); err != nil {
		return nil, nil, err
	} else if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("opening %q: %w", path, ErrNotRegular)
	}
	file, err := os.OpenFile(path, os.O_RDONLY|noFollowNoBlock, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("opening %q: %w", path, ErrNotRegular)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return file, info, nil
}

// Inside reports whether path lies in dir or is dir. Both must be real paths.
func Inside(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
