package textindex

import (
	"cmp"
	"slices"
)

// Builder makes a segment out of texts. It keeps a bit less than half of the
// texts' size in memory, and as much again while it makes the segment, so it is
// meant for some 16 MB of text at a time. It is for one goroutine at a time.
type Builder struct {
	docs     []Doc         // as added
	position map[int64]int // of the document that counts, by ID
	lexicons [kinds]lexicon
	folded   []byte // scratch
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{position: map[int64]int{}, lexicons: [kinds]lexicon{newLexicon(), newLexicon()}}
}

// Add adds a document. Documents come in any order; one with the ID of an
// earlier one replaces it.
func (b *Builder) Add(doc Doc, text string) {
	b.position[doc.ID] = len(b.docs)
	b.docs = append(b.docs, doc)
	b.folded = AppendFold(b.folded[:0], text)
	size := len(b.folded)
	b.folded = append(b.folded, make([]byte, keyBytes)...)
	for start, end, kind := nextRun(b.folded[:size], 0); start < size; start, end, kind = nextRun(b.folded[:size], end) {
		if kind == word {
			b.lexicons[word].note(b.folded, start, end)
			continue
		}
		b.notePairs(start, end)
	}
	for kind := range b.lexicons {
		b.lexicons[kind].endDoc()
	}
}

// notePairs notes every rune of a char run together with the next one, and
// the last rune alone.
func (b *Builder) notePairs(start, end int) {
	for middle := runeEnd(b.folded, start); start < end; {
		next := middle
		if middle < end {
			next = runeEnd(b.folded, middle)
		}
		b.lexicons[char].note(b.folded, start, next)
		start, middle = middle, next
	}
}

// Remove forgets a document if it was added.
func (b *Builder) Remove(id int64) { delete(b.position, id) }

// Len returns the number of documents.
func (b *Builder) Len() int { return len(b.position) }

// Reset forgets all documents and keeps the memory for the next ones.
func (b *Builder) Reset() {
	b.docs, b.folded = b.docs[:0], b.folded[:0]
	clear(b.position)
	for kind := range b.lexicons {
		b.lexicons[kind].reset()
	}
}

// Segment returns the parts of a segment of the documents added so far. The
// builder stays as it was.
func (b *Builder) Segment() Parts {
	order := make([]int, 0, len(b.position))
	for _, position := range b.position {
		order = append(order, position)
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(b.docs[x].ID, b.docs[y].ID) })
	w := segmentWriter{docs: make([]Doc, len(order))}
	for ordinal, position := range order {
		w.docs[ordinal] = b.docs[position]
	}
	for kind := range b.lexicons {
		b.lexicons[kind].writeTo(&w, class(kind), order)
	}
	return w.parts()
}
