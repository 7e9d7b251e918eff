package redact

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

func TestOptions(t *testing.T) {
	r := fakesecret.New(21)
	staff := UserRule{Name: "staff-id", Regex: `\bE[0-9]{6}\b`, Placeholder: "STAFF"}
	for _, c := range []struct {
		name       string
		opt        Options
		text, want string
	}{
		{"own rule", Options{Rules: []UserRule{staff}}, "问 E123456 或 E654321", "问 [STAFF] 或 [STAFF]"},
		{"own placeholder by default", Options{Rules: []UserRule{{Name: "x", Regex: "room [0-9]+"}}}, "in room 17 now", "in [CUSTOM] now"},
		{"group", Options{Rules: []UserRule{{Name: "x", Regex: "room ([0-9]+)", Group: 1}}}, "in room 17 now", "in room [CUSTOM] now"},
		{"key word in any case", Options{Rules: []UserRule{{Name: "x", Regex: "[0-9]+", Keywords: []string{"Room", "zimmer"}}}}, "ROOM 17", "ROOM [CUSTOM]"},
		{"no key word", Options{Rules: []UserRule{{Name: "x", Regex: "[0-9]+", Keywords: []string{"room"}}}}, "floor 17", "floor 17"},
		{"own beside built-in", Options{Rules: []UserRule{staff}}, "E123456 nora@example.com", "[STAFF] [EMAIL]"},
		{"own placeholder is one", Options{Rules: []UserRule{{Name: "x", Regex: "[A-Z]+", Placeholder: "NAME"}}}, "AB [NAME] [EMAIL] cd", "[NAME] [NAME] [EMAIL] cd"},
		{"everything", Options{Rules: []UserRule{{Name: "x", Regex: "(?s).+"}}}, "a\nb [EMAIL]", "[CUSTOM]"},
		{"allowed text", Options{Allow: []Allow{{Literal: "Hotline@Example.com"}}}, "hotline@example.com nora@example.com", "hotline@example.com [EMAIL]"},
		{"allowed number with other separators", Options{Allow: []Allow{{Literal: "010-6234-5678"}}}, "座机 010-62345678 或 010-62345679", "座机 010-62345678 或 [PHONE]"},
		{"allowed host", Options{Allow: []Allow{{Literal: "@example.com"}}}, "nora@example.com nora@example.org", "nora@example.com [EMAIL]"},
		{"allowed host is a whole one", Options{Allow: []Allow{{Literal: "@ample.com"}}}, "nora@example.com", "[EMAIL]"},
		{"allowed by regex", Options{Allow: []Allow{{Regex: "nora@.*"}}}, "nora@example.com eleonora@example.com", "nora@example.com [EMAIL]"},
		{"disabled kind", Options{Disable: []string{"EMAIL"}}, "nora@example.com 138 0013 8000", "nora@example.com [PHONE]"},
		{"disabled rule", Options{Disable: []string{"phone-cn-mobile"}}, "13800138000 +44 20 7946 0123", "13800138000 [PHONE]"},
		{"disabled own rule", Options{Rules: []UserRule{staff}, Disable: []string{"STAFF"}}, "E123456", "E123456"},
		{"off by default", Options{}, "from 8.8.4.4", "from 8.8.4.4"},
		{"enabled", Options{Enable: []string{"IP"}}, "from 8.8.4.4 and 10.0.0.1", "from [IP] and 10.0.0.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules, err := New(c.opt)
			if err != nil {
				t.Fatal(err)
			}
			text := r.Fill(c.text)
			got, counts := rules.Redact(text)
			if got != c.want {
				t.Errorf("Redact(%q) = %q %v, want %q", text, got, counts, c.want)
			}
			checkScan(t, rules, text)
		})
	}
}

func TestWrongOptions(t *testing.T) {
	for _, c := range []struct {
		opt                    Options
		option, field, problem string
		index                  int
	}{
		{opt: Options{Rules: []UserRule{{Name: "a", Regex: "b"}, {Name: "b", Regex: "("}}}, option: "rules", index: 1, field: "regex", problem: "does not compile"},
		{opt: Options{Rules: []UserRule{{Name: "a", Regex: "b*"}}}, option: "rules", field: "regex", problem: "empty text"},
		{opt: Options{Rules: []UserRule{{Name: "a"}}}, option: "rules", field: "regex", problem: "missing"},
		{opt: Options{Rules: []UserRule{{Name: "A b", Regex: "b"}}}, option: "rules", field: "name", problem: "a-z"},
		{opt: Options{Rules: []UserRule{{Name: "email", Regex: "b"}}}, option: "rules", field: "name", problem: "taken"},
		{opt: Options{Rules: []UserRule{{Name: "a", Regex: "b"}, {Name: "a", Regex: "c"}}}, option: "rules", index: 1, field: "name", problem: "taken"},
		{opt: Options{Rules: []UserRule{{Name: "a", Regex: "b", Placeholder: "no]"}}}, option: "rules", field: "placeholder", problem: "A-Z"},
		{opt: Options{Rules: []UserRule{{Name: "a", Regex: "b", Group: 1}}}, option: "rules", field: "group", problem: "0 groups"},
		{opt: Options{Rules: []UserRule{{Name: "a", Regex: "b", Keywords: []string{""}}}}, option: "rules", field: "keywords", problem: "empty"},
		{opt: Options{Allow: []Allow{{}}}, option: "allow", problem: "text or a regex"},
		{opt: Options{Allow: []Allow{{Literal: "a"}, {Regex: "a)|(?:b"}}}, option: "allow", index: 1, field: "regex", problem: "does not compile"},
		{opt: Options{Disable: []string{"EMAILS"}}, option: "disable", problem: "EMAILS"},
		{opt: Options{Enable: []string{"EMAIL"}}, option: "enable", problem: "only IP"},
		{opt: Options{Known: []string{"long enough", "short"}}, option: "known", index: 1, problem: "shorter"},
	} {
		_, err := New(c.opt)
		var wrong *OptionError
		if !errors.As(err, &wrong) || wrong.Option != c.option || wrong.Index != c.index || wrong.Field != c.field || !strings.Contains(wrong.Problem, c.problem) {
			t.Errorf("New(%+v): %v, want %s[%d].%s %q", c.opt, err, c.option, c.index, c.field, c.problem)
		}
		if c.option == "known" && strings.Contains(err.Error(), "short:") {
			t.Errorf("the error shows the value: %v", err)
		}
	}
}

