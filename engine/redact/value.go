package redact

import "strings"

// How a value stands beside its name, in prose and code of any kind: the
// separator between them, the quotes around the value, where it ends.

// link says what stands between a name and its value.
type link int

const (
	noLink    link = iota
	blankLink      // `pwd abc123`
	proseLink      // `密码是abc123`, `password is abc123`
	colonLink      // `key: value`
	equalLink      // `key=value`
)

var separators = []struct {
	text string
	link link
}{
	{":=", equalLink}, {"=>", equalLink}, {"==", equalLink}, {"=", equalLink},
	{"：", colonLink}, {":", colonLink}, {"＝", equalLink}, {"->", colonLink}, {"→", colonLink},
	{"设置为", proseLink}, {"設置為", proseLink}, {"改成", proseLink}, {"改为", proseLink}, {"換成", proseLink},
	{"换成", proseLink}, {"设为", proseLink}, {"就是", proseLink}, {"是", proseLink}, {"为", proseLink}, {"為", proseLink},
	{"is now ", proseLink}, {"is ", proseLink}, {"was ", proseLink},
}

// readLink reads the separator that follows a name ending at i, with the
// quotes and brackets that close the name: `["api_key"] = `.
func readLink(text string, i int) (next int, l link) {
	after := i
	for n := 0; n < 12 && after < len(text) && strings.IndexByte("\"'`\\])*", text[after]) >= 0; n++ {
		if c := text[after]; c == '\\' && escapeEnds(text, min(len(text), after+2)) {
			break
		}
		after++
	}
	at := skipBlanks(text, after)
	for _, sep := range separators {
		if strings.HasPrefix(text[at:], sep.text) {
			return skipBlanks(text, at+len(sep.text)), sep.link
		}
	}
	switch {
	case at > after:
		return at, blankLink
	case strings.HasPrefix(text[i:], ">") && skipBlanks(text, i+1) == i+1:
		return i + 1, colonLink // <password>X</password>; a blank would make it a redirection
	}
	return i, noLink
}

const manyBlanks = 32

func skipBlanks(text string, i int) int {
	for n := 0; n < manyBlanks && i < len(text) && (text[i] == ' ' || text[i] == '\t'); n++ {
		i++
	}
	return i
}

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
	{`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"「", "」"}, {"『", "』"}, {"【", "】"},
	{"‘", "’"}, {"《", "》"}, {"**", "**"}, {"（", "）"}, {"(", ")"},
}

// readValue reads what begins at i: to the closing quote, else while the bytes
// can belong to a value. The range is empty where nothing stands.
func (s *scan) readValue(i int) value {
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
	end := s.runEndAt(i)
	if end-i > longestValue {
		return value{i, i, false}
	}
	return value{i, trimEnd(s.text, i, end), false}
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

// runEndAt is the end of the run of value bytes around i, memoized because
// hostile text can hold thousands of names in one run.
func (s *scan) runEndAt(i int) int {
	if i < s.runStart || i >= s.runEnd {
		end := i
		for end < len(s.text) && isValueByte(s.text[end]) {
			end++
		}
		s.runStart, s.runEnd = i, end
	}
	return s.runEnd
}

func isValueByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"'`\\,;&|<>)]}", c) < 0
}

// trimEnd takes the punctuation of the sentence off.
func trimEnd(text string, start, end int) int {
	for end > start && strings.IndexByte(".,:?", text[end-1]) >= 0 {
		end--
	}
	end = start + len(strings.TrimSuffix(text[start:end], "**")) // bold
	// A placeholder ends the value: it was one, or follows one, already.
	for i := start; i < end; i++ {
		n := strings.IndexByte(text[i:end], '[')
		if n < 0 {
			break
		}
		if i += n; placeholderLen(text[i:], precedence) > 0 {
			return i
		}
	}
	return end
}

func hasLetterAndDigit(s string) bool {
	mix := mixOf(s)
	return mix&digit != 0 && mix&^digit != 0
}
