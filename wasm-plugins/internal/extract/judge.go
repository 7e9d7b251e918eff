package extract

import (
	"cmp"
	"slices"
	"strconv"
)

// maxItems is how many items one message may bring.
const maxItems = 16

// claim is a candidate that wants to be an item of a class.
type claim struct {
	cand   int
	class  Class
	score  int32
	margin int32
}

// judge gives the items of a turn.
func (s *Session) judge(t, next *turn) (items []Item) {
	if !t.passed {
		return nil
	}
	w := s.work
	cands := w.reader.candidates(s.past, t, next)
	w.claims = w.claims[:0]
	s.claim(cands)
	for _, c := range w.settle(cands) {
		it, words := s.item(t, &cands[c.cand], &c)
		again := func(o Item) bool { return o.Type == it.Type && o.Text == it.Text }
		if !s.repeats(t, &it, words) && !slices.ContainsFunc(items, again) {
			items = append(items, it)
		}
	}
	return items
}

// claim lists what candidates claim of the classes that passed.
func (s *Session) claim(cands []Candidate) {
	m, w := s.x.model, s.work
	r := &w.reader
	ready := false
	for i := range cands {
		of := r.t.sentences[cands[i].Sentence].passed
		if !likely(&r.scores[i], &m.Ask, of) {
			continue
		}
		if !ready {
			r.listenBack()
			r.place(s.count)
			ready = true
		}
		w.row = r.row(w.row[:0], &cands[i], &r.scores[i])
		for k := range Class(Forested) {
			if !of.has(k) {
				continue
			}
			if score := m.Judge(w.row, k, m.Suggest[k]); score != Never {
				w.claims = append(w.claims, claim{i, k, score, score - m.Suggest[k]})
			}
		}
	}
}

// settle picks the claims that stand, none over another, in the order of the
// text: the surest first; of equals the one that stands first.
func (w *work) settle(cands []Candidate) []claim {
	slices.SortFunc(w.claims, func(a, b claim) int {
		return cmp.Or(cmp.Compare(b.margin, a.margin), cmp.Compare(a.cand, b.cand), cmp.Compare(a.class, b.class))
	})
	taken := w.claims[:0]
	for _, c := range w.claims {
		over := func(o claim) bool {
			return cands[o.cand].Start < cands[c.cand].End && cands[c.cand].Start < cands[o.cand].End
		}
		if len(taken) < maxItems && !slices.ContainsFunc(taken, over) {
			taken = append(taken, c)
		}
	}
	slices.SortFunc(taken, func(a, b claim) int { return cmp.Compare(cands[a.cand].Start, cands[b.cand].Start) })
	return taken
}

// item makes the item of a claim, and gives its content words.
func (s *Session) item(t *turn, c *Candidate, by *claim) (Item, []uint32) {
	it := Item{
		Type: typeOf(by.class, &s.work.reader.scores[by.cand]), Message: t.id,
		Start: c.Start, End: c.End, Text: t.text[c.span.start:c.span.end],
	}
	it.Key = t.id + ":" + typeNames[it.Type] + ":" + strconv.Itoa(c.Start)
	if by.score >= s.x.model.Keep[by.class] && !t.origin.foreign() {
		it.Tier = Main
	}
	if it.Type == Decision && len(c.toks) <= shortAnswer {
		it.About, _ = pendingOffer(s.past)
	}
	words := content(nil, t.text, c.toks)
	switch it.Type {
	case TodoOpen:
		it.Doer = doerOf(t, c)
		it.Due = s.due(t, c)
	case TodoDone, TodoCancelled:
		if at := s.match(words); at >= 0 {
			it.Closes = s.todos[at].key
		}
	}
	return it, words
}

// shortAnswer is how many words an answer has at most that needs its question.
const shortAnswer = 8

// typeNames stand in keys.
var typeNames = [...]string{"decision", "knowledge", "preference", "todo", "done", "cancelled"}

// typeOf gives the type of a class; the first model tells preferences.
func typeOf(class Class, first *Scores) Type {
	switch class {
	case ClassDecision:
		return Decision
	case ClassOpen:
		return TodoOpen
	case ClassDone:
		return TodoDone
	case ClassCancelled:
		return TodoCancelled
	}
	if first[ClassPreference] > 0 {
		return Preference
	}
	return Knowledge
}
