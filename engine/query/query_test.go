package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

const (
	mainKey   = "agent:main:main"
	groupKey  = "agent:main:telegram:group:-42"
	directKey = "agent:main:telegram:direct:[PHONE~x7k2]"
	cronKey   = "agent:main:cron:daily"
)

func sample() (*fake, *Queries) {
	a := &fake{}
	a.add("main", mainKey, []string{"aaaa1111", "aaaa2222"}, 100, "m0", "m1", "m2", "m3")
	a.add("main", groupKey, []string{"bbbb1111"}, 200, "g0", "g1")
	a.add("main", directKey, []string{"cccc1111"}, 300, "d0")
	a.add("main", cronKey, []string{"dddd1111"}, 400, "c0")
	a.add("work", "agent:work:main", []string{"eeee1111"}, 500, "w0")
	a.add("main", "agent:main:unknown:ffff1111", []string{"ffff1111"}, 50, "u0")
	return a, &Queries{Archive: a, Archived: func(key string) string { return strings.ReplaceAll(key, "7001", "[PHONE~x7k2]") }}
}

func contents(page MessagePage) string {
	var all []string
	for _, m := range page.Messages {
		all = append(all, m.Content)
	}
	return strings.Join(all, " ")
}

func keys(page SessionPage) string {
	var all []string
	for _, s := range page.Sessions {
		all = append(all, s.Key)
	}
	return strings.Join(all, " ")
}

func TestResolve(t *testing.T) {
	_, q := sample()
	for _, test := range []struct {
		name, session, agent, want string
		err                        error
	}{
		{"key", mainKey, "", "m0 m1 m2 m3", nil},
		{"real key of a redacted one", "agent:main:telegram:direct:7001", "", "d0", nil},
		{"redacted key", directKey, "", "d0", nil},
		{"session id", "aaaa2222", "", "m0 m1 m2 m3", nil},
		{"beginning of two ids of one session", "aaaa", "", "m0 m1 m2 m3", nil},
		{"unknown and an id", "unknown:ffff1111", "", "u0", nil},
		{"whole unknown key", "agent:main:unknown:ffff1111", "", "u0", nil},
		{"other agent", "aaaa", "work", "", ErrUnknownSession},
		{"nothing fits", "zzzz", "", "", ErrUnknownSession},
		{"only the prefix", "unknown:", "", "", ErrUnknownSession},
		{"none", "", "", "", ErrRequest},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, err := q.Show(context.Background(), ShowRequest{Scope: Scope{Session: test.session, Agent: test.agent}})
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if got := contents(page); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if err != nil && test.session != "" && strings.Contains(err.Error(), test.session) {
				t.Errorf("the error repeats the name: %v", err)
			}
		})
	}
}

func TestAmbiguous(t *testing.T) {
	a, q := sample()
	for i := range 7 {
		a.add("main", fmt.Sprintf("agent:main:hook:%d", i), []string{fmt.Sprintf("abab%d", i)}, i, "x")
	}
	a.add("main", "agent:main:dashboard:1", []string{"abab"}, 1, "exact")
	_, err := q.Show(context.Background(), ShowRequest{Scope: Scope{Session: "aba"}})
	var ambiguous *AmbiguousError
	if !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 5 || ambiguous.More != 3 || ambiguous.Candidates[0] != "agent:main:dashboard:1" {
		t.Fatalf("got %v", err)
	}
	if page, err := q.Show(context.Background(), ShowRequest{Scope: Scope{Session: "abab"}}); err != nil || contents(page) != "exact" {
		t.Errorf("a whole id gave %q, %v", contents(page), err)
	}
}

