package extractors

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/smallccwc/chronosync/engine/internal/ownfile"
)

// cacheDir is where compiled plugins are kept, "" when there is no place for
// them: it only saves time. What lies there is run as it is. So a directory of
// somebody else's is not used, and one that others can write, or a link, is
// replaced by an empty one.
func (l *Library) cacheDir() string {
	dir := cmp.Or(l.opt.SharedCache, l.opt.Cache)
	if info, err := os.Lstat(dir); err == nil {
		if !isOwn(info) || !isPrivateDir(info) && os.RemoveAll(dir) != nil {
			return ""
		}
	}
	if ownfile.MakeDir(dir) != nil {
		return ""
	}
	return dir
}

// isPrivateDir reports whether others can't put anything into a directory. Windows
// has other permissions, which the directory takes over from the user's own.
func isPrivateDir(info fs.FileInfo) bool {
	const others = 0o022
	return info.IsDir() && (runtime.GOOS == "windows" || info.Mode().Perm()&others == 0)
}

// tidyCache removes compiled code when much of it can no longer be of use: each
// version of a plugin and of the engine leaves a file. What can't be removed does
// no harm.
func (l *Library) tidyCache() {
	const spare = 8
	files := 0
	engines, _ := os.ReadDir(l.opt.Cache)
	for _, engine := range engines {
		compiled, _ := os.ReadDir(filepath.Join(l.opt.Cache, engine.Name()))
		files += len(compiled)
	}
	if files > 2*len(l.all)+spare {
		_ = os.RemoveAll(l.opt.Cache)
	}
}
