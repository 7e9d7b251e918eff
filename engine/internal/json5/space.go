package json5

import (
	"bytes"
	"unicode"
)

// skipSpace steps over space, line ends and comments.
func (d *decoder) skipSpace() error {
	for {
		r, size := d.rune()
		switch {
		case size > 0 && isSpace(r):
			d.pos += size
		case bytes.HasPrefix(d.data[d.pos:], []byte("//")):
			d.skipLine()
		case bytes.HasPrefix(d.data[d.pos:], []byte("/*")):
			length := bytes.Index(d.data[d.pos+2:], []byte("*/"))
			if length < 0 {
				return d.fail(d.pos, reasonComment)
			}
			d.pos += 2 + length + 2
		default:
			return nil
		}
	}
}

func (d *decoder) skipLine() {
	for d.pos < len(d.data) {
		r, size := d.rune()
		if isLineEnd(r) {
			return
		}
		d.pos += size
	}
}

func isLineEnd(r rune) bool {
	return r == '\n' || r == '\r' || r == '\u2028' || r == '\u2029'
}

// isSpace follows the spec, which counts the byte order mark as space.
func isSpace(r rune) bool {
	switch r {
	case '\t', '\v', '\f', '\ufeff':
		return true
	}
	return isLineEnd(r) || unicode.Is(unicode.Zs, r)
}
