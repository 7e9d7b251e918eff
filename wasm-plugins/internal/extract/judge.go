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
	margin int32
	scores Scores
}

// judge gives the items of a turn.
func (s *Session) judge(t, next *turn) (items []Item) {
	if !t.passed {
		return nil
	}
	x, w := s.x, s.work
	r := &w.reader
	cands := r.candidates(s.past, t, next)
	w.claims = w.claims[:0]
	ready := false
	for i := range cands {
		if !likely(&r.scores[i], &x.model.Ask) {
			continue
		}
		if !ready {
			r.listenBack()
			r.place(s.count)
			ready = true
		}
		w.row = r.row(w.row[:0], &cands[i], &r.scores[i])
		final := x.model.Judge(w.row)
		for k := range Class(Forested) {
			if final[k] >= x.model.Suggest[k] {
				w.claims = append(w.claims, claim{i, k, final[k] - x.model.Suggest[k], final})
			}
		}
	}
	for _, c := range w.settle(cands) {
		it, words := s.item(t, &cands[c.cand], &c)
		if !s.repeats(&it, words) {
			items = append(items, it)
		}
	}
	return items
}

// settle picks the claims that stand, none over another, in the order of the
// text: the surest first; of equals the one that stands first.
func (w *work) settle(cands []Candidate) []claim {
	slices.SortStableFunc(w.claims, func(a, b claim) int { return cmp.Compare(b.margin, a.margin) })
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
		Type: typeOf(by.class, &by.scores), Message: t.id,
		Start: c.Start, End: c.End, Text: t.text[c.span.start:c.span.end],
	}
	it.Key = t.id + ":" + typeNames[it.Type] + ":" + strconv.Itoa(c.Start)
	if by.scores[by.class] >= s.x.model.Keep[by.class] && t.origin != External {
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

func typeOf(class Class, scores *Scores) Type {
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
	if scores[ClassPreference] > 0 {
		return Preference
	}
	return Knowledge
}
