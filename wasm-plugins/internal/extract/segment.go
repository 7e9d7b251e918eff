package extract

import (
	"strings"
	"unicode/utf8"
)

// What one message may bring.
const (
	maxSentence = 600 // bytes; longer ones are pasted material
	maxSpoken   = 48  // sentences a message
	maxAtoms    = 8   // clauses a sentence
)

// sentence is one sentence of a message: its place and its clauses.
type sentence struct {
	start, end int
	atoms      []span
	timely     bool // has a word or number that a date may be made of
}

type span struct{ start, end int }

// sentences cuts the spoken parts of text. Fenced code, quoted lines, log
// lines and table rows are not spoken.
func sentences(text string, half int) []sentence {
	var out []sentence
	for _, w := range windows(text, half) {
		fenced := w.start > 0 && strings.Count(text[w.start:w.end], "```")%2 == 1
		for at := w.start; at < w.end; {
			end := at + lineLength(text[at:w.end])
			line := span{at, end}
			at = end + 1
			trimmed := strings.TrimLeft(text[line.start:line.end], " \t")
			if strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") {
				fenced = !fenced
				continue
			}
			if fenced || !spoken(trimmed) {
				continue
			}
			out = appendSentences(out, text, line)
			if len(out) >= maxSpoken {
				break
			}
		}
	}
	return out[:min(len(out), maxSpoken)]
}

func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// spoken tells a line of speech from quotes, comments, code and logs.
func spoken(line string) bool {
	for _, prefix := range []string{">", "//", "|", "$ ", "at ", "<", "{", "}", "    "} {
		if strings.HasPrefix(line, prefix) {
			return false
		}
	}
	letters, marks := 0, 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c >= 0x80, c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			letters++
		case strings.IndexByte("{}[]()<>=;|&$\\/_*#\"", c) >= 0:
			marks++
		}
	}
	return letters > 0 && marks*3 <= letters+3
}

func appendSentences(out []sentence, text string, line span) []sentence {
	start := line.start
	for i := line.start; i < line.end; {
		r, size := utf8.DecodeRuneInString(text[i:line.end])
		next := i + size
		if endsSentence(text[:line.end], r, next) {
			for next < line.end {
				r, size := utf8.DecodeRuneInString(text[next:line.end])
				if !strings.ContainsRune("。！？!?.…”\"'）)」", r) {
					break
				}
				next += size
			}
			out = appendSentence(out, text, span{start, next})
			start = next
		}
		i = next
	}
	return appendSentence(out, text, span{start, line.end})
}

// endsSentence tells whether r, which ends before next, ends a sentence. A full
// stop does before a blank only, so that versions and names stay whole.
func endsSentence(text string, r rune, next int) bool {
	switch r {
	case '。', '！', '？', '；', '!', '?':
		return true
	case '.', ';', '…':
		return next >= len(text) || text[next] == ' ' || (r == '…' && !strings.HasPrefix(text[next:], "…"))
	}
	return false
}

func appendSentence(out []sentence, text string, s span) []sentence {
	s = trim(text, s)
	if s.start >= s.end || s.end-s.start > maxSentence {
		return out
	}
	return append(out, sentence{start: s.start, end: s.end, atoms: atoms(text, s)})
}

// trim takes blanks, bullets and closing marks off the ends of s.
func trim(text string, s span) span {
	inner := strings.TrimLeft(text[s.start:s.end], " \t\r-*•·,，、。;；:：—–…+#.")
	s.start = s.end - len(inner)
	inner = strings.TrimRight(inner, " \t\r,，、。;；:：—–.")
	s.end = s.start + len(inner)
	return s
}

// joints are words that begin a clause of their own.
var joints = [...]string{" and ", " but ", " so ", " then ", " - ", " – ", " — ", "然后", "但", "所以", "另外", "还有"}

// atoms cuts a sentence into its clauses.
func atoms(text string, s span) []span {
	var out []span
	start := s.start
	cut := func(end, next int) {
		if a := trim(text, span{start, end}); a.start < a.end {
			out = append(out, a)
		}
		start = next
	}
	for i := s.start; i < s.end && len(out) < maxAtoms-1; {
		r, size := utf8.DecodeRuneInString(text[i:s.end])
		next := i + size
		switch {
		case r == '，' || r == '；' || r == '：' || r == '—' || r == '、' && next-start > 12:
			cut(i, next)
		case (r == ',' || r == ';' || r == ':') && (next >= s.end || text[next] == ' ' || text[next] >= 0x80):
			cut(i, next)
		case r == ' ' && next < s.end && i > s.start && text[i-1] >= 0x80 && text[next] >= 0x80:
			cut(i, next)
		case i > start && startsJoint(text[i:s.end]):
			cut(i, i)
			if r == ' ' {
				start = next
			}
		}
		i = next
	}
	cut(s.end, s.end)
	return out
}

func startsJoint(text string) bool {
	for _, j := range joints {
		if strings.HasPrefix(text, j) {
			return true
		}
	}
	return false
}
