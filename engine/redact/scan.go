package redact

import (
	"cmp"
	"slices"
)

// detector looks for secrets around the places where one of its keys stands.
type detector struct {
	name  string
	shape string   // what it looks for where a table says it, for the hash
	keys  []string // lower case; find is called where one begins
	find  func(s *scan, at int)
}

func builtin() []detector {
	return slices.Concat(blockDetectors(), vendorDetectors(), tokenDetectors(), secretDetectors(),
		passwordDetectors(), emailDetectors(), numberDetectors())
}

// scan is one pass over one text. The memos keep hostile text linear: a region
// that was read once is not read again for each key word inside it.
type scan struct {
	text  string
	found []Finding

	number           number // reused, so that numbers cost no allocation
	blockEnd         int    // no private key block begins before
	cookieEnd        int    // cookies were read up to here
	runStart, runEnd int    // the last run of bytes an unquoted value may hold
}

// add records a finding unless it would split a placeholder or is empty.
func (s *scan) add(start, end int, kind Kind, rule string) {
	if start >= end || insidePlaceholder(s.text, start) || insidePlaceholder(s.text, end) {
		return
	}
	s.found = append(s.found, Finding{start, end, kind, rule})
}

// pass looks once over text.
func (r *Rules) pass(text string) []Finding {
	s := scan{text: text}
	keys := r.keys()
	next, class := keys.next, &keys.class
	state := uint32(0)
	for i := range len(text) {
		state = next[state+uint32(class[text[i]])]
		if state&accepting == 0 {
			continue
		}
		state &^= accepting
		for _, h := range keys.hits[state/keys.width] {
			if at := i + 1 - h.length; !insidePlaceholder(text, at) {
				r.detectors[h.detector].find(&s, at)
			}
		}
	}
	return merge(s.found)
}

// merge sorts findings and makes one of those that overlap: their union, named
// after the longest, so that nothing of any of them is left.
func merge(found []Finding) []Finding {
	if len(found) == 0 {
		return nil
	}
	slices.SortFunc(found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), compareName(a, b))
	})
	out := found[:1]
	namer := found[0]
	for _, f := range found[1:] {
		last := &out[len(out)-1]
		if f.Start >= last.End {
			out = append(out, f)
			namer = f
			continue
		}
		last.End = max(last.End, f.End)
		if compareName(f, namer) < 0 {
			namer = f
			last.Kind, last.Rule = f.Kind, f.Rule
		}
	}
	return out
}

// compareName puts the finding that names a union first.
func compareName(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(b.End-b.Start, a.End-a.Start),
		cmp.Compare(a.Kind.rank(), b.Kind.rank()),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Start, b.Start),
	)
}

// maxRounds bounds the work of settle. Two rounds are what real text needs;
// what is left after the last one had no evidence in the original text.
const maxRounds = 16

// settle repeats pass on the redacted text until it finds nothing more: a
// placeholder can take the place of what stood against a finding beside it.
// The extra pass is paid only by texts that hold something.
func settle(text string, pass func(string) []Finding) []Finding {
	found := pass(text)
	if len(found) == 0 {
		return nil
	}
	for range maxRounds {
		more := pass(replace(text, found, plain))
		if len(more) == 0 {
			break
		}
		found = merge(append(backToOriginal(more, found), found...))
	}
	return found
}

// backToOriginal moves findings in the redacted text to the offsets they have
// in the original. They never begin or end inside a placeholder.
func backToOriginal(more, found []Finding) []Finding {
	original := func(p int) int {
		shift := 0
		for _, f := range found {
			if p <= f.Start+shift {
				break
			}
			shift += len(Placeholder(f.Kind)) - (f.End - f.Start)
		}
		return p - shift
	}
	out := make([]Finding, 0, len(more)+len(found))
	for _, f := range more {
		f.Start, f.End = original(f.Start), original(f.End)
		out = append(out, f)
	}
	return out
}
