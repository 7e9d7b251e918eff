//go:build unix

package extractors

import (
	"io/fs"
	"os"
	"syscall"
)

// isOwn reports whether a file belongs to the user that we run as.
func isOwn(info fs.FileInfo) bool {
	stat, known := info.Sys().(*syscall.Stat_t)
	return known && int(stat.Uid) == os.Geteuid()
}
