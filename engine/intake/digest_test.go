package intake

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// TestTextDigests: what keeps its state digests as what begins anew each time.
func TestTextDigests(t *testing.T) {
	d := Digester{[]byte("key of the tests")}
	digest := d.Texts()
	for range 2 {
		for _, length := range []int{0, 1, 63, 4095, 4096, 4097, 100_000} {
			text := strings.Repeat("文a", length)[:length]
			if got, want := digest(text), session.Digest(d.Sum("text", []byte(text))); got != want {
				t.Errorf("%d bytes: %x, want %x", length, got, want)
			}
		}
	}
}
