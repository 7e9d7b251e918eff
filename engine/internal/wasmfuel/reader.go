package wasmfuel

import "fmt"

// A reader reads the values of the binary format (core specification 2.0, 5.2)
// from a part of the module. After the first error it only gives zeros, so
// that callers check err once; every list they walk is bounded by count.
type reader struct {
	data []byte // the whole module: offsets count from its start
	at   int
	end  int // of the section or function being read
	err  *Error
}

// fail keeps the first error.
func (r *reader) fail(at int, format string, args ...any) {
	if r.err == nil {
		r.err = &Error{Offset: at, Problem: fmt.Sprintf(format, args...)}
	}
	r.at = r.end
}

// within has the next size bytes read, all of them.
func (r *reader) within(size uint32, read func()) {
	if uint64(size) > uint64(r.end-r.at) {
		r.fail(r.at, "%d bytes wanted where %d are left", size, r.end-r.at)
		return
	}
	outer := r.end
	r.end = r.at + int(size)
	read()
	if r.at != r.end {
		r.fail(r.at, "%d bytes too many", r.end-r.at)
	}
	r.end = outer
}

func (r *reader) byte() byte {
	if r.at >= r.end {
		r.fail(r.at, "unexpected end")
		return 0
	}
	b := r.data[r.at]
	r.at++
	return b
}

// zero reads the byte that stands where later proposals have an index.
func (r *reader) zero(proposal string) {
	at := r.at
	if r.byte() != 0 {
		r.fail(at, "this belongs to the %s proposal; build the module without it", proposal)
	}
}

// bytes passes over n bytes.
func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(r.end-r.at) {
		r.fail(r.at, "%d bytes wanted where %d are left", n, r.end-r.at)
		return nil
	}
	r.at += int(n)
	return r.data[r.at-int(n) : r.at]
}

// name reads a length and as many bytes.
func (r *reader) name() string { return string(r.bytes(r.u32())) }

// count reads the length of a list. Every element takes at least one byte, so
// a length that the rest can not hold is an error, and loops over it are short.
func (r *reader) count() uint32 {
	at := r.at
	n := r.u32()
	switch {
	case n > maxList:
		r.fail(at, "a list of %d elements; at most %d can be metered", n, maxList)
		return 0
	case int(n) > r.end-r.at:
		r.fail(at, "a list of %d elements in %d bytes", n, r.end-r.at)
		return 0
	}
	return n
}

// u32 reads an unsigned LEB128 of at most five bytes. Leading zeros are legal.
func (r *reader) u32() uint32 {
	at := r.at
	var value uint32
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		if shift == 28 && b&0xf0 != 0 {
			break
		}
		value |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return value
		}
	}
	r.fail(at, "integer does not fit 32 bits")
	return 0
}

// signed reads a signed LEB128 of so many bits. Leading sign bits are legal.
func (r *reader) signed(bits int) int64 {
	at := r.at
	var value int64
	for shift := 0; shift < bits; shift += 7 {
		b := r.byte()
		septet := int64(int8(b<<1) >> 1)
		if b < 0x80 {
			if left := bits - shift; left < 7 && septet>>(left-1) != 0 && septet>>(left-1) != -1 {
				break
			}
			return value | septet<<shift
		}
		value |= septet & 0x7f << shift
	}
	r.fail(at, "integer does not fit %d bits", bits)
	return 0
}

// valueType reads a number, vector or reference type (5.3.1 to 5.3.4).
func (r *reader) valueType() {
	at := r.at
	switch t := r.byte(); t {
	case typeI32, typeI64, typeF32, typeF64, typeV128, typeFuncref, typeExternref:
	case 0x63, 0x64:
		r.fail(at, "type 0x%02x belongs to the typed function references proposal; build the module without it", t)
	case 0x69, 0x74:
		r.fail(at, "type 0x%02x belongs to the exception handling proposal; build the module without it", t)
	case 0x65, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73:
		r.fail(at, "type 0x%02x belongs to the garbage collection proposal; build the module without it", t)
	default:
		r.fail(at, "0x%02x is no value type", t)
	}
}

// referenceType reads a type that tables hold.
func (r *reader) referenceType() {
	at := r.at
	if r.valueType(); r.err == nil && r.data[at] != typeFuncref && r.data[at] != typeExternref {
		r.fail(at, "0x%02x is no reference type", r.data[at])
	}
}

// limits reads the bounds of a table or memory and gives the lower one.
func (r *reader) limits() uint32 {
	at := r.at
	flag := r.byte()
	switch {
	case flag > 0x0f:
		r.fail(at, "0x%02x is no kind of limits", flag)
	case flag&8 != 0:
		r.fail(at, "limits 0x%02x belong to the custom page sizes proposal; build the module without it", flag)
	case flag&4 != 0:
		r.fail(at, "limits 0x%02x belong to the memory64 proposal; build the module without it", flag)
	case flag&2 != 0:
		r.fail(at, "limits 0x%02x belong to the threads proposal; build the module without it", flag)
	}
	lower := r.u32()
	if flag&1 != 0 {
		r.u32()
	}
	return lower
}

const (
	typeI32       = 0x7f
	typeI64       = 0x7e
	typeF32       = 0x7d
	typeF64       = 0x7c
	typeV128      = 0x7b
	typeFuncref   = 0x70
	typeExternref = 0x6f
	typeFunction  = 0x60
	typeEmpty     = 0x40
)
