package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"time"
)

// File is a rendered shared file whose time of last sync is still open.
type File struct {
	head  []byte
	stamp func(synced time.Time) string // stands between head and tail
	tail  [][]byte                      // one part after the other
	sum   hash.Cloner                   // of head and tail, once it was asked for
}

// Write writes the file as of the sync at the given time. The same file and
// time give the same bytes.
func (f *File) Write(w io.Writer, synced time.Time) error {
	for _, part := range append([][]byte{f.head, []byte(f.stamp(synced))}, f.tail...) {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// content is the SHA-256 of the file without the time of last sync.
func (f *File) content() hash.Cloner {
	if f.sum == nil {
		f.sum = sha256.New().(hash.Cloner)
		f.sum.Write(f.head)
		for _, part := range f.tail {
			f.sum.Write(part)
		}
	}
	return f.sum
}

// Digest is the SHA-256 of the file without the time of last sync, in lower-case
// hex.
func (f *File) Digest() string { return hex.EncodeToString(f.content().Sum(nil)) }

// Hash is the content of .last_hash: a SHA-256 in lower-case hex and a line
// feed. It covers the bytes of shared_chat.json without the member last_sync
// (and the comma behind it), then those of the lists: decisions/index.json and
// todos/todos.json in this order, each where it exists. It does not depend on
// the time of the sync.
func Hash(chat *File, lists ...io.Reader) (string, error) {
	sum, err := chat.content().Clone()
	if err != nil {
		return "", fmt.Errorf("hashing the export: %w", err)
	}
	for i, list := range lists {
		if _, err := io.Copy(sum, list); err != nil {
			return "", fmt.Errorf("hashing list %d of the export: %w", i+1, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)) + "\n", nil
}

// RecognizeBytes is how much of a file [Recognize] needs to see.
const RecognizeBytes = 512

// Recognize reports whether a file that begins with head is one of ours. The
// original skill's files of the same names are not: its JSON has no schema
// version and its Markdown no notice.
func Recognize(head []byte) bool {
	if bytes.HasPrefix(head, []byte(`{"schema_version":`)) {
		return true
	}
	for _, lang := range []string{"zh", "en"} {
		w := wordsOf(lang)
		if bytes.HasPrefix(head, []byte("# "+w.title+"\n\n<!-- "+w.notice)) {
			return true
		}
	}
	return false
}
