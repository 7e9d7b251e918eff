//go:build unix

package regular

import (
	"io/fs"
	"syscall"
)

// Inode is the file's number in its file system, 0 where there is none.
func Inode(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Ino)
	}
	return 0
}
