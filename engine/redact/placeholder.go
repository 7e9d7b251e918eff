package redact

import "strings"

// Placeholder is the text that stands for a finding of kind k: "[EMAIL]".
func Placeholder(k Kind) string { return "[" + string(k) + "]" }

const (
	tagMark   = '~' // parts kind and tag in `[PHONE~x7k2m4qa]`
	tagLen    = 8
	tagLetter = "abcdefghijklmnopqrstuvwxyz234567"
)

// longestPlaceholder is `[PRIVATE_KEY~xxxxxxxx]`.
const longestPlaceholder = len("[]~") + len(PrivateKey) + tagLen

// placeholderLen is the length of the placeholder at the start of text, with
// or without a tag; 0 when there is none.
func placeholderLen(text string) int {
	if len(text) == 0 || text[0] != '[' {
		return 0
	}
	for _, k := range precedence {
		rest, found := strings.CutPrefix(text[1:], string(k))
		if !found || rest == "" {
			continue
		}
		n := 1 + len(k)
		if rest[0] == ']' {
			return n + 1
		}
		if rest[0] == tagMark && len(rest) > tagLen+1 && rest[tagLen+1] == ']' && isTag(rest[1:tagLen+1]) {
			return n + tagLen + 2
		}
	}
	return 0
}

func isTag(s string) bool {
	return strings.Trim(s, tagLetter) == ""
}

// insidePlaceholder reports whether a cut at i would split a placeholder.
func insidePlaceholder(text string, i int) bool {
	if strings.IndexByte(text[max(0, i-longestPlaceholder+1):i], '[') < 0 {
		return false // nearly always, and asked at every digit and key word
	}
	for j := i - 1; j >= 0 && j > i-longestPlaceholder; j-- {
		switch text[j] {
		case ']':
			return false
		case '[':
			return placeholderLen(text[j:]) > i-j
		}
	}
	return false
}
