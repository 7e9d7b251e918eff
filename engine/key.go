package engine

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/regular"
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
