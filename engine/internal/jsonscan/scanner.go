package jsonscan

// Scanner walks through one JSON text. Where the text turns out not to be
// JSON, or too deep, every method finds nothing more and Done tells.
type Scanner struct {
	data []byte
	at   int // the next byte
	room int // containers that may still be opened
	bad  bool
}

// New returns a Scanner before the one value that data holds. Containers may
// nest up to maxDepth. Values and keys are parts of data, which must stay as
// it is.
func New(data []byte, maxDepth int) *Scanner {
	return &Scanner{data: data, room: maxDepth}
}

// Done reports whether the whole text was one valid value that has been read.
func (s *Scanner) Done() bool {
	return !s.bad && s.peek() == 0 && s.at == len(s.data)
}

// Kind is what the next value is.
func (s *Scanner) Kind() Kind { return kindOf(s.peek()) }

// Value reads the next value.
func (s *Scanner) Value() Value {
	s.peek()
	start := s.at
	s.Skip()
	if s.bad {
		return nil
	}
	return s.data[start:s.at]
}

// Skip passes over the next value.
func (s *Scanner) Skip() {
	switch kindOf(s.peek()) {
	case String:
		s.text()
	case Object:
		for range s.Members {
		}
	case Array:
		for range s.Elements {
		}
	case Number:
		s.number()
	case True:
		s.literal("true")
	case False:
		s.literal("false")
	case Null:
		s.literal("null")
	default:
		s.fail()
	}
}

// Members goes through the next value as an object: `for key := range
// s.Members`. The body reads the member's value or leaves it. Another value
// has no members and is passed over. After leaving the loop early, the rest of
// the text can't be read.
func (s *Scanner) Members(yield func(key []byte) bool) {
	if s.peek() != '{' {
		s.Skip()
		return
	}
	for more := s.open('}'); more; more = s.more('}') {
		key := s.key()
		if s.bad {
			return
		}
		value := s.at
		if !yield(key) {
			s.fail()
		} else if s.at == value {
			s.Skip()
		}
	}
}

// Elements goes through the next value as an array, in the same way.
func (s *Scanner) Elements(yield func() bool) {
	if s.peek() != '[' {
		s.Skip()
		return
	}
	for more := s.open(']'); more; more = s.more(']') {
		value := s.at
		if !yield() {
			s.fail()
		} else if s.at == value {
			s.Skip()
		}
	}
}

// fail ends the reading for good.
func (s *Scanner) fail() { s.bad, s.at = true, len(s.data) }

// peek is the first byte that is no white space, 0 at the end.
func (s *Scanner) peek() byte {
	for ; s.at < len(s.data); s.at++ {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// open enters a container and reports whether it holds anything.
func (s *Scanner) open(end byte) bool {
	s.at++
	if s.room--; s.room < 0 {
		s.fail()
		return false
	}
	if s.peek() == end {
		s.close()
		return false
	}
	return true
}

// more reports whether another element follows in the container.
func (s *Scanner) more(end byte) bool {
	switch s.peek() {
	case ',':
		s.at++
		s.peek()
		return true
	case end:
		s.close()
	default:
		s.fail()
	}
	return false
}

func (s *Scanner) close() {
	s.at++
	s.room++
}

// key reads the key of a member and the colon behind it.
func (s *Scanner) key() []byte {
	if s.peek() != '"' {
		s.fail()
		return nil
	}
	start := s.at
	escaped := s.text()
	key := Value(s.data[start:s.at])
	if s.peek() != ':' {
		s.fail()
		return nil
	}
	s.at++
	s.peek()
	if escaped {
		return key.AppendText(nil)
	}
	return key[1 : len(key)-1]
}

func (s *Scanner) literal(word string) {
	if end := s.at + len(word); end <= len(s.data) && string(s.data[s.at:end]) == word {
		s.at = end
		return
	}
	s.fail()
}

// number passes over -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (s *Scanner) number() {
	s.take("-")
	if !s.take("0") {
		s.digits()
	}
	if s.take(".") {
		s.digits()
	}
	if s.take("eE") {
		s.take("+-")
		s.digits()
	}
}

// take passes over one byte if it is one of these.
func (s *Scanner) take(any string) bool {
	for i := range len(any) {
		if s.at < len(s.data) && s.data[s.at] == any[i] {
			s.at++
			return true
		}
	}
	return false
}

// digits passes over one or more.
func (s *Scanner) digits() {
	start := s.at
	for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
		s.at++
	}
	if s.at == start {
		s.fail()
	}
}
