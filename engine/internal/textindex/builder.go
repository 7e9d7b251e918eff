package textindex

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// Builder makes a segment out of texts. It keeps about a third of the texts'
// size in memory until it is reset; seal segments of some 16 MB of text. It is
// for one goroutine at a time.
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
	for start, end, kind := nextRun(b.folded, 0); start < len(b.folded); start, end, kind = nextRun(b.folded, end) {
		if kind == word {
			b.lexicons[word].note(b.folded[start:end])
			continue
		}
		b.notePairs(b.folded[start:end])
	}
	for kind := range b.lexicons {
		b.lexicons[kind].endDoc()
	}
}

// notePairs notes every rune of a char run together with the next one, and
// the last rune alone.
func (b *Builder) notePairs(run []byte) {
	for start, next := 0, runeEnd(run, 0); start < len(run); {
		end := next
		if next < len(run) {
			end = runeEnd(run, next)
		}
		b.lexicons[char].note(run[start:end])
		start, next = next, end
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

// writeTo adds all terms with the lists of the documents in order. The stream
// is read twice: for the length of each list, and to write each gap where it
// belongs.
func (l *lexicon) writeTo(w *segmentWriter, kind class, order []int) {
	lengths, next := make([]uint32, len(l.terms)), make([]uint32, len(l.terms))
	l.eachGap(order, next, func(number, gap uint32) { lengths[number] += uvarintLen(gap) })

	sorted := make([]uint32, len(l.terms))
	for i := range sorted {
		sorted[i] = uint32(i)
	}
	slices.SortFunc(sorted, func(x, y uint32) int { return bytes.Compare(l.termText(x), l.termText(y)) })
	ends, total := make([]uint32, len(l.terms)), uint32(0)
	for _, number := range sorted {
		ends[number] = total // moves to the end of the list as that is written
		total += lengths[number]
	}
	gaps := make([]byte, total)
	clear(next)
	l.eachGap(order, next, func(number, gap uint32) {
		at := ends[number]
		ends[number] += uint32(binary.PutUvarint(gaps[at:], uint64(gap)))
	})
	for _, number := range sorted {
		end := ends[number]
		w.add(kind, l.termText(number), gaps[end-lengths[number]:end])
	}
}

// eachGap calls yield for every term of every document with the gap to the
// last document that held it. next is for the ordinals and begins with zeros.
func (l *lexicon) eachGap(order []int, next []uint32, yield func(number, gap uint32)) {
	for ordinal, position := range order {
		for terms := l.docTerms(position); len(terms) > 0; {
			number, n := uint64(terms[0]), 1
			if number >= 0x80 {
				number, n = binary.Uvarint(terms)
			}
			terms = terms[n:]
			yield(uint32(number), uint32(ordinal)-next[number])
			next[number] = uint32(ordinal) + 1
		}
	}
}
