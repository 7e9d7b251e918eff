package textindex

import (
	"cmp"
)

// Level tells how well a document fits, as far as the index knows without the
// text. The worst of all runs of all terms counts. A word run of a term that may
// begin or end inside a word of the text is looked up in the words of the
// document: Word when one is the run, else Prefix when one begins with the run,
// else Part. Every other run is Word: chars, and words whose borders are in
// the term.
type Level uint8

// Levels, the worst first.
const (
	Part Level = iota
	Prefix
	Word

	levelCount
)

// fits holds for each level the documents that have it or a better one.
type fits [levelCount]bitmap

func newFits(docs int) fits {
	var f fits
	for level := range f {
		f[level] = newBitmap(docs)
	}
	return f
}

// Hits are the documents that may match a query.
type Hits struct {
	segments []*Segment
	found    []fits
}

// Find looks a query up in segments, oldest first. A document that stands in a
// later segment too is found only there. All matching documents are among the
// hits; others may be unless [Query.Certain].
func Find(segments []*Segment, q *Query) (*Hits, error) {
	h := &Hits{segments: segments, found: make([]fits, len(segments))}
	for i, s := range segments {
		found, err := s.find(q)
		if err != nil {
			return nil, err
		}
		h.found[i] = found
	}
	for i := range segments {
		h.dropReplaced(i)
	}
	return h, nil
}

func (s *Segment) find(q *Query) (fits, error) {
	found, one := newFits(s.docs), newFits(s.docs)
	for level := range found {
		found[level].fill(s.docs)
	}
	for i := range q.patterns {
		if found[Part].empty() {
			break
		}
		if err := s.lookUp(&q.patterns[i], one); err != nil {
			return found, err
		}
		for level := range found {
			found[level].and(one[level])
		}
	}
	return found, nil
}

// lookUp sets found to the documents that fit a pattern.
func (s *Segment) lookUp(p *pattern, found fits) error {
	for level := range found {
		clear(found[level])
	}
	d, err := s.dictionary(p.kind)
	if err != nil {
		return err
	}
	err = d.each(p, func(level Level, e extent) error {
		list, err := s.list(e)
		if err != nil {
			return err
		}
		s.ordinals, err = found[level].orList(list, s.docs, s.ordinals)
		return err
	})
	found[Prefix].or(found[Word])
	found[Part].or(found[Prefix])
	return err
}

// dropReplaced removes hits of a segment that stand in a later one too.
func (h *Hits) dropReplaced(segment int) {
	for _, later := range h.segments[segment+1:] {
		s := h.segments[segment]
		if s.docs == 0 || later.docs == 0 ||
			later.columns.id(0) > s.columns.id(s.docs-1) || later.columns.id(later.docs-1) < s.columns.id(0) {
			continue
		}
		for ordinal := range h.found[segment][Part].backward() {
			if later.has(s.columns.id(ordinal)) {
				h.found[segment][Part].remove(ordinal)
			}
		}
	}
}

// has tells whether the segment holds a document.
func (s *Segment) has(id int64) bool {
	low, high := 0, s.docs
	for low < high {
		if middle := (low + high) / 2; s.columns.id(middle) < id {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low < s.docs && s.columns.id(low) == id
}

// Place is where a hit stands in the order of hits: better levels first, then
// newer ones, then higher IDs.
type Place struct {
	Level Level
	Time  int64
	ID    int64
}

// compare is negative when p comes first.
func (p Place) compare(other Place) int {
	return cmp.Or(cmp.Compare(other.Level, p.Level), cmp.Compare(other.Time, p.Time), cmp.Compare(other.ID, p.ID))
}

// Hit is a document that was found.
type Hit struct {
	Doc
	Level   Level
	Segment int // index in the segments given to Find
}

// Place returns where the hit stands.
func (h *Hit) Place() Place { return Place{Level: h.Level, Time: h.Time, ID: h.ID} }

// Select returns the first hits that keep accepts behind a place, at most
// limit, in order; and how many it accepts in all, before that place too. A nil
// keep accepts all, a nil place is before the first hit. Asked again with the
// place of the last hit it goes on where it ended. keep is called once for each
// hit, in no order that means anything, and must not keep the pointer.
func (h *Hits) Select(keep func(*Hit) bool, after *Place, limit int) (best []Hit, count int) {
	top := ranking{limit: limit}
	var hit Hit
	// Backward, because the newest documents come last and so few hits enter
	// the ranking only to be thrown out.
	for i := len(h.segments) - 1; i >= 0; i-- {
		columns, found := &h.segments[i].columns, &h.found[i]
		hit.Segment = i
		for ordinal := range found[Part].backward() {
			columns.read(&hit.Doc, ordinal)
			hit.Level = found.level(ordinal)
			if keep != nil && !keep(&hit) {
				continue
			}
			count++
			if after == nil || after.compare(hit.Place()) < 0 {
				top.add(&hit)
			}
		}
	}
	return top.sorted(), count
}

func (f *fits) level(ordinal int) Level {
	switch {
	case f[Word].has(ordinal):
		return Word
	case f[Prefix].has(ordinal):
		return Prefix
	}
	return Part
}
