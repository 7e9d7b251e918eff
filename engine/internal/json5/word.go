package json5

import (
	"math"
	"unicode"
)

// word reads a value that is written as a name.
func (d *decoder) word() (any, error) {
	start := d.pos
	name, err := d.identifier()
	if err != nil || d.pos-start != len(name) { // escapes are for keys only
		return nil, d.fail(start, reasonWord)
	}
	switch name {
	case "":
		return nil, d.fail(start, reasonNoValue)
	case "true":
		return true, nil
	case "false":
		return false, nil
	case "null":
		return nil, nil
	case "Infinity":
		return math.Inf(1), nil
	case "NaN":
		return math.NaN(), nil
	}
	return nil, d.fail(start, reasonWord)
}

// identifier reads an ECMAScript 5.1 IdentifierName; it returns "" when none
// begins here.
func (d *decoder) identifier() (string, error) {
	var name []rune
	for d.pos < len(d.data) {
		start := d.pos
		r, size := d.rune()
		d.pos += size
		escaped := r == '\\'
		if escaped {
			var ok bool
			if r, ok = d.unicodeEscape(); !ok {
				return "", d.fail(start, reasonKeyEscape)
			}
		}
		if !isIdentifierStart(r) && (len(name) == 0 || !isIdentifierPart(r)) {
			if escaped {
				return "", d.fail(start, reasonKeyEscape)
			}
			d.pos = start
			break
		}
		name = append(name, r)
	}
	return string(name), nil
}

// unicodeEscape reads the rest of an escape sequence in a key.
func (d *decoder) unicodeEscape() (rune, bool) {
	if !d.take('u') {
		return 0, false
	}
	return d.hex(4)
}

func isIdentifierStart(r rune) bool {
	return r == '$' || r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r)
}

// isIdentifierPart tells what may follow an identifier's start beside further
// such characters: marks, digits, connectors and the two joiners.
func isIdentifierPart(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) || r == '\u200c' || r == '\u200d'
}
