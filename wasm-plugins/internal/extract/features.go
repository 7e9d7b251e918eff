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
	Start, End int
	Sentence   int      // which sentence of the message
	Own        []uint32 // n-grams of the candidate
	Around     []uint32 // n-grams of what stands beside it in its message
	Facts      []uint32 // cues, places, sizes, and pairs of them
	Shared     *Shared
	cues       Cues
	opens      Cues // cues of its first words
	closes     Cues // cues of its last words
	whole      bool
	first      bool
	last       bool
	atoms      int
	words      int
	toks       []token
}

// Shared is what all candidates of a message have around them; it adds to their
// own Around and Facts.
type Shared struct {
	Around []uint32
	Facts  []uint32
}

const maxRun = 3 // clauses joined into one candidate, besides the whole sentence

// candidates lists what the message may hold with all the linear model wants to
// know about it. next is the turn that followed, nil when none did yet.
func (x *Extractor) candidates(past []heard, t *turn, next *heard) []Candidate {
	if t.role != User && t.role != Agent {
		return nil
	}
	shared := &Shared{}
	shared.Around, shared.Facts = x.context(past, t, next)
	var out []Candidate
	for n := range t.sentences {
		s := &t.sentences[n]
		for _, run := range runs(s) {
			c := x.candidate(t, n, run)
			c.Shared = shared
			c.Facts = pairs(past, t, &c)
			out = append(out, c)
		}
	}
	return out
}

// runs lists the spans of a sentence that may be items: the whole first, then
// up to maxRun clauses in a row.
func runs(s *sentence) []span {
	out := []span{{s.start, s.end}}
	for i := range s.atoms {
		for j := i; j < len(s.atoms) && j < i+maxRun; j++ {
			if i == 0 && j == len(s.atoms)-1 {
				continue
			}
			out = append(out, span{s.atoms[i].start, s.atoms[j].end})
		}
	}
	return out
}

func (x *Extractor) candidate(t *turn, n int, run span) Candidate {
	s := &t.sentences[n]
	c := Candidate{Start: run.start, End: run.end, Sentence: n}
	end := run.end
	if end == s.end {
		end = markEnd(t.text, end)
	}
	low := t.low[run.start:end]
	c.toks = tokens(nil, low)
	c.words = len(c.toks)
	c.cues = x.lexicon.cues(low)
	c.opens, c.closes = x.edges(low, c.toks)
	c.whole = run.start == s.start && run.end == s.end
	c.first, c.last = run.start == s.start, run.end == s.end
	for _, a := range s.atoms {
		if a.start >= run.start && a.end <= run.end {
			c.atoms++
		}
	}
	space := uint32(spaceUser)
	if t.role == Agent {
		space = spaceAgent
	}
	c.Own = grams(make([]uint32, 0, 10*len(c.toks)+8), space, c.toks, 4)
	c.Own = stems(c.Own, space, low, c.toks)
	if len(c.toks) > 0 {
		first := c.toks[0].hash
		c.Own = append(c.Own, bucket(mix(mix(spaceEdge, space), first)))
		if len(c.toks) > 1 {
			c.Own = append(c.Own, bucket(mix(mix(spaceEdge, first), c.toks[1].hash)))
		}
		c.Own = append(c.Own, bucket(mix(mix(spaceEdge+100, space), c.toks[len(c.toks)-1].hash)))
	}
	c.Own = x.lexicon.skeleton(c.Own, space, low)
	before, after := t.low[s.start:run.start], t.low[run.end:s.end]
	if c.whole {
		if n > 0 {
			before = t.low[t.sentences[n-1].start:t.sentences[n-1].end]
		}
		if n+1 < len(t.sentences) {
			after = t.low[t.sentences[n+1].start:t.sentences[n+1].end]
		}
	}
	c.Around = grams(c.Around, spaceBefore, tokens(nil, before), 2)
	c.Around = grams(c.Around, spaceAfter, tokens(nil, after), 2)
	return c
}

