package textindex

import (
	"encoding/binary"
	"iter"
	"math/bits"
)

// A posting list names the documents that hold a term, by their ordinals in
// the segment. It is the gaps between ordinals (ordinal - previous - 1, the
// first previous being -1) as uvarints, or, when these would take as many bytes
// or more, a bitmap of one bit for each document of the segment. So the length
// of a list tells its form.

// bitmapBytes is the length of a list in the form of a bitmap.
func bitmapBytes(docs int) int { return (docs + 7) / 8 }

// appendUvarint is binary.AppendUvarint for 32 bits; most values take one byte.
func appendUvarint(dst []byte, v uint32) []byte {
	for v >= 0x80 {
		dst = append(dst, byte(v)|0x80)
		v >>= 7
	}
	return append(dst, byte(v))
}

// putUvarint writes v to the beginning of dst and returns its length.
func putUvarint(dst []byte, v uint32) uint32 {
	i := 0
	for ; v >= 0x80; i++ {
		dst[i] = byte(v) | 0x80
		v >>= 7
	}
	dst[i] = byte(v)
	return uint32(i + 1)
}

// cutUvarint reads a uvarint that appendUvarint wrote.
func cutUvarint(data []byte) (v uint32, n int) {
	for shift := 0; ; shift += 7 {
		c := data[n]
		n++
		v |= uint32(c&0x7F) << shift
		if c < 0x80 {
			return v, n
		}
	}
}

func uvarintLen(v uint32) uint32 { return uint32(bits.Len32(v|1)+6) / 7 }

// appendList appends to dst the final form of a list given as gaps.
func appendList(dst, gaps []byte, docs int) []byte {
	size := bitmapBytes(docs)
	if len(gaps) < size {
		return append(dst, gaps...)
	}
	start := len(dst)
	dst = append(dst, make([]byte, size)...)
	ordinal := -1
	for i := 0; i < len(gaps); {
		gap, n := binary.Uvarint(gaps[i:])
		i += n
		ordinal += int(gap) + 1
		dst[start+ordinal/8] |= 1 << (ordinal % 8)
	}
	return dst
}

// appendOrdinals appends to dst what a list names.
func appendOrdinals(dst []uint32, list []byte, docs int) ([]uint32, error) {
	if len(list) == bitmapBytes(docs) {
		if beyond(list, docs) {
			return dst, ErrCorrupt
		}
		for i, b := range list {
			for ; b != 0; b &= b - 1 {
				dst = append(dst, uint32(8*i+bits.TrailingZeros8(b)))
			}
		}
		return dst, nil
	}
	next := 0 // the smallest that may follow
	for i := 0; i < len(list); {
		gap, n := uint64(list[i]), 1
		if gap >= 0x80 {
			if gap, n = binary.Uvarint(list[i:]); n <= 0 {
				return dst, ErrCorrupt
			}
		}
		if gap >= uint64(docs-next) {
			return dst, ErrCorrupt
		}
		i += n
		next += int(gap) + 1
		dst = append(dst, uint32(next-1))
	}
	return dst, nil
}

// beyond tells whether a list in the form of a bitmap names documents that the
// segment doesn't have.
func beyond(list []byte, docs int) bool {
	return docs%8 != 0 && list[len(list)-1]>>(docs%8) != 0
}

// bitmap is a set of ordinals.
type bitmap []uint64

func newBitmap(docs int) bitmap { return make(bitmap, (docs+63)/64) }

// fill makes it the set of all documents.
func (b bitmap) fill(docs int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if docs%64 != 0 {
		b[len(b)-1] = 1<<(docs%64) - 1
	}
}

func (b bitmap) has(ordinal int) bool { return b[ordinal/64]>>(ordinal%64)&1 != 0 }

func (b bitmap) remove(ordinal int) { b[ordinal/64] &^= 1 << (ordinal % 64) }

func (b bitmap) empty() bool {
	for _, w := range b {
		if w != 0 {
			return false
		}
	}
	return true
}

func (b bitmap) or(other bitmap) {
	for i, w := range other {
		b[i] |= w
	}
}

func (b bitmap) and(other bitmap) {
	for i, w := range other {
		b[i] &= w
	}
}

// orList adds what a list names. The scratch is for ordinals and is returned to
// be used again.
func (b bitmap) orList(list []byte, docs int, scratch []uint32) ([]uint32, error) {
	if len(list) == bitmapBytes(docs) {
		return scratch, b.orBytes(list, docs)
	}
	scratch, err := appendOrdinals(scratch[:0], list, docs)
	for _, ordinal := range scratch {
		b[ordinal/64] |= 1 << (ordinal % 64)
	}
	return scratch, err
}

func (b bitmap) orBytes(list []byte, docs int) error {
	if beyond(list, docs) {
		return ErrCorrupt
	}
	whole := len(list) / 8
	for i := range whole {
		b[i] |= binary.LittleEndian.Uint64(list[8*i:])
	}
	for i, tail := range list[8*whole:] {
		b[whole] |= uint64(tail) << (8 * i)
	}
	return nil
}

// backward yields the ordinals in a set, the highest first. The one yielded may
// be removed.
func (b bitmap) backward() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := len(b) - 1; i >= 0; i-- {
			for rest := b[i]; rest != 0; {
				bit := 63 - bits.LeadingZeros64(rest)
				rest &^= 1 << bit
				if !yield(64*i + bit) {
					return
				}
			}
		}
	}
}
