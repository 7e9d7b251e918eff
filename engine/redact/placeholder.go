package redact

import (
	"math/bits"
	"strconv"
	"strings"
)

// Placeholder is the text that stands for a finding of kind k: "[EMAIL]".
func Placeholder(k Kind) string { return "[" + string(k) + "]" }

// inPlace is the placeholder of f in text, with a number unless n is 0. A bare
// JSON number gets quotes, because the JSON would be broken without.
func inPlace(text string, f Finding, n int) string {
	name := Placeholder(f.Kind)
	if n > 0 {
		name = "[" + string(f.Kind) + string(numberMark) + strconv.Itoa(n) + "]"
	}
	quote, isNumber := jsonNumber(text, f.Start, f.End)
	if isNumber {
		return quote + name + quote
	}
	return name
}

const (
	tagMark    = '~' // parts kind and tag in `[PHONE~x7k2m4qa]`
	tagLen     = 8
	tagLetter  = "abcdefghijklmnopqrstuvwxyz234567"
	numberMark = '#' // parts kind and number in `[PHONE#2]`
	longNumber = 9   // digits, at most
)

// longestKind is how long the kind of a user's rule may be.
const longestKind = 32

// longestPlaceholder is `[` and a kind and `~xxxxxxxx]` or `#123456789]`.
const longestPlaceholder = longestKind + longNumber + len("[#]")

// placeholderLen is the length of the placeholder at the start of text, plain,
// with a tag or with a number; 0 when there is none of these kinds.
func placeholderLen(text string, kinds []Kind) int {
	if len(text) == 0 || text[0] != '[' {
		return 0
	}
	n := 1
	for n < len(text) && n <= longestKind && (uppers | digit | underscore).has(text[n]) {
		n++
	}
	if n == len(text) || !isKind(text[1:n], kinds) {
		return 0
	}
	switch rest := text[n:]; rest[0] {
	case ']':
		return n + 1
	case tagMark:
		if len(rest) > tagLen+1 && rest[tagLen+1] == ']' && strings.Trim(rest[1:tagLen+1], tagLetter) == "" {
			return n + tagLen + 2
		}
	case numberMark:
		if end := digit.run(rest, 1, longNumber); end > 1 && end < len(rest) && rest[end] == ']' {
			return n + end + 1
		}
	}
	return 0
}

func isKind(name string, kinds []Kind) bool {
	for _, k := range kinds {
		if string(k) == name {
			return true
		}
	}
	return false
}

// isPlaceholder reports whether [start, end) is nothing but a placeholder.
func (s *scan) isPlaceholder(start, end int) bool {
	for end-start > 2 && s.text[start] == '"' && s.text[end-1] == '"' {
		start, end = start+1, end-1
	}
	return placeholderLen(s.text[start:], s.rules.kinds) == end-start
}

// insidePlaceholder reports whether a cut at i would split a placeholder.
func (s *scan) insidePlaceholder(i int) bool {
	from := max(0, i-longestPlaceholder+1)
	open := strings.LastIndexByte(s.text[from:i], '[')
	if open < 0 {
		return false // nearly always, and asked at every digit and key word
	}
	open += from
	return placeholderLen(s.text[open:], s.rules.kinds) > i-open
}

// jsonNumber reports whether [start, end) is a bare number that is a value in
// JSON, with the mark that quotes have there: `"`, or `\"` in JSON that is a
// string of JSON.
func jsonNumber(text string, start, end int) (quote string, is bool) {
	if !isJSONNumber(text[start:end]) {
		return "", false
	}
	if after := skipSpace(text, end); after == len(text) || strings.IndexByte(",}]", text[after]) < 0 {
		return "", false
	}
	const near = 512
	before := text[max(0, start-near):start]
	trimmed := strings.TrimRight(before, space)
	name, isValue := strings.CutSuffix(trimmed, ":")
	switch name = strings.TrimRight(name, space); {
	case isValue && strings.HasSuffix(name, `"`):
		return lastQuote(name), true
	case !isValue && isInList(trimmed, start > near):
		return lastQuote(trimmed), true
	}
	return "", false
}

func isJSONNumber(v string) bool {
	if (digit|dot|dash).run(v, 0, len(v)) != len(v) {
		return len(v) > 1 && digit.has(v[len(v)-1]) && strings.Trim(v, "0123456789.-+eE") == "" && (digit.has(v[0]) || v[0] == '-')
	}
	return digit.has(v[len(v)-1]) && strings.Count(v, ".") <= 1 && strings.LastIndexByte(v, '-') <= 0 && v[0] != '.'
}

const space = " \t\r\n"

// lastQuote is the last `"` in JSON text with the backslashes that belong to it:
// 1, 3, 7 in JSON that is a string of JSON, and so on. Those before them are the
// string's own, of which there are twice, four times, eight times as many.
func lastQuote(text string) string {
	i := strings.LastIndexByte(text, '"')
	if i < 0 {
		return `"`
	}
	escapes := uint(i - len(strings.TrimRight(text[:i], `\`)))
	own := 1<<bits.TrailingZeros(^escapes) - 1
	return text[i-own : i+1]
}

// isInList reports whether a value behind text is one of a JSON list: what ends
// in `[`, or in a comma behind another value. A long list is cut off in front.
func isInList(text string, cut bool) bool {
	text, isNext := strings.CutSuffix(text, ",")
	for isNext {
		text = strings.TrimRight(text, space)
		if text == "" || cut && len(text) < len("00000000000") {
			return cut // the first number may be cut in two
		}
		for _, end := range []string{"}", `"`, "true", "false", "null"} {
			if strings.HasSuffix(text, end) {
				return true
			}
		}
		shorter := strings.TrimRight(text, "0123456789.-+eE")
		if shorter == text {
			return false
		}
		text, isNext = strings.CutSuffix(strings.TrimRight(shorter, space), ",")
	}
	list, opens := strings.CutSuffix(text, "[")
	list = strings.TrimRight(list, space)
	return opens && (list == "" || strings.IndexByte(":[,", list[len(list)-1]) >= 0)
}

func skipSpace(text string, i int) int {
	for i < len(text) && strings.IndexByte(space, text[i]) >= 0 {
		i++
	}
	return i
}
