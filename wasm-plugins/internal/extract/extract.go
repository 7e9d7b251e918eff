package extract

import (
	_ "embed" // the model file
	"slices"
	"sync"
)

// Extractor holds the models and the words. It is safe for concurrent use.
type Extractor struct {
	lexicon  lexicon
	calendar calendarWords
	model    *Model
	thrift   thrift
	open     bool // the gate lets everything pass
	spare    *sync.Pool
}

// thrift says what is not looked at closely, because it hardly ever is an item.
type thrift struct {
	userWindow  int // bytes read at either end of a long message
	agentWindow int // the same for answers; of long ones only the end is read
}

// window is how much of either end of a long text is read.
func (t thrift) window(role Role) int {
	if role == User {
		return t.userWindow
	}
	return t.agentWindow
}

//go:embed model.bin
var modelFile string

// New gives an extractor with the built-in model.
func New() (*Extractor, error) {
	m, err := ParseModel(modelFile)
	if err != nil {
		return nil, err
	}
	return With(m), nil
}

// With gives an extractor with a model of the caller's. Without a gate in it,
// every sentence passes; an empty model will do to read candidates from.
func With(m *Model) *Extractor {
	return &Extractor{lexicon: newLexicon(), calendar: newCalendarWords(), model: m, thrift: thrift{3 << 10, 128}, open: m.Gate == "", spare: &sync.Pool{}}
}

// Session is the reading of one session. Use one goroutine at a time.
type Session struct {
	x       *Extractor
	past    []heard
	count   int32 // turns that were judged for good
	todos   []openTodo
	dates   []dated
	pending *turn       // read, but not judged for good; in work
	resting turn        // the pending message while there is no work
	rests   bool        // there is such a message
	shown   []shownItem // items of the pending message as last settled
	decided []Item      // since the last settling
	work    *work
}

// work is room for the message at hand and the one before, used again for every
// message and by one session after another.
type work struct {
	turns  [2]turn
	reader reader
	row    []int32
	claims []claim
}

// shownItem is an item that was handed out before its message was judged for good.
type shownItem struct {
	key  string
	kind Type
	hash uint32
}

// Session starts a new session.
func (x *Extractor) Session() *Session { return &Session{x: x} }

// wake gets the session room to work in, with the pending message read.
func (s *Session) wake() {
	if s.work != nil {
		return
	}
	s.work, _ = s.x.spare.Get().(*work)
	if s.work == nil {
		s.work = &work{reader: reader{x: s.x}}
	}
	if s.rests {
		t := &s.work.turns[0]
		s.resting.sentences, s.resting.tokens = t.sentences, t.tokens
		*t = s.resting
		s.x.attend(t, s.before())
		s.pending, s.rests = t, false
	}
}

// rest gives the room back. The pending message will have to be read again.
func (s *Session) rest() {
	if s.work == nil {
		return
	}
	if s.pending != nil {
		s.resting, s.rests = *s.pending, true
		s.pending = nil
	}
	s.work.reader.unhear()
	s.x.spare.Put(s.work)
	s.work = nil
}

// before is what was heard before the pending message, nil at the start.
func (s *Session) before() *heard {
	if len(s.past) == 0 {
		return nil
	}
	return &s.past[len(s.past)-1]
}

// Add reads the next message. The message before it is judged for good now,
// since how the other side answered tells what was meant.
func (s *Session) Add(m Message) {
	if m.Role == System {
		return
	}
	s.wake()
	t := &s.work.turns[0]
	if s.pending == nil {
		s.x.listen(t, m, nil)
	} else {
		if s.pending == t {
			t = &s.work.turns[1]
		}
		s.x.listen(t, m, &s.pending.heard)
		s.decide(s.pending, t)
	}
	s.pending = t
}

// decide judges a turn for good and remembers what later turns need.
func (s *Session) decide(t, next *turn) {
	items := s.judge(t, next)
	s.decided = append(s.decided, items...)
	s.count++
	if len(s.past) == maxPast {
		copy(s.past, s.past[1:])
		s.past = s.past[:maxPast-1]
	}
	s.past = append(s.past, t.heard)
	s.remember(t, items)
}

// Settle gives what changed since the last settling. The last message is
// judged as far as it goes; what follows it may revise or withdraw that.
func (s *Session) Settle() []Change {
	s.wake()
	items := s.decided
	s.decided = nil
	var last []Item
	if s.pending != nil {
		last = s.judge(s.pending, nil)
		items = append(items, last...)
	}
	var out []Change
	for _, old := range s.shown {
		if !slices.ContainsFunc(items, func(it Item) bool { return it.Key == old.key }) {
			out = append(out, Change{Item: Item{Key: old.key, Type: old.kind}, Withdrawn: true})
		}
	}
	for _, it := range items {
		if !slices.Contains(s.shown, shownItem{it.Key, it.Type, it.hash()}) {
			out = append(out, Change{Item: it})
		}
	}
	s.shown = s.shown[:0]
	for _, it := range last {
		s.shown = append(s.shown, shownItem{it.Key, it.Type, it.hash()})
	}
	return out
}

func (it Item) hash() uint32 {
	h := mix(uint32(it.Type)<<16|uint32(it.Tier)<<8|uint32(it.Doer), uint32(it.End))
	for _, text := range [...]string{it.Text, it.About, it.Due, it.Closes} {
		for i := range len(text) {
			h = (h ^ uint32(text[i])) * hashPrime
		}
		h = mix(h, uint32(len(text)))
	}
	return h
}
