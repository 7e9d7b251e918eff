package redact

import "strings"

// probe bounds how much of a value is looked at to judge it.
const probe = 160

// looksRandom refuses values that are made up to show a form: sk-xxxx,
// YOUR_API_KEY, ...EXAMPLE, and those that repeat few characters.
func looksRandom(value string) bool {
	value = value[:min(len(value), probe)]
	folded := strings.ToLower(value)
	for _, word := range []string{"example", "placeholder", "redacted", "changeme", "...", "****"} {
		if strings.Contains(folded, word) {
			return false
		}
	}
	if strings.Contains(value, "xxxx") || strings.Contains(value, "XXXX") || hasWordThatBegins(folded, "your") {
		return false
	}
	return distinct(value) >= min(6, len(value)/2)
}

// hasWordThatBegins reports whether text holds prefix behind no letter or digit.
// Four letters stand inside of one random token in ten thousand by chance.
func hasWordThatBegins(text, prefix string) bool {
	for at := 0; ; at++ {
		n := strings.Index(text[at:], prefix)
		if n < 0 {
			return false
		}
		if at += n; at == 0 || !base62.has(text[at-1]) {
			return true
		}
	}
}

func distinct(s string) int {
	var seen [256]bool
	n := 0
	for i := range len(s) {
		if !seen[s[i]] {
			seen[s[i]] = true
			n++
		}
	}
	return n
}

// mixOf says which of digits, lower and upper case letters a value holds.
func mixOf(value string) class {
	var mix class
	for i := range min(len(value), probe) {
		switch c := classOf(value[i]); {
		case c&lowers != 0:
			mix |= lowers
		case c&uppers != 0:
			mix |= uppers
		default:
			mix |= c & digit
		}
	}
	return mix
}

// hasRandomSegment reports whether one of the parts between dashes, dots and
// underscores is too long and too mixed to be a word.
func hasRandomSegment(value string) bool {
	value = value[:min(len(value), probe)]
	for i := 0; i < len(value); i++ {
		end := base62.run(value, i, len(value))
		if isRandomWord(value[i:end]) {
			return true
		}
		i = end
	}
	return false
}

// isRandomWord: sixteen letters and digits in both cases with two digits, or
// hexadecimal of at least 24 digits. A word with a number at its end is not.
func isRandomWord(word string) bool {
	if len(word) < 16 {
		return false
	}
	if isNameOfSecret(word) {
		return false
	}
	mix, digits := mixOf(word), 0
	for i := range len(word) {
		if digit.has(word[i]) {
			digits++
		}
	}
	if mix == digit|lowers|uppers {
		return digits >= 2 && !hasLongWord(word)
	}
	if digits < 3 || mix == digit {
		return false
	}
	return len(word) >= 24 && (isHex(word) || digitChanges(word) >= 5)
}

// isNameOfSecret reports whether v is made of words, of which one names a secret,
// as names of variables are.
func isNameOfSecret(v string) bool {
	return containsAnyFold(v, []string{"key", "token", "secret", "password", "passwd"}) && sortChanges(v)*3 < len(v)
}

// hasLongWord reports whether as many small letters follow one another as
// hardly ever do in random text.
func hasLongWord(v string) bool {
	const long = 9
	for i := 0; i < len(v); i++ {
		end := lowers.run(v, i, len(v))
		if end-i >= long {
			return true
		}
		i = end
	}
	return false
}

// digitChanges counts changes between digits and letters: random text has many,
// a name with a number has one or two.
func digitChanges(word string) int {
	n := 0
	for i := 1; i < len(word); i++ {
		if digit.has(word[i]) != digit.has(word[i-1]) {
			n++
		}
	}
	return n
}

// isStandIn reports whether a value only stands for a secret: a template
// variable, code that fetches it, a mask, a word like null.
func isStandIn(value string) bool {
	if value == "" {
		return true
	}
	value = value[:min(len(value), probe)]
	if strings.HasPrefix(value, "0x") && len(value) < 20 && isHex(value[2:]) {
		return true // a constant
	}
	for _, prefix := range []string{"*", "\\", "%env(", "${", "$(", "$$", "<", "{{", "%(", "***", "...", "process.env", "os.environ", "os.getenv", "env.", "import.meta", "secrets."} {
		if hasPrefixFold(value, prefix) {
			return true
		}
	}
	if isVariable(value) {
		return true
	}
	return placeholderLen(value, precedence) > 0 || isCall(value) || distinct(value) == 1 || standInWords[strings.ToLower(value)] || !looksRandom(value)
}

