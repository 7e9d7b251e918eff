package store

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Counts tells how often something was redacted, by "KIND/rule": the kind as it
// stands in the placeholder, and what found it. Older versions wrote "KIND".
type Counts map[string]int

// add adds n times other.
func (c Counts) add(other Counts, n int) {
	for label, count := range other {
		c[label] += n * count
	}
}

// parted are the counts by kind and by rule.
func (c Counts) parted() (kinds, rules Counts) {
	kinds, rules = Counts{}, Counts{}
	for label, count := range c {
		kind, rule, named := strings.Cut(label, "/")
		kinds[kind] += count
		if named {
			rules[rule] += count
		}
	}
	return kinds, rules
}

// String is the stored form: "EMAIL/email:2,PHONE/phone:1" in order, without
// what counts nothing; "" when nothing is left.
func (c Counts) String() string {
	var b strings.Builder
	for _, label := range slices.Sorted(maps.Keys(c)) {
		if c[label] == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(label + ":" + strconv.Itoa(c[label]))
	}
	return b.String()
}

// check refuses labels that the stored form can't hold.
func (c Counts) check() error {
	for label, count := range c {
		if label == "" || strings.ContainsAny(label, ":,") || count < 0 {
			return fmt.Errorf("counting redactions: %q with count %d can't be stored", label, count)
		}
	}
	return nil
}

func parseCounts(stored string) (Counts, error) {
	counts := Counts{}
	if stored == "" {
		return counts, nil
	}
	for item := range strings.SplitSeq(stored, ",") {
		label, number, _ := strings.Cut(item, ":")
		count, err := strconv.Atoi(number)
		if err != nil || label == "" || count < 1 {
			return nil, fmt.Errorf("the redaction counts of a message are unreadable: %w", ErrCorrupt)
		}
		counts[label] += count
	}
	return counts, nil
}
