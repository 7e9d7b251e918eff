package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Options add to the built-in rules; the zero value adds nothing.
type Options struct {
	Rules   []UserRule
	Allow   []Allow
	Disable []string // kinds or names of rules
	Enable  []string // kinds that are off by default: IP
	Known   []string // values of secrets, found wherever they stand, also encoded
}

// UserRule is a rule of the user's own.
type UserRule struct {
	Name        string   // a-z, 0-9 and dashes
	Regex       string   // RE2, on the whole text of a message
	Group       int      // of Regex, that is replaced; 0 is the whole match
	Placeholder string   // A-Z, 0-9 and _; "" is CUSTOM
	Keywords    []string // Regex is tried only where one stands in the text, in any case; none: always
}

// Allow is what stays as it is. One of its fields is set.
type Allow struct {
	// Literal is the whole of what would be replaced, without regard to case
	// and, in numbers, to separators. `@host` is all addresses at a host.
	Literal string
	Regex   string // RE2, matches the whole of what would be replaced
}

// OptionError says what is wrong with one of the [Options]. It never holds a
// known value.
type OptionError struct {
	Option  string // "rules", "allow", "disable", "enable", "known"
	Index   int    // from 0
	Field   string // of a rule or an Allow, as in "regex"; "" for the whole
	Problem string
}

func (e *OptionError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("redact.%s[%d]: %s", e.Option, e.Index, e.Problem)
	}
	return fmt.Sprintf("redact.%s[%d].%s: %s", e.Option, e.Index, e.Field, e.Problem)
}

// extend adds what opt tells to the built-in rules.
func (r *Rules) extend(opt Options) error {
	r.kinds = slices.Clone(precedence)
	r.off = map[string]bool{string(IP): true}
	for i, name := range opt.Enable {
		if !r.off[name] {
			return &OptionError{"enable", i, "", fmt.Sprintf("%q is not off by default; only IP is", name)}
		}
		delete(r.off, name)
	}
	for i, rule := range opt.Rules {
		if err := r.addCustom(i, rule); err != nil {
			return err
		}
	}
	for i, name := range opt.Disable {
		if !r.has(name) {
			return &OptionError{"disable", i, "", fmt.Sprintf("%q is neither a kind nor the name of a rule", name)}
		}
		r.off[name] = true
	}
	for i, value := range opt.Known {
		if len(value) < ShortestKnown {
			return &OptionError{"known", i, "", fmt.Sprintf("is shorter than %d bytes, which would hit innocent words", ShortestKnown)}
		}
	}
	if d := knownDetector(opt.Known); len(d.keys) > 0 {
		r.added = append(r.added, d)
	}
	return r.allow.add(opt.Allow)
}

// ShortestKnown is how many bytes a known value has at least.
const ShortestKnown = 6

func (r *Rules) isOff(kind Kind, rule string) bool { return r.off[string(kind)] || r.off[rule] }

// has reports whether name is a kind or a rule.
func (r *Rules) has(name string) bool {
	return isKind(name, r.kinds) || name == knownRule || slices.ContainsFunc(r.List(), func(rule Rule) bool { return rule.Name == name })
}

// custom is a rule of the user's that compiled.
type custom struct {
	row
	regex *regexp.Regexp
	group int
	heard bool // has no key words, so it is always tried
}

var (
	namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	kindPattern = regexp.MustCompile(fmt.Sprintf(`^[A-Z][A-Z0-9_]{1,%d}$`, longestKind-1))
)

// addCustom checks a rule and makes its key words call it.
func (r *Rules) addCustom(index int, rule UserRule) error {
	wrong := func(field, format string, args ...any) error {
		return &OptionError{"rules", index, field, fmt.Sprintf(format, args...)}
	}
	kind := Kind(rule.Placeholder)
	if kind == "" {
		kind = "CUSTOM"
	}
	switch {
	case !namePattern.MatchString(rule.Name):
		return wrong("name", "must be up to 40 of a-z, 0-9 and dashes")
	case r.has(rule.Name):
		return wrong("name", "is taken: another rule is called %q", rule.Name)
	case r.off[string(kind)]:
		return wrong("placeholder", "is off by default: redact.enable turns %s on", kind)
	case !kindPattern.MatchString(string(kind)):
		return wrong("placeholder", "must be 2 to %d of A-Z, 0-9 and _, beginning with a letter", longestKind)
	}
	regex, err := regexp.Compile(rule.Regex)
	switch {
	case rule.Regex == "":
		return wrong("regex", "is missing")
	case err != nil:
		return wrong("regex", "does not compile: %s", notCompiled(err))
	case regex.MatchString(""):
		return wrong("regex", "matches the empty text")
	case rule.Group < 0 || rule.Group > regex.NumSubexp():
		return wrong("group", "is %d, but the regex has %d groups", rule.Group, regex.NumSubexp())
	}
	d := detector{name: rule.Name, rows: []row{{name: rule.Name, kind: kind}}}
	for _, word := range rule.Keywords {
		if word == "" {
			return wrong("keywords", "must not be empty")
		}
		d.keys = append(d.keys, folded(word))
	}
	n := len(r.custom)
	d.find = func(s *scan, _ int) { s.hear(n) }
	r.custom = append(r.custom, custom{d.rows[0], regex, rule.Group, len(d.keys) == 0})
	r.added = append(r.added, d)
	if !isKind(string(kind), r.kinds) {
		r.kinds = append(r.kinds, kind)
	}
	return nil
}