// isVariable reports whether value names a variable, as $NAME, $_POST[…],
// %NAME% and [FILTERED] do.
func isVariable(value string) bool {
	end := (letters | underscore).run(value, 1, len(value))
	switch value[0] {
	case '$':
		return end > 1 && (end == len(value) || strings.IndexByte("[-.(:", value[end]) >= 0)
	case '%':
		return end > 1 && end < len(value) && value[end] == '%'
	case '[', '<', '{':
		return end > 2 && (end == len(value) || strings.IndexByte("]>}", value[end]) >= 0)
	}
	return false
}

var standInWords = map[string]bool{
	"null": true, "none": true, "nil": true, "true": true, "false": true, "undefined": true, "required": true,
	"optional": true, "string": true, "str": true, "text": true, "bytes": true, "any": true, "password": true,
	"passwd": true, "secret": true, "token": true, "hidden": true, "masked": true, "missing": true, "empty": true,
	"invalid": true, "wrong": true, "incorrect": true, "expired": true, "default": true, "value": true,
	"prompt": true, "stdin": true, "yes": true, "files": true, "hashed": true, "self": true, "input": true,
	"range": true, "func": true, "await": true, "new": true, "make": true, "argument": true, "option": true, "field": true,
}

// isCall reports whether value begins like a call or an index: name( or name[.
func isCall(value string) bool {
	i := (base62 | underscore | dot).run(value, 0, probe)
	return i > 0 && i < len(value) && letters.has(value[0]) && (value[i] == '(' || value[i] == '[')
}

// isCodePath reports whether value is a path of names, as req.body.password.
func isCodePath(value string) bool {
	names := 0
	for name := range strings.SplitSeq(value[:min(len(value), probe)], ".") {
		if name == "" || !(letters | underscore).has(name[0]) || (base62|underscore).run(name, 0, len(name)) != len(name) || isRandomWord(name) || digitChanges(name) >= 4 {
			return false
		}
		names++
	}
	return names > 1
}

// isUUID reports whether value is 8-4-4-4-12 hexadecimal digits.
func isUUID(value string) bool {
	if len(value) != 36 {
		return false
	}
	for i := range len(value) {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if value[i] != '-' {
				return false
			}
		} else if !(digit | hexLower | hexUpper).has(value[i]) {
			return false
		}
	}
	return true
}

// isStrong reports whether nothing but a key, a digest or an id can look so.
func isStrong(v string) bool {
	if len(v) < 20 || isUUID(v) {
		return false
	}
	if hex, found := strings.CutPrefix(v, "0x"); found {
		v = hex
	}
	if isSerial(v) {
		return true
	}
	if len(v) >= 32 && isHex(v[:min(len(v), probe)]) {
		return hasLetterAndDigit(v)
	}
	if padded := strings.TrimRight(v, "="); mixedCaseDigits(v) && (len(v) == 40 || len(v) == 44 || len(v) > len(padded)) && !strings.Contains(v, "-") {
		return (base62|plusSlash).run(padded, 0, len(padded)) == len(padded) && digitChanges(v) >= 4
	}
	return hasRandomSegment(v) || isMixed(v) && digitChanges(v) >= 4
}

// isMixed reports whether the letters and digits of v change as often as in
// random text, and more often than in names.
func isMixed(v string) bool {
	return len(v) >= 20 && base64u.run(v, 0, len(v)) == len(v) && mixedCaseDigits(v) && sortChanges(v)*3 >= len(v)
}

// isSerial reports whether v is groups of five capitals and digits.
func isSerial(v string) bool {
	const group = 5
	if len(v) < 4*(group+1)+group || (len(v)+1)%(group+1) != 0 || !hasLetterAndDigit(v) {
		return false
	}
	for part := range strings.SplitSeq(v, "-") {
		if len(part) != group || (digit|uppers).run(part, 0, group) != group {
			return false
		}
	}
	return true
}

// isMachineMade reports whether v is long and full of marks, as salts are.
func isMachineMade(v string) bool {
	if strings.HasPrefix(v, "=") || strings.Contains(v, `\x`) || strings.Contains(v, `\u`) {
		return false // encoded text
	}
	marked := 0
	for i := range min(len(v), probe) {
		if !base62.has(v[i]) && v[i] != ' ' {
			marked++
		}
	}
	return len(v) >= 32 && marked*6 > min(len(v), probe) && hasLetterAndDigit(v) && strings.Count(v, " ")*10 < len(v) && isPrintable([]byte(v)) && !strings.Contains(v, "://") && digitChanges(v) >= 6
}
