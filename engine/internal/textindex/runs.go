package textindex

import (
	"unicode"
	"unicode/utf8"
)

// class is what a rune of folded text does in a run.
type class uint8

const (
	word      class = iota // part of a word run
	char                   // part of a char run
	separator              // ends runs
)

// kinds is the number of classes that form runs.
const kinds = 2

func classOfASCII(c byte) class {
	if c-'a' < 26 || c-'0' < 10 {
		return word
	}
	return separator
}

// classOf is classOfCategory with short ways for the runes that texts are full
// of; a test compares the two for every rune.
func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		return classOfASCII(byte(r))
	case r >= 0x3400 && r <= 0x9FFF, // Han and hexagrams
		r >= 0x3041 && r <= 0x309F,   // Hiragana
		r >= 0x30A1 && r <= 0x30FA,   // Katakana
		r >= 0xAC00 && r <= 0xD7A3,   // Hangul
		r >= 0x1F300 && r <= 0x1FAFF: // emoji
		return char
	case r >= 0x3000 && r <= 0x3003, r >= 0x3008 && r <= 0x3011, r >= 0x2010 && r <= 0x2027: // punctuation
		return separator
	case r >= 0x00DF && r <= 0x024F && r != 0x00F7, // Latin
		r >= 0x03AC && r <= 0x03CE, // Greek
		r >= 0x0430 && r <= 0x0481, // Cyrillic
		r >= 0x05D0 && r <= 0x05EA, // Hebrew
		r >= 0x0620 && r <= 0x0669: // Arabic
		return word
	}
	return classOfCategory(r)
}

func classOfCategory(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		return classOfASCII(byte(r))
	case unicode.In(r, unicode.P, unicode.Z, unicode.Cc, unicode.Cf):
		return separator
	case withoutSpaces(r):
		return char
	case unicode.In(r, unicode.L, unicode.M, unicode.Nd):
		return word
	}
	return char
}

// withoutSpaces tells the blocks of scripts that don't put spaces between
// words. Variation selectors belong to the symbol they follow.
func withoutSpaces(r rune) bool {
	switch {
	case r >= 0x0E00 && r <= 0x0EFF, // Thai, Lao
		r >= 0x1000 && r <= 0x109F, r >= 0xA9E0 && r <= 0xA9FF, r >= 0xAA60 && r <= 0xAA7F, // Myanmar
		r >= 0x1780 && r <= 0x17FF,                             // Khmer
		r >= 0x1100 && r <= 0x11FF, r >= 0xA960 && r <= 0xA97F, // Hangul letters
		r >= 0x2E80 && r <= 0xA4CF,   // radicals, kana, Bopomofo, Han, Yi
		r >= 0xAC00 && r <= 0xD7FF,   // Hangul
		r >= 0xF900 && r <= 0xFAFF,   // compatibility Han
		r >= 0xFE00 && r <= 0xFE0F,   // variation selectors
		r >= 0xFF65 && r <= 0xFFDC,   // half-width Hangul
		r >= 0x1AFF0 && r <= 0x1B16F, // kana supplements
		r >= 0x20000 && r <= 0x3FFFF: // more Han
		return true
	}
	return false
}

// nextRun finds the first run of folded text at or after from. Without one,
// start is the length of the text.
func nextRun(folded []byte, from int) (start, end int, kind class) {
	for start = from; ; {
		if start == len(folded) {
			return start, start, separator
		}
		var size int
		if kind, size = classAt(folded, start); kind != separator {
			end = start + size
			break
		}
		start += size
	}
	for end < len(folded) {
		if kind == word {
			if end = skipWord(folded, end); end == len(folded) {
				break
			}
		}
		next, size := classAt(folded, end)
		if next != kind {
			break
		}
		end += size
	}
	return start, end, kind
}

// classAt tells class and length of the rune that begins at i.
func classAt(folded []byte, i int) (class, int) {
	if c := folded[i]; c < utf8.RuneSelf {
		return classOfASCII(c), 1
	} else if c > 0xE3 && c <= 0xE9 { // U+4000 to U+9FFF; folding left no broken UTF-8
		return char, 3
	}
	return classBeyond(folded, i)
}

func classBeyond(folded []byte, i int) (class, int) {
	r, size := utf8.DecodeRune(folded[i:])
	return classOf(r), size
}

// runeEnd returns where the rune of valid UTF-8 that begins at i ends.
func runeEnd(text []byte, i int) int {
	switch c := text[i]; {
	case c < 0x80:
		return i + 1
	case c < 0xE0:
		return i + 2
	case c < 0xF0:
		return i + 3
	}
	return i + 4
}
