package redact

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
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

	// These need an explicit word in front.
	OTP      Kind = "OTP"
	Passport Kind = "PASSPORT"
	Plate    Kind = "PLATE"
	WeChat   Kind = "WECHAT" // also QQ

	// IP is looked for only when [Options] enable it.
	IP Kind = "IP"
)

// precedence orders kinds for spans of equal length: the more telling first.
// Kinds of the user's own rules come before all.
var precedence = []Kind{PrivateKey, JWT, APIKey, Password, Email, IDCard, BankCard, Phone, OTP, Passport, Plate, WeChat, IP}

func (k Kind) rank() int { return slices.Index(precedence, k) }

// Finding is the half-open byte range [Start, End) of one secret, on rune
// boundaries, and the rule that found it. It never holds the text.
type Finding struct {
	Start, End int
	Kind       Kind
	Rule       string
}

// Label is what findings are counted by.
type Label struct {
	Kind Kind
	Rule string
}

// Counts is the number of placeholders put in; nil when none.
type Counts map[Label]int

// Rules is a rule set. It never changes and is safe for concurrent use.
type Rules struct {
	tables  func() []detector // the built-in ones; made, like machine, once and when they are needed
	machine func() *machine
	added   []detector // by the options
	kinds   []Kind     // all that may stand in a placeholder
	custom  []custom
	off     map[string]bool // kinds and names of rules that are not looked for
	allow   allowed
	hash    string
}

// machine is what looks for findings.
type machine struct {
	detectors []detector
	keys      *automaton
}

const (
	// rulesVersion changes with every change of what the detectors' code finds.
	rulesVersion = "2"
	// tablesDigest is that of the built-in tables, which a run with nothing new
	// does not have to make. TestHash tells what it has to be.
	tablesDigest = "bc562b1535d2769d32ab37fd"
)

// BuiltIn returns the rules that need no settings.
func BuiltIn() *Rules {
	rules, err := New(Options{})
	if err != nil {
		panic(err) // an invariant of our own
	}
	return rules
}

// New returns the built-in rules with what opt adds and takes away. Its errors
// are of type [*OptionError].
func New(opt Options) (*Rules, error) {
	r := &Rules{hash: hash(opt), tables: sync.OnceValue(builtin)}
	if err := r.extend(opt); err != nil {
		return nil, err
	}
	r.machine = sync.OnceValue(func() *machine {
		detectors := slices.Concat(r.tables(), r.added)
		return &machine{detectors, compileKeys(detectors)}
	})
	return r, nil
}

// Hash is the hex digest of the rule set but for the known values, of which no
// digest may be kept without a key. Text redacted under another hash should be
// redacted again.
func (r *Rules) Hash() string { return r.hash }

func hash(opt Options) string {
	opt.Known = nil
	settings, err := json.Marshal(opt)
	if err != nil {
		panic(err) // only strings and numbers
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "version %s\ntables %s\nsettings %s\n", rulesVersion, tablesDigest, settings))
	return hex.EncodeToString(sum[:])
}

// Scan returns the findings in text, sorted and without overlap; nil when
// there are none.
func (r *Rules) Scan(text string) []Finding {
	return r.settle(text, r.pass)
}

// Redact returns text with every finding replaced by its placeholder. Text
// without findings comes back as the same string, without a copy.
func (r *Rules) Redact(text string) (string, Counts) { return r.RedactNumbered(text, nil) }

// RedactNumbered does the same with placeholders that tell different values
// apart, such as `[EMAIL#2]`: number returns the number of a value, from 1. The
// value comes in one spelling, so that the same phone or address with other
// separators or case is the same one. Without number the placeholders are plain.
func (r *Rules) RedactNumbered(text string, number func(kind Kind, value string) int) (string, Counts) {
	found := r.Scan(text)
	if len(found) == 0 {
		return text, nil
	}
	counts := make(Counts)
	for _, f := range found {
		counts[Label{f.Kind, f.Rule}]++
	}
	return replace(text, found, func(f Finding) string {
		if number == nil {
			return inPlace(text, f, 0)
		}
		return inPlace(text, f, number(f.Kind, normal(f.Kind, text[f.Start:f.End])))
	}), counts
}

// Rule describes a rule of a set.
type Rule struct {
	Name string
	Kind Kind
	// Examples are templates of text that it finds, with « and » around what
	// is replaced and places such as {b62:20} for random letters and digits;
	// none for the user's own.
	Examples []string
	Off      bool
}

// List returns the rules in the order of their kinds.
func (r *Rules) List() []Rule {
	var list []Rule
	seen := map[string]bool{}
	for _, d := range slices.Concat(r.tables(), r.added) {
		for _, row := range d.rows {
			if !seen[row.name] {
				seen[row.name] = true
				list = append(list, Rule{row.name, row.kind, row.must, r.isOff(row.kind, row.name)})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Rule) int { return cmp.Compare(a.Kind.rank(), b.Kind.rank()) })
	return list
}

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
