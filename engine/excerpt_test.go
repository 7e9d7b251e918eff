package engine

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	long := strings.Repeat("结", 1000)
	for name, c := range map[string]struct{ text, want string }{
		"short":             {"ok", "ok"},
		"on a rune":         {long, strings.Repeat("结", 666)},
		"placeholder whole": {strings.Repeat("a", 1990) + "[EMAIL] " + long, strings.Repeat("a", 1990) + "[EMAIL]"},
		"placeholder cut":   {strings.Repeat("a", 1996) + "[EMAIL] more", strings.Repeat("a", 1996)},
		"other bracket":     {"[" + strings.Repeat("a", 3000), "[" + strings.Repeat("a", 1999)},
	} {
		t.Run(name, func(t *testing.T) {
			got := excerpt(c.text)
			if got != c.want && !(name == "placeholder whole" && strings.HasPrefix(got, c.want)) {
				t.Errorf("got %d bytes ending %q, want %d", len(got), got[max(0, len(got)-12):], len(c.want))
			}
			if len(got) > 2000 || !utf8.ValidString(got) {
				t.Errorf("%d bytes, valid %t", len(got), utf8.ValidString(got))
			}
		})
	}
}
