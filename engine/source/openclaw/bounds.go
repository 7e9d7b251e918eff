package openclaw

// Bounds on what one read may cost. Past a bound the entry or file is skipped,
// counted and named. The figures come from what OpenClaw itself allows with a
// wide margin: its events are at most 4 MiB, its cold files at most 64 MiB.
const (
	maxLine         = 64 << 20  // bytes of one line or event
	maxText         = 4 << 20   // bytes of one message's text, and of any JSON string kept
	maxField        = 4 << 10   // bytes of an id, key, name or title; longer ones are cut
	maxDecompressed = 256 << 20 // bytes of one archive after decompression
	maxDepth        = 1000      // nesting of one entry
	maxEntries      = 10 << 20  // entries of one transcript
	maxIndex        = 256 << 20 // bytes of one session index
	maxConfig       = 4 << 20   // bytes of OpenClaw's settings with all included files
	maxWindowSize   = 64 << 20  // zstd window: memory that a frame may ask for
	maxSettings     = 100       // settings files that include each other
)

// lineBounds are the bounds of a [lineReader].
type lineBounds struct {
	line int // bytes of a line
	text int // bytes of a string in a line of more than that
}

// entryLines are lines that hold one entry each.
func entryLines() lineBounds { return lineBounds{maxLine, maxText} }

// coldLines are lines that hold an entry as a string, which may be as long as
// the line.
func coldLines() lineBounds { return lineBounds{maxLine, maxLine} }
