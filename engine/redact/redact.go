package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
)

// Kind says what a finding is.
type Kind string

// Kinds.
const (
	Email      Kind = "EMAIL"
	Phone      Kind = "PHONE"
	APIKey     Kind = "API_KEY"
	JWT        Kind = "JWT"
	PrivateKey Kind = "PRIVATE_KEY"
	Password   Kind = "PASSWORD"
	IDCard     Kind = "ID_CARD"
	BankCard   Kind = "BANK_CARD"
)

// precedence orders kinds for spans of equal length: the more telling first.
var precedence = [...]Kind{PrivateKey, JWT, APIKey, Password, Email, IDCard, BankCard, Phone}

func (k Kind) rank() int {
	for i, other := range precedence {
		if k == other {
			return i
		}
	}
	return len(precedence)
}

// Finding is the half-open byte range [Start, End) of one secret, on rune
// boundaries, and the rule that found it. It never holds the text.
type Finding struct {
	Start, End int
	Kind       Kind
	Rule       string
}

// Counts is the number of placeholders put in, by kind; nil when none.
type Counts map[Kind]int

// Rules is a rule set. It never changes and is safe for concurrent use.
type Rules struct {
	detectors []detector
	keys      func() *automaton // compiled when they are first needed
	hash      string
}

// rulesVersion changes with every change of what the detectors' code finds;
// changes of the tables show in the hash by themselves.
const rulesVersion = "1"

// New returns the built-in rules. A run with nothing new asks only for their
// hash, so compiling waits for the first text.
func New() *Rules {
	detectors := builtin()
	keys := sync.OnceValue(func() *automaton { return compileKeys(detectors) })
	return &Rules{detectors: detectors, keys: keys, hash: digest(detectors)}
}

// Hash is the hex digest of the rule set. Text redacted under another hash
// should be redacted again.
func (r *Rules) Hash() string { return r.hash }

func digest(detectors []detector) string {
	h := sha256.New()
	fmt.Fprintf(h, "version %s\n", rulesVersion)
	for _, d := range detectors {
		fmt.Fprintf(h, "%q %q %q\n", d.name, d.shape, d.keys)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Scan returns the findings in text, sorted and without overlap; nil when
// there are none.
func (r *Rules) Scan(text string) []Finding {
	return settle(text, r.pass)
}

// Redact returns text with every finding replaced by its placeholder. Text
// without findings comes back as the same string, without a copy.
func (r *Rules) Redact(text string) (string, Counts) {
	found := r.Scan(text)
	if len(found) == 0 {
		return text, nil
	}
	counts := make(Counts)
	for _, f := range found {
		counts[f.Kind]++
	}
	return replace(text, found, plain), counts
}

func plain(f Finding) string { return Placeholder(f.Kind) }

// replace puts name(f) in the place of every finding.
func replace(text string, found []Finding, name func(Finding) string) string {
	if len(found) == 0 {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	last := 0
	for _, f := range found {
		out.WriteString(text[last:f.Start])
		out.WriteString(name(f))
		last = f.End
	}
	out.WriteString(text[last:])
	return out.String()
}
