//go:build !unix

package livesqlite

// noWait has no meaning where FIFOs and devices have names of their own.
const noWait = 0
