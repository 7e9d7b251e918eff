package extract

import "math/bits"

// Class is an output of the models.
type Class uint8

// The classes. Knowledge holds preferences too, which ClassPreference tells apart.
const (
	ClassDecision Class = iota
	ClassKnowledge
	ClassOpen
	ClassDone
	ClassCancelled
	ClassPreference
	Classes
)

// Scores are log odds in units of 1/256, one a class.
type Scores [Classes]int32

// Candidate is a clause or sentence that may be an item, with its features.
type Candidate struct {
	Start, End int      // in the message
	Sentence   int      // which sentence of the message
	Own        []uint32 // n-grams of the candidate
	Around     []uint32 // n-grams of what stands beside it in its message
	Facts      []uint32 // cues, places, sizes, and pairs of them
	Shared     *Shared
	span       span // in the text of the turn
	cues       Cues
	opens      Cues // cues of its first words
	whole      bool
	first      bool
	last       bool
	clauses    int
	toks       []token
}

// Whole tells whether the candidate is a sentence.
func (c *Candidate) Whole() bool { return c.whole }

// Shared is what all candidates of a message have around them; it adds to their
// own Around and Facts.
type Shared struct {
	Around []uint32
	Facts  []uint32
}

// reader lists the candidates of turns. Its lists are used again.
type reader struct {
	x       *Extractor
	t       *turn
	past    []heard
	cands   []Candidate
	scores  []Scores // of the linear model, by candidate
	shared  Shared
	clauses []clause
	buckets []uint32 // of all candidates
	ears    [8]ear   // what was said before
	nextEar int      // which of ears is for the next text
	earlier earlier
	words   []uint32 // content of the candidate
	rest    []int32  // what the rows of a turn end with
}

// candidates lists what the message may hold with all the linear model wants to
// know about it, and scores it. next is the turn that followed, nil when none did
// yet. Clauses are candidates of their own only in sentences that as a whole are
// not hopeless.
func (r *reader) candidates(past []heard, t, next *turn) []Candidate {
	r.t, r.past, r.cands, r.scores, r.buckets = t, past, r.cands[:0], r.scores[:0], r.buckets[:0]
	r.context(next)
	m := r.x.model
	shared := m.share(&r.shared)
	for n := range t.sentences {
		s := &t.sentences[n]
		if s.passed == 0 {
			continue
		}
		r.clauses = t.clauses(r.clauses[:0], s)
		r.add(n, clause{s.start, s.end, s.from, s.to}, len(r.clauses))
		whole := m.linear(&r.cands[len(r.cands)-1], &shared)
		r.scores = append(r.scores, whole)
		if !r.x.open && !likely(&whole, &m.Split, allClasses) {
			continue
		}
		for i := range r.clauses {
			for j := i; j < len(r.clauses) && j < i+maxRun; j++ {
				if i == 0 && j == len(r.clauses)-1 {
					continue
				}
				r.add(n, clause{r.clauses[i].start, r.clauses[j].end, r.clauses[i].from, r.clauses[j].to}, j-i+1)
				r.scores = append(r.scores, m.linear(&r.cands[len(r.cands)-1], &shared))
			}
		}
	}
	return r.cands
}

// add lists one candidate with its n-grams.
func (r *reader) add(n int, run clause, clauses int) {
	t := r.t
	s := &t.sentences[n]
	c := Candidate{
		Sentence: n, Shared: &r.shared, span: span{run.start, run.end}, clauses: clauses,
		toks: t.tokens[run.from:run.to], first: run.start == s.start, last: run.end == s.end,
	}
	c.Start = t.place(run.start)
	c.End = c.Start + run.end - run.start
	c.whole = c.first && c.last
	for i := range c.toks {
		c.cues |= c.toks[i].cues
	}
	c.edges()
	space := uint32(spaceUser)
	if t.role == Agent {
		space = spaceAgent
	}
	from := len(r.buckets)
	r.buckets = grams(r.buckets, space, c.toks, 3)
	r.buckets = stems(r.buckets, space, t.text, c.toks)
	if n := len(c.toks); n > 0 {
		first := c.toks[0].hash
		r.buckets = append(r.buckets, bucket(mix(mix(spaceEdge, space), first)), bucket(mix(mix(spaceEdge+100, space), c.toks[n-1].hash)))
		if n > 1 {
			r.buckets = append(r.buckets, bucket(mix(mix(spaceEdge, first), c.toks[1].hash)))
		}
	}
	r.buckets = skeleton(r.buckets, space, c.toks)
	c.Own = r.since(from)
	before, after := t.tokens[s.from:run.from], t.tokens[run.to:s.to]
	if c.whole {
		if n > 0 {
			before = t.tokens[t.sentences[n-1].from:t.sentences[n-1].to]
		}
		if n+1 < len(t.sentences) {
			after = t.tokens[t.sentences[n+1].from:t.sentences[n+1].to]
		}
	}
	from = len(r.buckets)
	r.buckets = grams(r.buckets, spaceBefore, before, 2)
	r.buckets = grams(r.buckets, spaceAfter, after, 2)
	c.Around = r.since(from)
	r.facts(&c)
	r.cands = append(r.cands, c)
}

