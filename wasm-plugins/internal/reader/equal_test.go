package reader

import (
	"strings"
	"testing"
)

// TestEqual holds the comparison by eight bytes to that of the language.
func TestEqual(t *testing.T) {
	text := "用 PostgreSQL 16，明天上线"
	for n := range len(text) + 1 {
		a := text[:n]
		if !equal(a, strings.Clone(a)) || equal(a, a+"x") || equal(a+"x", a) {
			t.Errorf("%q", a)
		}
		for i := range n {
			b := []byte(a)
			b[i] ^= 1
			if equal(a, string(b)) {
				t.Errorf("%q equals %q", a, b)
			}
		}
	}
}
