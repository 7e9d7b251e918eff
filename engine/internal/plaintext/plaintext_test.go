package plaintext

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func TestAppendString(t *testing.T) {
	for in, want := range map[string]string{
		"":                     `""`,
		"a\"b\\c/<&>":          `"a\"b\\c/<&>"`,
		"\n\t\r\x00\x1b\x7f":   `"\n\t\r\u0000\u001b\u007f"`,
		"\u0085\u2028\u2029":   `"\u0085\u2028\u2029"`,
		"\u202E\uFEFF\u061C":   `"\u202e\ufeff\u061c"`,
		"\U000E0041":           `"\udb40\udc41"`,
		"é¥–,。好👩\u200D💻\u200B": "\"é¥–,。好👩\u200D💻\u200B\"",
		"a\xff\xfeb\xed\xa0z":  "\"a\uFFFDb\uFFFDz\"",
	} {
		if got := string(AppendString(nil, in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestEscapeHidden(t *testing.T) {
	for _, c := range []struct{ name, json, want string }{
		{"ordinary", `{"a":"你好 \n \" x"}`, `{"a":"你好 \n \" x"}`},
		{"direction", "\"a\u202eb\"", `"a\u202eb"`},
		{"invisible tag", "\"\U000e0041\"", `"\udb40\udc41"`},
		{"emoji stay whole", "\"👩\u200d💻\"", "\"👩\u200d💻\""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(EscapeHidden([]byte(c.json))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWord(t *testing.T) {
	for in, want := range map[string]bool{
		"3f2a9c1b:m-5_x.y":             true,
		"":                             false,
		"--help":                       false,
		"a b":                          false,
		"a;reboot":                     false,
		"$(id)":                        false,
		"ä":                            false,
		strings.Repeat("a", maxWord):   true,
		strings.Repeat("a", maxWord+1): false,
	} {
		if got := Word(in); got != want {
			t.Errorf("%.20q: got %v, want %v", in, got, want)
		}
	}
}

var anEscape = regexp.MustCompile(`&((?:amp;)*)(lt|#x[0-9A-F]+);`)

// unescape is the reverse of AppendEscaped as its comment states it.
func unescape(t testing.TB, s string) string {
	return anEscape.ReplaceAllStringFunc(s, func(escape string) string {
		if rest, found := strings.CutPrefix(escape, "&amp;"); found {
			return "&" + rest
		}
		if escape == "&lt;" {
			return "<"
		}
		code, err := strconv.ParseInt(escape[len("&#x"):len(escape)-1], 16, 32)
		if err != nil {
			t.Fatalf("%q is not one of our escapes", escape)
		}
		return string(rune(code))
	})
}

var markup = regexp.MustCompile(`(?i)<[a-z/!?]`)

func FuzzEscape(f *testing.F) {
	for _, text := range []string{
		"", "plain 好 text", "<b>&lt;</b> <!-- x -->", "&amp;lt; &#xA; &#x; &&amp;amp;#x41;", "a\x00\u202Eb\uFEFF\U000E0041", "~&~lt;",
	} {
		f.Add(text, "~")
	}
	f.Fuzz(func(t *testing.T, text, codes string) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		byCode := func(_ int, r rune) bool { return Hidden(r) || r != '&' && strings.ContainsRune(codes, r) }
		escaped := string(AppendEscaped(nil, text, byCode))
		if got := unescape(t, escaped); got != text {
			t.Errorf("got %q back from %q, want %q", got, escaped, text)
		}
		if strings.ContainsFunc(escaped, unicode.IsControl) || strings.ContainsFunc(escaped, Hidden) || markup.MatchString(escaped) {
			t.Errorf("%q is not plain", escaped)
		}
		var back string
		if err := json.Unmarshal(AppendString(nil, text), &back); err != nil || back != text {
			t.Errorf("JSON: got %q and %v, want %q", back, err, text)
		}
	})
}
