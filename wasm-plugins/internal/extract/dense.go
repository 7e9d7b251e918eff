package extract

import (
	"math/bits"
	"slices"
)

// earlier is what the turns before said, in content words.
type earlier struct {
	offer    []uint32
	offerAge int32
	closings []uint32
}

// listenBack reads what the turns before said.
func (r *reader) listenBack() {
	e := &r.earlier
	offer, age := pendingOffer(r.past)
	e.offer = append(e.offer[:0], r.hear(offer).content()...)
	e.offerAge = age
	e.closings = e.closings[:0]
	for i := range r.past {
		e.closings = append(e.closings, r.hear(r.past[i].closing).content()...)
	}
}

// pendingOffer is the last question or proposal and how many turns ago it stood.
func pendingOffer(past []heard) (string, int32) {
	for i := len(past) - 1; i >= 0; i-- {
		if past[i].offer != "" {
			return past[i].offer, int32(len(past) - i)
		}
	}
	return "", -1
}

// row gives the features of the second model for one candidate: the first
// model's scores, the cues, the pending proposal and the turns before.
func (r *reader) row(row []int32, c *Candidate, scores *Scores) []int32 {
	t := r.t
	row = append(row, scores[:]...)
	row = appendCues(row, c.cues)
	r.words = content(r.words[:0], t.text, c.toks)
	wide, digits := int32(0), int32(0)
	for i := range c.toks {
		switch c.toks[i].kind {
		case kindWide:
			wide++
		case kindDigits:
			digits++
		}
	}
	size := t.size()
	row = append(row, int32(len(c.toks)), int32(len(r.words)), wide, digits, int32(c.clauses), int32(c.Sentence),
		int32(boolBit(c.whole)), int32(boolBit(c.first)), int32(boolBit(c.last)),
		int32(bits.OnesCount64(uint64(c.cues))), int32(c.Start), int32(size-c.End),
		int32((c.End-c.Start)*256/max(size, 1)))
	most, count := share(r.words, r.earlier.offer)
	row = append(row, most, count, r.earlier.offerAge)
	row = append(row, common(r.words, r.earlier.closings))
	return append(row, r.rest...)
}

// place writes what the rows of all candidates of a turn end with.
func (r *reader) place(turns int32) {
	t := r.t
	row := append(r.rest[:0], int32(t.role), int32(boolBit(t.group)), int32(len(t.sentences)), int32(t.size()), min(turns, 100))
	for back := 1; back <= 2; back++ {
		var p heard
		since := int32(-1)
		if back <= len(r.past) {
			p = r.past[len(r.past)-back]
			since = int32(min((t.at.Unix-p.unix)/10, 1<<20))
		}
		row = append(row, int32(p.role), since, int32(len(p.closing)))
		row = appendCues(row, p.last)
	}
	r.rest = row
}

func appendCues(row []int32, c Cues) []int32 {
	from := len(row)
	row = slices.Grow(row, int(cueCount))[:from+int(cueCount)]
	clear(row[from:])
	for ; c != 0; c &= c - 1 {
		row[from+bits.TrailingZeros64(uint64(c))] = 1
	}
	return row
}
