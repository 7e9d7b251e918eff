package abi

import (
	"encoding/binary"
	"slices"
	"strings"
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
	batch, err := new(Reader).Read(string(b))
	if err == nil && !batch.isUTF8() {
		err = &Error{0, "has a text that is not UTF-8"}
	}
	if err != nil {
		return Batch{}, err
	}
	return batch, nil
}

// Reader reads batches one after the other, as plugins get them. Those of a module
// are shown the same messages in turn: they are copied and taken apart only once.
type Reader struct {
	tail     string // of the batch before, from the number of its messages on
	messages []Message
}

// Read is [Decode], but hosts promise that texts are UTF-8: it looks at none. It
// keeps nothing of b.
func (r *Reader) Read(b string) (Batch, error) {
	d := decoder{b: b}
	var batch Batch
	if version := d.u32(); d.err == nil && version != Version {
		d.fail("is of another version")
	}
	for _, s := range batch.texts() {
		*s = strings.Clone(d.text())
	}
	if state := d.text(); len(state) > 0 {
		batch.State = []byte(state)
	}
	if tail := b[d.at:]; tail == "" || !equal(tail, r.tail) {
		r.tail = strings.Clone(tail)
		d.b = r.tail
		d.base, d.at = d.at, 0
		r.messages = d.messages()
	}
	if d.err != nil {
		*r = Reader{}
		return Batch{}, d.err
	}
	batch.Messages = slices.Clone(r.messages)
	return batch, nil
}

func (d *decoder) messages() []Message {
	n := int(d.u32())
	if d.err == nil && n > (len(d.b)-d.at)/leastMessage {
		d.fail("has fewer messages than it says")
	}
	var messages []Message
	if d.err == nil && n > 0 {
		messages = make([]Message, n)
	}
	for i := range messages {
		m := &messages[i]
		m.ID, m.Role, m.Time, m.Offset = d.text(), d.text(), int64(d.u64()), int32(d.u32())
		m.Sender, m.Channel, m.Origin, m.Class, m.Text = d.text(), d.text(), d.text(), d.text(), d.text()
	}
	if d.err == nil && d.at < len(d.b) {
		d.fail("goes on behind its end")
	}
	return messages
}

// equal compares 32 bytes at a time. Go by itself goes byte by byte in
// WebAssembly, which would take a twentieth of all the time of a plugin, and to
// go on by eight takes longer than to compare them. The strings are not copied.
func equal(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for len(a) >= 32 {
		x, y := []byte(a[:32]), []byte(b[:32])
		if binary.LittleEndian.Uint64(x) != binary.LittleEndian.Uint64(y) ||
			binary.LittleEndian.Uint64(x[8:]) != binary.LittleEndian.Uint64(y[8:]) ||
			binary.LittleEndian.Uint64(x[16:]) != binary.LittleEndian.Uint64(y[16:]) ||
			binary.LittleEndian.Uint64(x[24:]) != binary.LittleEndian.Uint64(y[24:]) {
			return false
		}
		a, b = a[32:], b[32:]
	}
	return a == b
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
	b    string
	at   int
	base int // where b begins in the batch
	err  error
}

func (d *decoder) fail(problem string) {
	if d.err == nil {
		d.err = &Error{d.base + d.at, problem}
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

func (d *decoder) u32() uint32 {
	part := d.take(4)
	if len(part) < 4 {
		return 0
	}
	return binary.LittleEndian.Uint32([]byte(part))
}

func (d *decoder) u64() uint64 {
	part := d.take(8)
	if len(part) < 8 {
		return 0
	}
	return binary.LittleEndian.Uint64([]byte(part))
}

func (d *decoder) text() string { return d.take(uint64(d.u32())) }
