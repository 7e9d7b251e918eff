package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// class is a set of ASCII byte sorts.
type class uint16

const (
	digit     class = 1 << iota
	hexLower        // a-f
	restLower       // g-z
	hexUpper        // A-F
	restUpper       // G-Z
	dash
	underscore
	plusSlash
	dot
	tilde
	percent
	equals
)

const (
	lowers  = hexLower | restLower
	uppers  = hexUpper | restUpper
	letters = lowers | uppers
	base62  = digit | letters
	base64u = base62 | dash | underscore
)

func classOf(c byte) class {
	switch {
	case '0' <= c && c <= '9':
		return digit
	case 'a' <= c && c <= 'f':
		return hexLower
	case 'g' <= c && c <= 'z':
		return restLower
	case 'A' <= c && c <= 'F':
		return hexUpper
	case 'G' <= c && c <= 'Z':
		return restUpper
	}
	switch c {
	case '-':
		return dash
	case '_':
		return underscore
	case '+', '/':
		return plusSlash
	case '.':
		return dot
	case '~':
		return tilde
	case '%':
		return percent
	case '=':
		return equals
	}
	return 0
}

func (set class) has(c byte) bool { return classOf(c)&set != 0 }

// run is the end of the run of set that begins at i, at most limit bytes long.
func (set class) run(text string, i, limit int) int {
	end := min(len(text), i+limit)
	for i < end && set.has(text[i]) {
		i++
	}
	return i
}

// runBack is the start of the run of set that ends at i.
func (set class) runBack(text string, i, limit int) int {
	start := max(0, i-limit)
	for i > start && set.has(text[i-1]) {
		i--
	}
	return i
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}

// hasPrefixFold compares ASCII letters without case; prefix is lower case.
func hasPrefixFold(text, prefix string) bool {
	if len(text) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(text[i]) != prefix[i] {
			return false
		}
	}
	return true
}

// escapeEnds reports whether text[:i] ends in an escape, so that the letter
// before i belongs to it and not to the word that follows: `\n`, `\u003d`, `%3D`.
func escapeEnds(text string, i int) bool {
	if i >= 2 && text[i-2] == '\\' && strings.IndexByte("nrtbf", text[i-1]) >= 0 {
		return true
	}
	if i >= 3 && text[i-3] == '%' && isHex(text[i-2:i]) {
		return true
	}
	if i >= 6 && text[i-6] == '\\' && text[i-5] == 'u' && isHex(text[i-4:i]) {
		return true
	}
	return colorBefore(text, i) < i
}

// colorBefore is where the sequence begins that sets a color of a terminal and
// ends at i, as the byte or as the escape of some language; i when there is none.
func colorBefore(text string, i int) int {
	const longest = 16
	if i == 0 || text[i-1] != 'm' {
		return i
	}
	at := i - 1
	for at > 0 && i-at < longest && (digit.has(text[at-1]) || text[at-1] == ';') {
		at--
	}
	for _, begin := range colorMarks {
		if start := at - len(begin); start >= 0 && text[start:at] == begin {
			return start
		}
	}
	return i
}

var colorMarks = []string{"\x1b[", `\u001b[`, `\u001B[`, `\033[`, `\x1b[`, `\x1B[`, `\e[`}

// skipColor passes over the sequence that sets a color and begins at i.
func skipColor(text string, i int) int {
	for _, begin := range colorMarks {
		if strings.HasPrefix(text[i:], begin) {
			end := i + len(begin)
			for end < len(text) && end-i < 24 && (digit.has(text[end]) || text[end] == ';') {
				end++
			}
			if end < len(text) && text[end] == 'm' {
				return end + 1
			}
		}
	}
	return i
}

// opensEmphasis reports whether the marks of Markdown that end at i open
// emphasis: `*`, `**`, `__`, `~~` with no word before.
func opensEmphasis(text string, i int) bool {
	start := i
	for start > 0 && i-start < 3 && text[start-1] == text[i-1] {
		start--
	}
	if start == 0 {
		return true
	}
	c := text[start-1]
	return c >= 0x80 || !base62.has(c) && strings.IndexByte("_*~)", c) < 0
}

// closesEmphasis reports whether such marks stand at i with no word behind.
func closesEmphasis(text string, i int) bool {
	end := i
	for end < len(text) && end-i < 3 && text[end] == text[i] {
		end++
	}
	return end == len(text) || !(base62 | underscore).has(text[end])
}

func hasSuffixFold(text, suffix string) bool {
	return len(text) >= len(suffix) && hasPrefixFold(text[len(text)-len(suffix):], suffix)
}

func containsAnyFold(text string, words []string) bool {
	folded := strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(folded, w) })
}

// afterEscape is i, or the end of the escape of JSON that i lies in.
func afterEscape(text string, i int) int {
	for n := 1; n <= 5 && n <= i; n++ {
		if text[i-n] != '\\' {
			continue
		}
		if i-n+6 <= len(text) && text[i-n+1] == 'u' && isHex(text[i-n+2:i-n+6]) {
			return i - n + 6
		}
		if n == 1 && i < len(text) && strings.IndexByte("nrtbf\"\\/", text[i]) >= 0 {
			return i + 1
		}
		break
	}
	return i
}

// beforeEscape is i, or the start of the escape of JSON that i lies in.
func beforeEscape(text string, i int) int {
	if after := afterEscape(text, i); after > i {
		return strings.LastIndexByte(text[:i], '\\')
	}
	return i
}

func isHex(s string) bool {
	return (digit|hexLower|hexUpper).run(s, 0, len(s)) == len(s)
}

// wordBefore reports whether the byte before i is a letter, digit or
// underscore of the same word as what begins at i.
func wordBefore(text string, i int) bool {
	if i == 0 || !(base62 | underscore).has(text[i-1]) || escapeEnds(text, i) {
		return false
	}
	return text[i-1] != '_' || !opensEmphasis(text, i)
}

// lastRune is the rune that ends at i; 0 at the start of text.
func lastRune(text string, i int) rune {
	if i == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return r
}
