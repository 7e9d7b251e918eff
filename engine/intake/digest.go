package intake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/smallccwc/chronosync/engine/session"
)

// Digester makes keyed digests. Each use has a label of its own, so that a
// digest of one kind tells nothing about another kind.
type Digester struct{ Key []byte }

// Sum is the digest of data for the use that label names.
func (d Digester) Sum(label string, data []byte) []byte {
	mac := hmac.New(sha256.New, d.Key)
	mac.Write([]byte(label))
	mac.Write([]byte{0})
	mac.Write(data)
	return mac.Sum(nil)
}

// Texts returns the digest by which copies of a message are told, for one
// goroutine: every message of a run goes through it, so it keeps its state and
// copies no text.
func (d Digester) Texts() func(text string) session.Digest {
	mac := hmac.New(sha256.New, d.Key)
	chunk, sum := make([]byte, 4<<10), make([]byte, 0, sha256.Size)
	return func(text string) session.Digest {
		mac.Reset()
		mac.Write([]byte("text\x00"))
		for len(text) > 0 {
			n := copy(chunk, text)
			mac.Write(chunk[:n])
			text = text[n:]
		}
		sum = mac.Sum(sum[:0])
		return session.Digest(sum)
	}
}

// State is the digest by which a run tells that nothing changed. It is made of
// names too, which can hold personal data.
func (d Digester) State(parts []string) string {
	var all []byte
	for _, part := range parts {
		all = fmt.Appendf(all, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(d.Sum("state", all)[:16])
}

// Bytes is the digest by which a source tells that a file was only appended to.
func (d Digester) Bytes(data []byte) string {
	return hex.EncodeToString(d.Sum("bytes", data)[:8])
}
