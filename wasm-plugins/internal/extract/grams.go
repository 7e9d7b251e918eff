package extract

import (
	"math/bits"
	"slices"
)

// bucketBits is the size of the hashed feature space of the linear model.
const bucketBits = 17

// Buckets is the number of weights a class has in the linear model.
const Buckets = 1 << bucketBits

// The spaces keep equal words of different places apart.
const (
	spaceUser = iota + 1
	spaceAgent
	spaceBefore
	spaceAfter
	spacePrevious
	spaceNext
	spaceFact
	spaceEdge
)

const (
	hashSeed  = 2166136261
	hashPrime = 16777619
	// apostrophe keeps "we're" and "were" apart.
	apostrophe = 0x9e3779b1
)

// mix joins two hashes into one, spreading both over all bits.
func mix(a, b uint32) uint32 {
	h := (a ^ b*0x9e3779b1) * 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

func bucket(h uint32) uint32 { return h >> (32 - bucketBits) }

// grams appends the buckets of the n-grams of toks up to longest tokens in one
// space, each mixed with the place it stands in.
func grams(dst []uint32, space uint32, toks []token, longest int) []uint32 {
	// Room is made and loops are written out because in the guest a call and a
	// turn of a loop cost the most.
	n := len(dst)
	dst = slices.Grow(dst, 3*len(toks))[:n+3*len(toks)]
	for i := range toks {
		h := mix(space, toks[i].hash)
		dst[n] = bucket(h)
		n++
		if i+1 == len(toks) {
			break
		}
		h = mix(h, toks[i+1].hash)
		dst[n] = bucket(h)
		n++
		if longest > 2 && toks[i].kind == kindWide && i+2 < len(toks) {
			dst[n] = bucket(mix(h, toks[i+2].hash))
			n++
		}
	}
	return dst[:n]
}

// stems appends the first four letters of longer words, which join their forms.
func stems(dst []uint32, space uint32, text string, toks []token) []uint32 {
	for i := range toks {
		t := &toks[i]
		if t.kind != kindWord || t.end-t.start < 5 {
			continue
		}
		dst = append(dst, bucket(mix(mix(space, 77), hashLetters(text[t.start:t.start+4]))))
	}
	return dst
}

// hashLetters does not tell capital from small letters.
func hashLetters(text string) uint32 {
	h := uint32(hashSeed)
	for i := range len(text) {
		h = (h ^ uint32(text[i]|0x20)) * hashPrime
	}
	return h
}

// openKinds are the cues whose words stand for one another in a skeleton; the words
// of the others are kept as they are.
const openKinds = 1<<CueTime | 1<<CueFigure | 1<<CueAction | 1<<CueErrand | 1<<CueThem | 1<<CueChange | 1<<CueFeeling | 1<<CueFiction | 1<<CueExplain | 1<<CueTaste

// Bones of no phrase: any other word, a number, and the end.
const (
	gapBone    = 0xabcdef
	numberBone = 0xabcdf0
	endBone    = 0xabcdf1
)

// kindBone is the bone of the phrases of open kinds.
func kindBone(kinds Cues) uint32 {
	return mix(gapBone, uint32(bits.TrailingZeros64(uint64(kinds)))+10)
}

// boneAfter gives the bone of a token after another bone: 0 for a mark, and for
// a word in a gap that has begun.
func (t *token) boneAfter(last uint32) uint32 {
	switch {
	case t.bone != 0:
		return t.bone
	case t.kind == kindDigits:
		return numberBone
	case t.kind == kindMark || last == gapBone:
		return 0
	}
	return gapBone
}

// skeleton appends the n-grams of the bones of toks: form words as they are,
// words of an open kind by their kind, and everything else as one gap. It
// tells how a thing is said without what it is about.
func skeleton(dst []uint32, space uint32, toks []token) []uint32 {
	var room [64]uint32
	bones := room[:0]
	last := uint32(0)
	for i := 0; i < len(toks); {
		bone := toks[i].boneAfter(last)
		i += max(int(toks[i].bones), 1)
		if bone != 0 {
			bones = append(bones, bone)
			last = bone
		}
	}
	bones = append(bones, endBone)
	space = mix(space, gapBone)
	n := len(dst)
	dst = slices.Grow(dst, 3*len(bones))[:n+3*len(bones)]
	for i := range bones {
		h := space
		if i == 0 {
			h = mix(space, 1)
		}
		h = mix(h, bones[i])
		dst[n] = bucket(h)
		n++
		if i+1 < len(bones) {
			h = mix(h, bones[i+1])
			dst[n] = bucket(h)
			n++
		}
		if i+2 < len(bones) {
			dst[n] = bucket(mix(h, bones[i+2]))
			n++
		}
	}
	return dst[:n]
}

const maxWords = 24 // content words that are kept of anything

// content appends the words that name a thing: pairs of wide characters, and the
// first letters of longer words and numbers.
func content(dst []uint32, text string, toks []token) []uint32 {
	full := len(dst) + maxWords
	for i := range toks {
		t := &toks[i]
		switch {
		case len(dst) == full:
			return dst
		case t.kind == kindWide && i+1 < len(toks) && toks[i+1].kind == kindWide && toks[i+1].start == t.end:
			dst = append(dst, mix(t.hash, toks[i+1].hash))
		case t.kind == kindDigits:
			dst = append(dst, hashLetters(text[t.start:t.end]))
		case t.kind == kindWord && t.end-t.start >= 4:
			dst = append(dst, hashLetters(text[t.start:min(t.end, t.start+5)]))
		}
	}
	return dst
}

// common counts the words of a that b has.
func common(a, b []uint32) int32 {
	n := int32(0)
	for _, w := range a {
		for _, v := range b {
			if v == w {
				n++
				break
			}
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
