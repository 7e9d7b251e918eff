package redact

import (
	"slices"
	"strings"
)

// vendor is a token format that needs no context: a prefix that nothing else
// has, a length and an alphabet.
type vendor struct {
	id     string
	shapes string                  // alternatives, parted by spaces; the tests fill them and must find them
	check  func(token string) bool // beyond the shape; nil when the shape says enough
	never  string                  // look-alikes that stay, parted by spaces, filled by the tests in the same way
}

// allVendors are the tables of all families of makers. Each has one row for a
// maker and format; lengths are ranges where makers changed them.
func allVendors() []vendor {
	return slices.Concat(aiVendors, cloudVendors, operationVendors, codeVendors, workVendors, messageVendors, moneyVendors)
}

// uuid is the shape of one, to be glued to a prefix.
const uuid = "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}"

// vendorDetectors makes one detector for each shape; those of a maker share a row.
func vendorDetectors() []detector {
	var out []detector
	for _, v := range allVendors() {
		shapes := strings.Fields(v.shapes)
		rows := []row{{name: v.id, kind: APIKey, never: strings.Fields(v.never)}}
		for _, text := range shapes {
			rows[0].must = append(rows[0].must, "«"+text+"»")
		}
		for _, text := range shapes {
			out = append(out, shapeDetector(v.id, text, v.check, rows))
		}
	}
	return append(out, shapeDetector(discordRow.name, discordShape, isDiscord, []row{discordRow}))
}

// keyBytes is how much of a prefix or a maker's name the automaton looks for:
// with more it is larger by a half and finds nothing else, because the rest is
// compared where it stands.
const keyBytes = 5

func shapeDetector(name, text string, check func(string) bool, rows []row) detector {
	form := parseShape(text)
	return detector{
		name: name, shape: text, keys: []string{form.key[:min(len(form.key), keyBytes)]}, rows: rows,
		find: func(s *scan, at int) {
			start, end, ok := form.match(s.text, at)
			if ok && !insideLonger(s.text, start, form.key) && looksRandom(s.text[start:end]) && (check == nil || check(s.text[start:end])) {
				s.add(start, end, APIKey, name)
			}
		},
	}
}

// insideLonger reports whether a short prefix with a dash is a part of a longer
// name with dashes: `cache-key-` in front of a digest, `my-app-` of an id.
func insideLonger(text string, start int, key string) bool {
	if start > 0 && text[start-1] == '+' { // in base64, where every prefix turns up
		return true
	}
	return len(key) <= len("key-") && strings.HasSuffix(key, "-") && start > 1 && text[start-1] == '-' && base62.has(text[start-2])
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// digitsOrLong keeps words with a prefix apart from keys of letters only.
func digitsOrLong(token string) bool { return hasDigit(token) || len(token) >= 40 }

func mixedCaseDigits(token string) bool { return mixOf(token) == digit|lowers|uppers }

// isScattered reports whether digits stand at several places between letters
// of both cases, or one part of the token is random: names have neither.
func isScattered(token string) bool {
	return mixedCaseDigits(token) && digitChanges(token) >= 4 || hasRandomSegment(token)
}

// digitChange keeps random letters and digits of one case apart from a word
// with a number.
func digitChange(token string) bool { return digitChanges(token) >= 3 }
