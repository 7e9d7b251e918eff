package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/query"
)

// page is what all lists have.
type page struct {
	Notice    string
	Total     int
	Returned  int
	Truncated bool
	Next      string
	Messages  []query.Message
}

// TestArguments: each wrong argument is refused in words that quote nothing of
// it.
func TestArguments(t *testing.T) {
	const words = "words of mine"
	cl := begin(t, &fake{messages: 3, text: "hello"}, false)
	for _, c := range []struct{ name, tool, arguments, say string }{
		{"unknown", "last", `{"` + words + `":1}`, "it takes for, session, agent, channel, since, until, limit, next"},
		{"of another tool", "show", `{"session":"agent:main:main","query":"x"}`, "it takes for, session"},
		{"no arguments for status", "status", `{"limit":1}`, "does not take"},
		{"no object", "last", `["` + words + `"]`, "no JSON object"},
		{"missing", "search", `{}`, "query is missing"},
		{"empty", "search", `{"query":""}`, "query is missing"},
		{"null", "show", `{"session":null}`, "session is missing"},
		{"text of another kind", "last", `{"channel":["` + words + `"]}`, "channel takes a text"},
		{"long text", "search", `{"query":"` + strings.Repeat("长", 400) + `"}`, "at most 1000 bytes"},
		{"limit is a text", "last", `{"limit":"` + words + `"}`, "from 1 to 50"},
		{"limit is none", "last", `{"limit":0}`, "from 1 to 50"},
		{"limit is too high", "last", `{"limit":51}`, "from 1 to 50"},
		{"limit is broken", "last", `{"limit":1.5}`, "from 1 to 50"},
		{"limit is huge", "last", `{"limit":1e300}`, "from 1 to 50"},
		{"choice", "todos", `{"list":"` + words + `"}`, "list takes one of: overdue, done, suggested, all"},
		{"choice of todos", "decisions", `{"list":"overdue"}`, "list takes one of: suggested, all"},
		{"kind", "decisions", `{"kind":"` + words + `"}`, "kind takes one of: decision, knowledge, preference"},
		{"owner", "todos", `{"owner":"` + words + `"}`, "owner takes one of: user, agent, other"},
		{"flag", "search", `{"query":"x","exact":"` + words + `"}`, "exact takes true or false"},
		{"time", "last", `{"since":"` + words + `"}`, "since: write a date like"},
		{"end", "last", `{"until":"` + words + `"}`, "until: write a date like"},
		{"page", "last", `{"next":"` + words + `"}`, "page token"},
		{"only marks", "search", `{"query":"   "}`, "query is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, failed := cl.call(c.tool, c.arguments)
			got := into[Failure](t, data)
			if !failed || got.Code != "usage" || got.Hint == "" || !strings.Contains(got.Message, c.say) || strings.Contains(got.Message, words) {
				t.Errorf("got %s, want %q", data, c.say)
			}
		})
	}
	for _, arguments := range []string{`{}`, `null`, `{"limit":2.0}`, `{"channel":null,"for":"","since":"","limit":null}`, `{"since":"7d","until":"2026-03-14T09:30"}`} {
		if data, failed := cl.call("last", arguments); failed {
			t.Errorf("%s: %s", arguments, data)
		}
	}
	cl.send(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"last"}}`)
	if got := cl.next(); got.Error != nil || strings.Contains(string(got.Result), "isError") {
		t.Errorf("no arguments at all: %+v", got)
	}
}

// TestBounded: pages of texts that grow in JSON as much as they can fit into the
// bound, and together they are all there is.
func TestBounded(t *testing.T) {
	for _, text := range []string{
		"short", strings.Repeat("字", 3000), strings.Repeat("\x01", 3000), strings.Repeat(`"\`, 1500), strings.Repeat("\u202e", 3000), "\xff\xfe" + strings.Repeat("x", 2500),
	} {
		for _, question := range []struct{ tool, own string }{{"last", ""}, {"show", `"session":"agent:main:main",`}} {
			t.Run(fmt.Sprintf("%s %.6q", question.tool, text), func(t *testing.T) {
				cl := begin(t, &fake{messages: 60, text: text}, false)
				var ids []string
				for next := ""; ; {
					data, failed := cl.call(question.tool, fmt.Sprintf(`{%s"limit":50,"next":%q}`, question.own, next))
					if failed {
						t.Fatalf("%s", data)
					}
					p := into[page](t, data)
					if p.Notice == "" || p.Total != 60 || p.Returned != len(p.Messages) || p.Returned == 0 {
						t.Fatalf("%.500s", data)
					}
					for _, m := range p.Messages {
						ids = append(ids, m.ID)
						if cut := len(text) > maxBytes; m.Origin != "external" || m.Truncated != cut || len(m.Content) > 3*maxBytes {
							t.Fatalf("%.500s", data)
						}
					}
					if next = p.Next; p.Truncated != (next != "") {
						t.Fatalf("truncated is %v, next %q", p.Truncated, next)
					}
					if next == "" {
						break
					}
				}
				slices.Sort(ids)
				if got := len(slices.Compact(ids)); got != 60 {
					t.Errorf("%d messages on all pages", got)
				}
			})
		}
	}
}

