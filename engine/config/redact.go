package config

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Redact says what is taken out of texts beside what the built-in rules find,
// and what is left in. Whether the rules can be used is found out where they
// are made; [File.Wrong] says where one stands.
type Redact struct {
	Rules              []Rule
	Allow              []Allow
	Disable            []string // kinds or names of rules
	Enable             []string // kinds that are off by default
	KnownValuesFromEnv []string // names of variables, see [Config.KnownValues]
	Numbered           bool     // placeholders tell different values apart
}

// Rule finds something of the user's own.
type Rule struct {
	Name        string
	Regex       string
	Group       int    // of Regex, that is replaced; 0 is the whole match
	Placeholder string // "" for the default
	Keywords    []string
}

// Allow is what stays as it is. One of its fields is set.
type Allow struct {
	Literal string
	Regex   string
}

func (r Redact) ruleNames() string {
	var names []string
	for _, rule := range r.Rules {
		names = append(names, rule.Name)
	}
	return strings.Join(names, ", ")
}

func readRule(n *yaml.Node) (Rule, *Error) {
	const mostGroups = 100
	var rule Rule
	problem := readMembers(&rule, n, []member[Rule]{
		{"name", readText(func(r *Rule) *string { return &r.Name }, checkRuleName)},
		{"regex", readText(func(r *Rule) *string { return &r.Regex }, nil)},
		{"group", readNumber(func(r *Rule) *int { return &r.Group }, 0, mostGroups)},
		{"placeholder", readText(func(r *Rule) *string { return &r.Placeholder }, checkRuleName)},
		{"keywords", readList(func(r *Rule) *[]string { return &r.Keywords }, text)},
	})
	return rule, problem
}

// readAllow reads a text, or a mapping that holds a regex.
func readAllow(n *yaml.Node) (allow Allow, problem *Error) {
	if n.Kind != yaml.MappingNode {
		allow.Literal, problem = text(n)
		return allow, problem
	}
	problem = readMembers(&allow, n, []member[Allow]{
		{"regex", readText(func(a *Allow) *string { return &a.Regex }, nil)},
	})
	if problem == nil && allow.Regex == "" {
		problem = &Error{Problem: `must be text, or "regex:" with a regex behind it`}
	}
	return allow, problem
}

func readRuleName(n *yaml.Node) (string, *Error) {
	name, problem := text(n)
	if problem == nil {
		problem = checkRuleName(name)
	}
	return name, problem
}

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// checkRuleName refuses what can be neither a kind nor the name of a rule,
// without quoting it: it may be a secret in the wrong place.
func checkRuleName(name string) *Error {
	const longest = 40
	if len(name) > longest || strings.Trim(name, letters+digits+"_-") != "" {
		return &Error{Problem: fmt.Sprintf("must be up to %d letters, digits, - and _", longest)}
	}
	return nil
}

// readVariable does not quote what is no name: it may be the value.
func readVariable(n *yaml.Node) (string, *Error) {
	name, problem := text(n)
	if problem == nil && (strings.Trim(name, letters+digits+"_") != "" || strings.Contains(digits, name[:1])) {
		problem = &Error{
			Problem: "is not the name of a variable, which is made of letters, digits and _",
			Hint:    "write the name of the variable, never its value",
		}
	}
	return name, problem
}

// ShortestKnown is how many bytes a known value has at least: a shorter one
// would hit innocent words.
const ShortestKnown = 6

// Unused is a variable that known_values_from_env names and that gives nothing
// to look for.
type Unused struct {
	Name     string `json:"name"`
	TooShort bool   `json:"too_short"` // otherwise it is not set
}

// known reads the variables that hold values to take out. The values come
// behind a function, where nothing that prints or marshals reaches them.
func (r Redact) known(env Lookup) (values func() []string, unused []Unused) {
	var found []string
	for _, name := range r.KnownValuesFromEnv {
		switch value := env.get(name); {
		case value == "":
			unused = append(unused, Unused{Name: name})
		case len(value) < ShortestKnown:
			unused = append(unused, Unused{name, true})
		default:
			found = append(found, value)
		}
	}
	return func() []string { return found }, unused
}

// KnownValues are the values of the variables that redact.known_values_from_env
// names. They are secrets: they must not be printed, kept, or told in errors.
func (c Config) KnownValues() []string {
	if c.known == nil {
		return nil
	}
	return c.known()
}

// Unused lists the variables that redact.known_values_from_env names in vain.
func (c Config) Unused() []Unused { return c.unused }

// CheckKnown is an [*Error] about the first of the variables that
// redact.known_values_from_env names in vain, nil when all give a value. What
// keeps texts must not go on without one of the values: it would stay in them.
func (c Config) CheckKnown() error {
	if c.inVain == nil {
		return nil
	}
	return c.inVain
}

// inVain is the error for the first variable that gives no value.
func (f File) inVain(unused []Unused) *Error {
	if len(unused) == 0 {
		return nil
	}
	first := unused[0]
	key := below("redact.known_values_from_env", element(slices.Index(f.Settings.Redact.KnownValuesFromEnv, first.Name)))
	if first.TooShort {
		return f.Wrong(key, fmt.Sprintf("the value of the variable %s has less than %d bytes, so it would not be taken out", first.Name, ShortestKnown),
			"choose a longer secret, or take the variable out of the settings")
	}
	return f.Wrong(key, fmt.Sprintf("the variable %s is not set, so its value would not be taken out", first.Name),
		"set it where the sync runs, for the scheduler too, or take it out of the settings")
}

// Wrong is the error for a setting that turns out to be unusable where it is
// used. An element of a list is named as in redact.rules[2].regex; what has no
// line of its own stands where the nearest key above it does.
func (f File) Wrong(key, problem, hint string) *Error {
	line, above := f.lines[key], key
	for line == 0 && above != "" {
		above = above[:max(0, strings.LastIndexAny(above, ".["))]
		line = f.lines[above]
	}
	return &Error{Path: f.Path, Line: line, Key: key, Problem: problem, Hint: hint}
}
