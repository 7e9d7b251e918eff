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
}

// thrift says what is not looked at closely, because it hardly ever is an item.
type thrift struct {
	userWindow  int   // bytes read at either end of a long message
	agentWindow int   // the same for answers, of which most text is
	unlikely    int32 // first score below which the second model is not asked
}

//go:embed model.bin
var modelFile []byte

// New gives an extractor with the built-in model.
func New() (*Extractor, error) {
	m, err := ParseModel(modelFile)
	if err != nil {
		return nil, err
	}
	return With(m), nil
}

// With gives an extractor with a model of the caller's. An empty model will do
// to read candidates from.
func With(m *Model) *Extractor {
	return &Extractor{lexicon: newLexicon(), calendar: newCalendarWords(), model: m, thrift: thrift{3 << 10, 128, -5 * 256}}
}

// Session is the reading of one session. Use one goroutine at a time.
type Session struct {
	x       *Extractor
	past    []heard
	board   board
	open    []openTodo
	dated   day // the last date that was named
	pending *turn
	shown   []shownItem // items of the pending message as last settled
	decided []Item      // since the last settling
}

// shownItem is an item that was handed out before its message was judged for good.
type shownItem struct {
	key  string
	hash uint32
}

// Session starts a new session.
func (x *Extractor) Session() *Session { return &Session{x: x} }

// Add reads the next message. The message before it is judged for good now,
// since how the other side answered tells what was meant.
func (s *Session) Add(m Message) {
	if m.Role == System {
		return
	}
	t := s.x.listen(m)
	if s.pending != nil {
		s.decide(s.pending, &t.heard)
	}
	s.pending = &t
}

// decide judges a turn for good and remembers what later turns need.
func (s *Session) decide(t *turn, next *heard) {
	items, scores, cands := s.judge(t, next)
	s.decided = append(s.decided, items...)
	s.board.write(t, cands, scores)
	t.heard.scores = best(scores)
	s.past = append(s.past, t.heard)
	if len(s.past) > maxPast {
		s.past = s.past[1:]
	}
	s.remember(t, items)
}

// Settle gives what changed since the last settling. The last message is
// judged as far as it goes; what follows it may revise or withdraw that.
func (s *Session) Settle() []Change {
	items := s.decided
	s.decided = nil
	var last []Item
	if s.pending != nil {
		last, _, _ = s.judge(s.pending, nil)
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
	for _, text := range []string{it.Text, it.About, it.Due, it.Closes} {
		for _, c := range []byte(text) {
			h = (h ^ uint32(c)) * hashPrime
		}
		h = mix(h, uint32(len(text)))
	}
	return h
}
