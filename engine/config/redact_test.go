package config

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestKnownValues: values are found by name, and what has none is told by name.
func TestKnownValues(t *testing.T) {
	const text = "redact:\n  known_values_from_env: [ROUTER, MISSING, SHORT, BLANK, VOID, PADDED]\n"
	env := environment("ROUTER", "correct horse", "SHORT", "abcde", "BLANK", " ", "VOID", "null", "PADDED", " battery\n", "OTHER", "not asked for")
	c, err := mustParse(t, "c.yaml", text).Resolve(Overrides{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"correct horse", "battery"}; !slices.Equal(c.KnownValues(), want) {
		t.Errorf("got %q, want %q", c.KnownValues(), want)
	}
	want := []Unused{{"MISSING", false}, {"SHORT", true}, {"BLANK", false}, {"VOID", false}}
	if !slices.Equal(c.Unused(), want) {
		t.Errorf("unused: got %v, want %v", c.Unused(), want)
	}
	if c := (Config{}); c.KnownValues() != nil || c.Unused() != nil {
		t.Errorf("a configuration of nothing knows %q, %v", c.KnownValues(), c.Unused())
	}
}

// TestCheckKnown: the first variable without a value is told with its line.
func TestCheckKnown(t *testing.T) {
	for _, c := range []struct{ name, settings, want string }{
		{"none named", "lang: zh\n", ""},
		{"all set", "redact:\n  known_values_from_env: [ROUTER]\n", ""},
		{"not set", "redact:\n  known_values_from_env:\n  - ROUTER\n  - MISSING\n  - SHORT\n",
			`settings "c.yaml", line 4, redact.known_values_from_env[1]: the variable MISSING is not set, so its value would not be taken out`},
		{"too short", "redact: {known_values_from_env: [SHORT, MISSING]}\n",
			`settings "c.yaml", line 1, redact.known_values_from_env[0]: the value of the variable SHORT has less than 6 bytes, so it would not be taken out`},
	} {
		t.Run(c.name, func(t *testing.T) {
			resolved, err := mustParse(t, "c.yaml", c.settings).Resolve(Overrides{Env: environment("ROUTER", "correct horse", "SHORT", "abcde")})
			if err != nil {
				t.Fatal(err)
			}
			err = resolved.CheckKnown()
			if c.want == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			var wrong *Error
			if !errors.As(err, &wrong) || wrong.Error() != c.want || wrong.Hint == "" {
				t.Errorf("got %+v, want %s", err, c.want)
			}
		})
	}
}

// TestKnownValuesAreNotShown tries every way in which a configuration is
// usually printed or written.
func TestKnownValuesAreNotShown(t *testing.T) {
	secret := "correct" + "horse" + "battery"
	c, err := mustParse(t, "c.yaml", "redact:\n  known_values_from_env: [ROUTER]\n").Resolve(Overrides{Env: environment("ROUTER", secret)})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.KnownValues()) != 1 {
		t.Fatal("the value is not known")
	}
	marshaled, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprintf("%v %+v %#v %q %s %+v", c, c, c, c.Values(), marshaled, &c)
	if !strings.Contains(shown, "ROUTER") {
		t.Error("the name of the variable is not shown either")
	}
	for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
		if strings.Contains(shown, form) {
			t.Errorf("the value is shown: %s", shown)
		}
	}
}

func TestRedactValues(t *testing.T) {
	const text = `redact:
  rules: [{name: staff, regex: 'staff (\d+)'}, {name: room, regex: r}]
  allow: [someone@mine.example, {regex: "private.*"}]
  disable: [PLATE]
  known_values_from_env: [ROUTER, OTHER]
`
	c, err := mustParse(t, "c.yaml", text).Resolve(Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []Value{
		{"redact.rules", "staff, room", "file c.yaml:2"},
		{"redact.allow", "2", "file c.yaml:3"},
		{"redact.disable", "PLATE", "file c.yaml:4"},
		{"redact.enable", "", "default"},
		{"redact.known_values_from_env", "ROUTER, OTHER", "file c.yaml:5"},
		{"redact.numbered", "false", "default"},
	} {
		if got := valueOf(t, c, want.Key); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

// TestWrong: a later error stands in the line of what it is about.
func TestWrong(t *testing.T) {
	const text = `# settings
redact:
  rules:
  - name: one
    regex: a
  -
    name: two
    regex: b
    keywords: [c,
      d]
  allow:
  - e
  - regex: f
  disable: [g, h]
`
	file := mustParse(t, "c.yaml", text)
	for key, line := range map[string]int{
		"redact.rules":                3,
		"redact.rules[0].regex":       5,
		"redact.rules[0].group":       4, // of the rule: it is not given
		"redact.rules[1]":             7,
		"redact.rules[1].regex":       8,
		"redact.rules[1].keywords":    9,
		"redact.rules[1].keywords[1]": 10,
		"redact.allow[0]":             12,
		"redact.allow[1].regex":       13,
		"redact.disable[1]":           14,
		"redact.enable[0]":            0,
		"":                            0,
	} {
		want := Error{Path: "c.yaml", Line: line, Key: key, Problem: "is wrong", Hint: "mend it"}
		if got := file.Wrong(key, "is wrong", "mend it"); !reflect.DeepEqual(*got, want) {
			t.Errorf("got %+v, want %+v", *got, want)
		}
	}
	var e *Error
	err := error(file.Wrong("redact.rules[1].regex", "does not compile: missing argument", ""))
	if want := `settings "c.yaml", line 8, redact.rules[1].regex: does not compile: missing argument`; !errors.As(err, &e) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
