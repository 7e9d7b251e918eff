package textindex

import (
	"encoding/binary"
	"hash/crc32"
	"unicode"
)

// Parts are the byte strings of one segment, in the order in which [Open] asks
// for them by index:
//
//	0   length and bytes of the format, uvarint number of documents, uvarint
//	    length of all posting lists, then the documents (columns.go)
//	1   the dictionary of words (dictionary.go)
//	2   the dictionary of chars
//	3.. the posting lists of words, then of chars (postings.go), cut every 32 KiB
//
// Each part ends with the CRC-32 of its index and of what stands before, four
// bytes, little endian.
type Parts [][]byte

const (
	partDocs  = 0
	partTerms = 1 // of the first kind
	partLists = partTerms + kinds

	blockBytes = 32 << 10
	sealBytes  = 4
)

// Format changes with the form of the parts and with the classes and cases of
// runes, because both sides must cut texts in the same way.
const Format = "session-sync text index 1, Unicode " + unicode.Version

// seal appends the checksum of a part.
func seal(part int, data []byte) []byte {
	return binary.LittleEndian.AppendUint32(data, checksum(part, data))
}

func checksum(part int, data []byte) uint32 {
	return crc32.Update(uint32(part), crc32.IEEETable, data)
}

// segmentWriter puts a segment together. Terms come in order: all words
// sorted, then all chars sorted.
type segmentWriter struct {
	docs         []Doc // ascending by ID
	dictionaries [kinds]dictionaryWriter
	blocks       [][]byte
	length       int64  // of all lists
	list         []byte // scratch
}

// add appends a term and its list in the form of gaps. A term that no document
// holds is left out.
func (w *segmentWriter) add(kind class, text, gaps []byte) {
	if len(gaps) == 0 {
		return
	}
	w.list = appendList(w.list[:0], gaps, len(w.docs))
	w.dictionaries[kind].add(text, w.length, len(w.list))
	w.length += int64(len(w.list))
	for rest := w.list; len(rest) > 0; {
		last := len(w.blocks) - 1
		if last < 0 || len(w.blocks[last]) == blockBytes {
			w.blocks = append(w.blocks, make([]byte, 0, blockBytes+sealBytes))
			last++
		}
		n := min(len(rest), blockBytes-len(w.blocks[last]))
		w.blocks[last] = append(w.blocks[last], rest[:n]...)
		rest = rest[n:]
	}
}

func (w *segmentWriter) parts() Parts {
	head := binary.AppendUvarint(nil, uint64(len(Format)))
	head = append(head, Format...)
	head = binary.AppendUvarint(head, uint64(len(w.docs)))
	head = binary.AppendUvarint(head, uint64(w.length))
	parts := Parts{appendColumns(head, w.docs)}
	for kind := range w.dictionaries {
		parts = append(parts, w.dictionaries[kind].bytes())
	}
	parts = append(parts, w.blocks...)
	for i := range parts {
		parts[i] = seal(i, parts[i])
	}
	return parts
}
