package textindex

import (
	"bytes"
	"unicode/utf8"
)

// Marks returns where the terms stand in a text, as half-open byte ranges on
// rune borders: ascending, with hits that overlap or touch joined into one, and
// only the first ones up to the limit. Every term is marked, also in a text
// where others are missing.
func (q *Query) Marks(text string, limit int) [][2]int {
	q.look(text)
	next := make([]int, len(q.terms)) // where each term stands next
	for i, term := range q.terms {
		next[i] = indexFrom(q.view, term, 0)
	}
	var marks [][2]int
	for {
		first := 0
		for i := range next {
			if next[i] < next[first] {
				first = i
			}
		}
		start := next[first]
		if start == len(q.view) {
			break
		}
		end := start + len(q.terms[first])
		if last := len(marks) - 1; last >= 0 && start <= marks[last][1] {
			marks[last][1] = max(marks[last][1], end)
		} else if len(marks) < limit {
			marks = append(marks, [2]int{start, end})
		} else {
			break
		}
		next[first] = indexFrom(q.view, q.terms[first], runeEnd(q.view, start))
	}
	if !q.exact {
		unfold(marks, text)
	}
	return marks
}

// indexFrom is bytes.Index from a position on; the length when there is none.
func indexFrom(view, term []byte, from int) int {
	if i := bytes.Index(view[from:], term); i >= 0 {
		return from + i
	}
	return len(view)
}

// unfold turns positions in the folded text into those in the text.
func unfold(marks [][2]int, text string) {
	raw, folded := 0, 0
	for i := range marks {
		for side, position := range marks[i] {
			for folded < position {
				r, size := utf8.DecodeRuneInString(text[raw:])
				raw += size
				folded += utf8.RuneLen(foldRune(r))
			}
			marks[i][side] = raw
		}
	}
}
