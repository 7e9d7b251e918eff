package textindex

import (
	"bytes"
	"cmp"
	"slices"
)

// Merge makes one segment out of several, oldest first. Of documents with the
// same ID that of the last segment stays; then those are left out that dead
// names by the index of their segment and their ID; a document that is gone must
// be named in every segment that holds it. A nil dead names none. The parts are
// those that a [Builder] would make of what is left.
func Merge(segments []*Segment, dead func(segment int, id int64) bool) (Parts, error) {
	w := segmentWriter{}
	ordinals, err := survivors(segments, dead, &w)
	if err != nil {
		return nil, err
	}
	for kind := range class(kinds) {
		if err := mergeTerms(&w, kind, segments, ordinals); err != nil {
			return nil, err
		}
	}
	return w.parts(), nil
}

// gone is the new ordinal of a document that is left out.
const gone = ^uint32(0)

// survivors gives the writer the documents that stay, and returns for each
// segment the new ordinal of each document.
func survivors(segments []*Segment, dead func(int, int64) bool, w *segmentWriter) ([][]uint32, error) {
	type origin struct {
		id               int64
		segment, ordinal int
	}
	var all []origin
	ordinals := make([][]uint32, len(segments))
	for i, s := range segments {
		ordinals[i] = make([]uint32, s.docs)
		for ordinal := range s.docs {
			id := s.columns.id(ordinal)
			if ordinal > 0 && id <= s.columns.id(ordinal-1) {
				return nil, inPart(partDocs, ErrCorrupt)
			}
			ordinals[i][ordinal] = gone
			all = append(all, origin{id, i, ordinal})
		}
	}
	slices.SortFunc(all, func(x, y origin) int {
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.segment, y.segment))
	})
	for i, o := range all {
		replaced := i+1 < len(all) && all[i+1].id == o.id
		if replaced || dead != nil && dead(o.segment, o.id) {
			continue
		}
		ordinals[o.segment][o.ordinal] = uint32(len(w.docs))
		var d Doc
		segments[o.segment].columns.read(&d, o.ordinal)
		w.docs = append(w.docs, d)
	}
	return ordinals, nil
}

// head is the term that comes next in a segment.
type head struct {
	segment *Segment
	cursor  cursor
	text    []byte // nil at the end
	list    extent
	docs    []uint32 // new ordinals
}

func (h *head) advance() error {
	before := h.text
	var err error
	if h.text, h.list, err = h.cursor.next(); err != nil {
		return err
	}
	if h.text != nil && before != nil && bytes.Compare(before, h.text) >= 0 {
		return ErrCorrupt
	}
	return nil
}

// appendDocs appends the new ordinals of the documents that hold the term.
func (h *head) appendDocs(dst []uint32) ([]uint32, error) {
	list, err := h.segment.list(h.list)
	if err != nil {
		return dst, err
	}
	start := len(dst)
	if dst, err = appendOrdinals(dst, list, h.segment.docs); err != nil {
		return dst, err
	}
	kept := dst[:start]
	for _, ordinal := range dst[start:] {
		if moved := h.docs[ordinal]; moved != gone {
			kept = append(kept, moved)
		}
	}
	return kept, nil
}

func mergeTerms(w *segmentWriter, kind class, segments []*Segment, ordinals [][]uint32) error {
	heads := make([]head, len(segments))
	for i, s := range segments {
		d, err := s.dictionary(kind)
		if err != nil {
			return err
		}
		heads[i] = head{segment: s, docs: ordinals[i]}
		if heads[i].cursor, err = d.start(); err != nil {
			return err
		}
		if err := heads[i].advance(); err != nil {
			return err
		}
	}
	var docs []uint32
	var gaps []byte
	for {
		text := smallest(heads)
		if text == nil {
			return nil
		}
		docs = docs[:0]
		for i := range heads {
			h := &heads[i]
			if h.text == nil || !bytes.Equal(h.text, text) {
				continue
			}
			var err error
			if docs, err = h.appendDocs(docs); err != nil {
				return err
			}
			if err := h.advance(); err != nil {
				return err
			}
		}
		gaps = appendGaps(gaps[:0], docs)
		w.add(kind, text, gaps)
	}
}

// smallest returns the first of the terms that come next, nil at the end of all.
func smallest(heads []head) []byte {
	var text []byte
	for i := range heads {
		if t := heads[i].text; t != nil && (text == nil || bytes.Compare(t, text) < 0) {
			text = t
		}
	}
	return text
}

// appendGaps appends the list of ordinals, which it sorts: segments may share a
// range of IDs.
func appendGaps(dst []byte, ordinals []uint32) []byte {
	if !slices.IsSorted(ordinals) {
		slices.Sort(ordinals)
	}
	next := uint32(0)
	for _, ordinal := range ordinals {
		dst = appendUvarint(dst, ordinal-next)
		next = ordinal + 1
	}
	return dst
}
