package textindex

import (
	"encoding/binary"
	"slices"
	"unicode"
	"unicode/utf8"
)

// AppendFold appends the folded text to dst. One rune becomes one rune:
// full-width ASCII and the ideographic space become ASCII, half-width katakana
// become full-width without being composed, then all become lower case. Every
// byte of broken UTF-8 becomes U+FFFD.
func AppendFold(dst []byte, text string) []byte {
	dst = slices.Grow(dst, len(text))
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c < utf8.RuneSelf:
			for ; i+8 <= len(text); i += 8 {
				x := load8(text, i)
				if x&highs != 0 {
					break
				}
				dst = binary.LittleEndian.AppendUint64(dst, lower8(x))
			}
			for ; i < len(text) && text[i] < utf8.RuneSelf; i++ {
				dst = append(dst, lowerASCII(text[i]))
			}
		case c > 0xE3 && c <= 0xE9 && i+2 < len(text) && isTail(text[i+1]) && isTail(text[i+2]):
			// U+4000 to U+9FFF, nearly all of Chinese, stay as they are.
			dst = append(dst, c, text[i+1], text[i+2])
			i += 3
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			dst = utf8.AppendRune(dst, foldRune(r))
			i += size
		}
	}
	return dst
}

func lowerASCII(c byte) byte {
	if c-'A' < 26 {
		c += 'a' - 'A'
	}
	return c
}

func isTail(c byte) bool { return c&0xC0 == 0x80 }

// halfWidthKatakana are what U+FF61 to U+FF9F become, three bytes each.
const halfWidthKatakana = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ" +
	"タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u3099\u309A"

func foldRune(r rune) rune {
	switch {
	case r == '\u3000':
		return ' '
	case r > '\u3000' && r <= '\u9FFF', r >= '\uAC00' && r <= '\uD7A3':
		return r // no case here, and the general way is slow
	case r >= '\uFF01' && r <= '\uFF5E':
		r -= '\uFF01' - '!'
	case r >= '\uFF61' && r <= '\uFF9F':
		r, _ = utf8.DecodeRuneInString(halfWidthKatakana[3*(r-'\uFF61'):])
	}
	return unicode.ToLower(r)
}
