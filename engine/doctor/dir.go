package doctor

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Dir is the state of a directory that a sync writes into, and makes if it has
// to.
type Dir struct {
	Path     string
	Exists   bool
	Blocked  string // a file or a broken link in its place or above it
	ReadOnly string // the directory, its or the one above, that takes no files
}

// LookAt tells by permissions alone whether a directory can be written or made.
func LookAt(path string) Dir {
	d := Dir{Path: path}
	for at := path; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case err == nil && !info.IsDir():
			d.Blocked = at
		case err == nil:
			d.Exists = at == path
			if !writable(at) {
				d.ReadOnly = at
			}
		case errors.Is(err, fs.ErrPermission):
			d.ReadOnly = filepath.Dir(at)
		default:
			if _, err := os.Lstat(at); err == nil {
				d.Blocked = at
			} else if filepath.Dir(at) != at {
				continue
			}
		}
		return d
	}
}

// Large finds the Markdown files below directories that have more than 256 KiB,
// largest first. Links are not followed, as OpenClaw does not.
func Large(dirs ...string) []LargeFile {
	const bound, most = 256 << 10, 100_000
	var found []LargeFile
	seen := map[string]bool{}
	looked := 0
	for _, dir := range dirs {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			switch looked++; {
			case looked > most:
				return filepath.SkipAll
			case err != nil || seen[path] || !entry.Type().IsRegular() || !strings.EqualFold(filepath.Ext(path), ".md"):
				return nil // what can't be read is not indexed either
			}
			seen[path] = true
			if info, err := entry.Info(); err == nil && info.Size() > bound {
				found = append(found, LargeFile{path, info.Size()})
			}
			return nil
		})
	}
	slices.SortFunc(found, func(a, b LargeFile) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Path, b.Path))
	})
	return found
}

// Loose names of the files those that others than their owner may read or
// write; none on systems whose permissions say nothing.
func Loose(paths ...string) []string {
	var loose []string
	for _, path := range paths {
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink == 0 && permissionsCount && info.Mode().Perm()&0o077 != 0 {
			loose = append(loose, path)
		}
	}
	return loose
}
