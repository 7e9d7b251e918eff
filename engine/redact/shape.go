package redact

import (
	"fmt"
	"strconv"
	"strings"
)

// shape is the form of a token: literal pieces and classes with a length, as
// `sk-ant-{b64u:80-120}` or `{hex:32}-us{dig:1-2}`. Classes are greedy and
// never give bytes back, so matching reads each byte once.
type shape struct {
	pieces []piece
	anchor int    // index of the piece whose literal is the automaton's key
	key    string // that literal in lower case
}

type piece struct {
	literal  string // exact, where set
	set      class
	min, max int
}

var classNames = map[string]class{
	"dig":    digit,
	"hex":    digit | hexLower,
	"HEX":    digit | hexUpper,
	"xdig":   digit | hexLower | hexUpper,
	"low":    lowers,
	"low36":  digit | lowers,
	"up36":   digit | uppers,
	"up":     uppers,
	"alpha":  letters,
	"b62":    base62,
	"word":   base62 | underscore,
	"b64u":   base64u,
	"b64":    base62 | plusSlash,
	"b64p":   base62 | plusSlash | equals,
	"url":    base64u | dot | tilde,
	"path":   base62 | plusSlash | dash | underscore,
	"dashed": base62 | dash,
}

// parseShape panics on a broken table row: a broken invariant of our own.
func parseShape(text string) shape {
	s := shape{pieces: parsePieces(text)}
	for i, p := range s.pieces {
		if p.literal != "" {
			s.anchor, s.key = i, strings.ToLower(p.literal)
			return s
		}
	}
	panic(fmt.Sprintf("redact: shape %q has no literal", text))
}

func parsePieces(text string) []piece {
	var pieces []piece
	for rest := text; rest != ""; {
		literal, tail, isClass := strings.Cut(rest, "{")
		if literal != "" {
			pieces = append(pieces, piece{literal: literal})
		}
		if !isClass {
			break
		}
		spec, after, _ := strings.Cut(tail, "}")
		pieces = append(pieces, parseClass(spec, text))
		rest = after
	}
	return pieces
}

func parseClass(spec, shape string) piece {
	name, lengths, _ := strings.Cut(spec, ":")
	low, high, isRange := strings.Cut(lengths, "-")
	if !isRange {
		high = low
	}
	p := piece{set: classNames[name]}
	var errLow, errHigh error
	p.min, errLow = strconv.Atoi(low)
	p.max, errHigh = strconv.Atoi(high)
	if p.set == 0 || errLow != nil || errHigh != nil || p.max < p.min {
		panic(fmt.Sprintf("redact: shape %q has a broken class %q", shape, spec))
	}
	return p
}

// match finds the token whose key begins at `at`. The token may not go on with
// the alphabet of its last piece, nor begin in the middle of a word.
func (s shape) match(text string, at int) (start, end int, ok bool) {
	start = at
	for i := s.anchor - 1; i >= 0; i-- {
		p := s.pieces[i]
		from := p.set.runBack(text, start, p.max)
		if start-from < p.min {
			return 0, 0, false
		}
		start = from
	}
	if wordBefore(text, start) || insideBlob(text, start) {
		return 0, 0, false
	}
	if end = piecesEnd(s.pieces[s.anchor:], text, at); end < 0 {
		return 0, 0, false
	}
	last := s.pieces[len(s.pieces)-1]
	return start, end, end == len(text) || !last.set.has(text[end]) || text[end] == '_' && closesEmphasis(text, end)
}

// piecesEnd is where pieces that begin at i end, -1 when they don't stand there.
func piecesEnd(pieces []piece, text string, i int) int {
	for _, p := range pieces {
		if p.literal != "" {
			if !strings.HasPrefix(text[i:], p.literal) {
				return -1
			}
			i += len(p.literal)
			continue
		}
		to := p.set.run(text, i, p.max)
		if to-i < p.min {
			return -1
		}
		i = to
	}
	return i
}

// insideBlob reports whether a base64 block, a picture or a signature, goes on
// across start: in enough of it every short prefix turns up.
func insideBlob(text string, start int) bool {
	const longestPath = 80
	if start == 0 || !plusSlash.has(text[start-1]) {
		return false
	}
	return start-(base62|plusSlash).runBack(text, start, longestPath) == longestPath
}