func TestFor(t *testing.T) {
	noGroups := func(s session.Session) bool { return !s.Kind.Shared() }
	all := strings.Join([]string{"agent:work:main", cronKey, directKey, groupKey, mainKey, "agent:main:unknown:ffff1111"}, " ")
	for _, test := range []struct {
		name, asker string
		share       func(session.Session) bool
		want        string
		err         error
	}{
		{"the owner", "", nil, all, nil},
		{"the owner under a policy", "", noGroups, strings.Replace(all, groupKey+" ", "", 1), nil},
		{"main", mainKey, nil, all, nil},
		{"main under a policy", mainKey, noGroups, strings.Replace(all, groupKey+" ", "", 1), nil},
		{"direct, by its real key", "agent:main:telegram:direct:7001", nil, all, nil},
		{"private sees itself when nothing is shared", mainKey, func(session.Session) bool { return false }, mainKey, nil},
		{"group", groupKey, nil, groupKey, nil},
		{"group that is not shared", groupKey, noGroups, groupKey, nil},
		{"job", cronKey, nil, cronKey, nil},
		{"session without a key", "unknown:ffff1111", nil, "agent:main:unknown:ffff1111", nil},
		{"nobody", "agent:main:telegram:group:1", nil, "", ErrUnknownSession},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, q := sample()
			q.Share = test.share
			page, err := q.List(context.Background(), ListRequest{Scope{For: test.asker}})
			if !errors.Is(err, test.err) {
				t.Fatalf("error %v, want %v", err, test.err)
			}
			if got := keys(page); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	_, q := sample()
	for _, hidden := range []string{mainKey, "aaaa", "no such session"} {
		_, err := q.Show(context.Background(), ShowRequest{Scope: Scope{For: groupKey, Session: hidden}})
		if !errors.Is(err, ErrUnknownSession) {
			t.Errorf("a group that asks for %q gets %v", hidden, err)
		}
	}
	if page, err := q.Last(context.Background(), LastRequest{Scope: Scope{For: groupKey}}); err != nil || contents(page) != "g1 g0" || page.Total != 2 {
		t.Errorf("the last of a group are %q, %v", contents(page), err)
	}
}

func TestFilters(t *testing.T) {
	for _, test := range []struct {
		name  string
		scope Scope
		want  string
	}{
		{"all", Scope{}, "w0 c0 d0 g1 g0 m3 m2 m1 m0 u0"},
		{"channel", Scope{Channel: "webchat"}, "g1 m3 m1"},
		{"agent", Scope{Agent: "work"}, "w0"},
		{"kind", Scope{Kind: session.KindGroup}, "g1 g0"},
		{"since and until", Scope{Since: time.Unix(102, 0), Until: time.Unix(201, 0)}, "g0 m3 m2"},
		{"session and channel", Scope{Session: mainKey, Channel: "telegram"}, "m2 m0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, q := sample()
			page, err := q.Last(context.Background(), LastRequest{Scope: test.scope})
			if err != nil {
				t.Fatal(err)
			}
			if got := contents(page); got != test.want || page.Total != page.Returned || page.Truncated {
				t.Errorf("got %q %+v, want %q", got, page.Envelope, test.want)
			}
		})
	}
}

// pager asks one question for one page and returns its results in order.
type pager func(q *Queries, limit int, next string) ([]string, Envelope, error)

func pagers() map[string]pager {
	return map[string]pager{
		"list": func(q *Queries, limit int, next string) ([]string, Envelope, error) {
			page, err := q.List(context.Background(), ListRequest{Scope{Limit: limit, Next: next}})
			return strings.Fields(keys(page)), page.Envelope, err
		},
		"last": func(q *Queries, limit int, next string) ([]string, Envelope, error) {
			page, err := q.Last(context.Background(), LastRequest{Scope: Scope{Limit: limit, Next: next}})
			return strings.Fields(contents(page)), page.Envelope, err
		},
		"last of one": func(q *Queries, limit int, next string) ([]string, Envelope, error) {
			page, err := q.Last(context.Background(), LastRequest{Scope: Scope{Session: "s0", Limit: limit, Next: next}})
			return strings.Fields(contents(page)), page.Envelope, err
		},
		"show": func(q *Queries, limit int, next string) ([]string, Envelope, error) {
			page, err := q.Show(context.Background(), ShowRequest{Scope: Scope{Session: "s0", Limit: limit, Next: next}})
			return strings.Fields(contents(page)), page.Envelope, err
		},
	}
}

