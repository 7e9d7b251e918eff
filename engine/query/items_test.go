package query

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
)

// finding is a certain item of a session, said at a second of 1970.
func finding(id, kind, agent, key string, second int64) Finding {
	x := Finding{Main: true, Item: session.Item{
		ID: id, Kind: kind, Plugin: "p", Agent: agent, SessionKey: key, MessageID: "aaaa1111:" + id, Channel: "telegram",
		Time: time.Unix(second, 0).UTC(), Title: "title of " + id, Evidence: "words of " + id, Origin: session.OriginOwner, Score: 80,
	}}
	if kind == session.ItemTodo {
		x.State = session.StatusOpen
	}
	return x
}

// with changes a finding in place.
func (x Finding) with(change func(*Finding)) Finding {
	change(&x)
	return x
}

func sampleBoard() (*fake, *Queries) {
	a, q := sample()
	done := func(at int64) func(*Finding) {
		return func(x *Finding) { x.State, x.ClosedAt = session.StatusDone, time.Unix(at, 0).UTC() }
	}
	due := func(day string, over bool) func(*Finding) {
		return func(x *Finding) { x.Due, x.Overdue, x.Owner = day, over, session.OwnerUser }
	}
	a.board = Board{
		Decisions: []Finding{
			finding("d-group", session.ItemDecision, "main", groupKey, 210),
			finding("d-main", session.ItemDecision, "main", mainKey, 110),
			finding("k-main", session.ItemKnowledge, "main", mainKey, 109).with(func(x *Finding) { x.Channel = "webchat" }),
			finding("p-work", session.ItemPreference, "work", "agent:work:main", 500),
			finding("d-maybe", session.ItemDecision, "main", mainKey, 111).with(func(x *Finding) { x.Main = false }),
			finding("d-not", session.ItemDecision, "main", mainKey, 112).with(func(x *Finding) { x.State = session.StatusCancelled }),
		},
		Todos: []Finding{
			finding("t-old", session.ItemTodo, "main", mainKey, 101),
			finding("t-new", session.ItemTodo, "main", groupKey, 201),
			finding("t-late", session.ItemTodo, "main", mainKey, 102).with(due("2026-03-01", true)),
			finding("t-soon", session.ItemTodo, "main", mainKey, 103).with(due("2026-04-01T10:00", false)),
			finding("t-done", session.ItemTodo, "main", mainKey, 104).with(done(900)),
			finding("t-undone", session.ItemTodo, "main", mainKey, 105).with(done(950)).with(func(x *Finding) { x.State = session.StatusCancelled }),
			finding("t-maybe", session.ItemTodo, "main", mainKey, 106).with(func(x *Finding) { x.Main = false }),
			finding("t-again", session.ItemTodo, "main", directKey, 301).with(func(x *Finding) { x.SameAs = "t-old" }),
		},
	}
	return a, q
}

func ids(page ItemPage) string {
	var all []string
	for _, it := range page.Items {
		all = append(all, it.ID)
	}
	return strings.Join(all, " ")
}

func TestItems(t *testing.T) {
	group := func(s *Queries) { s.Share = func(s session.Session) bool { return s.Key != groupKey } }
	tests := []struct {
		name  string
		todos bool
		ask   ItemRequest
		set   func(*Queries)
		want  string
	}{
		{"decisions that stand", false, ItemRequest{}, nil, "p-work d-group d-main k-main"},
		{"one kind", false, ItemRequest{Kind: session.ItemKnowledge}, nil, "k-main"},
		{"one agent", false, ItemRequest{Scope: Scope{Agent: "work"}}, nil, "p-work"},
		{"one channel", false, ItemRequest{Scope: Scope{Channel: "webchat"}}, nil, "k-main"},
		{"one session", false, ItemRequest{Scope: Scope{Session: "aaaa1111"}}, nil, "d-main k-main"},
		{"one kind of sessions", false, ItemRequest{Scope: Scope{Kind: session.KindGroup}}, nil, "d-group"},
		{"a span of time", false, ItemRequest{Scope: Scope{Since: time.Unix(110, 0), Until: time.Unix(500, 0)}}, nil, "d-group d-main"},
		{"suggested decisions", false, ItemRequest{Choice: ChooseSuggested}, nil, "d-maybe"},
		{"all decisions", false, ItemRequest{Choice: ChooseAll}, nil, "p-work d-group d-not d-maybe d-main k-main"},

		{"open todos", true, ItemRequest{}, nil, "t-late t-soon t-new t-old"},
		{"overdue", true, ItemRequest{Choice: ChooseOverdue}, nil, "t-late"},
		{"done", true, ItemRequest{Choice: ChooseDone}, nil, "t-undone t-done"},
		{"suggested", true, ItemRequest{Choice: ChooseSuggested}, nil, "t-maybe"},
		{"all", true, ItemRequest{Choice: ChooseAll}, nil, "t-late t-soon t-again t-new t-maybe t-old t-undone t-done"},
		{"of one owner", true, ItemRequest{Owner: session.OwnerUser}, nil, "t-late t-soon"},

		{"for a group", true, ItemRequest{Scope: Scope{For: groupKey}}, nil, "t-new"},
		{"for a group, all", true, ItemRequest{Choice: ChooseAll, Scope: Scope{For: groupKey}}, nil, "t-new"},
		{"for the owner's session", true, ItemRequest{Scope: Scope{For: mainKey}}, group, "t-late t-soon t-old"},
		{"for a direct chat", false, ItemRequest{Scope: Scope{For: "agent:main:telegram:direct:7001"}}, group, "p-work d-main k-main"},
		{"for the owner's session, naming a hidden agent", false, ItemRequest{Scope: Scope{For: mainKey, Kind: session.KindGroup}}, group, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, q := sampleBoard()
			if test.set != nil {
				test.set(q)
			}
			ask := q.Decisions
			if test.todos {
				ask = q.Todos
			}
			page, err := ask(t.Context(), test.ask)
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(page); got != test.want || page.Total != len(strings.Fields(test.want)) || page.Truncated {
				t.Errorf("got %q of %d, want %q", got, page.Total, test.want)
			}
		})
	}
}

