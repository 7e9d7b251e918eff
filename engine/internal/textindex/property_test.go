package textindex_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

// question is a query and what the naive side makes of it.
type question struct {
	text  string
	exact bool
	terms []string // folded; as typed when exact
}

func (q question) parse(t *testing.T) *textindex.Query {
	t.Helper()
	parse := textindex.Parse
	if q.exact {
		parse = textindex.ParseExact
	}
	query, err := parse(q.text)
	if err != nil {
		t.Fatalf("query %q: %v", q.text, err)
	}
	return query
}

func (q question) matches(text string) bool {
	if !q.exact {
		text = naiveFold(text)
	}
	for _, term := range q.terms {
		if !strings.Contains(text, term) {
			return false
		}
	}
	return true
}

// level is the naive level of a document: the worst of all words of all terms.
func (q question) level(text string) textindex.Level {
	level := textindex.Word
	words := naiveWords(naiveFold(text))
	for _, term := range q.terms {
		term = naiveFold(term)
		parts := naiveWords(term)
		for i, part := range parts {
			openLeft := i == 0 && strings.HasPrefix(term, part)
			openRight := i == len(parts)-1 && strings.HasSuffix(term, part)
			best := textindex.Part
			for _, word := range words {
				switch {
				case word == part:
					best = textindex.Word
				case openRight && strings.HasPrefix(word, part):
					best = max(best, textindex.Prefix)
				}
			}
			if !openLeft && !openRight {
				best = textindex.Word
			}
			level = min(level, best)
		}
	}
	return level
}

// randomQuestion cuts terms out of the texts, so that most are found.
func randomQuestion(r *rand.Rand, docs []document) question {
	cut := func() string { return slice(r, docs[r.IntN(len(docs))].text) }
	switch r.IntN(4) {
	case 0: // exact
		for {
			if text := cut(); utf8.ValidString(text) {
				return question{text: text, exact: true, terms: []string{text}}
			}
		}
	case 1: // a phrase
		for {
			if text := cut(); !strings.ContainsAny(text, "\"") {
				return question{text: `"` + text + `"`, terms: []string{naiveFold(text)}}
			}
		}
	case 2: // two terms of one document
		text := docs[r.IntN(len(docs))].text
		return termsQuestion(slice(r, text) + " " + slice(r, text))
	default:
		return termsQuestion(cut())
	}
}

// termsQuestion leaves the quotes out: they are tested by themselves.
func termsQuestion(text string) question {
	text = strings.NewReplacer(`"`, "", "“", "", "「", "").Replace(text)
	q := question{text: text}
	for _, term := range strings.Fields(text) {
		q.terms = append(q.terms, naiveFold(term))
	}
	if len(q.terms) == 0 {
		return question{text: "foo", terms: []string{"foo"}}
	}
	return q
}

// archive is a set of documents in segments, with those that are gone.
type archive struct {
	docs     []document // alive, any order
	parts    []textindex.Parts
	dead     map[[2]int64]bool // segment and ID
	segments []*textindex.Segment
}

// newArchive spreads documents over segments. Some are removed from the
// builder, some are dead, and some are replaced by a later segment.
func newArchive(t *testing.T, r *rand.Rand, docs []document) *archive {
	a := &archive{dead: map[[2]int64]bool{}}
	b := textindex.NewBuilder()
	alive := map[int64]document{}
	for from := 0; from < len(docs) || len(a.parts) == 0; {
		to := min(len(docs), from+r.IntN(len(docs)))
		var here []document
		for _, d := range docs[from:to] {
			b.Add(d.Doc, d.text)
			here = append(here, d)
			if r.IntN(10) == 0 {
				b.Remove(d.ID)
				here = here[:len(here)-1]
			}
		}
		if from > 0 && r.IntN(2) == 0 {
			again := docs[r.IntN(from)]
			again.text = randomText(r)
			b.Add(again.Doc, again.text)
			here = append(here, again)
		}
		if b.Len() != len(here) {
			t.Fatalf("builder has %d documents, want %d", b.Len(), len(here))
		}
		for _, d := range here {
			alive[d.ID] = d
			if r.IntN(10) == 0 {
				for segment := range len(a.parts) + 1 { // wherever an older version may stand
					a.dead[[2]int64{int64(segment), d.ID}] = true
				}
				delete(alive, d.ID)
			}
		}
		a.parts = append(a.parts, b.Segment())
		b.Reset()
		from = to
	}
	for _, d := range alive {
		a.docs = append(a.docs, d)
	}
	a.open(t)
	return a
}

