package extract

import (
	"encoding/binary"
	"errors"
)

// stateVersion changes whenever older states can't be read on: then the
// session is read again from its start.
const stateVersion = 4

// ErrState tells of a state that this version did not write.
var ErrState = errors.New("reading the state of a session: it is of another version or damaged; read the session again from its start")

// MaxState bounds the state of a session in bytes. Texts in it are cut, lists
// have a greatest length: see the limits beside their types.
const MaxState = 32 << 10

// Resume continues a session from what [Session.State] gave.
func (x *Extractor) Resume(state []byte) (*Session, error) {
	s := x.Session()
	d := decoder{rest: string(state)}
	if d.number() != stateVersion {
		return nil, ErrState
	}
	for range d.length(maxPast) {
		s.past = append(s.past, d.heard())
	}
	s.count = int32(d.number())
	for range d.length(maxDates) {
		s.dates = append(s.dates, dated{d.text(), Moment{d.number(), int32(d.number())}})
	}
	for range d.length(maxOpen) {
		s.todos = append(s.todos, openTodo{d.text(), d.text(), d.words(), d.number() == 1})
	}
	for range d.length(maxItems) {
		s.shown = append(s.shown, shownItem{d.text(), Type(d.length(int(TodoCancelled))), uint32(d.number())})
	}
	if d.number() == 1 {
		s.rests = true
		d.message(&s.resting)
	}
	if d.bad || len(d.rest) > 0 {
		return nil, ErrState
	}
	return s, nil
}

// State gives what [Extractor.Resume] needs to go on. Call it after [Session.Settle].
func (s *Session) State() []byte {
	e := encoder{make([]byte, 0, 1<<10)}
	e.number(stateVersion)
	e.number(int64(len(s.past)))
	for i := range s.past {
		e.heard(&s.past[i])
	}
	e.number(int64(s.count))
	e.number(int64(len(s.dates)))
	for _, h := range s.dates {
		e.text(h.text)
		e.number(h.at.Unix)
		e.number(int64(h.at.Offset))
	}
	e.number(int64(len(s.todos)))
	for _, o := range s.todos {
		e.text(o.key)
		e.text(o.due)
		e.words(o.words)
		e.number(int64(boolBit(o.foreign)))
	}
	e.number(int64(len(s.shown)))
	for _, it := range s.shown {
		e.text(it.key)
		e.number(int64(it.kind))
		e.number(int64(it.hash))
	}
	s.rest()
	e.number(int64(boolBit(s.rests)))
	if s.rests {
		e.message(&s.resting)
	}
	return e.out
}

type encoder struct{ out []byte }

func (e *encoder) number(v int64) { e.out = binary.AppendVarint(e.out, v) }

func (e *encoder) text(s string) {
	e.number(int64(len(s)))
	e.out = append(e.out, s...)
}

func (e *encoder) words(words []uint32) {
	e.number(int64(len(words)))
	for _, w := range words {
		e.out = binary.LittleEndian.AppendUint32(e.out, w)
	}
}

func (e *encoder) heard(h *heard) {
	for _, v := range [...]int64{int64(h.role), h.unix, int64(h.last)} {
		e.number(v)
	}
	e.text(h.closing)
	e.text(h.offer)
}

// message writes what is read of the pending message.
func (e *encoder) message(t *turn) {
	e.text(t.id)
	for _, p := range t.parts {
		e.text(t.text[p.start:p.end])
	}
	for _, v := range [...]int64{int64(t.role), int64(t.origin), t.at.Unix, int64(t.at.Offset), int64(t.gap + t.parts[1].start - t.parts[0].end)} {
		e.number(v)
	}
}

type decoder struct {
	rest string
	bad  bool
}

func (d *decoder) number() int64 {
	v := uint64(0)
	for i := 0; i < len(d.rest) && i < binary.MaxVarintLen64; i++ {
		b := d.rest[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			d.rest = d.rest[i+1:]
			return int64(v>>1) ^ -int64(v&1)
		}
	}
	d.bad, d.rest = true, ""
	return 0
}

// length reads how long a list is. A longer one than we write is damage.
func (d *decoder) length(most int) int {
	n := d.number()
	if n < 0 || n > int64(most) {
		d.bad, d.rest = true, ""
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.length(len(d.rest))
	if n > len(d.rest) {
		d.bad, d.rest = true, ""
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) words() []uint32 {
	n := d.length(min(maxWords, len(d.rest)/4))
	if n > len(d.rest)/4 {
		d.bad, d.rest = true, ""
		return nil
	}
	out := make([]uint32, n)
	for i := range out {
		b := d.rest[4*i : 4*i+4]
		out[i] = uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	}
	d.rest = d.rest[4*n:]
	return out
}

func (d *decoder) heard() heard {
	h := heard{role: Role(d.number()), unix: d.number(), last: Cues(d.number())}
	h.closing, h.offer = d.text(), d.text()
	return h
}

// maxMessage is longer than any message the archive keeps.
const maxMessage = 64 << 20

func (d *decoder) message(t *turn) {
	t.id = d.text()
	head, tail := d.text(), d.text()
	t.text, t.parts = head+tail, [2]span{{0, len(head)}, {len(head), len(head) + len(tail)}}
	t.role, t.origin = Role(d.length(int(System))), Origin(d.length(int(FromAgent)))
	t.at = Moment{d.number(), int32(d.number())}
	t.gap = d.length(maxMessage)
}
