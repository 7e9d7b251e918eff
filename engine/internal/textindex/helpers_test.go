package textindex_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// document is what the naive side knows.
type document struct {
	textindex.Doc
	text string
}

var errNoPart = errors.New("no such part")

func open(tb testing.TB, parts textindex.Parts) *textindex.Segment {
	tb.Helper()
	s, err := textindex.Open(loader(parts))
	must(tb, err)
	return s
}

func loader(parts textindex.Parts) func(int) ([]byte, error) {
	return func(part int) ([]byte, error) {
		if part < 0 || part >= len(parts) {
			return nil, errNoPart
		}
		return parts[part], nil
	}
}

func build(docs []document) textindex.Parts {
	b := textindex.NewBuilder()
	for _, d := range docs {
		b.Add(d.Doc, d.text)
	}
	return b.Segment()
}

func equalParts(x, y textindex.Parts) bool {
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !bytes.Equal(x[i], y[i]) {
			return false
		}
	}
	return true
}

// naiveFold is the rule of folding, written down plainly.
func naiveFold(text string) string {
	var folded strings.Builder
	for _, r := range text { // broken bytes are U+FFFD here
		switch {
		case r >= 0xFF01 && r <= 0xFF5E:
			r -= 0xFEE0
		case r == 0x3000:
			r = ' '
		case r >= 0xFF61 && r <= 0xFF9F:
			r = naiveKatakana[r]
		}
		folded.WriteRune(unicode.ToLower(r))
	}
	return folded.String()
}

// naiveKatakana is from the table of Unicode's compatibility decompositions.
var naiveKatakana = map[rune]rune{
	0xFF61: 0x3002, 0xFF62: 0x300C, 0xFF63: 0x300D, 0xFF64: 0x3001, 0xFF65: 0x30FB, 0xFF66: 0x30F2, 0xFF67: 0x30A1,
	0xFF68: 0x30A3, 0xFF69: 0x30A5, 0xFF6A: 0x30A7, 0xFF6B: 0x30A9, 0xFF6C: 0x30E3, 0xFF6D: 0x30E5, 0xFF6E: 0x30E7,
	0xFF6F: 0x30C3, 0xFF70: 0x30FC, 0xFF71: 0x30A2, 0xFF72: 0x30A4, 0xFF73: 0x30A6, 0xFF74: 0x30A8, 0xFF75: 0x30AA,
	0xFF76: 0x30AB, 0xFF77: 0x30AD, 0xFF78: 0x30AF, 0xFF79: 0x30B1, 0xFF7A: 0x30B3, 0xFF7B: 0x30B5, 0xFF7C: 0x30B7,
	0xFF7D: 0x30B9, 0xFF7E: 0x30BB, 0xFF7F: 0x30BD, 0xFF80: 0x30BF, 0xFF81: 0x30C1, 0xFF82: 0x30C4, 0xFF83: 0x30C6,
	0xFF84: 0x30C8, 0xFF85: 0x30CA, 0xFF86: 0x30CB, 0xFF87: 0x30CC, 0xFF88: 0x30CD, 0xFF89: 0x30CE, 0xFF8A: 0x30CF,
	0xFF8B: 0x30D2, 0xFF8C: 0x30D5, 0xFF8D: 0x30D8, 0xFF8E: 0x30DB, 0xFF8F: 0x30DE, 0xFF90: 0x30DF, 0xFF91: 0x30E0,
	0xFF92: 0x30E1, 0xFF93: 0x30E2, 0xFF94: 0x30E4, 0xFF95: 0x30E6, 0xFF96: 0x30E8, 0xFF97: 0x30E9, 0xFF98: 0x30EA,
	0xFF99: 0x30EB, 0xFF9A: 0x30EC, 0xFF9B: 0x30ED, 0xFF9C: 0x30EF, 0xFF9D: 0x30F3, 0xFF9E: 0x3099, 0xFF9F: 0x309A,
}

// pieces are what random texts are made of.
var pieces = []string{
	"the ", "session", "Sync", "sessionKey ", "snake_case_name", "readFile(", "HTTP/2 ", "error: ", "v1.26.8", "2026-07-01", "x",
	"我们", "决定", "部署", "数据库", "今天的", "的", "了", "。", "，", "“引用”", "「こんにちは」", "カタカナ", "ｶﾞﾝﾊﾞﾚ", "한국어", "ภาษาไทย",
	"ＡＢＣ", "１２３", "（全角）", "\u3000", "🙂", "👨‍👩‍👧", "❤️", "café", "ÀÉÎ ", "Straße", "ИЗМЕНА ", "İstanbul", "ẞ", "Ⱥ", "K",
	" ", "\n", "\t", "_", "-", "...", "\"", "`go test`", "\xff", "\xe4\xb8", "\u200d", "\u0301", "aa", "aaa", "foo", "foobar", "barfoo", "",
}

func randomText(r *rand.Rand) string {
	var text strings.Builder
	for range r.IntN(30) {
		text.WriteString(pieces[r.IntN(len(pieces))])
	}
	return text.String()
}

func randomDocs(r *rand.Rand, n int) []document {
	docs := make([]document, n)
	for i := range docs {
		docs[i] = document{Doc: textindex.Doc{
			ID: int64(i)*3 - 50, Time: int64(r.IntN(5)) * 1_700_000_000_000 / 4, Window: int64(r.IntN(9)), Channel: -int64(r.IntN(3)),
			Role: uint8(r.IntN(4)), Class: uint8(r.IntN(256)),
		}, text: randomText(r)}
	}
	r.Shuffle(n, func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return docs
}

// slice cuts 1 to 8 runes out of a text.
func slice(r *rand.Rand, text string) string {
	var starts []int
	for i := range text {
		starts = append(starts, i)
	}
	if len(starts) == 0 {
		return "empty"
	}
	starts = append(starts, len(text))
	from := r.IntN(len(starts) - 1)
	return text[starts[from]:starts[min(from+1+r.IntN(8), len(starts)-1)]]
}

// naiveWords cuts folded text into the words that levels are about.
func naiveWords(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool { return !isWordRune(r) })
}

// isWordRune is enough for the pieces above.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return unicode.In(r, unicode.Latin, unicode.Cyrillic) && unicode.IsLetter(r) || r == 0x301
}
