//go:build unix

package livesqlite

import "syscall"

// noWait keeps an open from following a link, and from waiting for the other
// end of a FIFO, that took the place of a file since it was looked at.
const noWait = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
