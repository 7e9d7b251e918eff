package redact

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

func TestVendors(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(5)
	for _, v := range allVendors() {
		for form := range strings.FieldsSeq(v.shapes) {
			t.Run(v.id+" "+form, func(t *testing.T) {
				for range 10 {
					token := r.Fill(form)
					for v.check != nil && !v.check(token) {
						token = r.Fill(form)
					}
					if got, _ := rules.Redact("试试 " + token + "。"); got != "试试 [API_KEY]。" {
						t.Fatalf("%q became %q", token, got)
					}
					s := parseShape(form)
					if _, _, ok := s.match("q"+token, 1+anchorOffset(s, token)); ok && classOf(token[0])&base62 != 0 && s.anchor == 0 {
						t.Fatalf("%q was found in the middle of a word", token)
					}
					if last := s.pieces[len(s.pieces)-1]; last.literal == "" && last.min > 1 {
						if _, _, ok := s.match(token[:len(token)-(min(len(token), last.max))], 0); ok {
							t.Fatalf("%q was found without its last part", token)
						}
					}
				}
			})
		}
	}
}

// anchorOffset is where the key of s begins in a token made from s.
func anchorOffset(s shape, token string) int {
	return strings.Index(token, s.pieces[s.anchor].literal)
}
