package engine

import (
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/redact"
)

// rulesOf is the rule set that the settings ask for. It is made when they are
// read, so that no command does anything by rules that can't be used. Its errors
// are of type [*config.Error].
func rulesOf(file config.File, c config.Config) (intake.RuleSet, error) {
	rules, err := redact.New(redactOptions(c))
	if wrong := (*redact.OptionError)(nil); errors.As(err, &wrong) {
		key := fmt.Sprintf("redact.%s[%d]", wrong.Option, wrong.Index)
		if wrong.Field != "" {
			key += "." + wrong.Field
		}
		return intake.RuleSet{}, file.Wrong(key, wrong.Problem, optionHint(wrong))
	}
	return intake.RuleSet{Rules: rules, Known: c.KnownValues(), Numbered: c.Redact.Numbered}, err
}

func redactOptions(c config.Config) redact.Options {
	opt := redact.Options{Disable: c.Redact.Disable, Enable: c.Redact.Enable, Known: c.KnownValues()}
	for _, rule := range c.Redact.Rules {
		opt.Rules = append(opt.Rules, redact.UserRule(rule))
	}
	for _, allow := range c.Redact.Allow {
		opt.Allow = append(opt.Allow, redact.Allow(allow))
	}
	return opt
}

// optionHint says what mends a wrong option, "" when the problem says it.
func optionHint(wrong *redact.OptionError) string {
	switch {
	case wrong.Field == "regex":
		return "RE2 has no lookaround and no backreferences; in single quotes a backslash is written once"
	case wrong.Field == "group":
		return "count the opening parentheses of the regex; 0 is all of the match"
	case wrong.Option == "disable":
		return "take it out; session-sync redact --rules then lists the kinds and names"
	}
	return ""
}

// Mask is [redact.Mask].
func Mask() func(text string) string { return redact.Mask() }

// RuleList answers [Engine.Rules].
type RuleList struct {
	query.Envelope
	Rules []Rule `json:"rules"`
}

// Rule describes a rule that is in force, or that could be.
type Rule struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	On   bool   `json:"on"`
	// Examples are texts that it finds, with « and » around what is replaced
	// and places such as {b62:20} for random letters and digits.
	Examples []string `json:"examples"`
}

// Rules lists the whole rule set, in the order of its kinds.
func (e *Engine) Rules() RuleList {
	list := RuleList{Rules: []Rule{}}
	for _, r := range e.rules.List() {
		list.Rules = append(list.Rules, Rule{r.Name, string(r.Kind), !r.Off, append([]string{}, r.Examples...)})
	}
	list.Envelope = query.Envelope{SchemaVersion: 1, Total: len(list.Rules), Returned: len(list.Rules)}
	return list
}
