package engine

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/session"
)

const keySize = 32

// loadKey reads the key that keys every digest of text that was not redacted,
// and makes one at the first run. A key of another size is an error: with a
// new one, equal people would no longer look equal.
func loadKey(path string, create bool) ([]byte, error) {
	key, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		key = make([]byte, keySize)
		rand.Read(key) // never fails
		_, err = atomicfile.Write(path, 0o600, func(w io.Writer) error {
			_, err := w.Write(key)
			return err
		})
		return key, err
	case err != nil:
		return nil, fmt.Errorf("reading key: %w", err)
	case len(key) != keySize:
		return nil, fmt.Errorf("reading key: %q has %d bytes instead of %d", path, len(key), keySize)
	}
	return key, nil
}

// digester makes keyed digests. Each use has a label of its own, so that a
// digest of one kind tells nothing about another kind.
type digester struct{ key []byte }

func (d digester) sum(label string, data []byte) []byte {
	mac := hmac.New(sha256.New, d.key)
	mac.Write([]byte(label))
	mac.Write([]byte{0})
	mac.Write(data)
	return mac.Sum(nil)
}

// text is the digest by which copies of a message are told.
func (d digester) text(text string) (digest session.Digest) {
	copy(digest[:], d.sum("text", []byte(text)))
	return digest
}

// bytes is the digest by which a source tells that a file was only appended to.
func (d digester) bytes(data []byte) string {
	return hex.EncodeToString(d.sum("bytes", data)[:8])
}
