//go:build !(darwin || dragonfly || freebsd || netbsd || openbsd)

package watch

// cost is how many watches one of a directory takes.
func cost(string) int { return 1 }