// edges reads the cues that a candidate begins and ends with.
func (x *Extractor) edges(low string, toks []token) (opens, closes Cues) {
	const near = 2
	n := len(toks)
	if n == 0 {
		return 0, 0
	}
	head, tail := toks[min(n, near)-1].end, toks[max(0, n-near)].start
	if toks[0].wide {
		head = toks[min(n, 2*near-1)-1].end
	}
	if toks[n-1].wide {
		tail = toks[max(0, n-near-1)].start
	}
	return x.lexicon.cues(low[:head]), x.lexicon.cues(low[tail:])
}

// context gives what all candidates of a message share.
func (x *Extractor) context(past []heard, t *turn, next *heard) (around, facts []uint32) {
	if len(past) > 0 {
		p := past[len(past)-1]
		around = grams(around, mix(spacePrevious, uint32(p.role)), tokens(nil, p.closing), 2)
		around = x.lexicon.skeleton(around, mix(spacePrevious, uint32(p.role)), p.closing)
	}
	if next != nil {
		around = grams(around, mix(spaceNext, uint32(next.role)), tokens(nil, next.opening), 2)
		around = x.lexicon.skeleton(around, mix(spaceNext, uint32(next.role)), next.opening)
	}
	add := func(kind int, value uint32) { facts = append(facts, fact(uint32(kind), uint32(t.role), value)) }
	add(1, 0)
	add(2, boolBit(t.speaker.end > 0))
	add(3, uint32(min(len(t.sentences), 4)))
	add(4, uint32(min(len(past), 2)))
	for back := 1; back <= 3 && back <= len(past); back++ {
		p := past[len(past)-back]
		add(10+back, uint32(p.role))
		for rest := p.last; rest != 0 && back <= 2; rest &= rest - 1 {
			add(20+back, uint32(bits.TrailingZeros64(uint64(rest)))<<2|uint32(p.role))
		}
	}
	if len(past) > 0 {
		add(5, gap(past[len(past)-1].at, t.at))
	}
	if next == nil {
		add(6, 99)
	} else {
		add(6, gap(t.at, next.at))
		add(7, uint32(next.role))
		for rest := next.first; rest != 0; rest &= rest - 1 {
			add(30, uint32(bits.TrailingZeros64(uint64(rest)))<<2|uint32(next.role))
		}
	}
	return around, facts
}

// pairs lists the facts of one candidate, alone and joined with the act before it.
func pairs(past []heard, t *turn, c *Candidate) []uint32 {
	facts := make([]uint32, 0, 128)
	add := func(kind int, value uint32) { facts = append(facts, fact(uint32(kind), uint32(t.role), value)) }
	size := uint32(bits.Len(uint(c.words)))
	add(40, size)
	add(41, boolBit(c.whole)|boolBit(c.first)<<1|boolBit(c.last)<<2)
	add(42, uint32(min(c.atoms, 4)))
	add(43, uint32(min(c.Sentence, 3)))
	var last Cues
	var lastRole Role
	if len(past) > 0 {
		last, lastRole = past[len(past)-1].last, past[len(past)-1].role
	}
	asked := boolBit(last.has(CueQuestion)) | boolBit(last&(1<<CueRecommend|1<<CueOption) != 0)<<1 | boolBit(last.has(CueOffer))<<2 | uint32(lastRole)<<3
	add(44, size<<8|asked)
	for rest := c.cues; rest != 0; rest &= rest - 1 {
		cue := uint32(bits.TrailingZeros64(uint64(rest)))
		add(45, cue)
		add(46, cue<<8|asked)
		for more := rest & (rest - 1); more != 0; more &= more - 1 {
			add(47, cue<<8|uint32(bits.TrailingZeros64(uint64(more))))
		}
	}
	return facts
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
func gap(from, to Moment) uint32 {
	switch s := to.Unix - from.Unix; {
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