// TestPages walks every question with every page size and compares with the
// answer on one page, also when many results have the same time or none, and
// when new messages arrive between the pages.
func TestPages(t *testing.T) {
	for name, ask := range pagers() {
		for limit := 1; limit < 14; limit++ {
			t.Run(fmt.Sprintf("%s by %d", name, limit), func(t *testing.T) {
				a := &fake{}
				for i := range 12 {
					a.add("main", fmt.Sprintf("agent:main:direct:%d", i), []string{fmt.Sprintf("s%d", i)}, 100+i/4, fmt.Sprintf("x%d", i), fmt.Sprintf("y%d", i), fmt.Sprintf("z%d", i))
				}
				for i := range a.messages["main agent:main:direct:7"] {
					a.messages["main agent:main:direct:7"][i].Time = time.Time{} // unknown
				}
				q := &Queries{Archive: a}
				want, _, err := ask(q, MaxLimit, "")
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				next := ""
				for page := 0; ; page++ {
					part, e, err := ask(q, limit, next)
					if err != nil {
						t.Fatal(err)
					}
					if e.Returned != len(part) || e.Truncated != (e.Next != "") || e.SchemaVersion != 1 || len(part) > limit {
						t.Fatalf("envelope %+v around %d results", e, len(part))
					}
					got = append(got, part...)
					if next = e.Next; next == "" {
						break
					}
					if page == 0 && name != "show" { // newer than all, so on no later page
						a.add("main", "agent:main:direct:new", []string{"new"}, 900, "new")
						late := a.messages["main agent:main:direct:new"][0]
						a.messages["main agent:main:direct:0"] = append(a.messages["main agent:main:direct:0"], late)
						if name == "list" {
							a.messages["main agent:main:direct:0"] = a.messages["main agent:main:direct:0"][:3]
						}
					}
				}
				if !slices.Equal(got, want) {
					t.Errorf("page by page %v\nat once %v", got, want)
				}
			})
		}
	}
}

