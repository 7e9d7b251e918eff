package abi

import (
	"encoding/binary"
	"unicode/utf8"
)

// The bytes of a batch, all numbers little-endian:
//
//	u32 version
//	string agent, key, channel, kind, title, time zone
//	string plugin, state
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
	b = appendStrings(b, s.Agent, s.Key, s.Channel, s.Kind, s.Title, s.TimeZone, batch.Plugin, string(batch.State))
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
	batch, err := Read(string(b))
	if err == nil && !batch.isUTF8() {
		err = &Error{0, "has a text that is not UTF-8"}
	}
	if err != nil {
		return Batch{}, err
	}
	return batch, nil
}

// Read is Decode for plugins, to which hosts promise that texts are UTF-8: it
// looks at no text, and the texts are parts of b.
func Read(b string) (Batch, error) {
	d := decoder{b: b}
	var batch Batch
	if version := d.u32(); d.err == nil && version != Version {
		d.fail("is of another version")
	}
	for _, s := range batch.texts() {
		*s = d.text()
	}
	if state := d.text(); len(state) > 0 {
		batch.State = []byte(state)
	}
	n := int(d.u32())
	if d.err == nil && n > (len(b)-d.at)/leastMessage {
		d.fail("has fewer messages than it says")
	}
	if d.err == nil && n > 0 {
		batch.Messages = make([]Message, n)
	}
	for i := range batch.Messages {
		m := &batch.Messages[i]
		m.ID, m.Role, m.Time, m.Offset = d.text(), d.text(), int64(d.u64()), int32(d.u32())
		m.Sender, m.Channel, m.Origin, m.Class, m.Text = d.text(), d.text(), d.text(), d.text(), d.text()
	}
	if d.err == nil && d.at < len(b) {
		d.fail("goes on behind its end")
	}
	if d.err != nil {
		return Batch{}, d.err
	}
	return batch, nil
}

// texts are those before the state.
func (batch *Batch) texts() []*string {
	s := &batch.Session
	return []*string{&s.Agent, &s.Key, &s.Channel, &s.Kind, &s.Title, &s.TimeZone, &batch.Plugin}
}

func (batch *Batch) isUTF8() bool {
	for _, s := range batch.texts() {
		if !utf8.ValidString(*s) {
			return false
		}
	}
	for i := range batch.Messages {
		m := &batch.Messages[i]
		for _, s := range []string{m.ID, m.Role, m.Sender, m.Channel, m.Origin, m.Class, m.Text} {
			if !utf8.ValidString(s) {
				return false
			}
		}
	}
	return true
}

// decoder reads from b; after an error it gives zeros.
type decoder struct {
	b   string
	at  int
	err error
}

func (d *decoder) fail(problem string) {
	if d.err == nil {
		d.err = &Error{d.at, problem}
	}
}

func (d *decoder) take(n uint64) string {
	if d.err != nil || n > uint64(len(d.b)-d.at) {
		d.fail("is cut off")
		return ""
	}
	part := d.b[d.at : d.at+int(n)]
	d.at += int(n)
	return part
}

// number reads n bytes, the lowest first.
func (d *decoder) number(n uint64) (v uint64) {
	part := d.take(n)
	for i := len(part) - 1; i >= 0; i-- {
		v = v<<8 | uint64(part[i])
	}
	return v
}

func (d *decoder) u32() uint32 { return uint32(d.number(4)) }

func (d *decoder) u64() uint64 { return d.number(8) }

func (d *decoder) text() string { return d.take(uint64(d.u32())) }
