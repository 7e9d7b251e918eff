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
	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/session"
)

const keySize = 32

// archiveKey loads the key, and makes one for the first archive. An archive
// without its key is an error: with a new one, equal people would no longer
// look equal, and everything read before would look changed.
func (p Places) archiveKey() ([]byte, error) {
	_, err := os.Lstat(p.Archive())
	first := errors.Is(err, fs.ErrNotExist)
	key, err := loadKey(p.key(), first)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: restore %q from a backup, or move %q away so that both are made anew", ErrNoKey, p.key(), p.Archive())
	}
	return key, err
}

// loadKey reads the key that keys every digest of text that was not redacted,
// and makes one when it is missing and create says so.
func loadKey(path string, create bool) ([]byte, error) {
	key, err := readKey(path)
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
		return nil, fmt.Errorf("reading the key: %w", err)
	case len(key) != keySize:
		return nil, fmt.Errorf("reading the key: %q has %d bytes instead of %d; restore it from a backup, or move it and the archive away", path, len(key), keySize)
	}
	return key, nil
}

func readKey(path string) ([]byte, error) {
	file, _, err := regular.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, keySize+1))
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

// texts returns the digest by which copies of a message are told, for one
// goroutine: every message of a run goes through it, so it keeps its state and
// copies no text.
func (d digester) texts() func(text string) session.Digest {
	mac := hmac.New(sha256.New, d.key)
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

// state is the digest by which a run tells that nothing changed. It is made of
// names too, which can hold personal data.
func (d digester) state(parts []string) string {
	var all []byte
	for _, part := range parts {
		all = fmt.Appendf(all, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(d.sum("state", all)[:16])
}

// bytes is the digest by which a source tells that a file was only appended to.
func (d digester) bytes(data []byte) string {
	return hex.EncodeToString(d.sum("bytes", data)[:8])
}
