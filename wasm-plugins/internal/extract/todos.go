package extract

import "slices"

const maxOpen = 32 // open todos a session remembers; the oldest goes first

// openTodo is a todo that nothing closed yet.
type openTodo struct {
	key   string
	due   string
	words []uint32
}

// remember updates the open todos by what a turn brought, and keeps what may
// name a date.
func (s *Session) remember(t *turn, items []Item) {
	for i := range items {
		it := &items[i]
		if it.Closes != "" {
			s.todos = slices.DeleteFunc(s.todos, func(o openTodo) bool { return o.key == it.Closes })
		}
		if it.Type != TodoOpen {
			continue
		}
		if len(s.todos) == maxOpen {
			s.todos = slices.Delete(s.todos, 0, 1)
		}
		s.todos = append(s.todos, openTodo{it.Key, it.Due, content(nil, it.Text, s.work.reader.hear(it.Text))})
	}
	for i := range t.sentences {
		if part := &t.sentences[i]; part.cues.has(CueTime) || part.passed && t.numbered(part) {
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
// shares most, the latest of equals. One shared word in four is the least.
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
// new date.
func (s *Session) repeats(it *Item, words []uint32) bool {
	if it.Type != TodoOpen {
		return false
	}
	for i := range s.todos {
		o := &s.todos[i]
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
	reminded := c.cues.has(CueRemind) && c.cues.has(CueMe)
	switch {
	case t.role == Agent && c.cues.has(CueMe) && t.origin != External:
		return ByAgent
	case t.role == Agent:
		return ByUser
	case t.group && c.cues.has(CueMe) && !c.cues.has(CueRequest):
		return ByOther
	case reminded:
		return ByUser
	case c.cues.has(CueRequest) && !c.cues.has(CueMe) && t.origin != External:
		return ByAgent
	case c.opens.has(CueYou) && !t.group && t.origin != External:
		return ByAgent
	case c.opens.has(CueThem), c.cues.has(CueAssign) && !c.cues.has(CueMe), t.group:
		return ByOther
	}
	return ByUser
}
