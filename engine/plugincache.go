package engine

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/smallccwc/chronosync/engine/internal/ownfile"
)

func (p Places) cache() string { return filepath.Join(p.Home, "cache") }

// cacheDir is where compiled plugins are kept, "" when there is no place for
// them: it only saves time. What lies there is run as it is. So a directory of
// somebody else's is not used, and one that others can write, or a link, is
// replaced by an empty one.
func (e *Engine) cacheDir() string {
	dir := cmp.Or(e.opt.PluginCache, e.Places.cache())
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
func (e *Engine) tidyCache(plugins int) {
	const spare = 8
	files := 0
	engines, _ := os.ReadDir(e.Places.cache())
	for _, engine := range engines {
		compiled, _ := os.ReadDir(filepath.Join(e.Places.cache(), engine.Name()))
		files += len(compiled)
	}
	if files > 2*plugins+spare {
		_ = os.RemoveAll(e.Places.cache())
	}
}
