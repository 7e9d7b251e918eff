package plaintext

import (
	"strconv"
	"strings"
	"unicode"
)

// AppendEscaped appends valid UTF-8 text with its markup and what byCode names
// escaped. The reverse: a "&" that begins "&(amp;)*(lt|#x[0-9A-F]+);" loses one
// "amp;" where it has one, and otherwise stands for the character; nothing else
// changes. This is exact because everything written here begins with "&" and
// nothing that is looked for holds a second one.
func AppendEscaped(b []byte, text string, byCode func(i int, r rune) bool) []byte {
	copied := 0
	for i, r := range text {
		var escaped string
		next := text[i+1:]
		switch {
		case r == '<' && beginsMarkup(next):
			escaped = "&lt;"
		case r == '&' && continuesEscape(next):
			escaped = "&amp;"
		case byCode(i, r):
			escaped = "&#x" + strings.ToUpper(strconv.FormatInt(int64(r), 16)) + ";"
		default:
			continue
		}
		b = append(b, text[copied:i]...)
		b = append(b, escaped...)
		copied = i + len(string(r))
	}
	return append(b, text[copied:]...)
}

// beginsMarkup reports whether "<" before the text would be a tag, a comment,
// a declaration or an autolink.
func beginsMarkup(next string) bool {
	if next == "" {
		return false
	}
	c := next[0] | 0x20
	return 'a' <= c && c <= 'z' || strings.IndexByte("/!?", next[0]) >= 0
}

// continuesEscape reports whether "&" before the text would be read as one of
// our escapes.
func continuesEscape(next string) bool {
	for strings.HasPrefix(next, "amp;") {
		next = next[len("amp;"):]
	}
	if strings.HasPrefix(next, "lt;") {
		return true
	}
	digits, found := strings.CutPrefix(next, "#x")
	if !found {
		return false
	}
	rest := strings.TrimLeft(digits, "0123456789ABCDEF")
	return len(rest) < len(digits) && strings.HasPrefix(rest, ";")
}

// Hidden reports whether a character does something else than show itself:
// ends or rewrites lines, changes direction, or is invisible. Joiners and the
// zero width space are left alone: emoji and some scripts need them.
func Hidden(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return true
	case r < 0x061C:
		return false
	case r == 0x061C, r == 0x200E, r == 0x200F, r == 0xFEFF:
		return true
	case 0x2028 <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F:
		return true
	case 0xFFF9 <= r && r <= 0xFFFB, 0xE0000 <= r && r <= 0xE007F:
		return true
	}
	return false
}

// Cut returns at most size bytes of a valid UTF-8 text that is longer, ending
// between two characters.
func Cut(text string, size int) string {
	for size > 0 && text[size]&0xC0 == 0x80 {
		size--
	}
	return text[:size]
}

// maxWord bounds what [Word] accepts, in bytes.
const maxWord = 1024

// Word reports whether a shell takes the text for one plain word and a command
// does not take it for a flag. Ids are foreign: only such a one may stand in a
// command that people will paste.
func Word(id string) bool {
	odd := func(r rune) bool {
		letter := 'a' <= r|0x20 && r|0x20 <= 'z'
		return !letter && (r < '0' || r > '9') && !strings.ContainsRune(":._-", r)
	}
	return id != "" && id[0] != '-' && len(id) <= maxWord && strings.IndexFunc(id, odd) < 0
}
