package main

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// headline are the groups that the overall figure counts; cancelled comes after.
const headline = 4

var groupNames = [...]string{"decision", "knowledge", "todo-open", "todo-done", "todo-cancelled"}

func group(kind string) int {
	if kind == "preference" {
		kind = "knowledge"
	}
	return slices.Index(groupNames[:], kind)
}

// bagOf gives the tokens that the matching rule counts: words, and bigrams of
// CJK characters.
func bagOf(s string) []string {
	var out []string
	var word, run []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
		}
		if len(run) == 1 {
			out = append(out, string(run))
		}
		for k := 0; k+1 < len(run); k++ {
			out = append(out, string(run[k:k+2]))
		}
		word, run = word[:0], run[:0]
	}
	for _, r := range strings.ToLower(s) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			if len(word) > 0 {
				flush()
			}
			run = append(run, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(run) > 0 {
				flush()
			}
			word = append(word, r)
		case r == '\'' || r == '’':
		default:
			flush()
		}
	}
	flush()
	return out
}

// overlap is the F measure of two bags of tokens.
func overlap(a, b []string) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	count := map[string]int{}
	for _, t := range a {
		count[t]++
	}
	hit := 0
	for _, t := range b {
		if count[t] > 0 {
			count[t]--
			hit++
		}
	}
	return 2 * float64(hit) / float64(len(a)+len(b))
}

// tally counts hits, false alarms and misses.
type tally struct{ hit, wrong, missed int }

func (t tally) precision() float64 { return ratio(t.hit, t.hit+t.wrong) }
func (t tally) recall() float64    { return ratio(t.hit, t.hit+t.missed) }
func (t tally) f1() float64        { return ratio(2*t.hit, 2*t.hit+t.wrong+t.missed) }

func (t *tally) add(o tally) {
	t.hit += o.hit
	t.wrong += o.wrong
	t.missed += o.missed
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// prediction is an item as the matching rule sees it.
type prediction struct {
	message int
	group   int
	text    string
	bag     []string
	owner   string
	due     string
	tier    extract.Tier
	score   int32
	closes  int // message of the todo it closes, -1 for none
}

// match pairs labels with predictions one to one, best overlap first. It gives
// for each label the prediction it found, or -1.
func match(labels []label, items []prediction) []int {
	type pair struct {
		label, item int
		overlap     float64
	}
	var pairs []pair
	for l, want := range labels {
		for i, got := range items {
			if got.message != want.Message || got.group != group(want.Type) {
				continue
			}
			if f := overlap(got.bag, want.bag); f >= 0.5 {
				pairs = append(pairs, pair{l, i, f})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.overlap, a.overlap) })
	found := make([]int, len(labels))
	for l := range found {
		found[l] = -1
	}
	used := make([]bool, len(items))
	for _, p := range pairs {
		if found[p.label] < 0 && !used[p.item] {
			found[p.label], used[p.item] = p.item, true
		}
	}
	return found
}

// tallies counts one conversation by group.
func tallies(labels []label, items []prediction) (out [len(groupNames)]tally) {
	for _, it := range items {
		out[it.group].wrong++
	}
	for l, found := range match(labels, items) {
		g := group(labels[l].Type)
		if found < 0 {
			out[g].missed++
			continue
		}
		out[g].hit++
		out[g].wrong--
	}
	return out
}
