// Package engine joins the stages into one run: sync, list, export, serve.
//
// It decides where things lie (places.go), whether there is anything to do
// (state.go), and hands data one way: source -> normalize -> redact -> store
// (sink.go), then store -> export (files.go). Rooms do not know each other;
// what one needs of another is adapted here.
//
// Nothing but this package writes outside the archive, and it writes only
// below the home directory and the output directory. One run at a time holds
// the lock in the home directory; readers need none.
package engine
