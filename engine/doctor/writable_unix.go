//go:build unix

package doctor

import "syscall"

// permissionsCount: the mode of a file says who may use it.
const permissionsCount = true

// writable asks the system whether files can be made in a directory; nothing is
// written.
func writable(dir string) bool {
	const write, search = 2, 1 // W_OK, X_OK
	return syscall.Access(dir, write|search) == nil
}
