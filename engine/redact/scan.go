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
	rows  []row
}

// row is one rule of a family's table: the name and the kind of its findings,
// texts in which it must find what stands between « and », and texts that look
// alike and must stay. Their places such as {b62:20} are filled by the tests.
type row struct {
	name  string
	kind  Kind
	must  []string
	never []string
}

func builtin() []detector {
	return slices.Concat(blockDetectors(), vendorDetectors(), familyDetectors(), namedDetectors(), tokenDetectors(), secretDetectors(),
		passwordDetectors(), commandDetectors(), callDetectors(), emailDetectors(), numberDetectors(), announcedDetectors())
}

// scan is one pass over one text. The memos keep hostile text linear: a region
// that was read once is not read again for each key word inside it.
type scan struct {
	rules *Rules
	text  string
	found []Finding
	heard []bool // which of the custom rules had a key word

	number    number // reused, so that numbers cost no allocation
	blockEnd  [2]int // no private key block of either armor begins before
	puttyEnd  int    // nor one of PuTTY's files
	bodyEnd   int    // nor a body without armor
	cookieEnd int    // cookies were read up to here
	head      head   // the line that was looked at last for a table
	valueRun  run    // the last run of bytes an unquoted value may hold
	cookieRun run    // the last run of bytes a cookie may hold
}

// add records a finding unless it is empty, would split a placeholder, holds
// nothing else, or the settings say otherwise.
func (s *scan) add(start, end int, kind Kind, rule string) {
	start, end = afterEscape(s.text, start), beforeEscape(s.text, end)
	if start >= end || rule != knownRule && s.rules.isOff(kind, rule) || s.rules.off[rule] || s.insidePlaceholder(start) || s.insidePlaceholder(end) || s.isPlaceholder(start, end) {
		return
	}
	if s.rules.allow.has(kind, s.text[start:end]) {
		return
	}
	s.found = append(s.found, Finding{start, end, kind, rule})
}

// pass looks once over text.
func (r *Rules) pass(text string) []Finding {
	s := scan{rules: r, text: text}
	detectors, keys := r.machine().detectors, r.machine().keys
	next, class := keys.next, &keys.class
	state := uint32(0)
	for i := range len(text) {
		state = next[state+uint32(class[text[i]])]
		if state&accepting == 0 {
			continue
		}
		state &^= accepting
		for _, h := range keys.hits[state/keys.width] {
			if at := i + 1 - h.length; !s.insidePlaceholder(at) {
				detectors[h.detector].find(&s, at)
			}
		}
	}
	s.findCustom()
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
func (r *Rules) settle(text string, pass func(string) []Finding) []Finding {
	found := pass(text)
	if len(found) == 0 {
		return nil
	}
	name := func(f Finding) string { return inPlace(text, f, 0) }
	for range maxRounds {
		more := pass(replace(text, found, name))
		if len(more) == 0 {
			break
		}
		found = merge(append(backToOriginal(more, found, name), found...))
	}
	return found
}

// backToOriginal moves findings in the redacted text, where name(f) stands in
// the place of each f, to the offsets they have in the original. They never
// begin or end inside a placeholder.
func backToOriginal(more, found []Finding, name func(Finding) string) []Finding {
	passed, shift := 0, 0
	original := func(p int) int { // asked in rising order
		for passed < len(found) && found[passed].Start+shift < p {
			shift += len(name(found[passed])) - (found[passed].End - found[passed].Start)
			passed++
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
