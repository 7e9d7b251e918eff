package terminal

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// hidden reports whether a character does something else than show itself:
// ends or rewrites lines, changes direction, or is invisible. Joiners and the
// zero width space are left alone: emoji and some scripts need them.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
		return true
	case r == 0x2028, r == 0x2029, 0x2060 <= r && r <= 0x206F: // separators; invisible operators
		return true
	case r == 0xFEFF, 0xFFF9 <= r && r <= 0xFFFB, 0xE0000 <= r && r <= 0xE007F: // byte order mark; annotations; tags
		return true
	}
	return false
}

// Clean makes text fit for a terminal: hidden characters other than line feeds
// and tabs become visible marks, and so do broken bytes.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && hidden(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Inline is [Clean] text with spaces for line breaks and tabs.
func Inline(text string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(Clean(text))
}

// OneLine is [Inline] text of at most width runes, with single spaces.
func OneLine(text string, width int) string {
	text = strings.Join(strings.Fields(Inline(text)), " ")
	if r := []rune(text); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return text
}

// OrDash is [Inline] text, with a dash where there is none.
func OrDash(s string) string {
	if s == "" {
		return "-"
	}
	return Inline(s)
}

// Typed is what a user typed, as an error message shows it: nothing of it when
// it is long, because the beginning of a secret is not known for one. It does
// not clean it.
func Typed(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		return "…"
	}
	return s
}

// EscapeHidden escapes hidden characters in JSON, in which all of them but line
// feeds stand within strings: programs read the same value, and a terminal has
// nothing to act on.
func EscapeHidden(text string) []byte {
	escaped := make([]byte, 0, len(text))
	for _, r := range text {
		if r == '\n' || !hidden(r) {
			escaped = append(escaped, string(r)...)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			escaped = fmt.Appendf(escaped, `\u%04x`, unit)
		}
	}
	return escaped
}

// Harmless reports whether no shell finds anything special in a word.
func Harmless(word string) bool {
	for i, r := range word {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if !letter && (i == 0 || !strings.ContainsRune("-_.:/", r)) {
			return false
		}
	}
	return word != ""
}

// Flag is a flag as it was typed. What can't be the name of one stands in quotes
// alone: behind dashes the rules of redaction would not see where a secret
// begins.
func Flag(name string) string {
	name = Typed(name)
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-…") == "" {
		return "--" + name
	}
	return strconv.Quote(name)
}
