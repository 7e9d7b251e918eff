package redact

import (
	"slices"
	"strings"
)

// Names of values in code and speech: where one ends, what it is the name of.

// name is a key name in text: where it ends, its last word and the word before.
type name struct {
	end     int
	word    string // lower case
	owner   string // lower case, "" when there is none
	isFlag  bool   // dashes stand before, as on command lines
	inQuery bool   // it is the parameter of a URL
	before  string // of the name, before word
}

const longestOwner = 64

// nameAt reads the name whose last word is the longest of words at `at`.
func nameAt(text string, at int, words []string) (name, bool) {
	word := ""
	for _, w := range words {
		if len(w) > len(word) && hasPrefixFold(text[at:], w) {
			word = w
		}
	}
	n := name{end: at + len(word), word: word}
	if n.end < len(text) && word[0] < 0x80 {
		n.end = afterStage(text, n.end)
	}
	if n.end < len(text) && word[0] < 0x80 {
		if (base62 | underscore).has(text[n.end]) || text[n.end] == '-' && letters.run(text, n.end+1, 1) > n.end+1 {
			return name{}, false
		}
	}
	if word[0] >= 0x80 || at == 0 {
		return n, true
	}
	end := at
	if strings.IndexByte("_-. ", text[at-1]) >= 0 {
		end--
	}
	start := base62.runBack(text, end, longestOwner)
	if start < end && escapeEnds(text, start+1) {
		start++
	}
	if end-start == longestOwner || insideBlob(text, start) {
		return name{}, false // by chance in a long token
	}
	n.owner = lastWord(text[start:end])
	whole := base64u.runBack(text, start, longestOwner)
	n.before = text[start:at]
	n.inQuery = whole > 0 && strings.IndexByte("?&", text[whole-1]) >= 0
	n.isFlag = whole < at && text[whole] == '-' && (whole == 0 || strings.IndexByte(" \t\n", text[whole-1]) >= 0)
	if end == at && start < at && !startsWord(text, at) && !slices.ContainsFunc(gluedOwners(word), func(o string) bool { return strings.HasSuffix(n.owner, o) }) {
		return name{}, false
	}
	return n, true
}

// stages follow the word of a name without changing what it names.
var stages = []string{
	"confirmation", "confirm", "production", "prod", "development", "dev", "staging", "stage", "sandbox", "testing", "test", "live", "primary", "secondary", "backup",
	"old", "new", "current", "main", "default", "v1", "v2", "v3", "again", "repeat", "encrypted", "enc", "base64", "b64",
}

// afterStage passes over a number or a stage that a name ends with: API_KEY_2,
// apiKeyProd, password_confirmation.
func afterStage(text string, i int) int {
	start := i
	if text[i] == '_' || text[i] == '-' {
		start++
	}
	end := digit.run(text, start, 2)
	if end == start {
		for _, s := range stages {
			if hasPrefixFold(text[start:], s) && (start > i || uppers.has(text[i])) {
				end = start + len(s)
				break
			}
		}
	}
	if end == start || end < len(text) && ((base62|underscore).has(text[end]) || text[end] == '-' && end+1 < len(text) && letters.has(text[end+1])) {
		return i
	}
	return end
}

// startsWord reports whether a capital after a small letter or a digit begins a
// word.
func startsWord(text string, at int) bool {
	return uppers.has(text[at]) && (lowers | digit).has(text[at-1])
}

// gluedOwners are what may stand before word without a mark between: apikey
// and authtoken, but not monkey, task or design.
func gluedOwners(word string) []string {
	switch word {
	case "key", "keys", "sk", "ak", "sig", "sign":
		return keyOwners
	case "pass", "pw", "pwd", "psk":
		return []string{"smtp", "db", "user", "mysql", "root", "ftp", "bind", "admin", "wifi", "wpa", "ssh", "mail", "redis", "pg", "login"}
	case "salt":
		return []string{"auth", "key", "hash", "in"}
	}
	return []string{""}
}

// lastWord is the last word of a camel-case name, in lower case.
func lastWord(s string) string {
	i := len(s)
	for i > 0 {
		i--
		if uppers.has(s[i]) && (i == 0 || lowers.has(s[i-1])) {
			break
		}
	}
	return strings.ToLower(s[i:])
}
