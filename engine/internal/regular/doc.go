// Package regular opens regular files of other programs without following
// links and without blocking.
//
// A FIFO, device, socket, directory or symbolic link in the place of a file is
// refused with [ErrNotRegular]; opening never waits for a writer. Callers that
// accept links resolve them first and check where they lead ([Inside]).
package regular