func TestItemErrors(t *testing.T) {
	_, q := sampleBoard()
	first, err := q.Todos(t.Context(), ItemRequest{Scope: Scope{Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		ask  ItemRequest
		want error
	}{
		{"no such choice", ItemRequest{Choice: ChooseDone}, ErrRequest},
		{"limit", ItemRequest{Scope: Scope{Limit: MaxLimit + 1}}, ErrRequest},
		{"token of other words", ItemRequest{Scope: Scope{Next: "!"}}, ErrRequest},
		{"token of another question", ItemRequest{Scope: Scope{Next: first.Next}}, ErrRequest},
		{"unknown asker", ItemRequest{Scope: Scope{For: "nobody"}}, ErrUnknownSession},
		{"unknown session", ItemRequest{Scope: Scope{Session: "nobody"}}, ErrUnknownSession},
		{"session that may not be seen", ItemRequest{Scope: Scope{Session: mainKey, For: groupKey}}, ErrUnknownSession},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := q.Decisions(t.Context(), test.ask); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// TestItemPages: whatever the limit, the pages together are the list, also when
// items come and go between them.
func TestItemPages(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	a, q := sampleBoard()
	a.board.Todos = nil
	for i := range 50 {
		x := finding(fmt.Sprintf("t%02d", i), session.ItemTodo, "main", mainKey, int64(100+i/3))
		switch random.IntN(3) {
		case 0:
			x.Due = fmt.Sprintf("2026-03-%02d", 1+random.IntN(5))
		case 1:
			x.State, x.ClosedAt = session.StatusDone, time.Unix(int64(900+random.IntN(5)), 0)
		}
		a.board.Todos = append(a.board.Todos, x)
	}
	whole, err := q.Todos(t.Context(), ItemRequest{Choice: ChooseAll, Scope: Scope{Limit: MaxLimit}})
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{1, 7, 49, 50} {
		var got []Item
		for next, pages := "", 0; ; pages++ {
			page, err := q.Todos(t.Context(), ItemRequest{Choice: ChooseAll, Scope: Scope{Limit: limit, Next: next}})
			if err != nil || pages > 50 {
				t.Fatalf("page %d: %v", pages, err)
			}
			got = append(got, page.Items...)
			if next = page.Next; next == "" {
				break
			}
		}
		if !reflect.DeepEqual(got, whole.Items) {
			t.Errorf("pages of %d differ from the whole", limit)
		}
	}
	first, err := q.Todos(t.Context(), ItemRequest{Choice: ChooseAll, Scope: Scope{Limit: 10}})
	if err != nil {
		t.Fatal(err)
	}
	last := first.Items[9].ID
	a.board.Todos = slices.DeleteFunc(a.board.Todos, func(x Finding) bool { return x.ID == last })
	a.board.Todos = append(a.board.Todos, finding("new", session.ItemTodo, "main", mainKey, 1).with(func(x *Finding) { x.Due = "2026-01-01" }))
	second, err := q.Todos(t.Context(), ItemRequest{Choice: ChooseAll, Scope: Scope{Limit: 10, Next: first.Next}})
	if err != nil || !reflect.DeepEqual(second.Items, whole.Items[10:20]) {
		t.Errorf("got %s, %v", ids(second), err)
	}
}

func TestItemJSON(t *testing.T) {
	a, q := sampleBoard()
	long := strings.Repeat("长", MaxItemBytes)
	by := finding("t-report", session.ItemTodo, "main", mainKey, 120).Item
	a.board.Todos = []Finding{finding("t-one", session.ItemTodo, "main", mainKey, 101).with(func(x *Finding) {
		x.Body, x.Tags, x.Owner, x.Due, x.Sender = long, []string{"home"}, session.OwnerAgent, "2026-03-01", "Li Lei"
		x.State, x.ClosedBy, x.Verdict = session.StatusDone, &by, &session.Verdict{Status: session.StatusDone, At: time.Unix(300, 0)}
	})}
	page, err := q.Todos(t.Context(), ItemRequest{Choice: ChooseDone})
	if err != nil {
		t.Fatal(err)
	}
	if body := page.Items[0].Body; len(body) > MaxItemBytes || !utf8.ValidString(body) || !page.Items[0].Truncated {
		t.Errorf("a body of %d bytes", len(body))
	}
	page.Items[0].Body = ""
	got, err := json.Marshal(page)
	want := `{"schema_version":1,"total":1,"returned":1,"truncated":false,"items":[{"id":"t-one","kind":"todo","title":"title of t-one",` +
		`"evidence":"words of t-one","tier":"main","origin":"owner","owner":"agent","due":"2026-03-01","status":"done","score":80,"plugin":"p",` +
		`"tags":["home"],"agent":"main","session_key":"agent:main:main","message_id":"aaaa1111:t-one","timestamp":"1970-01-01T00:01:41.000Z",` +
		`"channel":"telegram","sender":"Li Lei","closed_by":{"message_id":"aaaa1111:t-report","evidence":"words of t-report","origin":"owner",` +
		`"timestamp":"1970-01-01T00:02:00.000Z"},"verdict":{"status":"done","at":"1970-01-01T00:05:00.000Z"},"truncated":true}]}`
	if err != nil || string(got) != want {
		t.Errorf("got\n%s, %v, want\n%s", got, err, want)
	}
}

// FuzzItemToken: what is taken for a token comes out as it went in.
func FuzzItemToken(f *testing.F) {
	f.Add(itemPlace{"2026-03-01", 12, "abcdefghij"}.token(questionTodos))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte("t.closed.-1.x")))
	f.Add("dC4uLg")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parseItemPlace(text, questionTodos)
		if err == nil && p != nil && p.token(questionTodos) != text {
			t.Errorf("%+v is not %q", p, text)
		}
		if _, err := parseItemPlace(text, questionDecisions); text != "" && err == nil && p != nil {
			t.Error("it fits two questions")
		}
	})
}

