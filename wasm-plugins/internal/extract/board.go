package extract

import "slices"

const (
	maxNotes = 48 // notes a board keeps; the oldest goes first
	maxWords = 32 // content words a note keeps
)

// note is something said earlier that a later message may take up again.
type note struct {
	class Class
	score int32 // of the first model
	turn  int32 // counted from the start of the session
	unix  int64
	words []uint32
}

// board holds what was taken on and chosen so far, as the first model saw it.
type board struct {
	notes []note
	turns int32
}

// content gives the words that name a thing: pairs of wide characters, and the
// first letters of longer words and numbers.
func content(text string, toks []token) []uint32 {
	var out []uint32
	for i, t := range toks {
		switch {
		case len(out) == maxWords:
			return out
		case t.wide && i+1 < len(toks) && toks[i+1].wide && toks[i+1].start == t.end:
			out = append(out, mix(t.hash, toks[i+1].hash))
		case t.digits:
			h := uint32(hashSeed)
			for _, c := range []byte(text[t.start:t.end]) {
				h = (h ^ uint32(c)) * hashPrime
			}
			out = append(out, h)
		case !t.wide && t.end-t.start >= 4:
			h := uint32(hashSeed)
			for _, c := range []byte(text[t.start:min(t.end, t.start+5)]) {
				h = (h ^ uint32(c|0x20)) * hashPrime
			}
			out = append(out, h)
		}
	}
	return out
}

// common counts the words of a that b has. The mask of b tells most strangers
// at once.
func common(a, b []uint32) int32 {
	mask := uint64(0)
	for _, w := range b {
		mask |= 1 << (w & 63)
	}
	n := int32(0)
	for _, w := range a {
		if mask>>(w&63)&1 == 1 && slices.Contains(b, w) {
			n++
		}
	}
	return n
}

// share is how much of the smaller side both have in common, in 1/256, and the
// count itself.
func share(a, b []uint32) (int32, int32) {
	least := int32(min(len(a), len(b)))
	if least == 0 {
		return 0, 0
	}
	n := common(a, b)
	return n * 256 / (least + 1), n
}

// nearest finds the note of a class that shares most with words.
func (b *board) nearest(class Class, words []uint32) (at int, most, count int32) {
	at = -1
	for i := len(b.notes) - 1; i >= 0; i-- {
		n := &b.notes[i]
		if n.class != class {
			continue
		}
		if s, c := share(words, n.words); s > most {
			at, most, count = i, s, c
		}
	}
	return at, most, count
}

// noteFrom is the score from which the first model's word counts: it is low,
// since a weak note costs one feature only.
const noteFrom = -256

// write puts what a turn brought on the board.
func (b *board) write(t *turn, cands []Candidate, scores []Scores) {
	b.turns++
	for _, class := range []Class{ClassDecision, ClassOpen} {
		best := -1
		for i := range cands {
			if scores[i][class] >= noteFrom && (best < 0 || scores[i][class] > scores[best][class]) {
				best = i
			}
		}
		if best < 0 {
			continue
		}
		c := &cands[best]
		if len(b.notes) == maxNotes {
			b.notes = append(b.notes[:0], b.notes[1:]...)
		}
		b.notes = append(b.notes, note{
			class: class, score: scores[best][class], turn: b.turns, unix: t.at.Unix,
			words: content(t.low[c.Start:c.End], c.toks),
		})
	}
}
