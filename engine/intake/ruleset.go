package intake

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/store"
)

// RuleSet is how text is redacted on its way into an archive.
type RuleSet struct {
	*redact.Rules
	Known []string // values that the user named
	// Numbered says that placeholders tell the values of a session apart. Text
	// that is in the archive changes only when it is read or redacted anew.
	Numbered bool
}

// Mark identifies the rule set: its hash, whether it numbers, and a keyed
// digest of each known value, in order.
func (s RuleSet) Mark(key []byte) string {
	var known []string
	for _, value := range s.Known {
		known = append(known, hex.EncodeToString(Digester{key}.Sum("known", []byte(value))[:8]))
	}
	slices.Sort(known)
	rules := hex.EncodeToString(Digester{key}.Sum("rules", []byte(s.Hash()))[:16]) // it tells of texts that are allowed
	fields := append([]string{rules, "numbered=" + strconv.FormatBool(s.Numbered)}, slices.Compact(known)...)
	return strings.Join(fields, " ")
}

// mayFindMore reports whether the rule set of a mark may find something in what
// that of another mark left. A known value that is gone needs no work, and
// neither does numbering: what it would number is no longer in the text.
func mayFindMore(mark, other string) bool {
	fields, others := strings.Fields(mark), strings.Fields(other)
	const known = 2 // the first of these
	return len(others) < known || fields[0] != others[0] ||
		slices.ContainsFunc(fields[known:], func(value string) bool { return !slices.Contains(others[known:], value) })
}

// redactor redacts what goes into the archive. It is used by one goroutine.
type redactor struct {
	RuleSet
	key    []byte
	idents memo
	places memo
}

func newRedactor(rules RuleSet, key []byte) *redactor {
	return &redactor{RuleSet: rules, key: key, idents: memo{}, places: memo{}}
}

// ident redacts an identifier: session keys, titles, names and ids of sessions.
func (r *redactor) ident(text string) string {
	return r.idents.recall(text, func() string { return redact.Identifier(r.Rules, r.key, text) })
}

// unique redacts an identifier that hardly comes again: to remember those of all
// messages would take megabytes.
func (r *redactor) unique(text string) string { return redact.Identifier(r.Rules, r.key, text) }

// place redacts the name of a transcript, a file or a row.
func (r *redactor) place(name string) string {
	return r.places.recall(name, func() string { return Place(r.Rules, r.key, name) })
}

// text redacts what was said. number gives the number that a kind of value has
// in its session, by a digest of the value.
func (r *redactor) text(text string, number store.Numbers) (string, store.Counts) {
	var numbered func(redact.Kind, string) int
	if r.Numbered {
		numbered = func(kind redact.Kind, value string) int {
			sum := Digester{r.key}.Sum("number", []byte(string(kind)+"\x00"+value))
			return number(string(kind), binary.LittleEndian.Uint64(sum))
		}
	}
	redacted, counts := r.RedactNumbered(text, numbered)
	if len(counts) == 0 {
		return redacted, nil
	}
	found := make(store.Counts, len(counts))
	for label, n := range counts {
		found[string(label.Kind)+"/"+label.Rule] = n
	}
	return redacted, found
}
