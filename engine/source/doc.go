// Package source says how a foreign store is found and read from a cursor.
//
// A [Source] owns nothing it reads: it never writes, moves or holds a store
// longer than a read. It hands everything to a [Sink] in a stable order, so
// that two reads of the same bytes give the same archive. What it finds and
// can not read it names with a [Skip]; it never stays silent about it.
package source
