package textindex

import (
	"encoding/binary"
	"math/bits"
)

// Most bytes of chats are ASCII. They are folded and told apart eight at a
// time, in one integer: adding 0x80-c to a byte below 0x80 sets its high bit
// when it is c or more, and carries nothing into the next byte.
const (
	ones  = 0x0101010101010101
	highs = 0x80 * ones
)

// load8 reads eight bytes; the compiler makes it one load.
func load8(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// between sets the high bits of the bytes from low to high; all are ASCII.
func between(x uint64, low, high uint64) uint64 {
	return (x + (0x80-low)*ones) &^ (x + (0x7F-high)*ones) & highs
}

// lower8 makes eight bytes of ASCII lower case.
func lower8(x uint64) uint64 { return x | between(x, 'A', 'Z')>>2 }

// skipWord returns where the ASCII letters and digits from i on end, or a place
// before that with less than eight bytes left.
func skipWord(folded []byte, i int) int {
	for i+8 <= len(folded) {
		x := binary.LittleEndian.Uint64(folded[i:])
		ascii := x &^ highs
		other := ^(between(ascii, 'a', 'z') | between(ascii, '0', '9')) | x
		if n := bits.TrailingZeros64(other&highs) / 8; n < 8 {
			return i + n
		}
		i += 8
	}
	return i
}
