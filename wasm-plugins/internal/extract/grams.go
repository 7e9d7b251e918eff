package extract

import "unicode/utf8"

// bucketBits is the size of the hashed feature space of the linear model.
const bucketBits = 16

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

// token is a word in lower case, a number by its shape, or a CJK character.
type token struct {
	hash       uint32
	start, end int
	wide       bool
	digits     bool
}

const (
	hashSeed  = 2166136261
	hashPrime = 16777619
)

// tokens cuts text and appends to dst.
func tokens(dst []token, text string) []token {
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= 0x80:
			r, size := utf8.DecodeRuneInString(text[i:])
			if r >= 0x2e80 && r < 0xfe00 && !(r >= 0x3000 && r < 0x3040) {
				dst = append(dst, token{hash: mix(uint32(r), 7), start: i, end: i + size, wide: true})
			} else if r == '？' || r == '！' || r == '…' {
				dst = append(dst, token{hash: mix(uint32(r), 9), start: i, end: i + size})
			}
			i += size
		case isWordByte(c):
			start, h, digits := i, uint32(hashSeed), true
			for i < len(text) && (isWordByte(text[i]) || text[i] == '\'') {
				b := text[i]
				if b >= 'A' && b <= 'Z' {
					b += 'a' - 'A'
				}
				if b >= '0' && b <= '9' {
					b = '0'
				} else if b != '\'' {
					digits = false
				}
				if b != '\'' {
					h = (h ^ uint32(b)) * hashPrime
				}
				i++
			}
			dst = append(dst, token{hash: mix(h, 3), start: start, end: i, digits: digits})
		case c == '?' || c == '!' || c == '"' || c == '`' || c == '@' || c == '%' || c == '$' || c == '/':
			dst = append(dst, token{hash: mix(uint32(c), 9), start: i, end: i + 1})
			i++
		default:
			i++
		}
	}
	return dst
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

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
	for i := range toks {
		h := space
		for n := 0; n < longest && i+n < len(toks); n++ {
			h = mix(h, toks[i+n].hash)
			dst = append(dst, bucket(h))
			if n == 2 && !toks[i].wide {
				break
			}
		}
	}
	return dst
}

// stems appends the first four letters of longer words, which join their forms.
func stems(dst []uint32, space uint32, text string, toks []token) []uint32 {
	for _, t := range toks {
		if t.wide || t.digits || t.end-t.start < 5 {
			continue
		}
		h := uint32(hashSeed)
		for _, c := range []byte(text[t.start : t.start+4]) {
			h = (h ^ uint32(c|0x20)) * hashPrime
		}
		dst = append(dst, bucket(mix(mix(space, 77), h)))
	}
	return dst
}
