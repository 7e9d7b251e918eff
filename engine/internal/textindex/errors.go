package textindex

import "errors"

// Errors that callers tell apart.
var (
	ErrCorrupt  = errors.New("text index is damaged; build it again from the texts")
	ErrFormat   = errors.New("text index was made by another version; build it again from the texts")
	ErrEmpty    = errors.New("query is empty; give at least one word")
	ErrTooLong  = errors.New("query is longer than 1000 bytes; give fewer words")
	ErrTooMany  = errors.New("query has more than 32 terms; give fewer words or put a phrase in quotes")
	ErrEncoding = errors.New("query is not valid UTF-8; an exact search needs whole characters")
)
