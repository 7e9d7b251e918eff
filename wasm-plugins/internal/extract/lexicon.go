package extract

import "strings"

// lexicon finds cue phrases by the hashes of the ways into them: of their first
// token, their first two, and so on. It is an open table; a way that is not a
// whole phrase has no cues.
type lexicon struct {
	ways  []way
	known [1 << knownBits / 64]uint64 // a bit for each way, to tell most of what is none at once
}

type way struct {
	cues Cues
	key  uint32
}

const (
	lexiconBits = 12
	knownBits   = 15
)

func newLexicon() lexicon {
	l := lexicon{ways: make([]way, 1<<lexiconBits)}
	var t turn
	for cue, words := range cueWords() {
		for rest := words; rest != ""; {
			var phrase string
			phrase, rest, _ = strings.Cut(rest, "|")
			t.text, t.tokens = phrase, t.tokens[:0]
			s := scanner{turn: &t}
			s.line(span{0, len(phrase)})
			t.sentences = t.sentences[:0]
			key := uint32(0)
			for i := range t.tokens {
				key = t.tokens[i].after(key)
				at, bit := knownBit(key)
				l.known[at] |= bit
				w := l.slot(key)
				w.key = key
				if i == len(t.tokens)-1 {
					w.cues |= 1 << cue
				}
			}
		}
	}
	return l
}

// slot gives the place of a way: its own or a free one, whose key is 0.
func (l *lexicon) slot(key uint32) *way {
	at := key >> (32 - lexiconBits)
	for l.ways[at].key != 0 && l.ways[at].key != key {
		at = (at + 1) & (1<<lexiconBits - 1)
	}
	return &l.ways[at]
}

// mayKnow is false for most of what is no way.
func (l *lexicon) mayKnow(key uint32) bool {
	at, bit := knownBit(key)
	return l.known[at]&bit != 0
}

// knownBit is where a way has its bit.
func knownBit(key uint32) (at uint32, bit uint64) {
	n := key >> (32 - knownBits)
	return n / 64, 1 << (n % 64)
}

// mark writes the cues and bones of the tokens of one sentence.
func (l *lexicon) mark(toks []token) (all Cues) {
	for i := range toks {
		t := &toks[i]
		key := t.hash
		for n := i; l.mayKnow(key); {
			w := l.slot(key)
			if w.key == 0 {
				break
			}
			if w.cues != 0 {
				t.cues |= w.cues
				t.bones = uint8(n - i + 1)
				t.bone = key
				if kinds := w.cues & openKinds; kinds != 0 {
					t.bone = kindBone(kinds)
				}
			}
			if n++; n == len(toks) || !adjacent(&toks[n-1], &toks[n]) {
				break
			}
			key = toks[n].after(key)
		}
		all |= t.cues
	}
	return all
}

// after gives the way that goes on from another one by this token.
func (t *token) after(way uint32) uint32 {
	if way == 0 {
		return t.hash
	}
	return mix(way, t.hash)
}

// adjacent tells whether two tokens may stand in one phrase.
func adjacent(a, b *token) bool {
	if a.kind == kindWide && b.kind == kindWide {
		return a.end == b.start
	}
	return b.start <= a.end+1
}
