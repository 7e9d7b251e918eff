package sdk

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// Sentence is a part of a text: text[Start:End] is Text.
type Sentence struct {
	Start, End int // bytes
	Text       string
}

// Sentences gives the sentences of a message in Chinese or English, in order and
// without the space around them. The end of a line ends a sentence, because chat
// is not wrapped by hand. Marks at the start of a line (lists, check boxes,
// headings, quotes) are no part of a sentence. Left out are fenced code and
// whatever has neither letter nor digit.
//
// A full stop ends a sentence before a space only, and so not in 3.14,
// example.com or main.go, and not behind an abbreviation such as "Dr." or
// "e.g."; nothing ends one inside `code`.
func Sentences(text string) iter.Seq[Sentence] {
	return func(yield func(Sentence) bool) {
		fence := ""
		for start := 0; start < len(text); {
			end := len(text)
			if n := strings.IndexByte(text[start:], '\n'); n >= 0 {
				end = start + n
			}
			line := text[start:end]
			mark := fenceMark(line)
			switch {
			case fence == "" && mark != "":
				fence = mark
			case fence != "":
				if strings.HasPrefix(mark, fence) && strings.TrimSpace(line) == mark {
					fence = ""
				}
			case !lineSentences(text, start+markLength(line), end, yield):
				return
			}
			start = end + 1
		}
	}
}

// fenceMark gives the backticks or tildes of a line that opens or ends fenced
// code. Fences are indented in lists, so any indentation will do.
func fenceMark(line string) string {
	line = strings.TrimLeft(line, " \t")
	for _, mark := range []string{"`", "~"} {
		rest := strings.TrimLeft(line, mark)
		// Backticks behind it make it code within a line: ```like this```.
		if n := len(line) - len(rest); n >= 3 && (mark == "~" || !strings.Contains(rest, mark)) {
			return line[:n]
		}
	}
	return ""
}

// markLength is how long the marks at the start of a line are: space, quotes,
// headings, one bullet or number, and a check box.
func markLength(line string) int {
	rest := strings.TrimLeft(line, " \t>#")
	for _, bullet := range []string{"- ", "* ", "+ ", "• ", "·"} {
		if after, found := strings.CutPrefix(rest, bullet); found {
			return len(line) - len(withoutBox(after))
		}
	}
	after := strings.TrimLeft(rest, "0123456789")
	if digits := len(rest) - len(after); digits >= 1 && digits <= 3 {
		for _, sign := range []string{". ", ") ", "、", "） ", "）"} {
			if after, found := strings.CutPrefix(after, sign); found {
				return len(line) - len(withoutBox(after))
			}
		}
	}
	return len(line) - len(rest)
}

func withoutBox(s string) string {
	s = strings.TrimLeft(s, " ")
	for _, box := range []string{"[ ] ", "[x] ", "[X] "} {
		if after, found := strings.CutPrefix(s, box); found {
			return after
		}
	}
	return s
}

// lineSentences gives the sentences of text[start:end], which is one line.
func lineSentences(text string, start, end int, yield func(Sentence) bool) bool {
	for at := start; at < end; {
		r, size := utf8.DecodeRuneInString(text[at:end])
		switch {
		case r == '`':
			at = behindCode(text, at, end)
			continue
		case !isEnd(r):
			at += size
			continue
		}
		dot := at
		at = behindEnd(text, at, end)
		if endsAt(text[start:end], dot-start, at-start) {
			if !giveSentence(text, start, at, yield) {
				return false
			}
			start = at
		}
	}
	return giveSentence(text, start, end, yield)
}

func giveSentence(text string, start, end int, yield func(Sentence) bool) bool {
	part := text[start:end]
	if !strings.ContainsFunc(part, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return true
	}
	left := strings.TrimLeftFunc(part, unicode.IsSpace)
	start += len(part) - len(left)
	whole := strings.TrimRightFunc(left, unicode.IsSpace)
	return yield(Sentence{start, start + len(whole), whole})
}

// behindCode is where `code` that starts at text[at] ends; without an end on its
// line a backtick is just a character. Code is looked for over a thousand bytes:
// without a bound, many lone backticks would each read the rest of the line.
func behindCode(text string, at, end int) int {
	const most = 1000
	rest := strings.TrimLeft(text[at:end], "`")
	ticks := text[at : end-len(rest)]
	if n := strings.Index(rest[:min(most, len(rest))], ticks); n >= 0 {
		return end - len(rest) + n + len(ticks)
	}
	return end - len(rest)
}

func isEnd(r rune) bool { return strings.ContainsRune(".!?。！？", r) }

// behindEnd goes over more end marks and what closes with the sentence.
func behindEnd(text string, at, end int) int {
	rest := strings.TrimLeft(text[at:end], ".!?。！？")
	rest = strings.TrimLeft(rest, "\"')]*_”’）」』】》")
	return end - len(rest)
}

// endsAt tells whether the end marks line[dot:after] end a sentence.
func endsAt(line string, dot, after int) bool {
	marks := line[dot:after]
	if strings.ContainsAny(marks, "。！？") || after == len(line) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(line[after:])
	if !unicode.IsSpace(next) {
		// "好吗?我们走": Chinese goes on without a space. In an address it does not.
		return line[dot] != '.' && unicode.Is(unicode.Han, next)
	}
	if marks[0] != '.' {
		return true
	}
	follower, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(line[after:], unicode.IsSpace))
	if strings.HasPrefix(marks, "..") {
		return !unicode.IsLower(follower)
	}
	return !abbreviates(wordBefore(line, dot), follower)
}

// wordBefore is the word that stands before line[dot], with the dots inside it.
func wordBefore(line string, dot int) string {
	start := strings.LastIndexFunc(line[:dot], func(r rune) bool { return !unicode.IsLetter(r) && r != '.' })
	if start < 0 {
		return line[:dot]
	}
	_, size := utf8.DecodeRuneInString(line[start:])
	return line[start+size : dot]
}

// abbreviates tells whether a dot belongs to the word before it, given the rune
// that follows after a space.
func abbreviates(word string, follower rune) bool {
	if len(word) == 1 && unicode.IsUpper(rune(word[0])) && word != "I" {
		return unicode.IsUpper(follower) // J. Smith
	}
	switch strings.ToLower(word) {
	case "mr", "mrs", "ms", "dr", "prof", "e.g", "i.e", "eg", "ie", "cf", "vs", "approx":
		return true
	case "etc", "inc", "ltd", "co", "a.m", "p.m", "u.s", "u.k", "al":
		return unicode.IsLower(follower) // may end a sentence, too
	case "no", "fig", "eq", "sec", "ch", "vol", "pp", "p", "v", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec":
		return unicode.IsDigit(follower) // No. 5, but also: No. We wait.
	}
	return false
}

// Title makes a title for an item of any text: one line without control
// characters, with an ellipsis where it is cut to the length a title may have.
func Title(text string) string {
	const ellipsis = "…"
	var b []byte
	gap := false // blanks and control characters stood here
	for _, r := range text {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			gap = len(b) > 0
			continue
		}
		if gap {
			b, gap = append(b, ' '), false
		}
		if b = utf8.AppendRune(b, r); len(b) > abi.MaxTitle {
			return cut(string(b), abi.MaxTitle-len(ellipsis)) + ellipsis
		}
	}
	return string(b)
}

// cut gives the beginning of s, at most n bytes and no half rune.
func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
