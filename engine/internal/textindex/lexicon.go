package textindex

import (
	"encoding/binary"
	"hash/maphash"
	"math/rand/v2"
	"slices"
)

// lexicon numbers the terms of one kind in the order of their first
// appearance, and keeps which of them each document holds. It is written for
// one thing: millions of look-ups of which nearly all find a known, short term.
type lexicon struct {
	seed       maphash.Seed
	multiplier uint64   // odd and random, so that no text can be made that collides
	shift      int      // 64 - log2(len(slots))
	slots      []slot   // open addressing
	text       []byte   // the terms, one after another
	ends       []uint32 // where in text each term ends: a segment is far from 4 GiB of terms

	stream  []byte // the terms of each document as uvarints, each once
	docEnds []int  // where in stream each document ends
}

// slot is one term. The key of a term of up to eight bytes is these bytes: no
// term holds a zero byte, so it has no other's key. That of a longer one is its
// hash under longKey, a byte that valid UTF-8 doesn't have.
type slot struct {
	key    uint64
	number uint32 // + 1; 0 is a free slot
	doc    uint32 // the last document that holds it, + 1
}

const (
	longKey  = 0xFF << 56
	keyBytes = 8

	minSlotBits = 12
)

func newLexicon() lexicon {
	return lexicon{seed: maphash.MakeSeed(), multiplier: rand.Uint64() | 1, shift: 64 - minSlotBits,
		slots: make([]slot, 1<<minSlotBits)}
}

// reset forgets everything and keeps the memory.
func (l *lexicon) reset() {
	clear(l.slots)
	l.text, l.ends, l.stream, l.docEnds = l.text[:0], l.ends[:0], l.stream[:0], l.docEnds[:0]
}

// note records that the document being added holds the term text[start:end].
// keyBytes more must follow start.
func (l *lexicon) note(text []byte, start, end int) {
	var key uint64
	if size := end - start; size <= keyBytes {
		key = binary.LittleEndian.Uint64(text[start:]) & (1<<(8*size) - 1)
	} else {
		key = maphash.Bytes(l.seed, text[start:end]) | longKey
	}
	doc := uint32(len(l.docEnds)) + 1
	at := key * l.multiplier >> l.shift
	for ; ; at = (at + 1) & uint64(len(l.slots)-1) {
		s := &l.slots[at]
		if s.number == 0 {
			break
		}
		if s.key != key || key >= longKey && string(l.term(s.number-1)) != string(text[start:end]) {
			continue
		}
		if s.doc != doc {
			s.doc = doc
			l.stream = appendUvarint(l.stream, s.number-1)
		}
		return
	}
	l.text = append(l.text, text[start:end]...)
	l.ends = append(l.ends, uint32(len(l.text)))
	number := uint32(len(l.ends))
	l.slots[at] = slot{key: key, number: number, doc: doc}
	l.stream = appendUvarint(l.stream, number-1)
	if len(l.ends) > len(l.slots)/8*5 {
		l.grow()
	}
}

func (l *lexicon) grow() {
	old := l.slots
	l.slots = make([]slot, 2*len(old))
	l.shift--
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		at := s.key * l.multiplier >> l.shift
		for l.slots[at].number != 0 {
			at = (at + 1) & uint64(len(l.slots)-1)
		}
		l.slots[at] = s
	}
}

// endDoc ends the document being added.
func (l *lexicon) endDoc() { l.docEnds = append(l.docEnds, len(l.stream)) }

// docTerms returns the part of the stream that belongs to a document.
func (l *lexicon) docTerms(doc int) []byte {
	start := 0
	if doc > 0 {
		start = l.docEnds[doc-1]
	}
	return l.stream[start:l.docEnds[doc]]
}

func (l *lexicon) term(number uint32) []byte {
	start := uint32(0)
	if number > 0 {
		start = l.ends[number-1]
	}
	return l.text[start:l.ends[number]]
}

// sorted returns the numbers of all terms by their bytes.
func (l *lexicon) sorted() []uint32 {
	numbers := make([]uint32, len(l.ends))
	for i := range numbers {
		numbers[i] = uint32(i)
	}
	slices.SortFunc(numbers, func(x, y uint32) int { return slices.Compare(l.term(x), l.term(y)) })
	return numbers
}

// list is what writeTo knows of the posting list of a term.
type list struct {
	next uint32 // the smallest ordinal that may follow
	size uint32 // of its gaps
	end  uint32 // of what is written of them
}

// writeTo adds all terms with the lists of the documents in order. The stream
// is read twice: for the length of each list, and to write each gap where it
// belongs. So no list grows while others do.
func (l *lexicon) writeTo(w *segmentWriter, kind class, order []int) {
	lists := make([]list, len(l.ends))
	for ordinal, position := range order {
		for terms := l.docTerms(position); len(terms) > 0; {
			number, n := cutUvarint(terms)
			terms = terms[n:]
			t := &lists[number]
			t.size += uvarintLen(uint32(ordinal) - t.next)
			t.next = uint32(ordinal) + 1
		}
	}
	numbers, total := l.sorted(), uint32(0)
	for _, number := range numbers {
		lists[number].next, lists[number].end = 0, total
		total += lists[number].size
	}
	gaps := make([]byte, total)
	for ordinal, position := range order {
		for terms := l.docTerms(position); len(terms) > 0; {
			number, n := cutUvarint(terms)
			terms = terms[n:]
			t := &lists[number]
			t.end += putUvarint(gaps[t.end:], uint32(ordinal)-t.next)
			t.next = uint32(ordinal) + 1
		}
	}
	for _, number := range numbers {
		t := &lists[number]
		w.add(kind, l.term(number), gaps[t.end-t.size:t.end])
	}
}
