package store

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Counts tells how often each kind of thing was redacted, by the name of the
// kind as it stands in the placeholder: EMAIL, PHONE, KEY.
type Counts map[string]int

// add adds n times other.
func (c Counts) add(other Counts, n int) {
	for kind, count := range other {
		c[kind] += n * count
	}
}

// String is the stored form: "EMAIL:2,PHONE:1" in order of the kinds, without
// those that count nothing; "" when nothing is left.
func (c Counts) String() string {
	var b strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		if c[kind] == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(kind + ":" + strconv.Itoa(c[kind]))
	}
	return b.String()
}

// check refuses kinds that the stored form can't hold.
func (c Counts) check() error {
	for kind, count := range c {
		if kind == "" || strings.ContainsAny(kind, ":,") || count < 0 {
			return fmt.Errorf("counting redactions: kind %q with count %d can't be stored", kind, count)
		}
	}
	return nil
}

func parseCounts(stored string) (Counts, error) {
	counts := Counts{}
	for item := range strings.SplitSeq(stored, ",") {
		kind, number, _ := strings.Cut(item, ":")
		count, err := strconv.Atoi(number)
		if err != nil || kind == "" || count < 1 {
			return nil, fmt.Errorf("the redaction counts of a message are unreadable: %w", ErrCorrupt)
		}
		counts[kind] += count
	}
	return counts, nil
}
