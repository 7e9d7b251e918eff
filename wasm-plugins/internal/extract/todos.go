package extract

import (
	"slices"
	"strings"
)

const maxOpen = 32 // open todos a session remembers; the oldest goes first

// openTodo is a todo that nothing closed yet.
type openTodo struct {
	key     string
	due     string
	words   []uint32
	foreign bool // of others, see [Origin.foreign]
}

// remember updates the open todos by what a turn brought, and keeps what may
// name a date.
func (s *Session) remember(t *turn, items []Item) {
	for i := range items {
		it := &items[i]
		if it.Closes != "" {
			s.todos = slices.DeleteFunc(s.todos, func(o openTodo) bool { return o.key == it.Closes && (o.foreign || !t.origin.foreign()) })
		}
		if it.Type != TodoOpen {
			continue
		}
		if len(s.todos) == maxOpen {
			s.todos = slices.Delete(s.todos, 0, 1)
		}
		s.todos = append(s.todos, openTodo{it.Key, it.Due, slices.Clone(s.work.reader.hear(it.Text).content()), t.origin.foreign()})
	}
	for i := range t.sentences {
		if part := &t.sentences[i]; part.cues.has(CueTime) || part.passed.has(ClassOpen) && t.numbered(part) {
			if len(s.dates) == maxDates {
				s.dates = slices.Delete(s.dates, 0, 1)
			}
			s.dates = append(s.dates, dated{cutString(t.text[part.start:part.end], maxHeard), t.at})
		}
	}
}

const maxDates = 4 // sentences that may name a date which a session remembers

// dated is a sentence that may name a date.
type dated struct {
	text string
	at   Moment
}

// numbered tells whether a sentence has a number, of which a date may be made.
func (t *turn) numbered(s *sentence) bool {
	return slices.ContainsFunc(t.tokens[s.from:s.to], func(k token) bool { return k.kind == kindDigits })
}

// named is the date that was named last, 0 when none is known. It is asked for
// rarely, so dates are read then and not when they are heard.
func (s *Session) named() day {
	for i := len(s.dates) - 1; i >= 0; i-- {
		found := s.x.calendar.mentions(lower(s.dates[i].text), s.dates[i].at)
		for n := len(found) - 1; n >= 0; n-- {
			if m := found[n]; m.dated && !m.soft {
				return m.day
			}
		}
	}
	return 0
}

// match finds the open todo that a report speaks of: the one whose words it
// shares most, the latest of equals. One shared word in four is the least. That a
// report which names nothing speaks of the only one there is, was right in 7 of
// 11 cases: too few.
func (s *Session) match(words []uint32) int {
	at, most := -1, int32(256/4-1)
	for i := len(s.todos) - 1; i >= 0; i-- {
		if sh, _ := share(words, s.todos[i].words); sh > most {
			at, most = i, sh
		}
	}
	return at
}

// repeats tells whether an open todo says what another already said, with no
// new date. What others said first takes nothing from the owner.
func (s *Session) repeats(t *turn, it *Item, words []uint32) bool {
	if it.Type != TodoOpen {
		return false
	}
	for i := range s.todos {
		o := &s.todos[i]
		if o.foreign && !t.origin.foreign() {
			continue
		}
		n := int(common(words, o.words))
		if n >= 3 && n*4 >= 3*max(len(words), len(o.words)) && (it.Due == "" || it.Due == o.due) {
			return true
		}
	}
	return false
}

// due reads the due date from the evidence, else from its sentence.
func (s *Session) due(t *turn, c *Candidate) string {
	sentence := &t.sentences[c.Sentence]
	for _, part := range [...]span{c.span, {sentence.start, sentence.end}} {
		if d := s.x.calendar.due(lower(t.text[part.start:part.end]), t.at, s.named); d != "" {
			return d
		}
	}
	return ""
}

// doerOf tells who has to do an open todo.
func doerOf(t *turn, c *Candidate) Doer {
	const asking = 1<<CueRequest | 1<<CueAsk
	mine := c.cues.has(CueMe)
	heeds := !t.origin.foreign() // the agent takes no orders from elsewhere
	switch {
	case t.role == Agent && mine && heeds:
		return ByAgent
	case t.role == Agent:
		return ByUser
	case t.group && mine && !c.cues.has(CueRequest):
		return ByOther
	case c.cues.has(CueRemind) && mine:
		return ByUser
	case t.names(c):
		return ByOther
	case c.cues.has(CueRequest) && (!mine || c.cues.has(CueYou)) && heeds:
		return ByAgent
	case (c.opens.has(CueYou) || c.opens&asking != 0) && !t.group && heeds:
		return ByAgent
	case c.opens.has(CueThem), c.cues.has(CueAssign) && !mine, t.group:
		return ByOther
	}
	return ByUser
}

// names tells whether a candidate begins with a name and what its bearer does:
// "Rahul will", "Margaret to write", "Kev's rewriting", "Deepa collects".
func (t *turn) names(c *Candidate) bool {
	toks := c.toks
	if len(toks) > 2 && toks[0].bone != 0 && isName(t.text, &toks[1]) {
		toks = toks[1:] // "Then Wanda visits"
	}
	if len(toks) < 2 || !isName(t.text, &toks[0]) {
		return false
	}
	if strings.HasSuffix(t.text[:toks[0].end], "'s") {
		return true
	}
	switch verb := t.text[toks[1].start:toks[1].end]; verb {
	case "will", "to", "has", "needs", "must", "can", "should", "is", "wants":
		return true
	default:
		return toks[1].kind == kindWord && len(verb) > 4 && verb[len(verb)-1] == 's' && verb[len(verb)-2] != 's'
	}
}

// isName tells whether a token is a word with a capital that is no cue.
func isName(text string, k *token) bool {
	first := text[k.start]
	return k.kind == kindWord && first >= 'A' && first <= 'Z' && k.bone == 0
}
