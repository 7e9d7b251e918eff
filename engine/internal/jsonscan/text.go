package jsonscan

import (
	"encoding/binary"
	"math/bits"
)

// meaning is what a backslash with a byte behind it stands for; 0 where the
// two are no escape.
var meaning = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// text passes over a string and reports whether it holds escapes.
func (s *Scanner) text() (escaped bool) {
	data, i := s.data, s.at+1
	for i < len(data) {
		if i+8 <= len(data) {
			found := special(binary.LittleEndian.Uint64(data[i:]))
			if found == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(found) / 8
		}
		switch c := data[i]; {
		case c == '\\':
			escaped = true
			if i+1 < len(data) && meaning[data[i+1]] != 0 {
				i += 2
				continue
			}
			if _, valid := hex4(data[i:]); !valid {
				s.fail()
				return false
			}
			i += 6
		case c == '"':
			s.at = i + 1
			return escaped
		case c < ' ':
			s.fail()
			return false
		default:
			i++
		}
	}
	s.fail()
	return false
}

// special has the top bit set of the first of eight bytes that does not stand
// for itself in a string: a quote, a backslash or a control character. It is 0
// when there is none.
func special(w uint64) uint64 {
	// Toggling 0x02 brings the quote (0x22) next to the control characters, so
	// one subtraction borrows for both. A borrow spoils only higher bytes, and
	// bytes beyond ASCII have their top bit cleared.
	const ones = 0x0101010101010101
	control := (w ^ 0x02*ones) - 0x21*ones
	backslash := (w ^ '\\'*ones) - ones
	return (control | backslash) &^ w & (0x80 * ones)
}

// hex4 is the number in the escape `\uXXXX` that data begins with.
func hex4(data []byte) (r rune, valid bool) {
	if len(data) < 6 || data[1] != 'u' {
		return 0, false
	}
	for _, c := range data[2:6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}
