package extract

import (
	"math/bits"
	"slices"
)

func (s Scores) highest() int32 { return slices.Max(s[:]) }

// earlier is what the turns before said, in content words.
type earlier struct {
	offer    []uint32
	offerAge int32
	closings [][]uint32
}

func listenTo(past []heard) earlier {
	var e earlier
	offer, age := pendingOffer(past)
	low := lower(offer)
	e.offer, e.offerAge = content(low, tokens(nil, low)), age
	for i := range past {
		e.closings = append(e.closings, content(past[i].closing, tokens(nil, past[i].closing)))
	}
	return e
}

// dense gives the features of the second model for every likely candidate of a
// turn, nil for others: the first model's scores, the cues, the pending
// proposal and the board.
func (x *Extractor) dense(past []heard, b *board, t *turn, cands []Candidate, scores []Scores) [][]int32 {
	shared := denseContext(past, b, t)
	ear := listenTo(past)
	out := make([][]int32, len(cands))
	for i := range cands {
		if scores[i].highest() < x.thrift.unlikely {
			continue
		}
		row := make([]int32, 0, 256)
		row = append(row, scores[i][:]...)
		row = denseOwn(row, &ear, b, t, &cands[i])
		out[i] = append(row, shared...)
	}
	return out
}

// lowest stands for the score of what is not there.
const lowest = -1 << 14

func denseOwn(row []int32, ear *earlier, b *board, t *turn, c *Candidate) []int32 {
	row = appendCues(row, c.cues)
	words := content(t.low[c.Start:c.End], c.toks)
	wide, digits := int32(0), int32(0)
	for _, k := range c.toks {
		if k.wide {
			wide++
		}
		if k.digits {
			digits++
		}
	}
	row = append(row, int32(c.words), int32(len(words)), wide, digits, int32(c.atoms), int32(c.Sentence),
		int32(boolBit(c.whole)), int32(boolBit(c.first)), int32(boolBit(c.last)),
		int32(bits.OnesCount64(uint64(c.cues))), int32(c.Start), int32(len(t.text)-c.End),
		int32((c.End-c.Start)*256/max(len(t.text), 1)))
	for _, class := range []Class{ClassOpen, ClassDecision} {
		at, most, count := b.nearest(class, words)
		age, hours, score := int32(-1), int32(-1), int32(lowest)
		if at >= 0 {
			n := &b.notes[at]
			age, hours, score = b.turns-n.turn, int32(min((t.at.Unix-n.unix)/3600, 1<<16)), n.score
		}
		row = append(row, most, count, age, hours, score)
	}
	most, count := share(words, ear.offer)
	row = append(row, most, count, ear.offerAge)
	said := int32(0)
	for _, closing := range ear.closings {
		said = max(said, common(words, closing))
	}
	return append(row, said)
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

func denseContext(past []heard, b *board, t *turn) []int32 {
	row := []int32{
		int32(t.role), int32(boolBit(t.speaker.end > 0)), int32(len(t.sentences)), int32(len(t.text)),
		int32(min(b.turns, 100)), int32(len(b.notes)),
	}
	for back := 1; back <= 2; back++ {
		var p heard
		since := int32(-1)
		if back <= len(past) {
			p = past[len(past)-back]
			since = int32(min((t.at.Unix-p.at.Unix)/10, 1<<20))
		}
		row = append(row, int32(p.role), since, int32(len(p.closing)))
		row = append(row, p.scores[:ClassPreference]...)
		row = appendCues(row, p.last)
	}
	return row
}

func appendCues(row []int32, c Cues) []int32 {
	for cue := range cueCount {
		row = append(row, int32(c>>cue&1))
	}
	return row
}

// best gives the highest score of each class.
func best(scores []Scores) Scores {
	var out Scores
	for k := range out {
		out[k] = lowest
	}
	for i := range scores {
		for k := range out {
			out[k] = max(out[k], scores[i][k])
		}
	}
	return out
}
