package textindex

import (
	"encoding/binary"
	"math/bits"
)

// Doc is what the index knows of a document besides its text. It gives Window,
// Channel, Role and Class back and does not look at them.
type Doc struct {
	ID      int64
	Time    int64 // milliseconds since 1970; 0 is unknown
	Window  int64
	Channel int64
	Role    uint8
	Class   uint8
}

// Documents stand in columns, one for each field of Doc in its order. A column
// is described by its smallest value as a varint and one byte, the width of the
// differences to it, which follow for each document in ascending order of IDs,
// little endian. So any document is read without reading those before it. The
// IDs have at least one byte each, so there are no more documents than bytes.
const columnCount = 6

// columnPad follows the last column: a value is read as eight bytes and cut.
const columnPad = 8

type column struct {
	base  uint64
	width int
	mask  uint64
	data  []byte // of all documents, and at least columnPad bytes more
}

func (c *column) at(ordinal int) int64 {
	return int64(c.base + binary.LittleEndian.Uint64(c.data[ordinal*c.width:])&c.mask)
}

type columns [columnCount]column

// read sets d to a document; it is called for every hit, and copies nothing.
func (c *columns) read(d *Doc, ordinal int) {
	d.ID, d.Time, d.Window, d.Channel = c[0].at(ordinal), c[1].at(ordinal), c[2].at(ordinal), c[3].at(ordinal)
	d.Role, d.Class = uint8(c[4].at(ordinal)), uint8(c[5].at(ordinal))
}

func (c *columns) id(ordinal int) int64 { return c[0].at(ordinal) }

// appendColumns appends the description of all columns, then their values.
func appendColumns(dst []byte, docs []Doc) []byte {
	fields := [columnCount]func(*Doc) int64{
		func(d *Doc) int64 { return d.ID }, func(d *Doc) int64 { return d.Time },
		func(d *Doc) int64 { return d.Window }, func(d *Doc) int64 { return d.Channel },
		func(d *Doc) int64 { return int64(d.Role) }, func(d *Doc) int64 { return int64(d.Class) },
	}
	var bases [columnCount]int64
	var widths [columnCount]int
	for i, field := range fields {
		bases[i], widths[i] = span(docs, field)
		if i == 0 {
			widths[i] = max(widths[i], 1)
		}
		dst = binary.AppendVarint(dst, bases[i])
		dst = append(dst, byte(widths[i]))
	}
	var value [8]byte
	for i, field := range fields {
		for d := range docs {
			binary.LittleEndian.PutUint64(value[:], uint64(field(&docs[d])-bases[i]))
			dst = append(dst, value[:widths[i]]...)
		}
	}
	return append(dst, make([]byte, columnPad)...)
}

// span returns the smallest value of a field and the bytes that the largest
// difference to it takes.
func span(docs []Doc, field func(*Doc) int64) (base int64, width int) {
	if len(docs) == 0 {
		return 0, 0
	}
	base = field(&docs[0])
	top := base
	for i := range docs {
		v := field(&docs[i])
		base, top = min(base, v), max(top, v)
	}
	return base, (bits.Len64(uint64(top)-uint64(base)) + 7) / 8
}

func parseColumns(data []byte, docs uint64) (columns, error) {
	var c columns
	rowBytes := 0
	for i := range c {
		base, n := binary.Varint(data)
		if n <= 0 || n >= len(data) || data[n] > 8 {
			return c, ErrCorrupt
		}
		width := int(data[n])
		c[i] = column{base: uint64(base), width: width, mask: ^uint64(0) >> (64 - 8*width)}
		data = data[n+1:]
		rowBytes += width
	}
	if c[0].width == 0 || docs > uint64(len(data)) || len(data) != int(docs)*rowBytes+columnPad {
		return c, ErrCorrupt
	}
	for i := range c {
		c[i].data = data
		data = data[int(docs)*c[i].width:]
	}
	return c, nil
}
