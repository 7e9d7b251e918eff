//go:build !unix

package regular

import "io/fs"

// Inode is the file's number in its file system, 0 where there is none.
func Inode(fs.FileInfo) uint64 { return 0 }
