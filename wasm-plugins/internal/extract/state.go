package extract

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf8"
)

// stateVersion changes whenever older states can't be read on: then the
// session is read again from its start.
const stateVersion = 1

// ErrState tells of a state that this version did not write.
var ErrState = errors.New("reading the state of a session: it is of another version or damaged; read the session again from its start")

// MaxState bounds the state of a session in bytes. Texts in it are cut, lists
// have a greatest length: see the limits beside their types.
const MaxState = 96 << 10

// Resume continues a session from what [Session.State] gave.
func (x *Extractor) Resume(state []byte) (*Session, error) {
	s := x.Session()
	d := decoder{rest: state}
	if d.number() != stateVersion {
		return nil, ErrState
	}
	for range d.length(maxPast) {
		s.past = append(s.past, d.heard())
	}
	s.board.turns = int32(d.number())
	for range d.length(maxNotes) {
		n := note{class: Class(d.number()), score: int32(d.number()), turn: int32(d.number()), unix: d.number()}
		n.words = d.words()
		s.board.notes = append(s.board.notes, n)
	}
	s.dated = day(d.number())
	for range d.length(maxOpen) {
		s.open = append(s.open, openTodo{d.text(), d.text(), d.words()})
	}
	for range d.length(maxItems) {
		s.shown = append(s.shown, shownItem{d.text(), uint32(d.number())})
	}
	if d.number() == 1 {
		t := x.listen(d.message())
		s.pending = &t
	}
	if d.bad || len(d.rest) > 0 {
		return nil, ErrState
	}
	return s, nil
}

// State gives what [Extractor.Resume] needs to go on. Call it after [Session.Settle].
func (s *Session) State() []byte {
	e := encoder{}
	e.number(stateVersion)
	e.number(int64(len(s.past)))
	for i := range s.past {
		e.heard(&s.past[i])
	}
	e.number(int64(s.board.turns))
	e.number(int64(len(s.board.notes)))
	for _, n := range s.board.notes {
		for _, v := range []int64{int64(n.class), int64(n.score), int64(n.turn), n.unix} {
			e.number(v)
		}
		e.words(n.words)
	}
	e.number(int64(s.dated))
	e.number(int64(len(s.open)))
	for _, o := range s.open {
		e.text(o.key)
		e.text(o.due)
		e.words(o.words)
	}
	e.number(int64(len(s.shown)))
	for _, it := range s.shown {
		e.text(it.key)
		e.number(int64(it.hash))
	}
	if s.pending == nil {
		e.number(0)
		return e.out
	}
	e.number(1)
	e.message(s.pending, s.x.thrift.window(s.pending.role))
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
	for _, v := range []int64{int64(h.role), h.at.Unix, int64(h.at.Offset), int64(boolBit(h.group)), int64(h.cues), int64(h.first), int64(h.last)} {
		e.number(v)
	}
	for _, s := range []string{h.opening, h.closing, h.offer} {
		e.text(s)
	}
	for _, v := range h.scores {
		e.number(int64(v))
	}
}

// message writes the pending message: the middle of a long text is blank
// already and only its length is kept.
func (e *encoder) message(t *turn, half int) {
	e.text(t.id)
	for _, v := range []int64{int64(t.role), int64(t.origin), t.at.Unix, int64(t.at.Offset)} {
		e.number(v)
	}
	parts := windows(t.text, half)
	e.number(int64(len(parts)))
	for _, w := range parts {
		e.text(t.text[w.start:w.end])
	}
	if len(parts) == 2 {
		e.number(int64(parts[1].start - parts[0].end))
	}
}

type decoder struct {
	rest []byte
	bad  bool
}

func (d *decoder) number() int64 {
	v, n := binary.Varint(d.rest)
	if n <= 0 {
		d.bad, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[n:]
	return v
}

// length reads how long a list is. A longer one than we write is damage.
func (d *decoder) length(most int) int {
	n := d.number()
	if n < 0 || n > int64(most) {
		d.bad, d.rest = true, nil
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.length(len(d.rest))
	if n > len(d.rest) {
		d.bad, d.rest = true, nil
		return ""
	}
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) words() []uint32 {
	n := d.length(min(maxWords, len(d.rest)/4))
	var out []uint32
	for range n {
		if len(d.rest) < 4 {
			d.bad = true
			return nil
		}
		out = append(out, binary.LittleEndian.Uint32(d.rest))
		d.rest = d.rest[4:]
	}
	return out
}

func (d *decoder) heard() heard {
	h := heard{role: Role(d.number()), at: Moment{d.number(), int32(d.number())}, group: d.number() == 1}
	h.cues, h.first, h.last = Cues(d.number()), Cues(d.number()), Cues(d.number())
	h.opening, h.closing, h.offer = d.text(), d.text(), d.text()
	for k := range h.scores {
		h.scores[k] = int32(d.number())
	}
	return h
}

// maxMessage is longer than any message the archive keeps.
const maxMessage = 64 << 20

func (d *decoder) message() Message {
	m := Message{ID: d.text(), Role: Role(d.number()), Origin: Origin(d.number())}
	m.At = Moment{d.number(), int32(d.number())}
	switch d.length(2) {
	case 1:
		m.Text = d.text()
	case 2:
		head, tail := d.text(), d.text()
		m.Text = head + strings.Repeat(" ", d.length(maxMessage)) + tail
	default:
		d.bad = true
	}
	return m
}

// window is how much of either end of a long text is read: conclusions stand
// first or last and the middle is material.
func (t thrift) window(role Role) int {
	if role == User {
		return t.userWindow
	}
	return t.agentWindow
}

// masked blanks the middle of a long text, so that nothing may depend on it.
func masked(text string, half int) string {
	parts := windows(text, half)
	if len(parts) == 1 {
		return text
	}
	return text[:parts[0].end] + strings.Repeat(" ", parts[1].start-parts[0].end) + text[parts[1].start:]
}

// windows gives the parts of text that deserve reading, on rune boundaries.
func windows(text string, half int) []span {
	if len(text) <= 2*half {
		return []span{{0, len(text)}}
	}
	head, tail := half, len(text)-half
	for head > 0 && !utf8.RuneStart(text[head]) {
		head--
	}
	for tail < len(text) && !utf8.RuneStart(text[tail]) {
		tail++
	}
	return []span{{0, head}, {tail, len(text)}}
}
