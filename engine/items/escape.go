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
// own words: beside what plaintext escapes, it can't be a link or an image,
// strike through, open a code span that swallows what follows, stand for a
// hidden character, or look like a fact or a due of ours.
func (w *words) appendText(b []byte, line string) []byte {
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
		case '&':
			return beginsEntity(next)
		case '·':
			return i == 0 || line[i-1] == ' '
		case '(':
			return strings.HasPrefix(next, w.due)
		}
		return plaintext.Hidden(r)
	})
}

// maxEntity is longer than any name of an HTML entity.
const maxEntity = 40

// beginsEntity reports whether "&" before the text may stand for a character.
func beginsEntity(next string) bool {
	end := strings.IndexByte(next[:min(len(next), maxEntity)], ';')
	return end > 0 && strings.IndexFunc(next[:end], func(r rune) bool {
		return r != '#' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	}) < 0
}
