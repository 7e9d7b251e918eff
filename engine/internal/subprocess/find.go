package subprocess

import (
	"os"
	"path/filepath"
	"runtime"
)

// Find gives the path of the first of some programs in the directories of a
// PATH, "" when there is none. Relative directories are passed over: what they
// hold depends on where we are.
func Find(path string, names ...string) string {
	for _, dir := range filepath.SplitList(path) {
		for _, name := range names {
			file := filepath.Join(dir, name)
			if info, err := os.Stat(file); filepath.IsAbs(dir) && err == nil && runs(info) {
				return file
			}
		}
	}
	return ""
}

func runs(info os.FileInfo) bool {
	return info.Mode().IsRegular() && (runtime.GOOS == "windows" || info.Mode().Perm()&0o111 != 0)
}
