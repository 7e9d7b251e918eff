package intake

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	letters := func(n int) string { return strings.Repeat("a", n) }
	word := "+/=_.%-" + letters(300) + "Z9"
	for name, c := range map[string]struct{ text, want string }{
		"short":                      {"ok", "ok"},
		"as long as can be":          {letters(2000), letters(2000)},
		"on a rune":                  {strings.Repeat("结", 1000), strings.Repeat("结", 666)},
		"at a line end":              {letters(1700) + "\nb c d " + letters(1000), letters(1700)},
		"at a blank":                 {letters(1700) + " b\u3000c " + letters(1000), letters(1700) + " b\u3000c"},
		"right before a blank":       {letters(1400) + " " + letters(599) + " b", letters(1400) + " " + letters(599)},
		"the only blank is far away": {letters(1480) + " " + letters(1000), letters(1480)},
		"before a word":              {letters(1500) + "{" + strings.Repeat(",", 300) + word + letters(300), letters(1500) + "{" + strings.Repeat(",", 300)},
		"right behind a word":        {letters(1999) + "b,c", letters(1999) + "b"},
		"a word too long":            {"so: " + letters(9000), "so:"},
		"nothing but a word":         {letters(9000), ""},
		"placeholder whole":          {letters(1990) + "[EMAIL] " + letters(300), letters(1990) + "[EMAIL]"},
		"placeholder cut":            {letters(1996) + "[EMAIL] more", letters(1996)},
		"numbered placeholder cut":   {letters(1996) + "[EMAIL#12],[EMAIL] more", letters(1996)},
		"other bracket":              {"[" + letters(3000), "["},
	} {
		t.Run(name, func(t *testing.T) {
			got := excerpt(c.text)
			if got != c.want {
				t.Errorf("got %d bytes ending %q, want %d", len(got), got[max(0, len(got)-12):], len(c.want))
			}
			if len(got) > 2000 || !utf8.ValidString(got) {
				t.Errorf("%d bytes, valid %t", len(got), utf8.ValidString(got))
			}
		})
	}
}

// FuzzExcerpt: what is left is a beginning of the text that ends where nothing
// is cut in two.
func FuzzExcerpt(f *testing.F) {
	f.Add("x ", 2000, "[EMAIL#2]")
	f.Add("", 1999, "结 结")
	ofKey := regexp.MustCompile(`^[A-Za-z0-9+/=_.%-]{2}`)
	f.Fuzz(func(t *testing.T, before string, n int, behind string) {
		text := strings.TrimSpace(before + strings.Repeat("k", max(0, n%3000)) + behind + strings.Repeat("k7-", 700))
		got := excerpt(text)
		if !strings.HasPrefix(text, got) || len(got) > 2000 {
			t.Fatalf("%q is no beginning of %q", got, text)
		}
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Fatalf("a rune is cut in two at the end of %q", got)
		}
		if got != "" && ofKey.MatchString(text[len(got)-1:]) {
			t.Fatalf("a word is cut in two at the end of %q", got)
		}
	})
}