// TestBrief: a brief fits into the tokens and into the bound, with one notice.
func TestBrief(t *testing.T) {
	for _, text := range []string{"hello", strings.Repeat("字", 300), strings.Repeat("\x01", 300), strings.Repeat(`"\`, 300), strings.Repeat("word ", 300)} {
		for _, tokens := range []int{query.LeastMaxTokens, query.DefaultMaxTokens, maxTokens} {
			t.Run(fmt.Sprintf("%d %.6q", tokens, text), func(t *testing.T) {
				cl := begin(t, &fake{messages: 30, text: text}, false)
				data, failed := cl.call("brief", fmt.Sprintf(`{"max_tokens":%d}`, tokens))
				if failed || query.Tokens(string(data)) > tokens || strings.Count(string(data), `"notice"`) != 1 || !strings.HasPrefix(string(data), notice) {
					t.Errorf("%d tokens: %.300s", query.Tokens(string(data)), data)
				}
			})
		}
	}
}

// TestOneMessage: a message that was cut is there in full, and a very long one
// as far as it fits.
func TestOneMessage(t *testing.T) {
	for _, c := range []struct {
		name, text string
		cut        bool
	}{
		{"longer than in a list", strings.Repeat("字", 5000), false},
		{"very long", strings.Repeat("字", 50_000), true},
		{"long in JSON", strings.Repeat("\x01", maxShown), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := begin(t, &fake{messages: 1, text: c.text}, false)
			data, failed := cl.call("show", `{"session":"aaaa1111:m0"}`)
			p := into[page](t, data)
			if failed || len(p.Messages) != 1 || p.Messages[0].Truncated != c.cut || !strings.HasPrefix(c.text, p.Messages[0].Content) || len(p.Messages[0].Content) <= maxBytes {
				t.Errorf("%.300s", data)
			}
		})
	}
}

// TestHidden: nothing that does something else than show itself reaches a model
// as it is.
func TestHidden(t *testing.T) {
	cl := begin(t, &fake{messages: 1, text: "a\u202eb\U000e0041c\u2028d\u200d"}, false)
	data, _ := cl.call("last", `{}`)
	if strings.ContainsAny(string(data), "\u202e\U000e0041\u2028") || !strings.Contains(string(data), `a\u202eb\udb40\udc41c\u2028d`) {
		t.Errorf("%+q", data)
	}
}

// TestFor: where groups are archived, nothing is answered without the session
// that asks; status tells.
func TestFor(t *testing.T) {
	for _, tl := range tools() {
		arguments := map[string]string{"search": `{"query":"x"}`, "show": `{"session":"agent:main:main"}`}[tl.name]
		if arguments == "" {
			arguments = `{}`
		}
		t.Run(tl.name, func(t *testing.T) {
			cl := begin(t, &fake{groups: true, messages: 1, text: "a secret of others"}, false)
			data, failed := cl.call(tl.name, arguments)
			asks := tl.name != "status"
			if got := into[Failure](t, data); failed != asks || asks && (got.Code != "for-required" || !strings.Contains(got.Hint, "session_status")) {
				t.Errorf("got %s", data)
			}
			if strings.Contains(string(data), "secret") {
				t.Errorf("tells %s", data)
			}
		})
	}
}

// TestFailures: errors of the archive are those that the caller explains, and a
// crash tells nothing of what it was about.
func TestFailures(t *testing.T) {
	for _, c := range []struct {
		name, arguments string
		fake            *fake
		want            Failure
	}{
		{"of the archive", `{}`, &fake{err: errors.New("no archive")}, Failure{"other", "no archive", "a hint"}},
		{"unknown asker", `{"for":"agent:main:nobody"}`, &fake{err: fmt.Errorf("looking: %w", query.ErrUnknownSession)}, Failure{Code: "query", Message: "no archived session has the key that for names"}},
		{"ambiguous asker", `{"for":"a"}`, &fake{err: &query.AmbiguousError{Candidates: []string{"agent:main:private"}}}, Failure{Code: "query", Message: "no archived session has the key that for names"}},
		{"unknown session", `{"session":"agent:main:nobody"}`, &fake{}, Failure{Code: "query", Message: "no session or message that you may see has this key or id"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, failed := begin(t, c.fake, false).call("last", c.arguments)
			got := into[Failure](t, data)
			if c.want.Hint == "" && got.Hint != "" {
				got.Hint = ""
			}
			if !failed || got != c.want {
				t.Errorf("got %s, want %+v", data, c.want)
			}
		})
	}
	t.Run("crash", func(t *testing.T) {
		cl := begin(t, &fake{statusFor: func(context.Context) (any, error) { panic("words of a chat") }}, false)
		data, failed := cl.call("status", `{}`)
		if got := into[Failure](t, data); !failed || got.Code != "internal" || strings.Contains(string(data), "words") {
			t.Errorf("got %s", data)
		}
	})
	t.Run("too much", func(t *testing.T) {
		cl := begin(t, &fake{statusFor: func(context.Context) (any, error) {
			return map[string]string{"text": strings.Repeat("x", maxResult)}, nil
		}}, false)
		data, failed := cl.call("status", `{}`)
		if got := into[Failure](t, data); !failed || got.Code != "too-large" {
			t.Errorf("got %.200s", data)
		}
	})
}

// TestTools: what clients are told of the tools.
func TestTools(t *testing.T) {
	cl := begin(t, &fake{}, false)
	cl.send(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`)
	got := into[struct {
		Tools []struct {
			Name, Title, Description string
			InputSchema              struct {
				Type                 string
				Properties           map[string]struct{ Type, Description string }
				Required             []string
				AdditionalProperties *bool
			}
			Annotations struct{ ReadOnlyHint, DestructiveHint, OpenWorldHint *bool }
		}
	}](t, cl.next().Result)
	var names []string
	for _, tl := range got.Tools {
		names = append(names, tl.Name)
		if a := tl.Annotations; a.ReadOnlyHint == nil || !*a.ReadOnlyHint || a.DestructiveHint == nil || *a.DestructiveHint || a.OpenWorldHint == nil || *a.OpenWorldHint {
			t.Errorf("%s: annotations %+v", tl.Name, a)
		}
		if s := tl.InputSchema; s.Type != "object" || s.AdditionalProperties == nil || *s.AdditionalProperties || len(tl.Description) < 20 {
			t.Errorf("%s: %+v", tl.Name, tl)
		}
		for name, p := range tl.InputSchema.Properties {
			if p.Type == "" || p.Description == "" {
				t.Errorf("%s: %s is %+v", tl.Name, name, p)
			}
		}
		if _, takes := tl.InputSchema.Properties["for"]; takes == (tl.Name == "status") {
			t.Errorf("%s: takes for: %v", tl.Name, takes)
		}
	}
	for _, tl := range tools() {
		if !slices.Contains(names, tl.name) || len(names) != len(tools()) {
			t.Errorf("%s is not among %v", tl.name, names)
		}
	}
	all, err := json.Marshal(got)
	must(t, err)
	if size := len(all); size > 9000 { // it stands in the context of every conversation
		t.Errorf("the tools take %d bytes", size)
	}
}
