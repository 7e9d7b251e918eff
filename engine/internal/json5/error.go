package json5

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// SyntaxError says where a text stops being JSON5. It holds nothing of the
// text itself.
type SyntaxError struct {
	Line   int // from 1
	Column int // from 1, in characters
	Reason string
}

// Error returns position and reason.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Reasons are fixed sentences, so that no error can carry a piece of the text.
const (
	reasonNoValue      = "expected a value"
	reasonNoKey        = "expected a key or a closing brace"
	reasonNoColon      = "expected a colon after the key"
	reasonNoMemberEnd  = "expected a comma or a closing brace"
	reasonNoElementEnd = "expected a comma or a closing bracket"
	reasonMore         = "expected nothing after the value"
	reasonDeep         = "nested more than 1,000 deep"
	reasonComment      = "comment is not closed"
	reasonString       = "string is not closed on its line"
	reasonEscape       = "unknown escape sequence in a string"
	reasonKeyEscape    = "escape sequence in a key does not stand for a letter or digit"
	reasonWord         = "expected true, false, null, Infinity, NaN or a quoted string"
	reasonNumber       = "malformed number"
)

// fail makes the error for the given offset.
func (d *decoder) fail(offset int, reason string) *SyntaxError {
	before := d.data[:offset]
	// CR LF is one line end, a lone CR is one as well.
	line := 1 + bytes.Count(before, []byte("\n")) + bytes.Count(before, []byte("\r")) - bytes.Count(before, []byte("\r\n"))
	start := bytes.LastIndexAny(before, "\r\n") + 1
	return &SyntaxError{Line: line, Column: 1 + utf8.RuneCount(before[start:]), Reason: reason}
}
