package extract

import "strings"

const (
	maxClauses = 8 // a sentence
	maxRun     = 3 // clauses joined into one candidate, besides the whole sentence
)

// clause is a part of a sentence that may stand alone, with its tokens.
type clause struct{ start, end, from, to int }

// clauses cuts a sentence into its clauses and appends them to dst.
func (t *turn) clauses(dst []clause, s *sentence) []clause {
	first := len(dst)
	open := clause{start: s.start, from: s.from}
	for k := s.from + 1; k < s.to && len(dst)-first < maxClauses-1; k++ {
		if !t.joins(open.start, k) {
			continue
		}
		start := int(t.tokens[k].start)
		if p := trim(t.text, span{open.start, start}); p.start < p.end {
			dst = append(dst, clause{p.start, p.end, open.from, k})
		}
		open = clause{start: start, from: k}
	}
	if p := trim(t.text, span{open.start, s.end}); p.start < p.end {
		dst = append(dst, clause{p.start, p.end, open.from, s.to})
	}
	return dst
}

// joins tells whether a new clause begins at token k, in a clause that began at
// start.
func (t *turn) joins(start, k int) bool {
	before, at := &t.tokens[k-1], &t.tokens[k]
	gap := t.text[before.end:at.start]
	switch gap {
	case "":
		return startsJoint(t.text[at.start:], at.kind)
	case " ":
		return before.kind == kindWide && at.kind == kindWide || startsJoint(t.text[at.start:], at.kind)
	case " - ", " – ", " — ":
		return true
	}
	for i, r := range gap {
		switch r {
		case '，', '；', '：', '—':
			return true
		case '、':
			return int(at.start)-start > 12
		case ',', ';', ':':
			if next := i + 1; next == len(gap) && at.kind == kindWide || next < len(gap) && (gap[next] == ' ' || gap[next] >= 0x80) {
				return true
			}
		}
	}
	return false
}

// startsJoint tells whether text begins with a word that begins a clause.
func startsJoint(text string, kind tokenKind) bool {
	switch kind {
	case kindWord:
		for _, j := range [...]string{"and ", "but ", "so ", "then "} {
			if strings.HasPrefix(text, j) {
				return true
			}
		}
	case kindWide:
		for _, j := range [...]string{"然后", "但", "所以", "另外", "还有"} {
			if strings.HasPrefix(text, j) {
				return true
			}
		}
	}
	return false
}
