package redact

import (
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/fakesecret"
)

func TestNamedVendors(t *testing.T) {
	rules, r := BuiltIn(), fakesecret.New(12)
	for _, c := range []struct{ name, text, want string }{
		{"assignment", `fastly = "{b64u:32}"`, `fastly = "[API_KEY]"`},
		{"environment", "ADAFRUIT_IO: {b64u:32}", "ADAFRUIT_IO: [API_KEY]"},
		{"json", `{"datadog":"{hex:32}"}`, `{"datadog":"[API_KEY]"}`},
		{"camel case", "datadogApi: '{hex:40}'", "datadogApi: '[API_KEY]'"},
		{"prefixed name", "PROD_HEROKU_AUTH={uuid}", "PROD_HEROKU_AUTH=[API_KEY]"},
		{"random value behind a colon", "yuque: {b62:40}", "yuque: [API_KEY]"},
		{"digest in a sentence", "gitea: {hex:40}", ""},
		{"commit", "SENTRY_RELEASE={hex:40}", ""},
		{"public id", "CLOUDFLARE_ZONE_ID={hex:32}", ""},
		{"account", "cloudflare_account={hex:32}", ""},
		{"wrong length", `fastly = "{b62:31}"`, ""},
		{"words of the right length", `fastly = "varnish-backend-fetch-timeouts-4"`, ""},
		{"longer word", "confluentinc={b62:40}", ""},
		{"prose", "datadog 的 {hex:32} 这个提交", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 20 {
				text := r.Fill(c.text)
				want := c.want
				if want == "" {
					want = text
				}
				if got, _ := rules.Redact(text); got != want {
					t.Fatalf("Redact(%q) = %q, want %q (%v)", text, got, want, rules.Scan(text))
				}
			}
		})
	}
}

func TestVendorTables(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range allVendors() {
		if seen[v.id] {
			t.Errorf("%s has two rows, want one", v.id)
		}
		seen[v.id] = true
		if v.never == "" {
			t.Errorf("%s has no look-alike that must stay", v.id)
		}
	}
	for _, n := range namedVendors {
		if n.word != strings.ToLower(n.word) {
			t.Errorf("%s: the word %q is not lower case", n.id, n.word)
		}
	}
}

func TestHostileVendorTextStaysLinear(t *testing.T) {
	rules := BuiltIn()
	for _, piece := range []string{"cloudflare=", `cloudflare="`, "cloudflare_", "a_live_", "a-sk-", "_sk_live", "glpat-", "x.atlasv1.", "token a1", "AAAA"} {
		// Nothing is timed: a quadratic detector takes minutes for this.
		text := strings.Repeat(piece, 1<<19/len(piece))
		if redacted, _ := rules.Redact(text); len(redacted) > 4*len(text) {
			t.Errorf("%q: %d bytes became %d", piece, len(text), len(redacted))
		}
	}
}
