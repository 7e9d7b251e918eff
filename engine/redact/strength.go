package redact

import "strings"

// How much a word looks like a password rather than like anything else that
// people write. Only the shape counts, never the meaning.
const (
	noPassword     = iota
	somePassword   // letters and digits, or quoted words
	likelyPassword // a word with several digits behind, or cases mixed
	surePassword   // letters, digits and marks, or random
)

const (
	leastStrong   = 8  // bytes of a likely password
	longestStrong = 40 // longer ones are keys, digests and ids
)

// marks are what people put into passwords to satisfy a rule.
const marks = "!@#$%^&*+?~"

// passwordStrength judges a word without blanks.
func passwordStrength(v string) int {
	if len(v) < 6 || len(v) > longestStrong || !hasLetterAndDigit(v) || !isPrintable([]byte(v)) {
		return noPassword
	}
	if strings.IndexByte("-_$%&#@/~^+.\\<*", v[0]) >= 0 || strings.ContainsAny(v, " (){}[]<>|\\;\"'`=,") || strings.Contains(v, "://") || strings.Contains(v, "::") {
		return noPassword
	}
	if isStandIn(v) || isUUID(v) || isCodePath(v) || isFileOrHost(v) || len(v) >= 32 && isHex(v) {
		return noPassword
	}
	if len(v) < leastStrong {
		return somePassword
	}
	changes := sortChanges(v)
	switch mix := mixOf(v); {
	case hasMark(v), mix == digit|lowers|uppers && changes >= 5:
		return surePassword
	case strings.Contains(v, "/"), strings.Contains(v, ":"):
		return somePassword
	case mix == digit|lowers|uppers && (changes >= 3 || trailingDigits(v) >= 2), mix == digit|lowers && trailingDigits(v) >= 3 && !strings.ContainsAny(strings.TrimRight(v, "."), "-_."):
		return likelyPassword
	}
	return somePassword
}

// hasMark reports whether a mark of passwords stands in v, other than the one
// between a user and a host.
func hasMark(v string) bool {
	i := strings.IndexAny(v, marks)
	if i < 0 {
		return false
	}
	if v[i] == '@' && i+1 < len(v) && (letters.has(v[i+1]) || strings.Contains(v[i:], ".")) {
		return strings.ContainsAny(v[i+1:], "!#$%^&*+?~")
	}
	return true
}

// isFileOrHost reports whether v has an ending as files and hosts have.
func isFileOrHost(v string) bool {
	i := strings.LastIndexByte(v, '.')
	if i <= 0 || i == len(v)-1 {
		return strings.HasPrefix(v, "/")
	}
	ending := v[i+1:]
	return len(ending) <= 5 && letters.run(ending, 0, len(ending)) == len(ending) || digit.has(v[i-1]) && digit.has(ending[0]) && !strings.ContainsAny(v, marks)
}

// sortChanges counts changes between digits, small and capital letters, but not
// that from the capital that begins a word.
func sortChanges(v string) int {
	n := 0
	for i := 1; i < len(v); i++ {
		a, b := mixOf(v[i-1:i]), mixOf(v[i:i+1])
		if a != 0 && b != 0 && a != b && (a != uppers || b != lowers) {
			n++
		}
	}
	return n
}

func trailingDigits(v string) int {
	v = strings.TrimRight(v, marks+"_-.")
	return len(v) - digit.runBack(v, len(v), len(v))
}
