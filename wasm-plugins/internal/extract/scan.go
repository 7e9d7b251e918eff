package extract

import (
	"strings"
	"unicode/utf8"
)

// What one message may bring.
const (
	maxSentence = 600 // bytes; longer ones are pasted material
	maxSpoken   = 48  // sentences a message
)

// token is a word in lower case, a number by its shape, a wide character or a mark.
type token struct {
	cues       Cues   // of the phrases that begin here
	hash       uint32 // of the token
	bone       uint32 // of the longest phrase that begins here, 0 without one
	start, end int32
	bones      uint8 // tokens that phrase covers
	kind       tokenKind
}

type tokenKind uint8

const (
	kindWord tokenKind = iota
	kindDigits
	kindWide // a CJK character
	kindMark
)

// sentence is one sentence of a turn: its place and its tokens.
type sentence struct {
	start, end int
	from, to   int // tokens
	cues       Cues
	passed     classes // the gates say it may hold an item of these
}

type span struct{ start, end int }

// What a byte is: blank or other, of a word, a mark worth a token, or the
// beginning of a longer character.
const byteKinds = "................" + "................" + // control
	".mm.mm.....m...m" + "wwwwwwwwww.....m" + // blank and marks, digits
	"mwwwwwwwwwwwwwww" + "wwwwwwwwwww....w" + "mwwwwwwwwwwwwwww" + "wwwwwwwwwww....." + // letters
	"88888888888888888888888888888888" + "88888888888888888888888888888888" + "88888888888888888888888888888888" + "88888888888888888888888888888888"

func isWordByte(c byte) bool { return byteKinds[c] == 'w' }

// scanner cuts the spoken parts of a turn into sentences and tokens.
type scanner struct {
	*turn
	start, from int // of the sentence that is being read
}

// scan reads the parts of a turn that are speech, from a place on. Fenced code,
// quoted lines, log lines and table rows are not.
func (t *turn) scan(from int) {
	t.sentences, t.tokens = t.sentences[:0], t.tokens[:0]
	s := scanner{turn: t}
	for i, w := range t.parts {
		fenced := i > 0 && strings.Count(t.text[w.start:w.end], "```")%2 == 1
		for at := max(w.start, from); at < w.end && len(t.sentences) < maxSpoken; {
			line := span{at, at + lineLength(t.text[at:w.end])}
			at = line.end + 1
			trimmed := strings.TrimLeft(t.text[line.start:line.end], " \t")
			if strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") {
				fenced = !fenced
				continue
			}
			if !fenced && spoken(trimmed) {
				s.line(line)
			}
		}
	}
}

func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// spoken tells a line of speech from quotes, comments, code and logs.
func spoken(line string) bool {
	if line == "" {
		return false
	}
	switch line[0] {
	case '>', '|', '<', '{', '}':
		return false
	case '/', '$', 'a':
		if strings.HasPrefix(line, "//") || strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "at ") {
			return false
		}
	}
	if len(line) > longestLine {
		return false
	}
	counts, blanks := uint64(0), uint32(0)
	for i := range len(line) {
		counts += 1 << lineLanes[line[i]]
		blanks = blanks<<1 | boolBit(line[i] == ' ')
		if blanks&7 == 7 { // columns
			return false
		}
	}
	letters, digits := int(counts&0xffff), int(counts>>16&0xffff)
	pairs := int(counts >> 48)
	marks := int(counts>>32&0xffff) + pairs
	dated := (line[0] == '[' || line[0] >= '0' && line[0] <= '9') && digits >= 10 && digits*5 >= len(line)
	return letters+digits > 0 && marks*3 <= letters+digits+3 && pairs < 2 && !dated
}

const longestLine = 1<<16 - 1 // what a lane counts

// lineLanes tells by how much 1 is shifted to count letters, digits, the marks
// that code and logs are full of, and equals signs; the rest is shifted away.
const lineLanes = none16 + none16 +
	"@@   @ @   @@@@ " + "\x10\x10\x10\x10\x10\x10\x10\x10\x10\x10@  0 @" +
	"@" + some15 + some11 + "   @ " + "@" + some15 + some11 + "   @@" +
	some16 + some16 + some16 + some16 + some16 + some16 + some16 + some16

const (
	none16 = "@@@@@@@@@@@@@@@@"
	some11 = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	some15 = some11 + "\x00\x00\x00\x00"
	some16 = some15 + "\x00"
)

// line reads one line of speech.
func (s *scanner) line(line span) {
	text := s.text[:line.end]
	s.start, s.from = line.start, len(s.tokens)
	tokens, ended := s.tokens, false
	for i := line.start; i < line.end; {
		c := text[i]
		if ended && !closing(text[i:]) {
			s.tokens = tokens
			s.close(i)
			tokens, ended = s.tokens, false
		}
		switch byteKinds[c] {
		case 'w':
			end, hash, kind := word(text, i)
			tokens = append(tokens, token{hash: hash, start: int32(i), end: int32(end), kind: kind})
			i = end
		case 'm':
			tokens = append(tokens, token{hash: mix(uint32(c), 9), start: int32(i), end: int32(i + 1), kind: kindMark})
			i++
			ended = ended || c == '!' || c == '?'
		case '8':
			r, is := wideAt(text, i)
			size := 3
			if !is {
				r, size = utf8.DecodeRuneInString(text[i:])
			}
			i += size
			switch {
			case is || isWide(r):
				tokens = append(tokens, token{hash: mix(uint32(r), 7), start: int32(i - size), end: int32(i), kind: kindWide})
			case r == '。' || r == '；':
				ended = true
			case r == '？' || r == '！' || r == '…' || r >= 0x1f000 || r == '€' || r == '£':
				tokens = append(tokens, token{hash: mix(uint32(r), 9), start: int32(i - size), end: int32(i), kind: kindMark})
				ended = ended || r == '？' || r == '！' || r == '…' && !strings.HasPrefix(text[i:], "…")
			}
		default:
			i++
			// A full stop ends a sentence before a blank only, so that versions
			// and names stay whole.
			ended = ended || (c == '.' || c == ';') && (i == len(text) || text[i] == ' ')
		}
	}
	s.tokens = tokens
	s.close(line.end)
}

