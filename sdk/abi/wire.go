package abi

import (
	"encoding/binary"
	"unicode/utf8"
)

// The bytes of a batch, all numbers little-endian:
//
//	u32 version
//	string agent, key, channel, kind, title, time zone
//	string state
//	u32 number of messages, and for each
//	  string id, role
//	  i64 time
//	  i32 offset
//	  string sender, channel, origin, class, text
//
// A string is a u32 with its length in bytes and the bytes; all but the state
// are UTF-8.

// Append writes the batch behind b.
func (batch Batch) Append(b []byte) []byte {
	s := batch.Session
	b = binary.LittleEndian.AppendUint32(b, Version)
	b = appendStrings(b, s.Agent, s.Key, s.Channel, s.Kind, s.Title, s.TimeZone, string(batch.State))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(batch.Messages)))
	for _, m := range batch.Messages {
		b = appendStrings(b, m.ID, m.Role)
		b = binary.LittleEndian.AppendUint64(b, uint64(m.Time))
		b = binary.LittleEndian.AppendUint32(b, uint32(m.Offset))
		b = appendStrings(b, m.Sender, m.Channel, m.Origin, m.Class, m.Text)
	}
	return b
}

func appendStrings(b []byte, list ...string) []byte {
	for _, s := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	return b
}

// Decode reads what [Batch.Append] wrote, and nothing behind it. Errors are of
// type [*Error].
func Decode(b []byte) (Batch, error) {
	d := decoder{b: b}
	var batch Batch
	if version := d.u32(); d.err == nil && version != Version {
		d.fail("is of another version")
	}
	for _, s := range []*string{&batch.Session.Agent, &batch.Session.Key, &batch.Session.Channel, &batch.Session.Kind, &batch.Session.Title, &batch.Session.TimeZone} {
		*s = d.text()
	}
	if state := d.bytes(); len(state) > 0 {
		batch.State = append([]byte(nil), state...)
	}
	n := int(d.u32())
	if d.err == nil && n > (len(b)-d.at)/leastMessage {
		d.fail("has fewer messages than it says")
	}
	for range n {
		if d.err != nil {
			break
		}
		m := Message{ID: d.text(), Role: d.text(), Time: int64(d.u64()), Offset: int32(d.u32())}
		m.Sender, m.Channel, m.Origin, m.Class, m.Text = d.text(), d.text(), d.text(), d.text(), d.text()
		batch.Messages = append(batch.Messages, m)
	}
	if d.err == nil && d.at < len(b) {
		d.fail("goes on behind its end")
	}
	if d.err != nil {
		return Batch{}, d.err
	}
	return batch, nil
}

// decoder reads from b; after an error it gives zeros.
type decoder struct {
	b   []byte
	at  int
	err error
}

func (d *decoder) fail(problem string) {
	if d.err == nil {
		d.err = &Error{d.at, problem}
	}
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n > len(d.b)-d.at {
		d.fail("is cut off")
		return nil
	}
	part := d.b[d.at : d.at+n]
	d.at += n
	return part
}

func (d *decoder) u32() uint32 {
	if part := d.take(4); part != nil {
		return binary.LittleEndian.Uint32(part)
	}
	return 0
}

func (d *decoder) u64() uint64 {
	if part := d.take(8); part != nil {
		return binary.LittleEndian.Uint64(part)
	}
	return 0
}

func (d *decoder) bytes() []byte {
	n := d.u32()
	if int64(n) > int64(len(d.b)) {
		d.fail("is cut off")
		return nil
	}
	return d.take(int(n))
}

func (d *decoder) text() string {
	start := d.at
	part := d.bytes()
	if !utf8.Valid(part) {
		d.at = start
		d.fail("has a text that is not UTF-8")
	}
	return string(part)
}
