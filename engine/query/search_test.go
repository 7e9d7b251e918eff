package query

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

func TestSnippet(t *testing.T) {
	long := strings.Repeat("前", 50) + "部署" + strings.Repeat("后", 50)
	for _, c := range []struct {
		name, query, text string
		runes             int
		want              string
	}{
		{"whole", "部署", "请部署一下", 20, "请«部署»一下"},
		{"every hit", "a b", "a b c a", 20, "«a» «b» c «a»"},
		{"touching hits are one", "ab bc", "abc", 20, "«abc»"},
		{"folded", "ＡＰＩ", "the Api", 20, "the «Api»"},
		{"middle", "部署", long, 12, "…前前前前«部署»后后后后后后…"},
		{"end", "末尾", long + "末尾", 6, "…后后后后«末尾»"},
		{"beginning", "前前", long, 5, "«前前前前前»…"},
		{"short end", "end", strings.Repeat("x", 30) + " end", 10, "…xxxxxx «end»"},
		{"marks of others", "x", "«a» x", 20, "‹a› «x»"},
		{"a hit that is cut", "abcdef", "abcdef", 3, "«abc»…"},
		{"broken text", "ok", "\xff\xfe ok", 20, "\xff\xfe «ok»"},
		{"no text", "x", "", 20, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, err := textindex.Parse(c.query)
			if err != nil {
				t.Fatal(err)
			}
			got, cut := snippet(c.text, q.Marks(c.text, mostMarks), c.runes)
			if got != c.want || cut != strings.Contains(got, "…") {
				t.Errorf("got %q (cut %v), want %q", got, cut, c.want)
			}
		})
	}
}

// A snippet is a part of its text, with marks that can be taken off again.
func FuzzSnippet(f *testing.F) {
	f.Add("部署", "请部署一下 the gateway «x»", 10)
	f.Add("a", "\xff a \xe4", 3)
	f.Fuzz(func(t *testing.T, query, text string, runes int) {
		q, err := textindex.Parse(query)
		if err != nil || runes < 1 || runes > MaxSnippet {
			return
		}
		marked, cut := snippet(text, q.Marks(text, mostMarks), runes)
		plain := strings.NewReplacer("«", "", "»", "").Replace(marked)
		inside := strings.TrimSuffix(strings.TrimPrefix(plain, "…"), "…")
		if !strings.Contains(unmark.Replace(text), inside) {
			t.Errorf("%q is not of %q", inside, text)
		}
		if utf8.RuneCountInString(plain) > runes+2 {
			t.Errorf("%q is longer than %d", plain, runes)
		}
		if !cut && plain != unmark.Replace(text) {
			t.Errorf("%q is not all of %q", plain, text)
		}
		if strings.Count(marked, "«") != strings.Count(marked, "»") {
			t.Errorf("marks do not fit: %q", marked)
		}
	})
}

