package openclaw

// Bounds on what one read may cost. Past a bound the entry or file is skipped,
// counted and named. The figures come from what OpenClaw itself allows with a
// wide margin: its events are at most 4 MiB, its cold files at most 64 MiB.
const (
	maxLine         = 64 << 20  // bytes of one line or event
	maxText         = 4 << 20   // bytes of one message's text, and of any JSON string kept
	maxDecompressed = 256 << 20 // bytes of one archive after decompression
	maxDepth        = 1000      // nesting of one entry
	maxEntries      = 10 << 20  // entries of one transcript
	maxIndex        = 256 << 20 // bytes of one session index
	maxConfig       = 4 << 20   // bytes of one OpenClaw settings file
	maxWindowSize   = 64 << 20  // zstd window: memory that a frame may ask for
)
