package textindex

import (
	"math/rand/v2"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestClassOf holds the short ways to the categories they stand for.
func TestClassOf(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if folded := foldRune(r); folded == r && classOf(r) != classOfCategory(r) {
			t.Errorf("class of %U is %d, by its category %d", r, classOf(r), classOfCategory(r))
		}
	}
}

func TestClasses(t *testing.T) {
	for _, test := range []struct {
		name  string
		runes string
		want  class
	}{
		{"ASCII", "az09", word},
		{"letters", "éßяλאع", word},
		{"marks", "\u0301", word},
		{"Indic", "कि", word},
		{"Han", "中〇々𠀀", char},
		{"kana", "あアーｦ", char},
		{"Hangul", "한ㄱ", char},
		{"Thai and its neighbours", "ไທမខ", char},
		{"symbols", "🙂❤→€①©", char},
		{"variation selector", "\uFE0F", char},
		{"replacement", "\uFFFD", char},
		{"ASCII punctuation", "!_-$`~", separator},
		{"white space", " \n\t\u00A0\u2003", separator},
		{"control", "\x00\x7F\u200B\u200D", separator},
		{"punctuation", "，。「」“”…・、¿", separator},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, r := range test.runes {
				if got := classOf(r); got != test.want {
					t.Errorf("class of %q is %d, want %d", r, got, test.want)
				}
			}
		})
	}
}

// TestEight holds the eight bytes at a time to one byte at a time.
func TestEight(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		text := make([]byte, r.IntN(30))
		for i := range text {
			text[i] = byte(r.IntN(256))
			if r.IntN(4) > 0 {
				text[i] = "abcxyz019"[r.IntN(9)]
			}
		}
		end := 0
		for end < len(text) && text[end] < utf8.RuneSelf && classOfASCII(text[end]) == word {
			end++
		}
		if got := skipWord(text, 0); got > end || got < end && got+8 <= len(text) {
			t.Fatalf("word of %q ends at %d, want %d", text, got, end)
		}
		if len(text) < 8 {
			continue
		}
		x, want := uint64(0), uint64(0)
		for i := range 8 {
			c := text[i] &^ 0x80
			x |= uint64(c) << (8 * i)
			want |= uint64(lowerASCII(c)) << (8 * i)
		}
		if got := lower8(x); got != want {
			t.Fatalf("%016x in lower case is %016x, want %016x", x, got, want)
		}
	}
}
