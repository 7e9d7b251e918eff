// Package atomicfile replaces a file in one step or leaves it alone.
//
// [Write] promises that a reader finds the old bytes or the new ones, whole,
// also after a crash, and that a file which would get the bytes it has is not
// touched: programs that watch it are not woken. The new bytes are first
// written to a file of their own beside the target, so two writers don't
// disturb each other: the last one wins. [Prepare] divides this for files that
// belong together.
//
// It refuses targets that are links or not regular files. Names that begin
// with ".session-sync-" are its own; they never end in ".md", because
// OpenClaw's memory search reads every such file it sees. [Sweep] removes what
// killed runs left of them.
package atomicfile
