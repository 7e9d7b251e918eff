package engine_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
	"github.com/smallccwc/chronosync/engine/redact"
)

// flockSize is how many secrets TestThousandCanaries plants.
const flockSize = 1000

// canary is one made-up secret in the words that make it one.
type canary struct {
	name   string // of its rule, and a number
	kind   redact.Kind
	text   string // what is planted
	secret string // the part of it that nobody may see
	other  string // the same part of another text of this form: what both share is no secret
}

// A canary that could be anywhere by chance is hunted together with the words
// around it: four digits say nothing, "code is 1234" does.
const (
	leastSecret  = 10
	leastContext = 20
)

// Values of the rules that the flock adds by settings: a known value, and a
// rule of the user's own.
const (
	knownVariable = "CANARY_KNOWN"
	ownTemplate   = "staff no. «{dig:12}», please"
)

func knownValue() string { return fakesecret.New(77).Fill("{low:6}-{low:7}-{dig:3}") }

// flockSettings are the settings under which every canary has to be found.
const flockSettings = `include_tools: true
redact:
  enable: [IP]
  known_values_from_env: [` + knownVariable + `]
  rules:
  - {name: staff-number, regex: 'staff no\. (\d{12})', group: 1, placeholder: STAFF, keywords: [staff]}
`

// flockRules are the rules of flockSettings.
func flockRules(t testing.TB) *redact.Rules {
	t.Helper()
	rules, err := redact.New(redact.Options{
		Enable: []string{string(redact.IP)}, Known: []string{knownValue()},
		Rules: []redact.UserRule{{Name: "staff-number", Regex: `staff no\. (\d{12})`, Group: 1, Placeholder: "STAFF", Keywords: []string{"staff"}}},
	})
	must(t, err)
	return rules
}

// form is a template and what it is an example of.
type form struct {
	rule     string
	kind     redact.Kind
	template string
}

// forms are the examples of all rules, and first those that have none.
func forms(rules *redact.Rules) []form {
	all := []form{
		{"staff-number", "STAFF", ownTemplate}, {"known", redact.APIKey, "it was «" + knownValue() + "»"},
	}
	for range 8 {
		all = append(all, form{peerPhone, redact.Phone, "call +86«{mobile}» now"}, form{peerMail, redact.Email, "write to «{low:8}.{low:5}@mine.example» now"})
	}
	for _, rule := range rules.List() {
		for _, template := range rule.Examples {
			all = append(all, form{rule.Name, rule.Kind, template})
		}
	}
	return all
}

// flock makes the canaries: every example of every rule once, then the forms
// that are not a maker's format again, until there are enough.
func flock(t testing.TB) []canary {
	t.Helper()
	rules, maker := flockRules(t), fakesecret.New(2026)
	var all []canary
	for round := 0; len(all) < flockSize; round++ {
		for _, f := range forms(rules) {
			if round == 0 || f.kind != redact.APIKey {
				all = append(all, hatch(t, rules, maker, f, len(all))...)
			}
		}
	}
	all = all[:flockSize]
	kinds, seen := map[string]bool{}, map[string]bool{}
	for _, c := range all {
		kinds[strings.Split(c.name, " ")[0]], seen[c.secret] = true, true
	}
	for _, rule := range rules.List() {
		if len(rule.Examples) > 0 && !kinds[rule.Name] {
			t.Fatalf("no canary of the rule %s", rule.Name)
		}
	}
	if len(seen) < flockSize*98/100 { // the known value comes again
		t.Fatalf("only %d canaries differ", len(seen))
	}
	return all
}

// hatch makes the canaries of a form, one for each mark in it, numbered from
// first on. A value that its rule refuses as made up is made anew.
func hatch(t testing.TB, rules *redact.Rules, maker fakesecret.Maker, f form, first int) []canary {
	t.Helper()
	const tries = 50
	for range tries {
		text, spans := maker.Marked(varied(maker, f.template))
		otherText, otherSpans := maker.Marked(varied(maker, f.template))
		if !covers(rules.Scan(planting(first, text)), planting(first, text), text, spans) {
			continue
		}
		var all []canary
		for i, span := range spans {
			c := canary{
				name: fmt.Sprintf("%s %d", f.rule, first+i), kind: f.kind, text: text,
				secret: inContext(text, span), other: inContext(otherText, otherSpans[i]),
			}
			if c.other == c.secret { // the known value
				c.other = strings.Map(func(r rune) rune { return r ^ 1 }, c.secret)
			}
			all = append(all, c)
		}
		return all
	}
	t.Fatalf("the rule %s finds nothing in texts made of its example %q", f.rule, f.template)
	return nil
}

// varied makes values random that stand in examples as they are.
func varied(maker fakesecret.Maker, template string) string {
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, maker.Fill("{mobile}"))
	return strings.NewReplacer("«nora", "«{low:9}", "１３８００１３８０００", wide).Replace(template)
}

// planting is a message that holds a text in lines of its own.
func planting(n int, text string) string { return fmt.Sprintf("planted %d\n%s\nand more", n, text) }

// covers reports whether the findings in message hold all spans of text, which
// stands in it.
func covers(found []redact.Finding, message, text string, spans []fakesecret.Span) bool {
	at := strings.Index(message, text)
	for _, span := range spans {
		covered := 0
		for _, f := range found {
			covered += max(0, min(f.End, at+span.End)-max(f.Start, at+span.Start))
		}
		if covered < span.End-span.Start {
			return false
		}
	}
	return len(spans) > 0
}

// inContext is a span of text, widened where it is short.
func inContext(text string, span fakesecret.Span) string {
	start, end := span.Start, span.End
	if end-start >= leastSecret {
		return text[start:end]
	}
	for end-start < leastContext && (start > 0 || end < len(text)) {
		_, before := utf8.DecodeLastRuneInString(text[:start])
		_, after := utf8.DecodeRuneInString(text[end:])
		start, end = start-before, end+after
	}
	return text[start:end]
}

// What stands for a rule in the names of canaries that are part of session keys
// and file names as well.
const (
	peerPhone = "peer-phone"
	peerMail  = "peer-mail"
)

// peers are the people among the canaries, as a messenger would name them.
func peers(flock []canary) (names []string) {
	for _, c := range flock {
		switch rule, _, _ := strings.Cut(c.name, " "); rule {
		case peerPhone:
			names = append(names, "+86"+c.secret)
		case peerMail:
			names = append(names, c.secret)
		}
	}
	return names
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9_-]{24,80}$`)

// outright are the canaries that the built-in rules know without the words
// beside them. Only these are masked in an error that quotes them.
func outright(flock []canary) (known []canary) {
	rules := redact.BuiltIn()
	for _, c := range flock {
		if found := rules.Scan(`"` + c.secret + `"`); len(found) == 1 && found[0].End-found[0].Start == len(c.secret) {
			known = append(known, c)
		}
	}
	return known
}

// keys are the canaries that are formats of makers and could stand in a session
// key, and so in a file name.
func keys(flock []canary) (found []string) {
	for _, c := range flock {
		if c.kind == redact.APIKey && c.text == c.secret && plainKey.MatchString(c.secret) {
			found = append(found, c.secret)
		}
	}
	return found
}
