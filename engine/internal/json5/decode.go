package json5

import "unicode/utf8"

const maxDepth = 1000

// Decode returns the value that data holds: map[string]any, []any, string,
// float64, bool or nil. Empty containers are not nil. Its errors are of type
// [*SyntaxError].
func Decode(data []byte) (any, error) {
	d := &decoder{data: data}
	v, err := d.spacedValue()
	if err != nil {
		return nil, err
	}
	if err := d.skipSpace(); err != nil {
		return nil, err
	}
	if d.pos < len(d.data) {
		return nil, d.fail(d.pos, reasonMore)
	}
	return v, nil
}

// decoder is a recursive descent over the text; maxDepth bounds the descent.
type decoder struct {
	data  []byte
	pos   int
	depth int
}

// at reports whether the next byte is c.
func (d *decoder) at(c byte) bool {
	return d.pos < len(d.data) && d.data[d.pos] == c
}

// take steps over the next byte if it is c.
func (d *decoder) take(c byte) bool {
	if !d.at(c) {
		return false
	}
	d.pos++
	return true
}

// rune returns the next character and its length, which is 0 at the end.
func (d *decoder) rune() (rune, int) {
	return utf8.DecodeRune(d.data[d.pos:])
}

// spacedValue reads a value with the space and the comments before it.
func (d *decoder) spacedValue() (any, error) {
	if err := d.skipSpace(); err != nil {
		return nil, err
	}
	if d.pos == len(d.data) {
		return nil, d.fail(d.pos, reasonNoValue)
	}
	switch c := d.data[d.pos]; {
	case c == '{':
		return d.nested(d.object)
	case c == '[':
		return d.nested(d.array)
	case c == '"' || c == '\'':
		return d.str()
	case c == '+' || c == '-' || c == '.' || isDigit(c):
		return d.number()
	default:
		return d.word()
	}
}

func (d *decoder) nested(container func() (any, error)) (any, error) {
	if d.depth == maxDepth {
		return nil, d.fail(d.pos, reasonDeep)
	}
	d.depth++
	v, err := container()
	d.depth--
	return v, err
}

func (d *decoder) object() (any, error) {
	d.pos++ // the brace
	members := map[string]any{}
	for {
		if err := d.skipSpace(); err != nil {
			return nil, err
		}
		if d.take('}') {
			return members, nil
		}
		key, err := d.key()
		if err != nil {
			return nil, err
		}
		if err := d.expect(':', reasonNoColon); err != nil {
			return nil, err
		}
		if members[key], err = d.spacedValue(); err != nil {
			return nil, err
		}
		if err := d.skipSpace(); err != nil {
			return nil, err
		}
		if !d.take(',') && !d.at('}') {
			return nil, d.fail(d.pos, reasonNoMemberEnd)
		}
	}
}

func (d *decoder) array() (any, error) {
	d.pos++ // the bracket
	elements := []any{}
	for {
		if err := d.skipSpace(); err != nil {
			return nil, err
		}
		if d.take(']') {
			return elements, nil
		}
		v, err := d.spacedValue()
		if err != nil {
			return nil, err
		}
		elements = append(elements, v)
		if err := d.skipSpace(); err != nil {
			return nil, err
		}
		if !d.take(',') && !d.at(']') {
			return nil, d.fail(d.pos, reasonNoElementEnd)
		}
	}
}

// expect steps over space and c.
func (d *decoder) expect(c byte, reason string) error {
	if err := d.skipSpace(); err != nil {
		return err
	}
	if !d.take(c) {
		return d.fail(d.pos, reason)
	}
	return nil
}

func (d *decoder) key() (string, error) {
	if d.at('"') || d.at('\'') {
		return d.str()
	}
	name, err := d.identifier()
	if err == nil && name == "" {
		return "", d.fail(d.pos, reasonNoKey)
	}
	return name, err
}
