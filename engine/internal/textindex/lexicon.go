package textindex

import "hash/maphash"

// lexicon numbers the terms of one kind in the order of their first
// appearance, and keeps which of them each document holds. It is written for
// one thing: millions of look-ups of which nearly all find a known term.
type lexicon struct {
	seed  maphash.Seed // random, so that no text can be made that collides
	slots []slot       // open addressing; the length is a power of two
	terms []term
	text  []byte // the terms, one after another

	stream []byte // the terms of each document as uvarints, each once
	ends   []int  // where in stream each document ends
}

type slot struct {
	hash uint32
	term uint32 // number + 1; 0 is free
}

type term struct {
	end     uint32 // in text; a segment is far from 4 GiB of distinct terms
	lastDoc uint32 // number + 1 of the last document that holds it
}

const minSlots = 1 << 12

func newLexicon() lexicon {
	return lexicon{seed: maphash.MakeSeed(), slots: make([]slot, minSlots)}
}

// reset forgets everything and keeps the memory.
func (l *lexicon) reset() {
	clear(l.slots)
	l.terms, l.text, l.stream, l.ends = l.terms[:0], l.text[:0], l.stream[:0], l.ends[:0]
}

// note records that the document being added holds a term.
func (l *lexicon) note(text []byte) {
	number := l.number(text)
	if doc := uint32(len(l.ends)) + 1; l.terms[number].lastDoc != doc {
		l.terms[number].lastDoc = doc
		l.stream = appendUvarint(l.stream, number)
	}
}

// endDoc ends the document being added.
func (l *lexicon) endDoc() { l.ends = append(l.ends, len(l.stream)) }

// docTerms returns the part of the stream that belongs to a document.
func (l *lexicon) docTerms(doc int) []byte {
	start := 0
	if doc > 0 {
		start = l.ends[doc-1]
	}
	return l.stream[start:l.ends[doc]]
}

func (l *lexicon) number(text []byte) uint32 {
	hash := uint32(maphash.Bytes(l.seed, text))
	mask := uint32(len(l.slots) - 1)
	at := hash & mask
	for ; l.slots[at].term != 0; at = (at + 1) & mask {
		if s := l.slots[at]; s.hash == hash && string(l.termText(s.term-1)) == string(text) {
			return s.term - 1
		}
	}
	l.text = append(l.text, text...)
	l.terms = append(l.terms, term{end: uint32(len(l.text))})
	l.slots[at] = slot{hash: hash, term: uint32(len(l.terms))}
	if len(l.terms) > len(l.slots)/2 {
		l.grow()
	}
	return uint32(len(l.terms) - 1)
}

func (l *lexicon) termText(number uint32) []byte {
	start := uint32(0)
	if number > 0 {
		start = l.terms[number-1].end
	}
	return l.text[start:l.terms[number].end]
}

func (l *lexicon) grow() {
	old := l.slots
	l.slots = make([]slot, 2*len(old))
	mask := uint32(len(l.slots) - 1)
	for _, s := range old {
		if s.term == 0 {
			continue
		}
		at := s.hash & mask
		for l.slots[at].term != 0 {
			at = (at + 1) & mask
		}
		l.slots[at] = s
	}
}
