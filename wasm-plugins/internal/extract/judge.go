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
}

// judge gives the items of a turn with the first model's scores.
func (s *Session) judge(t *turn, next *heard) (items []Item, scores []Scores, cands []Candidate) {
	x := s.x
	cands = x.candidates(s.past, t, next)
	scores = x.model.linear(cands)
	var claims []claim
	final := make([]Scores, len(cands))
	for i, row := range x.dense(s.past, &s.board, t, cands, scores) {
		if row == nil {
			continue
		}
		final[i] = x.model.Judge(row)
		for k := range Class(Forested) {
			if margin := final[i][k] - x.model.Suggest[k]; margin >= 0 {
				claims = append(claims, claim{i, k, margin})
			}
		}
	}
	// The surest first; of equals the one that stands first.
	slices.SortStableFunc(claims, func(a, b claim) int { return cmp.Compare(b.margin, a.margin) })
	var taken []claim
	for _, c := range claims {
		if len(taken) < maxItems && !slices.ContainsFunc(taken, func(o claim) bool { return overlapping(&cands[o.cand], &cands[c.cand]) }) {
			taken = append(taken, c)
		}
	}
	slices.SortFunc(taken, func(a, b claim) int { return cmp.Compare(cands[a.cand].Start, cands[b.cand].Start) })
	for _, c := range taken {
		it := s.item(t, &cands[c.cand], c.class, final[c.cand])
		if !s.repeats(t, &it) {
			items = append(items, it)
		}
	}
	return items, scores, cands
}

func overlapping(a, b *Candidate) bool { return a.Start < b.End && b.Start < a.End }

// item makes the item of a claim.
func (s *Session) item(t *turn, c *Candidate, class Class, scores Scores) Item {
	it := Item{
		Type: typeOf(class, scores), Message: t.id,
		Start: c.Start, End: c.End, Text: t.text[c.Start:c.End],
	}
	it.Key = t.id + ":" + typeNames[it.Type] + ":" + strconv.Itoa(c.Start)
	if scores[class] >= s.x.model.Keep[class] && t.origin != External {
		it.Tier = Main
	}
	if it.Type == Decision && c.words <= shortAnswer {
		it.About, _ = pendingOffer(s.past)
	}
	words := content(t.low[c.Start:c.End], c.toks)
	switch it.Type {
	case TodoOpen:
		it.Doer = doerOf(t, c)
		it.Due = s.due(t, c)
	case TodoDone, TodoCancelled:
		if at := s.match(words); at >= 0 {
			it.Closes = s.open[at].key
		}
	}
	return it
}

// shortAnswer is how many words an answer has at most that needs its question.
const shortAnswer = 8

// typeNames stand in keys.
var typeNames = [...]string{"decision", "knowledge", "preference", "todo", "done", "cancelled"}

func typeOf(class Class, scores Scores) Type {
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
