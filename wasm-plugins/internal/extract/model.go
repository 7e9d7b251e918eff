package extract

import (
	"encoding/binary"
	"errors"
	"math"
	"math/bits"
)

// Forested is how many classes the second model judges; the rest stay with the
// first.
const Forested = int(ClassPreference)

// Model is what Command train makes: the gate, two quantised models and the
// limits of the tiers.
type Model struct {
	Digest [32]byte // SHA-256 of the data it was trained on
	// Gate has the weights of the gates, and Pass what their sum in a sentence of
	// a user or the agent must reach.
	Gate string // Groups times GateSize of int8
	Pass [Groups][2]int32
	// Weights has a row for each bucket: a byte for each class, with Zero for 0,
	// and what is missing to RowSize. So a row is one load, and all its weights
	// are added up by two additions.
	Weights string
	Bias    Scores
	// Scale turns sums of weights into log odds, for the n-grams of the
	// candidate, those around it, and the facts: in 1/65536.
	Scale [3]int32
	// Split is the first score of a sentence from which its clauses are looked at,
	// Ask the one from which the second model is asked.
	Split, Ask Scores
	Base       Scores // of the forests
	Forest     [Forested][]Node
	// Suggest and Keep are the scores from which an item is suggested and from
	// which it is in the main tier.
	Suggest, Keep Scores
}

// The rows of weights.
const (
	RowSize = 8
	Zero    = 128
)

// Node is one node of a tree in pre-order: the left child follows it. A leaf
// has Feature Leaf and holds log odds in 1/4096 in Limit.
type Node struct {
	Feature uint16
	Right   uint16 // offset to the right child
	Limit   int32  // left when the feature is at most this
}

// Leaf marks a node without children. Head stands before every tree and has in
// Limit how many nodes lie from it to the next, in Right how much this tree and
// those after it can add to a score at most.
const (
	Leaf = 0xffff
	Head = 0xfffe
)

// shared is what all candidates of a message add to their sums.
type shared struct{ around, facts sums }

func (m *Model) share(s *Shared) shared { return shared{m.sum(s.Around), m.sum(s.Facts)} }

// linear gives the first model's scores of a candidate.
func (m *Model) linear(c *Candidate, with *shared) Scores {
	own, beside, said := m.sum(c.Own), m.sum(c.Around), m.sum(c.Facts)
	for k := range beside {
		beside[k] += with.around[k]
		said[k] += with.facts[k]
	}
	scores := m.Bias
	scores.add(&own, m.Scale[0], len(c.Own))
	scores.add(&beside, m.Scale[1], len(c.Around)+len(c.Shared.Around))
	scores.add(&said, m.Scale[2], len(c.Facts)+len(c.Shared.Facts))
	return scores
}

// sums are weights added up, one a class.
type sums [Classes]int32

func (m *Model) sum(buckets []uint32) (out sums) {
	if m.Weights == "" {
		return out
	}
	for weights := m.Weights; len(buckets) > 0; {
		part := buckets[:min(len(buckets), fitting)]
		buckets = buckets[len(part):]
		const lanes = 0x00ff00ff00ff00ff
		even, odd := uint64(0), uint64(0)
		for _, b := range part {
			at := int(b) * RowSize
			row := binary.LittleEndian.Uint64([]byte(weights[at : at+RowSize]))
			even += row & lanes
			odd += row >> 8 & lanes
		}
		for k := range out {
			lane := [2]uint64{even, odd}[k%2] >> (k / 2 * 16) & 0xffff
			out[k] += int32(lane) - Zero*int32(len(part))
		}
	}
	return out
}

// fitting is how many bytes can be added up in a lane of 16 bits.
const fitting = 0xffff / 0xff

// add takes sums over n buckets in; the more there are, the less each counts.
func (s *Scores) add(part *sums, scale int32, n int) {
	root := int64(isqrt(max(n, 1) << 16)) // in 1/256
	for k := range s {
		s[k] += int32(int64(part[k]) * int64(scale) / root)
	}
}

// isqrt is the integer square root.
func isqrt(n int) int {
	if n <= 0 {
		return 0
	}
	r := 1 << ((bits.Len(uint(n)) + 1) / 2) // not below the root, from where Newton's way leads down
	for {
		next := (r + n/r) / 2
		if next >= r {
			return r
		}
		r = next
	}
}

// classes is a set of classes that the second model judges.
type classes uint8

const allClasses classes = 1<<Forested - 1

func (c classes) has(k Class) bool { return c>>k&1 == 1 }

// likely tells whether a score reaches the limit of its class, for any of some.
func likely(scores, limits *Scores, of classes) bool {
	for k := range Class(Forested) {
		if scores[k] >= limits[k] && of.has(k) {
			return true
		}
	}
	return false
}

// Never is the score of what the second model is not asked of.
const Never = math.MinInt32

// Judge gives the second model's score of a class for one row of features, or
// Never when it does not come up to least. It starts from four fifths of the
// first model's score.
func (m *Model) Judge(row []int32, k Class, least int32) int32 {
	if row[k] < m.Ask[k] {
		return Never
	}
	nodes := m.Forest[k]
	start, sum := row[k]*4/5+m.Base[k], int32(0)
	for at := 0; at < len(nodes); at += int(nodes[at].Limit) {
		if start+sum/16+int32(nodes[at].Right) < least {
			return Never
		}
		n := at + 1
		for nodes[n].Feature != Leaf {
			if row[nodes[n].Feature] <= nodes[n].Limit {
				n++
			} else {
				n += int(nodes[n].Right)
			}
		}
		sum += nodes[n].Limit
	}
	if start+sum/16 < least {
		return Never
	}
	return start + sum/16
}

const modelMagic = "SSEXTR8\n"

// errModel tells of a model file of another format.
var errModel = errors.New("reading the model: it is cut short or of another format; run make train")