// TestKnownValues looks for a value wherever it can hide.
func TestKnownValues(t *testing.T) {
	const value = "drei Bäume & 1 Haus?"
	rules, err := New(Options{Known: []string{value, "UPPER lower"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, around := range []string{"", "a", "ab", "abc"} {
		for name, text := range map[string]string{
			"plain":      value,
			"query":      url.QueryEscape(value),
			"path":       url.PathEscape(value),
			"Base64":     base64.StdEncoding.EncodeToString([]byte(around + value + around)),
			"Base64 URL": base64.RawURLEncoding.EncodeToString([]byte(around + value + around)),
		} {
			redacted, counts := rules.Redact("x" + text + "y")
			if counts[Label{APIKey, knownRule}] != 1 || strings.Contains(redacted, text) {
				t.Errorf("%s %q becomes %q", name, text, redacted)
			}
			checkScan(t, rules, "x"+text+"y")
		}
	}
	if got, _ := rules.Redact("upper lower and UPPER lower"); got != "upper lower and [API_KEY]" {
		t.Errorf("values of another case: %q", got)
	}
}

func TestNumbered(t *testing.T) {
	rules := BuiltIn()
	seen := map[string]int{}
	number := func(kind Kind, value string) int {
		key := string(kind) + value
		if seen[key] == 0 {
			seen[key] = len(seen) + 1
		}
		return seen[key]
	}
	text := "13800138000, Nora@example.com, 138-0013-8000, nora@Example.com, ben@example.com [EMAIL#9] [EMAIL]"
	want := "[PHONE#1], [EMAIL#2], [PHONE#1], [EMAIL#2], [EMAIL#3] [EMAIL#9] [EMAIL]"
	got, _ := rules.RedactNumbered(text, number)
	if got != want {
		t.Errorf("RedactNumbered = %q, want %q", got, want)
	}
	if again, counts := rules.RedactNumbered(got, number); again != got || counts != nil {
		t.Errorf("again it is %q", again)
	}
	if got, _ := rules.RedactNumbered(`{"phones":[13800138000,13900139000]}`, number); got != `{"phones":["[PHONE#1]","[PHONE#4]"]}` {
		t.Errorf("JSON becomes %s", got)
	}
}

func TestList(t *testing.T) {
	rules, err := New(Options{Rules: []UserRule{{Name: "staff", Regex: "E[0-9]+", Placeholder: "STAFF"}}, Disable: []string{"PHONE", "jwt"}})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]Rule{}
	for _, rule := range rules.List() {
		if _, twice := seen[rule.Name]; twice {
			t.Errorf("%s is listed twice", rule.Name)
		}
		seen[rule.Name] = rule
	}
	for name, off := range map[string]bool{"staff": false, "email": false, "jwt": true, "phone-plus": true, "ip-address": true, "openai": false} {
		if rule, listed := seen[name]; !listed || rule.Off != off {
			t.Errorf("%s: listed %v, off %v; want off %v", name, listed, rule.Off, off)
		}
	}
}

// FuzzOptions holds rules of users, too, to the promises of redaction.
func FuzzOptions(f *testing.F) {
	f.Add("[A-Z]+", "AB nora@example.com E123456 abc [EMAIL]")
	f.Add("a.", "aaaaa [CUSTOM]a")
	f.Add(`\[|\]`, "[EMAIL] [x]")
	f.Fuzz(func(t *testing.T, regex, text string) {
		if len(text) > 512 || len(regex) > 64 {
			return
		}
		rules, err := New(Options{Rules: []UserRule{{Name: "fuzzed", Regex: regex, Placeholder: "FUZZED"}}, Known: []string{"nora@e"}, Enable: []string{"IP"}})
		if err != nil {
			return
		}
		found := rules.Scan(text)
		last := 0
		for _, finding := range found {
			if finding.Start < last || finding.Start >= finding.End || finding.End > len(text) {
				t.Fatalf("Scan(%q) with %q = %v", text, regex, found)
			}
			last = finding.End
		}
	})
}
