//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package watch

import "os"

// cost is how many files a watch of a directory keeps open: kqueue watches files,
// so fsnotify opens all that are in it.
func cost(dir string) int {
	entries, _ := os.ReadDir(dir) // as many as there are to be opened
	return 1 + len(entries)
}