func TestRequestsThatAreRefused(t *testing.T) {
	_, q := sample()
	list, err := q.List(context.Background(), ListRequest{Scope{Limit: 1}})
	if err != nil || list.Next == "" {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		r    LastRequest
	}{
		{"limit too high", LastRequest{Scope: Scope{Limit: MaxLimit + 1}}},
		{"negative limit", LastRequest{Scope: Scope{Limit: -1}}},
		{"negative size", LastRequest{MaxBytes: -1}},
		{"token of another question", LastRequest{Scope: Scope{Next: list.Next}}},
		{"no token", LastRequest{Scope: Scope{Next: "?"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := q.Last(context.Background(), test.r); !errors.Is(err, ErrRequest) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCut(t *testing.T) {
	a := &fake{}
	a.add("main", mainKey, []string{"s"}, 1, "字字字", strings.Repeat("x", DefaultMaxBytes+1), strings.Repeat("y", DefaultMaxBytes))
	q := &Queries{Archive: a}
	for _, test := range []struct {
		name string
		max  int
		want []string
		cut  []bool
	}{
		{"on a rune", 7, []string{"字字", "xxxxxxx", "yyyyyyy"}, []bool{true, true, true}},
		{"below one rune", 2, []string{"", "xx", "yy"}, []bool{true, true, true}},
		{"by default", 0, []string{"字字字", strings.Repeat("x", DefaultMaxBytes), strings.Repeat("y", DefaultMaxBytes)}, []bool{false, true, false}},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, err := q.Show(context.Background(), ShowRequest{Scope: Scope{Session: mainKey}, MaxBytes: test.max})
			if err != nil {
				t.Fatal(err)
			}
			for i, m := range page.Messages {
				if m.Content != test.want[i] || m.Truncated != test.cut[i] {
					t.Errorf("message %d: %q, truncated %v", i, m.Content, m.Truncated)
				}
			}
		})
	}
}

func TestDeletedSessionIsDescribed(t *testing.T) {
	a, q := sample()
	a.sessions[0].Deleted = true
	page, err := q.Show(context.Background(), ShowRequest{Scope: Scope{Session: mainKey}})
	if err != nil || page.Total != 0 || len(page.Messages) != 0 || page.Session == nil || !page.Session.Deleted {
		t.Errorf("got %+v, %v", page, err)
	}
	page, err = q.Show(context.Background(), ShowRequest{Scope: Scope{Session: mainKey, IncludeDeleted: true}})
	if err != nil || page.Total != 4 {
		t.Errorf("got %+v, %v", page, err)
	}
}

func TestJSON(t *testing.T) {
	a := &fake{}
	ids := make([]string, maxSessionIDs+2)
	for i := range ids {
		ids[i] = fmt.Sprintf("id%02d", i)
	}
	s := a.add("main", groupKey, ids, 1_770_000_000, "<b>你好</b>")
	s.Channel, s.Title = "telegram", "Team"
	a.messages["main "+groupKey][0].Sender = "Ann"
	q := &Queries{Archive: a}
	for _, test := range []struct {
		name string
		ask  func() (any, error)
		want string
	}{
		{"list", func() (any, error) { return q.List(context.Background(), ListRequest{}) },
			`{"schema_version":1,"total":1,"returned":1,"truncated":false,"sessions":[{"agent":"main","session_key":"agent:main:telegram:group:-42",` +
				`"session_ids":["` + strings.Join(ids[2:], `","`) + `"],"session_ids_omitted":2,"channel":"telegram","kind":"group","title":"Team",` +
				`"message_count":1,"last_updated":"2026-02-02T02:40:00.000Z"}]}`},
		{"last", func() (any, error) { return q.Last(context.Background(), LastRequest{}) },
			`{"schema_version":1,"total":1,"returned":1,"truncated":false,"messages":[{"id":"id00:e0","role":"user","content":"\u003cb\u003e你好\u003c/b\u003e",` +
				`"timestamp":"2026-02-02T02:40:00.000Z","channel":"telegram","sender":"Ann","origin":"owner","agent":"main","session_key":"agent:main:telegram:group:-42"}]}`},
		{"nothing", func() (any, error) { return q.Last(context.Background(), LastRequest{Scope: Scope{Channel: "none"}}) },
			`{"schema_version":1,"total":0,"returned":0,"truncated":false,"known_channels":["telegram"],"messages":[]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			page, err := test.ask()
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(page)
			if err != nil || string(got) != test.want {
				t.Errorf("got  %s\nwant %s (%v)", got, test.want, err)
			}
		})
	}
}

func FuzzToken(f *testing.F) {
	for _, seed := range []token{{questionList, 0, 0}, {questionShow, 0, 20}, {questionRecent, 1_770_000_000_000, 3}, {questionNewest, -5, 1}} {
		f.Add(seed.String(), string(seed.question))
	}
	f.Add("bC4wLi0x", "l")
	f.Add("!", "")
	f.Fuzz(func(t *testing.T, text, want string) {
		got, err := parseToken(text, question(want))
		switch {
		case err != nil && !errors.Is(err, ErrRequest):
			t.Fatalf("unexpected error %v", err)
		case err == nil && got == nil && text != "":
			t.Error("a token was taken for none")
		case got != nil && (got.number < 0 || got.String() != text):
			t.Errorf("%q was read as %+v", text, got)
		}
	})
}

func TestMessageByID(t *testing.T) {
	a := &fake{}
	group := a.add("main", "agent:main:telegram:group:-1", []string{"11111111-a"}, 0, "one", "two")
	a.add("main", "agent:main:main", []string{"22222222-b"}, 10, "private")
	q := &Queries{Archive: a, Share: func(s session.Session) bool { return !s.Kind.Shared() }}
	var id string
	for m := range a.Messages(t.Context(), Filter{Agent: "main", Key: "agent:main:main"}, Page{}) {
		id = m.ID
	}
	page, err := q.Message(t.Context(), id, "", 3)
	if err != nil || len(page.Messages) != 1 || page.Messages[0].Content != "pri" || !page.Messages[0].Truncated {
		t.Errorf("got %+v, %v", page, err)
	}
	if _, err := q.Message(t.Context(), id, group.Key, 0); !errors.Is(err, ErrUnknownMessage) {
		t.Errorf("a group got %v for a private message, want ErrUnknownMessage", err)
	}
	if _, err := q.Message(t.Context(), "none:1", "", 0); !errors.Is(err, ErrUnknownMessage) {
		t.Errorf("got %v, want ErrUnknownMessage", err)
	}
}