// folded is s with its ASCII letters in lower case, as keys are.
func folded(s string) string {
	bytes := []byte(s)
	for i, c := range bytes {
		bytes[i] = lower(c)
	}
	return string(bytes)
}

// hear notes that a key word of a custom rule stands in the text.
func (s *scan) hear(n int) {
	if s.heard == nil {
		s.heard = make([]bool, len(s.rules.custom))
	}
	s.heard[n] = true
}

// findCustom runs the user's rules over the whole text.
func (s *scan) findCustom() {
	for n, c := range s.rules.custom {
		if !c.heard && (s.heard == nil || !s.heard[n]) {
			continue
		}
		for _, at := range c.regex.FindAllStringSubmatchIndex(s.text, -1) {
			if start, end := at[2*c.group], at[2*c.group+1]; start >= 0 {
				s.add(start, end, c.kind, c.name)
			}
		}
	}
}

// knownRule is the name of the rule for values that the user named.
const knownRule = "known-value"

// knownDetector finds values as they are, in Base64 and percent-encoded.
func knownDetector(values []string) detector {
	const head = 24 // bytes of a value that the automaton looks for
	d := detector{name: knownRule, rows: []row{{name: knownRule, kind: APIKey}}}
	var forms []string
	for _, value := range values {
		forms = append(forms, encodings(value)...)
	}
	for _, form := range forms {
		d.keys = append(d.keys, folded(form[:min(len(form), head)]))
	}
	d.find = func(s *scan, at int) {
		for _, form := range forms {
			if strings.HasPrefix(s.text[at:], form) {
				s.add(at, at+len(form), APIKey, knownRule)
			}
		}
	}
	return d
}

// encodings are the forms of a value, each once. In Base64 the last bytes
// depend on what follows, and what stands before moves the rest: the part that
// does not depend on either is looked for in each of the three positions.
func encodings(value string) []string {
	inJSON := strings.Trim(jsonString(value), `"`)
	forms := []string{
		value, url.QueryEscape(value), url.PathEscape(value), componentEscape(value),
		inJSON, strings.ReplaceAll(inJSON, "/", `\/`), strings.Trim(jsonString(inJSON), `"`),
	}
	for _, form := range forms {
		forms = append(forms, percents.ReplaceAllStringFunc(form, strings.ToLower))
	}
	for shift := range 3 {
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			coded := alphabet.EncodeToString([]byte("\x00\x00"[:shift] + value))
			from := (8*shift + 5) / 6
			whole := 8 * (shift + len(value)) / 6
			if form := coded[from:whole]; len(form) >= ShortestKnown {
				forms = append(forms, form)
			}
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

var percents = regexp.MustCompile(`%[0-9A-F]{2}`)

// componentEscape is what encodeURIComponent of JavaScript makes.
func componentEscape(value string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(url.QueryEscape(value))
}

// jsonString is value as a string of JSON, without escapes for HTML.
func jsonString(value string) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // strings can be encoded
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// allowed is what the user wants to keep.
type allowed struct {
	literals map[string]bool
	phones   map[string]bool // normal numbers
	hosts    []string        // with the '@'
	regexes  []*regexp.Regexp
}

func (a *allowed) add(list []Allow) error {
	a.literals, a.phones = map[string]bool{}, map[string]bool{}
	for i, allow := range list {
		switch {
		case (allow.Literal == "") == (allow.Regex == ""):
			return &OptionError{"allow", i, "", "must be a text or a regex"}
		case strings.HasPrefix(allow.Literal, "@"):
			a.hosts = append(a.hosts, strings.ToLower(allow.Literal))
		case allow.Literal != "":
			a.literals[strings.ToLower(allow.Literal)] = true
			if !strings.ContainsFunc(allow.Literal, func(r rune) bool { return !strings.ContainsRune("+0123456789()（）"+gaps, r) }) {
				a.phones[normal(Phone, allow.Literal)] = true
			}
		default:
			regex, err := regexp.Compile(allow.Regex)
			if err != nil {
				return &OptionError{"allow", i, "regex", "does not compile: " + notCompiled(err)}
			}
			regex.Longest()
			a.regexes = append(a.regexes, regex)
		}
	}
	return nil
}

func (a *allowed) has(kind Kind, value string) bool {
	if len(a.literals)+len(a.hosts)+len(a.regexes) == 0 {
		return false
	}
	folded := strings.ToLower(value)
	if a.literals[folded] || kind == Phone && a.phones[normal(kind, value)] {
		return true
	}
	if kind == Email && slices.ContainsFunc(a.hosts, func(host string) bool { return strings.HasSuffix(normal(kind, value), host) }) {
		return true
	}
	return slices.ContainsFunc(a.regexes, func(regex *regexp.Regexp) bool {
		at := regex.FindStringIndex(value) // the leftmost, longest
		return at != nil && at[0] == 0 && at[1] == len(value)
	})
}
