package extract

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestLexicon: every phrase gives its cue, the table has room to spare, and what
// is told from the bits alone is what the table says.
func TestLexicon(t *testing.T) {
	x := With(&Model{})
	r := reader{x: x}
	for cue, words := range cueWords() {
		for _, phrase := range strings.Split(words, "|") {
			if phrase == "" {
				continue
			}
			all := Cues(0)
			for _, k := range r.hear("x " + phrase + " y").turn.tokens {
				all |= k.cues
			}
			if !all.has(Cue(cue)) {
				t.Errorf("cue %d is not found in %q", cue, phrase)
			}
		}
	}
	ways := 0
	for _, w := range x.lexicon.ways {
		ways += int(boolBit(w.key != 0))
	}
	if ways*4 > 3*len(x.lexicon.ways) {
		t.Errorf("%d of %d ways are taken", ways, len(x.lexicon.ways))
	}
	plain := x.lexicon
	for i := range plain.known {
		plain.known[i] = math.MaxUint64
	}
	for _, m := range randomTalk(rand.New(rand.NewPCG(5, 6)), 300) {
		fast := slices.Clone(r.hear(m.Text).turn.tokens)
		slow := slices.Clone(fast)
		for i := range slow {
			slow[i].cues, slow[i].bone, slow[i].bones = 0, 0, 0
		}
		if plain.mark(slow); !slices.Equal(fast, slow) {
			t.Errorf("the bits hide a phrase of %q", m.Text)
		}
	}
}
