package items

import (
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
)

// Bounds of what stands in Markdown, in bytes before it is escaped.
const (
	maxTitle = 300
	maxQuote = 500
	maxFact  = 200
)

// oneLine makes one line of a text: white space of any kind becomes one space.
// What is longer than limit is cut and ends in "…".
func oneLine(text string, limit int) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
	if len(text) > limit {
		text = plaintext.Cut(text, limit) + "…"
	}
	return text
}

// appendText escapes one line of foreign text so that it can stand behind our
// own words and is not taken for a due or a fact of ours.
func (w *words) appendText(b []byte, line string) []byte {
	return appendInline(b, line, func(i int, r rune) bool {
		switch r {
		case '·':
			return i == 0 || line[i-1] == ' '
		case '(':
			return strings.HasPrefix(line[i+1:], w.due)
		}
		return false
	})
}

// appendInline escapes one line of foreign text for the middle of a Markdown
// line: beside what plaintext escapes, and what also names, it can't be a link
// or an image, strike through, take away a mark of ours behind it, or open a
// code span that swallows what follows.
func appendInline(b []byte, line string, also func(i int, r rune) bool) []byte {
	// Spans of one backtick each pair within the line; whatever else there
	// may be is not worth telling apart.
	spans := strings.Count(line, "`")%2 == 0 && !strings.Contains(line, "``") && !strings.Contains(line, "\\`")
	last := len(line) - 1
	return plaintext.AppendEscaped(b, line, func(i int, r rune) bool {
		next := line[i+1:]
		switch r {
		case '!', '[':
			return strings.HasPrefix(next, "[")
		case ']':
			return strings.HasPrefix(next, "(") || strings.HasPrefix(next, "[")
		case '`':
			return !spans
		case '~':
			return i == 0 || i == last || line[i-1] == '~' || line[i+1] == '~'
		case '\\':
			return i == last
		}
		return plaintext.Hidden(r) || also(i, r)
	})
}
