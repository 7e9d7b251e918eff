package json5

import (
	"math"
	"strconv"
)

// number reads a number with its sign, if it has one.
func (d *decoder) number() (any, error) {
	start := d.pos
	negative := d.at('-')
	if negative || d.at('+') {
		d.pos++
	}
	magnitude, ok := d.magnitude()
	if !ok || d.inWord() {
		return nil, d.fail(start, reasonNumber)
	}
	if negative {
		magnitude = math.Copysign(magnitude, -1)
	}
	return magnitude, nil
}

// magnitude reads a number without its sign.
func (d *decoder) magnitude() (float64, bool) {
	switch {
	case d.at('I'), d.at('N'):
		v, err := d.word()
		f, ok := v.(float64)
		return f, err == nil && ok
	case d.at('0') && d.pos+1 < len(d.data) && d.data[d.pos+1]|0x20 == 'x':
		return d.hexadecimal()
	default:
		return d.decimal()
	}
}

func (d *decoder) hexadecimal() (float64, bool) {
	start := d.pos
	d.pos += len("0x")
	for d.pos < len(d.data) {
		if _, ok := hexDigit(d.data[d.pos]); !ok {
			break
		}
		d.pos++
	}
	// A hexadecimal float literal rounds as it should for any number of
	// digits. Without digits it is refused here.
	return parseFloat(string(d.data[start:d.pos]) + "p0")
}

func (d *decoder) decimal() (float64, bool) {
	start := d.pos
	whole := d.digits()
	if whole > 1 && d.data[start] == '0' {
		return 0, false // an octal number in other languages
	}
	fraction := 0
	if d.take('.') {
		fraction = d.digits()
	}
	if whole+fraction == 0 {
		return 0, false
	}
	if d.at('e') || d.at('E') {
		d.pos++
		if d.at('+') || d.at('-') {
			d.pos++
		}
		if d.digits() == 0 {
			return 0, false
		}
	}
	return parseFloat(string(d.data[start:d.pos]))
}

// digits steps over decimal digits and returns how many there were.
func (d *decoder) digits() int {
	start := d.pos
	for d.pos < len(d.data) && isDigit(d.data[d.pos]) {
		d.pos++
	}
	return d.pos - start
}

// inWord reports whether a name or an escape begins here, which must not
// follow a number without space.
func (d *decoder) inWord() bool {
	r, size := d.rune()
	return size > 0 && (r == '\\' || isIdentifierStart(r) || isIdentifierPart(r))
}

// parseFloat keeps what strconv gives for numbers out of range: infinity or
// zero, as in ECMAScript.
func parseFloat(literal string) (float64, bool) {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
