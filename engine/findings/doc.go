// Package findings writes what plugins found into files and takes back what people change in them.
//
// [Render] makes the files of an output directory out of the items of an archive
// and of what people said about them, [ReadEdits] reads what people changed in
// todos.md since it was written. The package promises that a change is told from
// what todos.md said by itself, also after a kill between the file and the
// archive; that what a person wrote is redacted before it is kept, and moved away
// rather than written over where it has no room; and that files of others stay as
// they are, or are renamed.
//
// It refuses to write the files that it makes: the caller does, together with
// those that belong to them, and holds the lock meanwhile. How they look the
// package items says.
package findings
