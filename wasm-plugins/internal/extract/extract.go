package extract

import (
	_ "embed" // the model file
	"slices"
)

// Extractor holds the models and the words. It is safe for concurrent use.
type Extractor struct {
	lexicon  lexicon
	calendar calendarWords
	model    *Model
	thrift   thrift
	open     bool // the gate lets everything pass
}

// thrift says what is not looked at closely, because it hardly ever is an item.
type thrift struct {
	userWindow  int // bytes read at either end of a long message
	agentWindow int // the same for answers, of which most text is
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
	return &Extractor{lexicon: newLexicon(), calendar: newCalendarWords(), model: m, thrift: thrift{3 << 10, 128}, open: m.Gate == ""}
}

// Session is the reading of one session. Use one goroutine at a time.
type Session struct {
	x       *Extractor
	past    []heard
	count   int32 // turns that were judged for good
	todos   []openTodo
	dated   day // the last date that was named
	pending *turn
	shown   []shownItem // items of the pending message as last settled
	decided []Item      // since the last settling

	// Used again for every message.
	spare  *turn
	reader reader
	scores []Scores
	row    []int32
	claims []claim
}

// shownItem is an item that was handed out before its message was judged for good.
type shownItem struct {
	key  string
	hash uint32
}

// Session starts a new session.
func (x *Extractor) Session() *Session { return &Session{x: x, spare: &turn{}, reader: reader{x: x}} }

// Add reads the next message. The message before it is judged for good now,
// since how the other side answered tells what was meant.
func (s *Session) Add(m Message) {
	if m.Role == System {
		return
	}
	t, before := s.spare, s.pending
	if before == nil {
		s.x.listen(t, m, nil)
		s.pending, s.spare = t, &turn{}
		return
	}
	s.x.listen(t, m, &before.heard)
	s.decide(before, t)
	s.pending, s.spare = t, before
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
	if t.passed {
		s.remember(t, items)
	}
}

// Settle gives what changed since the last settling. The last message is
// judged as far as it goes; what follows it may revise or withdraw that.
func (s *Session) Settle() []Change {
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
			out = append(out, Change{Item: Item{Key: old.key}, Withdrawn: true})
		}
	}
	for _, it := range items {
		if !slices.Contains(s.shown, shownItem{it.Key, it.hash()}) {
			out = append(out, Change{Item: it})
		}
	}
	s.shown = s.shown[:0]
	for _, it := range last {
		s.shown = append(s.shown, shownItem{it.Key, it.hash()})
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