func TestSearchRequests(t *testing.T) {
	a := &fake{}
	a.add("main", "agent:main:main", []string{"aaaa1111"}, 1, "部署 nginx", "ok", "deploy 部署")
	a.add("main", "agent:main:telegram:group:-1", []string{"bbbb1111"}, 100, "部署 in the group")
	q := &Queries{Archive: a}
	for _, c := range []struct {
		name string
		r    SearchRequest
		want string
		err  error
	}{
		{"all", SearchRequest{Query: "部署"}, "«部署» in the group|deploy «部署»|«部署» nginx", nil},
		{"phrase", SearchRequest{Query: `"deploy 部署"`}, "«deploy 部署»", nil},
		{"exact", SearchRequest{Query: "y 部", Exact: true}, "deplo«y 部»署", nil},
		{"session", SearchRequest{Query: "部署", Scope: Scope{Session: "agent:main:main"}}, "deploy «部署»|«部署» nginx", nil},
		{"a group sees itself", SearchRequest{Query: "部署", Scope: Scope{For: "agent:main:telegram:group:-1"}}, "«部署» in the group", nil},
		{"unknown asker", SearchRequest{Query: "部署", Scope: Scope{For: "agent:main:nobody"}}, "", ErrUnknownSession},
		{"role", SearchRequest{Query: "部署", Role: session.RoleTool}, "", nil},
		{"nothing asked", SearchRequest{Query: "  "}, "", ErrRequest},
		{"too much asked", SearchRequest{Query: strings.Repeat("长", 500)}, "", ErrRequest},
		{"snippet", SearchRequest{Query: "x", Snippet: -1}, "", ErrRequest},
		{"context", SearchRequest{Query: "x", Context: MaxContext + 1}, "", ErrRequest},
		{"limit", SearchRequest{Query: "x", Scope: Scope{Limit: -1}}, "", ErrRequest},
		{"token of another question", SearchRequest{Query: "x", Scope: Scope{Next: token{question: questionList}.String()}}, "", ErrRequest},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := q.Search(t.Context(), c.r)
			if !errors.Is(err, c.err) {
				t.Fatalf("got %v, want %v", err, c.err)
			}
			var got []string
			for _, hit := range page.Messages {
				got = append(got, hit.Snippet)
			}
			if strings.Join(got, "|") != c.want || err == nil && page.Total != len(got) {
				t.Errorf("got %q (total %d), want %q", got, page.Total, c.want)
			}
		})
	}
}

// TestSearchPages: the pages are the whole, also where many messages have one
// time; and their tokens tell nothing of what else there is.
func TestSearchPages(t *testing.T) {
	for name, step := range map[string]int64{"each at its time": 1, "two at a time": 2, "all at one time": 100} {
		t.Run(name, func(t *testing.T) {
			a := &fake{}
			a.add("main", "agent:main:main", []string{"aaaa1111"}, 1, strings.Split(strings.Repeat("部署|", 9)+"部署", "|")...)
			for i := range a.messages["main agent:main:main"] {
				a.messages["main agent:main:main"][i].Time = time.Unix(int64(i)/step, 0)
			}
			q := &Queries{Archive: a}
			whole, err := q.Search(t.Context(), SearchRequest{Query: "部署"})
			if err != nil || len(whole.Messages) != 10 || whole.Truncated {
				t.Fatal(whole, err)
			}
			pages := searchPages(t, q, SearchRequest{Query: "部署", Scope: Scope{Limit: 3}, Context: 1})
			var messages []Hit
			for _, page := range pages {
				messages = append(messages, page.Messages...)
			}
			for i, hit := range messages {
				if len(hit.Before)+len(hit.After) == 0 || len(messages) != 10 || whole.Messages[i].ID != hit.ID {
					t.Fatalf("pages give %v", messages)
				}
			}
			a.add("main", "agent:main:telegram:group:1", []string{"bbbb1111"}, 1, "部署", "部署", "部署")
			a.sessions[0], a.sessions[1] = a.sessions[1], a.sessions[0]
			asked := SearchRequest{Query: "部署", Scope: Scope{Limit: 3, For: "agent:main:main"}, Context: 1}
			q.Share = func(s session.Session) bool { return !s.Kind.Shared() }
			if beside := searchPages(t, q, asked); !reflect.DeepEqual(beside, pages) {
				t.Errorf("beside a hidden session: got %+v, want %+v", beside, pages)
			}
		})
	}
}

func searchPages(t *testing.T, q *Queries, r SearchRequest) (pages []SearchPage) {
	t.Helper()
	for {
		page, err := q.Search(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
		if r.Next = page.Next; r.Next == "" {
			return pages
		}
	}
}

func FuzzSearched(f *testing.F) {
	f.Add(searched{textindex.Prefix, -5, 7}.String())
	f.Add("q")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := parseSearched(text); err == nil && s != nil && s.String() != text {
			t.Errorf("%q is not the token of %v", text, *s)
		}
	})
}
