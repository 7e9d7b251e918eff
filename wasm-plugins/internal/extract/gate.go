package extract

import (
	"math/bits"
	"slices"
)

// gateBits is the size of the hashed feature space of the gate.
const gateBits = 16

// GateSize is the number of weights of a gate.
const GateSize = 1 << gateBits

// Group is what one gate lets pass.
type Group int

// The groups.
const (
	GroupKnowledge Group = iota // decisions and knowledge
	GroupTodo
	Groups
)

// GroupOf gives the group of a class.
func GroupOf(k Class) Group {
	if k == ClassDecision || k == ClassKnowledge {
		return GroupKnowledge
	}
	return GroupTodo
}

func (g Group) classes() classes {
	const knowledge = 1<<ClassDecision | 1<<ClassKnowledge
	if g == GroupKnowledge {
		return knowledge
	}
	return allClasses &^ knowledge
}

// passes tells of which classes a sentence may hold an item: by sums of small
// weights. Only what passes is looked at closely.
func (x *Extractor) passes(t *turn, n int, before *heard) (passed classes) {
	if x.open {
		return allClasses
	}
	var room [512]uint16
	features := gateFeatures(room[:0], t, n, before)
	for g := range Groups {
		if x.model.Passes(g, t.role, features) {
			passed |= g.classes()
		}
	}
	return passed
}

// Passes tells whether a sentence of a role passes the gate of a group.
func (m *Model) Passes(g Group, role Role, features []uint16) bool {
	return m.GateScore(g, features) >= m.Pass[g][role]
}

// GateScore is the sum of the weights of features; the more there are, the less
// each counts.
func (m *Model) GateScore(g Group, features []uint16) int32 {
	gate, sum := m.Gate[int(g)*GateSize:][:GateSize], int32(0)
	for _, f := range features {
		sum += int32(int8(gate[f]))
	}
	return sum * 16 / int32(isqrt(max(len(features), 1)<<8))
}

// gateFeatures appends what the gate looks at in sentence n: its words, its
// cues, pairs of them, and how it answers the turn before; all by who speaks.
func gateFeatures(dst []uint16, t *turn, n int, before *heard) []uint16 {
	s := &t.sentences[n]
	toks := t.tokens[s.from:s.to]
	role := uint32(t.role) << 8
	// Room for words and bones is made before: to append one by one takes longer
	// than to work it out.
	at := len(dst)
	dst = slices.Grow(dst, 4*len(toks)+2)[:at+2*len(toks)]
	previous := role
	for i := range toks {
		h := toks[i].hash
		dst[at] = gateBucket((h ^ role) * 0x9e3779b1)
		dst[at+1] = gateBucket((h ^ role ^ previous*0x85ebca6b) * 0xc2b2ae35)
		at += 2
		previous = h
	}
	add := func(h uint32) { dst = append(dst, gateBucket(h)) }
	asked := asked(before)
	add(mix(asked<<8|uint32(bits.Len(uint(len(toks)))), role|1))
	add(mix(min(uint32(n), 3)|boolBit(n == len(t.sentences)-1)<<2, role|2))
	for rest := s.cues; rest != 0; rest &= rest - 1 {
		cue := uint32(bits.TrailingZeros64(uint64(rest)))
		add(mix(cue, role|3))
		add(mix(cue<<8|asked, role|4))
		for more := rest & (rest - 1); more != 0; more &= more - 1 {
			add(mix(cue<<8|uint32(bits.TrailingZeros64(uint64(more))), role|5))
		}
	}
	if len(toks) > 0 {
		add(mix(toks[0].hash, role|6))
		add(mix(toks[len(toks)-1].hash, role|7))
	}
	one, two := uint32(1), uint32(2)
	for i := 0; i < len(toks); {
		bone := toks[i].boneAfter(one)
		i += max(int(toks[i].bones), 1)
		if bone != 0 {
			add(mix(bone, one^role))
			add(mix(bone, mix(one, two)^role))
			one, two = bone, one
		}
	}
	add(mix(endBone, one^role))
	add(mix(endBone, mix(one, two)^role))
	return dst
}

func gateBucket(h uint32) uint16 { return uint16(h >> (32 - gateBits)) }

// asked tells in a few bits what a turn waits for, and who waits.
func asked(p *heard) uint32 {
	if p == nil {
		return 0
	}
	return 1 | boolBit(p.last.has(CueQuestion))<<1 | boolBit(p.last&(1<<CueRecommend|1<<CueOption) != 0)<<2 | boolBit(p.last.has(CueOffer))<<3 | uint32(p.role)<<4
}
