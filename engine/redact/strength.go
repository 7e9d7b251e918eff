package redact

import (
	"slices"
	"strings"
)

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
	case mix == digit|lowers|uppers && (changes >= 3 || trailingDigits(v) >= 2), mix == digit|lowers && trailingDigits(v) >= 3 && strings.IndexAny(strings.TrimRight(v, "."), "-_.") < 0:
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
		return strings.IndexAny(v[i+1:], "!#$%^&*+?~") >= 0
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
	return len(ending) <= 5 && letters.run(ending, 0, len(ending)) == len(ending) || digit.has(v[i-1]) && digit.has(ending[0]) && strings.IndexAny(v, marks) < 0
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

// announcers stand right before a value.
var announcers = []string{
	"is", "was", "to", "be", "it's", "its", "use", "try", "as", "now", "with", "being", "like", "namely", "set", "value", "typed", "entered", "=", ":", "->", "=>",
	"：", "是", "为", "為", "成", "到", "用", "叫", "填", "输", "輸", "係", "→", "＝", "给", "發", "发", "个", "個", "了",
}

// isAnnounced reports whether an announcer ends before i, with blanks and
// quotes between.
func isAnnounced(text string, i int) bool {
	before := strings.TrimRight(text[max(0, i-24):i], " \t\"'`*“「『【")
	return slices.ContainsFunc(announcers, func(word string) bool {
		if !hasSuffixFold(before, word) {
			return false
		}
		start := len(before) - len(word)
		return !letters.has(word[0]) || start == 0 || !letters.has(before[start-1])
	})
}

func hasSuffixFold(text, suffix string) bool {
	return len(text) >= len(suffix) && hasPrefixFold(text[len(text)-len(suffix):], suffix)
}

// contraryToPassword are words between a password's name and a word that make
// the word something else.
var contraryToPassword = []string{
	"error", "code", "version", "错误", "报错", "版本", "algorithm", "算法", "hash", "加密", "username", "用户名", "id ", "commit", "length", "http", "://", "命令", "列", "字段", "policy", "ticket", "issue", "page",
}

// nearContrary is how many bytes before a word they are looked for.
const nearContrary = 24

// nearPassword finds the first word some way after a name, within the sentence
// or the line after, that is a password beyond doubt, or a likely one that is
// announced.
func nearPassword(text string, i int) (start, end int, ok bool) {
	const window = 120
	limit := min(len(text), i+window)
	if i < limit && plusSlash.has(text[i]) || !strings.ContainsAny(text[i:limit], "0123456789") {
		return 0, 0, false
	}
	lines := 0
	for p := i; p < limit; {
		switch c := text[p]; {
		case c == '\n':
			if lines++; lines > 1 {
				return 0, 0, false
			}
			fallthrough
		case c <= ' ', c >= 0x7f, strings.IndexByte("\"'`*,;:()[]{}<>=|\\/", c) >= 0:
			if strings.HasPrefix(text[p:], "。") || strings.HasPrefix(text[p:], "\n\n") {
				return 0, 0, false
			}
			p++
			continue
		}
		to := p
		for to < len(text) && to-p <= longestStrong && text[to] > ' ' && text[to] < 0x7f && strings.IndexByte("\"'`,;()[]{}<>=|\\/", text[to]) < 0 {
			to++
		}
		to = trimEnd(text, p, to)
		word := text[p:to]
		strength := passwordStrength(word)
		if p > 0 && strings.IndexByte("/+=", text[p-1]) >= 0 || to < len(text) && strings.IndexByte("/(", text[to]) >= 0 {
			strength = noPassword // of a path, Base64 or a call
		}
		if strength == surePassword || strength == likelyPassword && isAnnounced(text, p) {
			return p, to, !containsAnyFold(text[max(i, p-nearContrary):p], contraryToPassword)
		}
		p = max(to, p+1)
		if strings.HasPrefix(text[p:], ". ") && lines == 0 && p-i > 60 {
			return 0, 0, false
		}
	}
	return 0, 0, false
}
