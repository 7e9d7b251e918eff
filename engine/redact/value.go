package redact

import "strings"

// The value of a name: the quotes around it, where it ends.

// value is a byte range that may be a secret.
type value struct {
	start, end int
	quoted     bool
}

const (
	longestValue  = 2048
	longestQuoted = 1024
)

var quotes = []struct{ open, close string }{
	{`"`, `"`}, {"'", "'"}, {"q{", "}"}, {"qq{", "}"}, {"`", "`"}, {"“", "”"}, {"「", "」"}, {"『", "』"}, {"【", "】"},
	{"‘", "’"}, {"《", "》"}, {"**", "**"}, {"（", "）"}, {"(", ")"},
}

// readValue reads what begins at i: to the closing quote, else while the bytes
// can belong to a value. The range is empty where nothing stands.
func (s *scan) readValue(i int) value {
	i = skipLiteralPrefix(s.text, i)
	slashes := 0
	for i+slashes < len(s.text) && slashes < 8 && s.text[i+slashes] == '\\' {
		slashes++
	}
	rest := s.text[i+slashes:]
	for _, q := range quotes {
		if !strings.HasPrefix(rest, q.open) {
			continue
		}
		start := i + slashes + len(q.open)
		if end := closingQuote(s.text, start, slashes, q.close); end >= 0 {
			return value{start, end, true}
		}
		i = start
		break
	}
	end := s.valueRun.endAt(s.text, i, isValueByte)
	if end-i > longestValue {
		return value{i, i, false}
	}
	return value{i, s.trimEnd(i, end), false}
}

// skipLiteralPrefix passes over the letters before quotes in b"…", N'…', @"…".
func skipLiteralPrefix(text string, i int) int {
	end := i
	for end < len(text) && end-i < 2 && strings.IndexByte("bBfFrRuUnN@$", text[end]) >= 0 {
		end++
	}
	if end > i && end < len(text) && (text[end] == '"' || text[end] == '\'') {
		return end
	}
	return i
}

// closingQuote finds the mark that closes a string opened behind that many
// backslashes: in JSON inside JSON the inner quotes have more of them.
func closingQuote(text string, start, slashes int, mark string) int {
	window := text[start:min(len(text), start+longestQuoted)]
	for at := 0; ; {
		n := strings.Index(window[at:], mark)
		if n < 0 {
			return -1
		}
		at += n
		if strings.IndexByte(window[:at], '\n') >= 0 {
			return -1
		}
		if mark == "'" && at > 0 && strings.HasPrefix(window[at:], "''") && at+2 < len(window) && base62.has(window[at+2]) {
			at += len("''") // YAML doubles quotes
			continue
		}
		escapes := 0
		for escapes < at && window[at-1-escapes] == '\\' {
			escapes++
		}
		if escapes <= slashes {
			return start + at - escapes
		}
		at += len(mark)
	}
}

// run is a range of bytes of one sort that was read before. It is kept because
// hostile text can hold thousands of names in one run.
type run struct{ start, end int }

// endAt is the end of the run around i of the bytes that has accepts.
func (r *run) endAt(text string, i int, has func(byte) bool) int {
	if i < r.start || i >= r.end {
		end := i
		for end < len(text) && has(text[end]) {
			end++
		}
		*r = run{i, end}
	}
	return r.end
}

func isValueByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"'`\\,;&|<>)]}", c) < 0
}

// trimEnd takes the punctuation of the sentence off. A full stop that other
// punctuation follows is no end of a sentence.
func (s *scan) trimEnd(start, end int) int {
	text := s.text
	for end > start && strings.IndexByte(".,:?", text[end-1]) >= 0 {
		if text[end-1] == '.' && afterAny(text, end, []string{"，", "。", "；", "、", "（", "&"}) > 0 {
			break
		}
		end--
	}
	end = start + len(strings.TrimSuffix(text[start:end], "**")) // bold
	// A placeholder ends the value: it was one, or follows one, already.
	for i := start; i < end; i++ {
		n := strings.IndexByte(text[i:end], '[')
		if n < 0 {
			break
		}
		if i += n; placeholderLen(text[i:], s.rules.kinds) > 0 {
			return i
		}
	}
	return end
}

func hasLetterAndDigit(s string) bool {
	mix := mixOf(s)
	return mix&digit != 0 && mix&^digit != 0
}
