// Package ownfile makes room for our files in directories that others use, too.
//
// It promises that nothing of somebody else's is written over ([SetAside]), that no
// link is followed and no FIFO waited for when a file is looked at, and that what
// it makes is private.
//
// It refuses to tell whose a file is: the caller knows what its own files look
// like.
package ownfile