// isWide tells characters that are words of their own.
func isWide(r rune) bool { return r >= 0x2e80 && r < 0xfe00 && !(r >= 0x3000 && r < 0x3040) }

// wideAt decodes most Chinese characters, without a call.
func wideAt(text string, i int) (rune, bool) {
	if i+3 > len(text) {
		return 0, false
	}
	x := uint32(text[i])<<16 | uint32(text[i+1])<<8 | uint32(text[i+2])
	return rune(x>>4&0xf000 | x>>2&0xfc0 | x&0x3f), x >= 0xe48080 && x < 0xea0000 && x&0xc0c0 == 0x8080
}

// runeAt decodes most Chinese characters at once.
func runeAt(text string, i int) (rune, int) {
	if r, is := wideAt(text, i); is {
		return r, 3
	}
	return utf8.DecodeRuneInString(text[i:])
}

// closing tells whether text begins with a mark that belongs to the end of a
// sentence.
func closing(text string) bool {
	if c := text[0]; c < 0x80 {
		return c == '!' || c == '?' || c == '.' || c == '"' || c == '\'' || c == ')'
	}
	r, _ := utf8.DecodeRuneInString(text)
	switch r {
	case '。', '！', '？', '…', '”', '）', '」':
		return true
	}
	return false
}

// Bytes of words as they are hashed: small letters, and 0 for every digit.
const foldBytes = "................................" + "................" + "0000000000......" +
	".abcdefghijklmno" + "pqrstuvwxyz...._" + ".abcdefghijklmno" + "pqrstuvwxyz....." +
	"................................" + "................................" + "................................" + "................................"

// word reads the word or number at i and gives where it ends. Both apostrophes
// are of the word and mark it.
func word(text string, i int) (end int, hash uint32, kind tokenKind) {
	h, letters := uint32(hashSeed), byte(0)
	for ; i < len(text); i++ {
		c := foldBytes[text[i]]
		if c == '.' {
			size := apostropheAt(text, i)
			if size == 0 {
				break
			}
			i += size - 1
			h += apostrophe
			continue
		}
		h = (h ^ uint32(c)) * hashPrime
		letters |= c ^ '0'
	}
	kind = kindWord
	if letters == 0 {
		kind = kindDigits
	}
	return i, mix(h, 3), kind
}

// apostropheAt gives the length of an apostrophe within a word, 0 for none.
func apostropheAt(text string, i int) int {
	switch {
	case text[i] == '\'' && i+1 < len(text) && isWordByte(text[i+1]):
		return 1
	case text[i] == 0xe2 && i+3 < len(text) && text[i:i+3] == "’" && isWordByte(text[i+3]):
		return 3
	}
	return 0
}

// close ends the sentence that is being read. One that holds nothing, or is
// longer than people speak, is dropped.
func (s *scanner) close(end int) {
	p := trim(s.text, span{s.start, end})
	if p.start >= p.end || p.end-p.start > maxSentence || len(s.sentences) == maxSpoken {
		s.tokens = s.tokens[:s.from]
	} else {
		s.sentences = append(s.sentences, sentence{start: p.start, end: p.end, from: s.from, to: len(s.tokens)})
	}
	s.start, s.from = end, len(s.tokens)
}

// edgeBytes has 1 for the bytes below 0x80 that a sentence does not begin with,
// 2 for those that it does not end with.
var edgeBytes = func() (kinds [0x80]byte) {
	for _, c := range " \t\r-*,;:+#." {
		kinds[c] |= 1
	}
	for _, c := range " \t\r,;:-." {
		kinds[c] |= 2
	}
	return kinds
}()

// parts tells the longer marks that stand between parts of a text.
func parts(r rune) bool {
	switch r {
	case '，', '、', '。', '；', '：', '—', '–':
		return true
	}
	return false
}

// trim takes blanks, bullets and closing marks off the ends of s.
func trim(text string, s span) span {
	for s.start < s.end {
		if c := text[s.start]; c < 0x80 {
			if edgeBytes[c]&1 == 0 {
				break
			}
			s.start++
			continue
		}
		r, size := runeAt(text, s.start)
		if isWide(r) || r != '•' && r != '·' && r != '…' && !parts(r) {
			break
		}
		s.start += size
	}
	for s.end > s.start {
		c := text[s.end-1]
		if c < 0x80 {
			if edgeBytes[c]&2 == 0 {
				break
			}
			s.end--
			continue
		}
		r, size := utf8.DecodeLastRuneInString(text[s.start:s.end])
		if isWide(r) || !parts(r) {
			break
		}
		s.end -= size
	}
	return s
}