// since gives the buckets from a place on.
func (r *reader) since(from int) []uint32 { return r.buckets[from:len(r.buckets):len(r.buckets)] }

// edges reads the cues that a candidate begins with: those of its first two words
// or three wide characters.
func (c *Candidate) edges() {
	near := 2
	if len(c.toks) > 0 && c.toks[0].kind == kindWide {
		near = 3
	}
	for i := range min(len(c.toks), near) {
		c.opens |= c.toks[i].cues
	}
}

// context writes what all candidates of a message share.
func (r *reader) context(next *turn) {
	t, past := r.t, r.past
	r.shared.Around, r.shared.Facts = r.shared.Around[:0], r.shared.Facts[:0]
	around := func(space uint32, toks []token) {
		r.shared.Around = grams(r.shared.Around, space, toks, 2)
		r.shared.Around = skeleton(r.shared.Around, space, toks)
	}
	if len(past) > 0 {
		p := &past[len(past)-1]
		around(mix(spacePrevious, uint32(p.role)), r.hear(p.closing).turn.tokens)
	}
	add := func(kind int, value uint32) {
		r.shared.Facts = append(r.shared.Facts, fact(uint32(kind), uint32(t.role), value))
	}
	add(1, 0)
	add(2, boolBit(t.group))
	add(3, uint32(min(len(t.sentences), 4)))
	add(4, uint32(min(len(past), 2)))
	for back := 1; back <= 3 && back <= len(past); back++ {
		p := &past[len(past)-back]
		add(10+back, uint32(p.role))
		for rest := p.last; rest != 0 && back <= 2; rest &= rest - 1 {
			add(20+back, uint32(bits.TrailingZeros64(uint64(rest)))<<2|uint32(p.role))
		}
	}
	if len(past) > 0 {
		add(5, gap(past[len(past)-1].unix, t.at.Unix))
	}
	if next == nil {
		add(6, 99)
		return
	}
	add(6, gap(t.at.Unix, next.at.Unix))
	add(7, uint32(next.role))
	if len(next.sentences) == 0 {
		return
	}
	first := &next.sentences[0]
	around(mix(spaceNext, uint32(next.role)), next.tokens[first.from:first.to])
	for rest := first.cues; rest != 0; rest &= rest - 1 {
		add(30, uint32(bits.TrailingZeros64(uint64(rest)))<<2|uint32(next.role))
	}
}

// ear keeps a text that was read once more, as it is asked for again and again.
type ear struct {
	turn  turn
	words []uint32 // content, once it was asked for
}

// open makes room for a text.
func (e *ear) open(text string) {
	e.turn.text, e.turn.sentences, e.turn.tokens, e.words = text, e.turn.sentences[:0], e.turn.tokens[:0], e.words[:0]
}

// content gives the content words of what was heard.
func (e *ear) content() []uint32 {
	if len(e.words) == 0 {
		e.words = content(e.words, e.turn.text, e.turn.tokens)
	}
	return e.words
}

// hear reads something said before. What comes of it holds until a few others
// were heard.
func (r *reader) hear(text string) *ear {
	for i := range r.ears {
		if e := &r.ears[i]; e.turn.text == text {
			return e
		}
	}
	e := &r.ears[r.nextEar]
	r.nextEar = (r.nextEar + 1) % len(r.ears)
	e.open(text)
	s := scanner{turn: &e.turn}
	s.line(span{0, len(text)})
	r.x.lexicon.mark(e.turn.tokens)
	return e
}

// unhear lets go of the texts, each of which keeps its batch in memory.
func (r *reader) unhear() {
	for i := range r.ears {
		r.ears[i].open("")
	}
}

// facts lists the facts of one candidate, alone and joined with the act before it.
func (r *reader) facts(c *Candidate) {
	from := len(r.buckets)
	role := uint32(r.t.role)
	add := func(kind int, value uint32) { r.buckets = append(r.buckets, fact(uint32(kind), role, value)) }
	size := uint32(bits.Len(uint(len(c.toks))))
	add(40, size)
	add(41, boolBit(c.whole)|boolBit(c.first)<<1|boolBit(c.last)<<2)
	add(42, uint32(min(c.clauses, 4)))
	add(43, uint32(min(c.Sentence, 3)))
	var before *heard
	if len(r.past) > 0 {
		before = &r.past[len(r.past)-1]
	}
	asked := asked(before)
	add(44, size<<8|asked)
	for rest := c.cues; rest != 0; rest &= rest - 1 {
		cue := uint32(bits.TrailingZeros64(uint64(rest)))
		add(45, cue)
		add(46, cue<<8|asked)
		for more := rest & (rest - 1); more != 0; more &= more - 1 {
			add(47, cue<<8|uint32(bits.TrailingZeros64(uint64(more))))
		}
	}
	c.Facts = r.since(from)
}

func fact(kind, role, value uint32) uint32 {
	return bucket(mix(mix(spaceFact, kind<<4|role), value))
}

func boolBit(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// gap is the size of the silence between two moments: none, minutes, hours, days.
func gap(from, to int64) uint32 {
	switch s := to - from; {
	case s < 300:
		return 0
	case s < 3600:
		return 1
	case s < 6*3600:
		return 2
	case s < 36*3600:
		return 3
	}
	return 4
}
