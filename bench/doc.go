// Command bench measures session-sync against the floor that reading costs.
//
//	go run ./bench [-quick] [-runs N] [-dir DIR] [-generator DIR] [-redaction DIR] [-json]
//
// It promises: every figure but one is that of a whole process, with its processor time
// and peak memory as the system counts them; the floors run in turn with what
// is compared to them, so that a busy machine slows both; each child gets
// directories of its own and nothing of the real environment; every sync that
// was timed is checked to have done its work; and all that a run writes is
// gone at its end, except corpora, which the next run uses again.
//
// It refuses to judge by its exit code: a goal that is missed stands in the
// table. Peak memory below its own, about 10 MB, it can't see: the system
// counts what a child shares with its parent while it starts. So it never holds
// a corpus itself.
//
// The floors are children too (bench floor NAME DIR), single-threaded:
//
//	read    every transcript is read, and that is all
//	split   and its line ends are found
//	role    and lines of user and assistant are decoded, found by a byte search
//	stat    every file of a state is looked up and none opened
//	sqlite  every event row is read and unpacked, and those of user and assistant decoded
//
// What redaction is compared to is a child as well (bench patterns): the three
// regular expressions of version 1, from stdin to stdout.
//
// One figure is not that of a whole process: what the built-in plugins take by
// themselves. No command shows it apart from reading, compiling and keeping, so
// a child (bench builtin CACHE) runs the embedded modules as the engine does, on
// exported messages from stdin, and takes its own processor time around that.
package main
