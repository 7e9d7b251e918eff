package json5

import (
	"unicode/utf16"
	"unicode/utf8"
)

// str reads a string in either sort of quotes.
func (d *decoder) str() (string, error) {
	start, quote := d.pos, d.data[d.pos]
	d.pos++
	var text []byte
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; c {
		case quote:
			d.pos++
			return string(text), nil
		case '\n', '\r':
			return "", d.fail(start, reasonString)
		case '\\':
			var err error
			if text, err = d.escape(text); err != nil {
				return "", err
			}
		default:
			// U+2028 and U+2029 may stand in strings, and broken bytes
			// become U+FFFD.
			r, size := d.rune()
			text = utf8.AppendRune(text, r)
			d.pos += size
		}
	}
	return "", d.fail(start, reasonString)
}

// escape reads an escape sequence and appends what it stands for.
func (d *decoder) escape(text []byte) ([]byte, error) {
	start := d.pos
	d.pos++ // the backslash
	r, size := d.rune()
	d.pos += size
	if isLineEnd(r) {
		if r == '\r' {
			d.take('\n')
		}
		return text, nil
	}
	ok := true
	switch r {
	case 'b':
		r = '\b'
	case 'f':
		r = '\f'
	case 'n':
		r = '\n'
	case 'r':
		r = '\r'
	case 't':
		r = '\t'
	case 'v':
		r = '\v'
	case 'x':
		r, ok = d.hex(2)
	case 'u':
		r, ok = d.utf16Escape()
	case '0':
		// An octal escape would begin like this.
		r, ok = 0, d.pos == len(d.data) || !isDigit(d.data[d.pos])
	case '1', '2', '3', '4', '5', '6', '7', '8', '9':
		ok = false
	}
	if !ok {
		return nil, d.fail(start, reasonEscape)
	}
	return utf8.AppendRune(text, r), nil
}

// utf16Escape reads four digits, and the second half of a surrogate pair where
// there is one. A half alone becomes U+FFFD.
func (d *decoder) utf16Escape() (rune, bool) {
	first, ok := d.hex(4)
	if !ok || !utf16.IsSurrogate(first) {
		return first, ok
	}
	afterFirst := d.pos
	if d.take('\\') && d.take('u') {
		if second, ok := d.hex(4); ok {
			if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
				return r, true
			}
		}
	}
	d.pos = afterFirst
	return utf8.RuneError, true
}

// hex reads exactly n hexadecimal digits.
func (d *decoder) hex(n int) (rune, bool) {
	var r rune
	for range n {
		if d.pos == len(d.data) {
			return 0, false
		}
		digit, ok := hexDigit(d.data[d.pos])
		if !ok {
			return 0, false
		}
		r = r<<4 | digit
		d.pos++
	}
	return r, true
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case isDigit(c):
		return rune(c - '0'), true
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10, true
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
