package config

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// unknownKey is the error for a key that is not a setting.
func unknownKey(name *yaml.Node) *Error {
	problem := "unknown key"
	if group, member, dotted := strings.Cut(name.Value, "."); dotted && slices.Contains(keyNames(), name.Value) {
		problem += fmt.Sprintf("; write %q in a line below %q, indented", member+":", group+":")
	} else if known := nearestKey(name.Value); known != "" {
		problem += fmt.Sprintf("; did you mean %q?", known)
	}
	return &Error{
		Line:    name.Line,
		Problem: problem,
		Hint:    "the keys are " + strings.Join(keyNames(), ", "),
	}
}

// nearestKey returns the full key whose last word is most like name, "" when
// none is. Groups are not looked at, so a key in the wrong group is found too.
func nearestKey(name string) string {
	if len(name) > 2*maxShownKey {
		return ""
	}
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	nearest, least := "", len(name)
	for _, key := range keyNames() {
		word := key[strings.LastIndex(key, ".")+1:]
		d := distance(name, word)
		if isStart(name, word) { // "language", "time"
			d = min(d, 2)
		}
		if d <= (len(word)+2)/3 && d < least {
			nearest, least = key, d
		}
	}
	return nearest
}

// Nearest returns the name that word was probably meant to be, "" when there
// is none: at most one change in three characters.
func Nearest(word string, names []string) string {
	const longest = 40 // no name of ours is longer
	if len(word) > longest {
		return ""
	}
	best, least := "", len(word)
	for _, name := range names {
		if d := distance(word, name); d <= (len(name)+2)/3 && d < least {
			best, least = name, d
		}
	}
	return best
}

// isStart reports whether one of the words begins with the other.
func isStart(a, b string) bool {
	return min(len(a), len(b)) >= 4 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

// distance is the number of characters to insert, remove, replace or swap with
// their neighbor to get from a to b.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var beforeLast []int
	last := make([]int, len(to)+1)
	for j := range last {
		last[j] = j
	}
	for i := range from {
		row := make([]int, len(to)+1)
		row[0] = i + 1
		for j := range to {
			replaced := last[j]
			if from[i] != to[j] {
				replaced++
			}
			row[j+1] = min(replaced, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				row[j+1] = min(row[j+1], beforeLast[j-1]+1)
			}
		}
		beforeLast, last = last, row
	}
	return last[len(to)]
}
