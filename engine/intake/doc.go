// Package intake brings what a source reads into the archive, normalized and redacted.
//
// This is the only way into the archive ([Read]): every string that reaches the
// store passes the redactor (sink.go). What the first session-sync still remembers
// is imported behind everything else (original.go). When the rules change, what is
// stored is redacted again where it lies (redactagain.go).
//
// The package promises that the archive does not depend on the steps in which a
// store was read, also when it is learned late where a chat took place (learned.go);
// that the cost of a read grows with what is new (seen.go); and that what is kept of
// text before its redaction is a digest under the key of the archive ([Digester]).
//
// It refuses to open files and to hold locks: the caller opens source and archive,
// and holds the lock meanwhile.
package intake
