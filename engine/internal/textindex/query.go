package textindex

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxQueryBytes = 1000
	maxTerms      = 32
)

// Query is what was asked. It is for one goroutine at a time.
type Query struct {
	terms    [][]byte // folded; the text as typed in an exact query
	patterns []pattern
	exact    bool
	certain  bool
	view     []byte // scratch: the text in the form that terms are looked for in
}

// pattern is what the index is asked for: a term of a dictionary, or those that
// begin with, end with or contain it.
type pattern struct {
	kind      class
	text      []byte
	openLeft  bool // more may stand before it
	openRight bool // more may stand behind it
}

// level tells how well an indexed term fits that begins, or ends, where the
// pattern does.
func (p *pattern) level(begins, ends bool) Level {
	switch {
	case p.kind == char, begins && ends:
		return Word
	case begins:
		return Prefix
	}
	return Part
}

// Parse reads a query of terms separated by white space, all of which must
// occur. Where a term begins with a quote ("…", “…” or 「…」) it reaches to the
// closing one and keeps its white space; a quote that is not closed, or stands
// inside a term, is a character like others. The errors are [ErrEmpty],
// [ErrTooLong] and [ErrTooMany].
func Parse(text string) (*Query, error) {
	if len(text) > maxQueryBytes {
		return nil, ErrTooLong
	}
	q := &Query{certain: true}
	for rest := text; ; {
		var term string
		var found bool
		if term, rest, found = cutTerm(rest); !found {
			break
		}
		if term == "" {
			continue
		}
		if len(q.terms) == maxTerms {
			return nil, ErrTooMany
		}
		folded := AppendFold(nil, term)
		q.terms = append(q.terms, folded)
		q.addPatterns(folded)
	}
	if len(q.terms) == 0 {
		return nil, ErrEmpty
	}
	return q, nil
}

// ParseExact reads a query that is one substring, as typed: case, width and
// white space count. The errors are [ErrEmpty], [ErrTooLong] and [ErrEncoding].
func ParseExact(text string) (*Query, error) {
	switch {
	case text == "":
		return nil, ErrEmpty
	case len(text) > maxQueryBytes:
		return nil, ErrTooLong
	case !utf8.ValidString(text):
		return nil, ErrEncoding
	}
	q := &Query{exact: true, terms: [][]byte{[]byte(text)}}
	q.addPatterns(AppendFold(nil, text))
	q.certain = false
	return q, nil
}

// cutTerm returns the first term of a query, empty for an empty phrase, and
// what follows.
func cutTerm(text string) (term, rest string, found bool) {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if text == "" {
		return "", "", false
	}
	for _, quotes := range [][2]string{{`"`, `"`}, {"“", "”"}, {"「", "」"}} {
		if inside, ok := strings.CutPrefix(text, quotes[0]); ok {
			if phrase, rest, ok := strings.Cut(inside, quotes[1]); ok {
				return phrase, rest, true
			}
		}
	}
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:], true
}

// addPatterns adds what a document must have in the index to contain a folded
// term. The query stays certain if that is enough.
func (q *Query) addPatterns(term []byte) {
	alone := false
	for start, end, kind := nextRun(term, 0); start < len(term); start, end, kind = nextRun(term, end) {
		run, openLeft, openRight := term[start:end], start == 0, end == len(term)
		whole := openLeft && openRight
		if kind == word {
			q.patterns = append(q.patterns, pattern{kind: word, text: run, openLeft: openLeft, openRight: openRight})
			alone = whole
			continue
		}
		alone = whole && utf8.RuneCount(run) <= 2
		q.addPairs(run, openRight)
	}
	q.certain = q.certain && alone
}

// addPairs adds the patterns of a char run. A rune that may be followed by
// others is in the text alone or as the first of a pair.
func (q *Query) addPairs(run []byte, openRight bool) {
	first := runeEnd(run, 0)
	for start, middle := 0, first; middle < len(run); {
		end := runeEnd(run, middle)
		q.patterns = append(q.patterns, pattern{kind: char, text: run[start:end]})
		start, middle = middle, end
	}
	if !openRight || first == len(run) {
		_, size := utf8.DecodeLastRune(run)
		q.patterns = append(q.patterns, pattern{kind: char, text: run[len(run)-size:], openRight: openRight})
	}
}

// Certain tells whether every document found by [Find] matches, so that no text
// needs to be read.
func (q *Query) Certain() bool { return q.certain }

// Match tells whether a text contains what was asked.
func (q *Query) Match(text string) bool {
	q.look(text)
	for _, term := range q.terms {
		if !bytes.Contains(q.view, term) {
			return false
		}
	}
	return true
}

// look sets the view to a text.
func (q *Query) look(text string) {
	if q.exact {
		q.view = append(q.view[:0], text...)
		return
	}
	q.view = AppendFold(q.view[:0], text)
}
