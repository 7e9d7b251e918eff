package extract

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestWide holds the decoding of Chinese characters to the library's: of all
// characters, whole, cut and broken.
func TestWide(t *testing.T) {
	for r := range unicode.MaxRune + 1 {
		whole := string(r) + "x"
		for n := 1; n <= len(whole); n++ {
			text := whole[:n]
			want, size := utf8.DecodeRuneInString(text)
			if got, is := wideAt(text, 0); is && (got != want || size != 3 || !isWide(got)) {
				t.Fatalf("%q is taken for %q", text, got)
			}
			if got, length := runeAt(text, 0); got != want || length != size {
				t.Fatalf("%q is read as %q of %d bytes", text, got, length)
			}
		}
	}
	for _, text := range []string{"\xe5", "\xe5\xa5", "\xe5\xa5x", "\xe5x\xbd", "\xe5\xa5\xff", "\xe5\xff\xbd"} {
		if got, is := wideAt(text, 0); is {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

// TestMarks holds what looks for marks without calls to the functions of the
// library.
func TestMarks(t *testing.T) {
	pieces := []string{"a", "Z", " ", "   ", "\t", ":", "：", "，", "、", "。", "；", "—", "–", "•", "·", "…", "-", "*", "#", ".", "好", "\xef", "\xbc\x9a", "\xff"}
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		var text string
		for range random.IntN(8) {
			text += pieces[random.IntN(len(pieces))]
		}
		if got, want := colon(text), strings.IndexAny(text, ":："); got != want {
			t.Fatalf("the colon of %q is at %d, not %d", text, got, want)
		}
		if spoken(text) && strings.Contains(text, "   ") {
			t.Fatalf("columns are taken for speech: %q", text)
		}
		if strings.ToValidUTF8(text, "") != text {
			continue
		}
		want := strings.TrimRight(strings.TrimLeft(text, " \t\r-*,;:+#.•·，、。；：—–…"), " \t\r,;:-.，、。；：—–")
		if got := trim(text, span{0, len(text)}); text[got.start:got.end] != want {
			t.Fatalf("%q is trimmed to %q, not %q", text, text[got.start:got.end], want)
		}
	}
}
