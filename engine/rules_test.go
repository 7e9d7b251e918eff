package engine_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/redact"
)

// configure writes the settings file of a world.
func (w *world) configure(text string) {
	w.t.Helper()
	mkdir(w.t, w.home)
	writeFile(w.t, filepath.Join(w.home, "config.yaml"), text)
}

// redacted is what a text becomes by the rules of a world.
func (w *world) redacted(text string) string {
	w.t.Helper()
	var out strings.Builder
	must(w.t, w.engine().Redact(context.Background(), strings.NewReader(text), &out, engine.RedactOptions{}))
	return out.String()
}

// TestRules: the settings add to the built-in rules, and take away.
func TestRules(t *testing.T) {
	phone, hotline, mail := "138"+"1234"+"5670", "400"+"1234567", "a.b"+"@"+"mine.example"
	for _, c := range []struct{ name, settings, in, want string }{
		{"none", "", "call " + phone, "call [PHONE]"},
		{"rule", `rules: [{name: staff-number, regex: 'staff no\. (\d{5})', group: 1, placeholder: STAFF, keywords: [staff]}]`,
			"Staff no. 1; staff no. 12345, " + phone, "Staff no. 1; staff no. [STAFF], [PHONE]"},
		{"rule of the simplest kind", `rules: [{name: room, regex: 'room \d+'}]`, "in room 12", "in [CUSTOM]"},
		{"allowed text", "allow: ['" + phone + "', '@MINE.example']", phone + " " + mail + " " + "b@other.example", phone + " " + mail + " [EMAIL]"},
		{"allowed regex", `allow: [{regex: '400\d+'}, {regex: 138.*}]`, "call " + hotline + " or " + phone, "call " + hotline + " or " + phone},
		{"kind off", "disable: [PHONE]", phone + " " + mail, phone + " [EMAIL]"},
		{"rule off", "disable: [email]", phone + " " + mail, "[PHONE] " + mail},
		{"rule of one's own off", "rules: [{name: room, regex: r1}]\n  disable: [room]", "r1", "r1"},
		{"kind on", "enable: [IP]", "from 8.8.4.4", "from [IP]"},
		{"numbered", "numbered: true", phone + " " + mail + " " + phone, "[PHONE#1] [EMAIL#1] [PHONE#1]"},
		{"known value", "known_values_from_env: [ROUTER]", "it was rumpelstilzchen", "it was [API_KEY]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.env["ROUTER"] = "rumpelstilzchen"
			if c.settings != "" {
				w.configure("redact:\n  " + c.settings + "\n")
			}
			if got := w.redacted(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestRulesRefused: rules that can't be used stop every command before anything
// is written, and the error says where and what.
func TestRulesRefused(t *testing.T) {
	const first = "redact:\n  rules:\n  - name: fine\n    regex: fine\n"
	for _, c := range []struct {
		name, settings string
		line           int
		key, problem   string
		hint           bool
	}{
		{"regex", first + "  - name: staff\n    keywords: [a]\n    regex: '(opened'\n", 7, "redact.rules[1].regex", "does not compile: missing closing )", true},
		{"lookahead", "redact:\n  rules:\n  - name: staff\n    regex: 'a(?!b)'\n", 4, "redact.rules[0].regex", `does not compile: invalid or unsupported Perl syntax: "(?!"`, true},
		{"no regex", first + "  - name: staff\n", 5, "redact.rules[1].regex", "is missing", true},
		{"empty match", first + "  - name: staff\n    regex: a*\n", 6, "redact.rules[1].regex", "matches the empty text", true},
		{"no name", first + "  - regex: a\n", 5, "redact.rules[1].name", "must be up to 40 of a-z, 0-9 and dashes", false},
		{"name taken", first + "  -\n    regex: a\n    name: email\n", 7, "redact.rules[1].name", `is taken: another rule is called "email"`, false},
		{"group", first + "  - name: a\n    regex: a(b)\n    group: 2\n", 7, "redact.rules[1].group", "is 2, but the regex has 1 groups", true},
		{"placeholder", first + "  - name: a\n    regex: a\n    placeholder: staff\n", 7, "redact.rules[1].placeholder",
			"must be 2 to 32 of A-Z, 0-9 and _, beginning with a letter", false},
		{"allow", "redact:\n  allow:\n  - a\n  - regex: '['\n", 4, "redact.allow[1].regex", "does not compile: missing closing ]: \"[\"", true},
		{"disable", "redact:\n  disable:\n  - PHONE\n  - FONE\n", 4, "redact.disable[1]", `"FONE" is neither a kind nor the name of a rule`, true},
		{"enable", "redact: {enable: [PHONE]}\n", 1, "redact.enable[0]", `"PHONE" is not off by default; only IP is`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.write(sessions+"a.jsonl", lines(header("a"), said("user", 1, "hello")))
			w.configure(c.settings)
			before := snapshot(t, w.root)
			for _, opt := range []engine.SyncOptions{{}, {DryRun: true}} {
				_, err := w.trySync(opt)
				var wrong *config.Error
				if !errors.As(err, &wrong) || wrong.Line != c.line || wrong.Key != c.key || wrong.Problem != c.problem || (wrong.Hint != "") != c.hint {
					t.Fatalf("got %+v, want line %d, %s: %s", err, c.line, c.key, c.problem)
				}
				if want := filepath.Join(w.home, "config.yaml"); wrong.Path != want {
					t.Errorf("it is told of %q, want %q", wrong.Path, want)
				}
			}
			wantSame(t, "refused settings", before, snapshot(t, w.root))
			text, findings := w.checkup("en")
			if f := findings["settings"]; f.Level != "problem" || !strings.Contains(f.Text, fmt.Sprintf("line %d, %s: ", c.line, c.key)) {
				t.Errorf("the checkup says %s", text)
			}
			if findings["state"].Level != "ok" || findings["archive-missing"].Level != "note" {
				t.Errorf("the checkup does not go on: %s", text)
			}
		})
	}
}

// TestShortestKnown: what the settings take for a known value the rules take.
func TestShortestKnown(t *testing.T) {
	if config.ShortestKnown != redact.ShortestKnown {
		t.Errorf("settings take %d bytes, rules %d", config.ShortestKnown, redact.ShortestKnown)
	}
}

// TestTemplateRules: what the template shows can be used as it is.
func TestTemplateRules(t *testing.T) {
	w := newWorld(t)
	_, example, _ := strings.Cut(string(config.Template("en")), "#   redact:\n")
	w.configure("redact:\n" + strings.ReplaceAll(example, "#  ", ""))
	if got, want := w.redacted("staff no. 12345"), "staff no. [STAFF]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRulesListed(t *testing.T) {
	w := newWorld(t)
	w.env["ROUTER"] = "rumpelstilzchen"
	w.configure("redact:\n  rules: [{name: room, regex: r1, placeholder: ROOM}]\n  disable: [PHONE, email]\n  known_values_from_env: [ROUTER]\n")
	list := w.engine().Rules()
	if list.Total != len(list.Rules) || list.Returned != list.Total || list.Truncated {
		t.Errorf("around %d rules is %+v", len(list.Rules), list.Envelope)
	}
	named := map[string]engine.Rule{}
	for _, r := range list.Rules {
		if named[r.Name].Name != "" {
			t.Errorf("%s is listed twice", r.Name)
		}
		named[r.Name] = r
	}
	for name, want := range map[string]string{
		"room": "ROOM true", "known-value": "API_KEY true", "email": "EMAIL false", "phone-cn-mobile": "PHONE false", "ip-address": "IP false", "jwt": "JWT true",
	} {
		if r := named[name]; fmt.Sprint(r.Kind, " ", r.On) != want {
			t.Errorf("%s is %+v, want %s", name, r, want)
		}
	}
	if email := named["email"]; len(email.Examples) == 0 || !strings.Contains(email.Examples[0], "«") || named["room"].Examples == nil {
		t.Errorf("examples: %q, %q", email.Examples, named["room"].Examples)
	}
}

// TestKnownValuesStayOut plants values that only the environment knows, in every
// form, and looks for them in everything that is written or said.
func TestKnownValuesStayOut(t *testing.T) {
	value := "tea for two&a" + "/horse+battery"
	secret := map[string]string{
		"value": value, "other value": "rumpel" + "stilzchen", "short value": "ab" + "cde",
		"Base64": base64.RawStdEncoding.EncodeToString([]byte(value)), "Base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(value)),
		"query": url.QueryEscape(value), "path": url.PathEscape(value),
	}
	planted := "planted: " + secret["value"] + ", " + secret["Base64"] + ", " + secret["Base64 for URLs"] + ", " + secret["query"] + ", " + secret["path"] + ", " + secret["other value"]
	w := newWorld(t)
	w.env["TEA"], w.env["DWARF"], w.env["SHORT"] = secret["value"], secret["other value"], secret["short value"]
	w.configure("redact:\n  known_values_from_env: [TEA, DWARF]\n")
	w.write(sessions+"sessions.json", asJSON(object{"agent:main:main": object{"sessionId": "a", "displayName": planted}}))
	w.write(sessions+"a.jsonl", lines(header("a"), said("user", 1, planted), said("assistant", 2, planted))+"{broken "+planted+"\n")
	report := w.sync()
	if report.Redactions["API_KEY"] < 10 {
		t.Errorf("redactions: %v", report.Redactions)
	}
	w.search(secret, "after a sync")

	var said bytes.Buffer
	w.configure("redact:\n  known_values_from_env: [TEA, DWARF, SHORT, MISSING]\n")
	_, err := w.trySync(engine.SyncOptions{})
	said.WriteString(err.Error())
	e := w.engine()
	_, err = e.Export(context.Background(), &said, engine.ExportOptions{Format: "md", All: true})
	must(t, err)
	explained, err := e.Explain(context.Background(), strings.NewReader(planted), false, 1000)
	must(t, err)
	stats, err := e.RedactStats(context.Background(), strings.NewReader(planted), false)
	must(t, err)
	text, findings := w.checkup("en")
	for _, v := range []any{report, explained, stats, e.Rules(), e.Config, e.Config.Values(), e.LastRun(), findings} {
		data, err := json.Marshal(v)
		must(t, err)
		fmt.Fprintf(&said, "%s %+v\n", data, v)
	}
	said.WriteString(text + w.redacted(planted))
	w.configure("redact:\n  known_values_from_env: [TEA, DWARF, SHORT, MISSING]\n  rules: [{name: a, regex: '(" + secret["other value"] + "'}]\n")
	_, err = w.open()
	said.WriteString(err.Error())
	hunt(t, secret, "what is said", said.Bytes())

	if explained.Total != 6 || explained.Findings[0].Rule != "known-value" {
		t.Errorf("found are %+v", explained)
	}
	for code, variable := range map[string]string{"known-value-unset": "MISSING", "known-value-short": "SHORT"} {
		if f := findings[code]; f.Level != "warning" || !strings.Contains(f.Text, variable) {
			t.Errorf("%s: %+v", code, f)
		}
	}
}
