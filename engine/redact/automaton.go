package redact

import "slices"

// automaton is an Aho-Corasick machine over bytes with ASCII letters folded.
// Bytes that no key holds share one class, so a row has about 60 cells.
type automaton struct {
	class [256]uint8
	next  []uint32 // row offset of the following state, accepting bit set where keys end
	hits  [][]hit  // by row number
	width uint32
}

// hit is a key that ends in a state: its length and whose it is.
type hit struct {
	length   int
	detector int
}

const accepting = 1 << 31

func compileKeys(detectors []detector) *automaton {
	a := &automaton{width: 1}
	rows := 1 // at most: keys share their beginnings
	for _, d := range detectors {
		for _, key := range d.keys {
			a.addClasses(key)
			rows += len(key)
		}
	}
	a.next = make([]uint32, 0, rows*int(a.width))
	a.addRow()
	for i, d := range detectors {
		for _, key := range d.keys {
			a.addKey(key, i)
		}
	}
	a.link()
	a.next = slices.Clone(a.next) // about half of what was made: the rest is given back
	return a
}

func (a *automaton) addClasses(key string) {
	for i := range len(key) {
		if c := lower(key[i]); a.class[c] == 0 {
			a.class[c] = uint8(a.width)
			a.class[upper(c)] = uint8(a.width)
			a.width++
		}
	}
}

func (a *automaton) addRow() uint32 {
	row := uint32(len(a.next))
	a.next = append(a.next, make([]uint32, a.width)...)
	a.hits = append(a.hits, nil)
	return row
}

func (a *automaton) addKey(key string, detector int) {
	row := uint32(0)
	for i := range len(key) {
		cell := row + uint32(a.class[key[i]])
		if a.next[cell] == 0 {
			fresh := a.addRow()
			a.next[cell] = fresh
		}
		row = a.next[cell]
	}
	n := row / a.width
	if h := (hit{len(key), detector}); !slices.Contains(a.hits[n], h) {
		a.hits[n] = append(a.hits[n], h)
	}
}

// link turns the trie into a complete machine, breadth first: where a state has
// no edge it takes the one of its longest proper suffix.
func (a *automaton) link() {
	suffix := make([]uint32, len(a.hits))
	var queue []uint32
	for c := range a.width {
		if row := a.next[c]; row != 0 {
			queue = append(queue, row)
		}
	}
	for len(queue) > 0 {
		row := queue[0]
		queue = queue[1:]
		fall := suffix[row/a.width]
		a.hits[row/a.width] = append(a.hits[row/a.width], a.hits[fall/a.width]...)
		for c := range a.width {
			if to := a.next[row+c]; to != 0 {
				suffix[to/a.width] = a.next[fall+c]
				queue = append(queue, to)
			} else {
				a.next[row+c] = a.next[fall+c]
			}
		}
	}
	for i, row := range a.next {
		if len(a.hits[row/a.width]) > 0 {
			a.next[i] |= accepting
		}
	}
}
