package redact

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

// naivePass tries every detector at every position, without the automaton: the
// reference that pass has to equal.
func naivePass(rules *Rules) func(string) []Finding {
	return func(text string) []Finding {
		s := scan{rules: rules, text: text}
		for _, d := range rules.machine().detectors {
			for at := range len(text) {
				if hasAnyPrefixFold(text[at:], d.keys) && !s.insidePlaceholder(at) {
					d.find(&s, at)
				}
			}
		}
		s.findCustom()
		return merge(s.found)
	}
}

func checkScan(t *testing.T, rules *Rules, text string) {
	t.Helper()
	found := rules.Scan(text)
	reference := rules.settle(text, naivePass(rules))
	if len(found) != len(reference) {
		t.Fatalf("Scan(%q) = %v, the naive scanner finds %v", text, found, reference)
	}
	last := 0
	var kept strings.Builder
	for i, f := range found {
		if f != reference[i] {
			t.Fatalf("Scan(%q)[%d] = %v, the naive scanner finds %v", text, i, f, reference[i])
		}
		if f.Start < last || f.Start >= f.End || f.End > len(text) {
			t.Fatalf("Scan(%q)[%d] = %v: not ordered, or outside the text", text, i, f)
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[last:f.Start]+text[f.End:]) {
			t.Fatalf("Scan(%q)[%d] = %v: not on rune boundaries", text, i, f)
		}
		kept.WriteString(text[last:f.Start] + inPlace(text, f, 0))
		last = f.End
	}
	kept.WriteString(text[last:])
	redacted, counts := rules.Redact(text)
	if redacted != kept.String() {
		t.Fatalf("Redact(%q) = %q, want %q: text outside the spans changed", text, redacted, kept.String())
	}
	if total := counts.total(); total != len(found) || (counts == nil) != (total == 0) {
		t.Fatalf("Redact(%q) counts %v, found %d", text, counts, len(found))
	}
	if again, more := rules.Redact(redacted); again != redacted || more != nil {
		t.Fatalf("Redact(%q) = %q, and again = %q", text, redacted, again)
	}
}

func (c Counts) total() int {
	n := 0
	for _, k := range c {
		n += k
	}
	return n
}

func FuzzScan(f *testing.F) {
	r := fakesecret.New(1)
	for _, text := range sampleTexts(r) {
		f.Add(text)
	}
	for _, text := range []string{
		"", "\xff\x80@\xef\xbc", "-----BEGIN PRIVATE KEY-----END PRIVATE KEY-----BEGIN EC PRIVATE KEY-----\\n",
		"password=[EMAIL]x1 密码是[PASSWORD]a1b2c3", "[API_KEY]=abcd1234 [PHONE~abcdefgh] [PHONE~abc", "密码：「ab12", `"password":"a\"b1",`,
		"key=key=key=key=", "token token token: ０１３８００１３８０００", "+86 (010) 62-34 5678x", "cookie: a=b; c=" + r.Fill("{b62:30}"),
		"a@b.cc@d.ee/f@g.hh", "//u:p@q@h.cc", "eyJeyJeyJeyJeyJeyJ.eyJ.eyJ.a.b", "＋86１３８ 0013 8000转12",
	} {
		f.Add(text)
	}
	rules := BuiltIn()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4<<10 {
			return // the naive scanner is slow
		}
		checkScan(t, rules, text)
	})
}

// TestScanEqualsNaive runs the comparison over samples cut and glued at random.
func TestScanEqualsNaive(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(7)
	for range 40 {
		texts := sampleTexts(r)
		for range 60 {
			a, b := texts[r.IntN(len(texts))], texts[r.IntN(len(texts))]
			glue := []string{"", " ", "\n", `\n`, ",", "=", "密码"}[r.IntN(7)]
			checkScan(t, rules, a[:r.IntN(len(a)+1)]+glue+b[r.IntN(len(b)+1):])
		}
	}
}

func TestHostileTextStaysLinear(t *testing.T) {
	rules := BuiltIn()
	for name, piece := range map[string]string{
		"names": "key=", "passwords": "password=", "unclosed": `password="`, "wide quotes": "密码是“", "begin": "-----BEGIN PRIVATE KEY",
		"blocks": "-----BEGIN PRIVATE KEY-----", "jwt": "eyJ.", "jwt run": "eyJ", "at": "@", "mail": "a@", "domains": "a@b.", "schemes": "a://b:", "digits": "1",
		"groups": "1 ", "dashed": "12-", "plus": "+1", "cookies": "cookie", "cookie pairs": "cookie a=b1;", "prefixes": "sk-", "blob": "AKIA/", "dots": "a.",
		"commands": "curl -u ", "words": "token ", "brackets": "[", "basic": "Basic ", "escapes": `\`, "wide": "１",
	} {
		t.Run(name, func(t *testing.T) {
			// Nothing is timed: half a megabyte of this takes a detector that
			// is quadratic from milliseconds to minutes.
			text := strings.Repeat(piece, 1<<19/len(piece))
			if redacted, _ := rules.Redact(text); len(redacted) > 4*len(text) {
				t.Errorf("%d bytes became %d", len(text), len(redacted))
			}
		})
	}
}

func hasAnyPrefixFold(text string, prefixes []string) bool {
	for _, p := range prefixes {
		if hasPrefixFold(text, p) {
			return true
		}
	}
	return false
}