func TestNamed(t *testing.T) {
	_, q := sampleBoard()
	tests := []struct {
		name  string
		names []string
		want  string
		err   error
		say   string
	}{
		{"in full", []string{"t-old"}, "t-old", nil, ""},
		{"by the beginning", []string{"t-ol", "d-gr"}, "t-old d-group", nil, ""},
		{"suggested, closed and hidden ones too", []string{"t-maybe", "t-done", "t-again", "d-not"}, "t-maybe t-done t-again d-not", nil, ""},
		{"twice", []string{"t-old", "t-ol"}, "t-old", nil, ""},
		{"too short", []string{"t-o"}, "", ErrRequest, "item 1 of 1"},
		{"of two", []string{"t-old", "d-ma"}, "", ErrRequest, "item 2 of 2: wrong request: d-main and d-maybe begin like this"},
		{"of none", []string{"zzzz"}, "", ErrUnknownItem, "item 1 of 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found, err := q.Named(t.Context(), test.names)
			var got []string
			for _, x := range found {
				got = append(got, x.ID)
			}
			if strings.Join(got, " ") != test.want || !errors.Is(err, test.err) {
				t.Fatalf("got %q, %v, want %q, %v", got, err, test.want, test.err)
			}
			if err != nil && !strings.Contains(err.Error(), test.say) {
				t.Errorf("says %q, want %q in it", err, test.say)
			}
		})
	}
}

// TestAllTodos: an export takes what a list shows, without its pages.
func TestAllTodos(t *testing.T) {
	_, q := sampleBoard()
	found, err := q.AllTodos(t.Context(), ItemRequest{Scope: Scope{Limit: 1, For: mainKey}})
	if err != nil || len(found) != 4 || found[0].ID != "t-late" {
		t.Errorf("got %d, %v", len(found), err)
	}
	if _, err := q.AllTodos(t.Context(), ItemRequest{Scope: Scope{For: "nobody"}}); !errors.Is(err, ErrUnknownSession) {
		t.Errorf("got %v", err)
	}
}
