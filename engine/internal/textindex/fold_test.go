package textindex_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

func TestFoldEveryRune(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		text := string(r) + "A"
		if got, want := string(textindex.AppendFold(nil, text)), naiveFold(text); got != want {
			t.Errorf("%U folds to %q, want %q", r, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"empty", "", ""},
		{"case", "Session KEY of 8 BYTES", "session key of 8 bytes"},
		{"full width", "ＡＰＩ（ｖ２）　ｏｋ", "api(v2) ok"},
		{"katakana, not composed", "ｶﾞﾝﾊﾞﾚ", "カ\u3099ンハ\u3099レ"},
		{"Chinese stays", "数据库、部署。", "数据库、部署。"},
		{"broken UTF-8", "a\xffB\xe4\xb8", "a\uFFFDb\uFFFD\uFFFD"},
		{"longer and shorter", "ȺKİẞ", "ⱥkiß"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := string(textindex.AppendFold([]byte("+"), test.text)); got != "+"+test.want {
				t.Errorf("folds to %q, want %q", got, "+"+test.want)
			}
		})
	}
}

// FuzzFold checks that runes stay in their places, and that twice is once.
func FuzzFold(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece)
	}
	f.Add("eight bytes of ASCII, then ＷＩＤＥ and ASCII AGAIN until the end\xf0\x9f")
	f.Fuzz(func(t *testing.T, text string) {
		folded := textindex.AppendFold(nil, text)
		if want := naiveFold(text); string(folded) != want {
			t.Errorf("%q folds to %q, want %q", text, folded, want)
		}
		if got, want := utf8.RuneCount(folded), utf8.RuneCountInString(text); got != want {
			t.Errorf("%q has %d runes, folded %d", text, want, got)
		}
		if twice := textindex.AppendFold(nil, string(folded)); string(twice) != string(folded) {
			t.Errorf("%q folds to %q, then to %q", text, folded, twice)
		}
	})
}