func (a *archive) open(t *testing.T) {
	a.segments = nil
	for _, parts := range a.parts {
		a.segments = append(a.segments, open(t, parts))
	}
}

func (a *archive) isDead(segment int, id int64) bool { return a.dead[[2]int64{int64(segment), id}] }

// mergeSome merges a random range of segments.
func (a *archive) mergeSome(t *testing.T, r *rand.Rand) {
	from := r.IntN(len(a.parts))
	to := from + 1 + r.IntN(len(a.parts)-from)
	merged, err := textindex.Merge(a.segments[from:to], func(segment int, id int64) bool { return a.isDead(from+segment, id) })
	must(t, err)
	dead := map[[2]int64]bool{}
	for key := range a.dead {
		switch segment := int(key[0]); {
		case segment < from:
			dead[key] = true
		case segment >= to:
			dead[[2]int64{key[0] - int64(to-from-1), key[1]}] = true
		}
	}
	a.dead = dead
	a.parts = slices.Replace(a.parts, from, to, merged)
	a.open(t)
}

// TestFindIsSubstringSearch holds the index to plain substring search.
func TestFindIsSubstringSearch(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		docs := randomDocs(r, 150+r.IntN(250))
		a := newArchive(t, r, docs)
		for range 3 {
			for range 60 {
				a.ask(t, r, randomQuestion(r, docs))
			}
			a.mergeSome(t, r)
		}
		merged, err := textindex.Merge(a.segments, a.isDead)
		must(t, err)
		if !equalParts(merged, build(a.docs)) {
			t.Errorf("seed %d: merged parts differ from those built at once", seed)
		}
	}
}

// ask checks what one question finds, and in what order, page by page too.
func (a *archive) ask(t *testing.T, r *rand.Rand, question question) {
	t.Helper()
	q := question.parse(t)
	hits, err := textindex.Find(a.segments, q)
	must(t, err)
	keep := func(h *textindex.Hit) bool { return !a.isDead(h.Segment, h.ID) && h.Role != 3 }
	candidates, count := hits.Select(keep, nil, len(a.docs)+1)
	if count != len(candidates) {
		t.Fatalf("%q: %d counted, %d selected", question.text, count, len(candidates))
	}
	var paged []textindex.Hit
	for limit := 1 + r.IntN(9); ; {
		var after *textindex.Place
		if len(paged) > 0 {
			place := paged[len(paged)-1].Place()
			after = &place
		}
		page, _ := hits.Select(keep, after, limit)
		if len(page) == 0 {
			break
		}
		paged = append(paged, page...)
	}
	if !slices.Equal(paged, candidates) {
		t.Fatalf("%q: pages differ from the whole", question.text)
	}

	texts := map[int64]string{}
	var want []string
	for _, d := range a.docs {
		texts[d.ID] = d.text
		if question.matches(d.text) != q.Match(d.text) {
			t.Fatalf("%q: Match(%q) = %v", question.text, d.text, !question.matches(d.text))
		}
		if d.Role != 3 && question.matches(d.text) {
			want = append(want, line(question.level(d.text), d.Doc))
		}
	}
	slices.Sort(want)
	slices.Reverse(want)
	var got []string
	for _, h := range candidates {
		if q.Certain() || q.Match(texts[h.ID]) {
			got = append(got, line(h.Level, h.Doc))
		}
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("query %q (exact %v, certain %v) finds %d, want %d; first difference:\n%v\n%v", question.text, question.exact,
				q.Certain(), len(got), len(want), got[min(i, len(got)):min(i+1, len(got))], want[min(i, len(want)):min(i+1, len(want))])
		}
	}
}

// line sorts as hits are ordered.
func line(level textindex.Level, d textindex.Doc) string {
	return fmt.Sprintf("%d %015d %09d %+v", level, d.Time, d.ID+1000, d)
}
