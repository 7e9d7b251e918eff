package export

import (
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
)

// maxValue bounds values that stand on one line, in bytes, so that one name or
// title can't fill the file.
const maxValue = 1024

// appendLine escapes one line of content.
func appendLine(b []byte, line string) []byte {
	return plaintext.AppendEscaped(b, line, func(i int, r rune) bool {
		return r != '\t' && plaintext.Hidden(r)
	})
}

// appendValue escapes a value that has to stay on one line. What is longer
// than maxValue is cut and ends in "…".
func appendValue(b []byte, value string) []byte {
	value = strings.ToValidUTF8(value, "\uFFFD")
	if len(value) > maxValue {
		value = plaintext.Cut(value, maxValue) + "…"
	}
	return plaintext.AppendEscaped(b, value, func(i int, r rune) bool {
		switch r {
		case '!':
			return strings.HasPrefix(value[i+1:], "[")
		case '·':
			return i == 0 || value[i-1] == ' '
		}
		return plaintext.Hidden(r)
	})
}
