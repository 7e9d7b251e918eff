package query

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
)

// briefly is a board whose clock stands a day after what it tells.
func briefly() (*fake, *Queries) {
	a, q := sampleBoard()
	q.Now = func() time.Time { return time.Unix(24*3600, 0).UTC() }
	return a, q
}

// told is what a brief says, in few words.
func told(b Brief) string {
	var words []string
	list := func(name string, items BriefItems) {
		line := fmt.Sprintf("%s %d/%d", name, items.Returned, items.Total)
		for _, it := range items.Items {
			line += " " + it.ID
		}
		words = append(words, line)
	}
	list("todos", b.Todos)
	list("decisions", b.Decisions)
	for _, c := range b.Channels {
		line := fmt.Sprintf("%s %d/%d", c.Channel, c.Returned, c.Total)
		for _, m := range c.Messages {
			line += " " + m.Content
		}
		words = append(words, line)
	}
	return strings.Join(append(words, fmt.Sprint(b.ChannelsOmitted)), ", ")
}

func TestBrief(t *testing.T) {
	_, q := briefly()
	all, err := q.Brief(t.Context(), BriefRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if all.Todos.Overdue != 1 || all.Todos.Items[0].ID != "t-late" || !all.Todos.Items[0].Overdue {
		t.Errorf("what is overdue does not stand first: %+v", all.Todos)
	}
	for _, c := range all.Channels {
		if !slices.IsSortedFunc(c.Messages, func(x, y Message) int { return strings.Compare(x.Timestamp, y.Timestamp) }) {
			t.Errorf("messages of %s do not stand oldest first: %+v", c.Channel, c.Messages)
		}
		for _, m := range c.Messages {
			if m.ID == "" || m.Origin == "" || m.SessionKey == "" || m.Agent == "" || m.Timestamp == "" {
				t.Errorf("a message does not say whose it is: %+v", m)
			}
		}
	}
	for _, test := range []struct {
		name   string
		change func(*BriefRequest)
		has    []string
		lacks  []string
	}{
		{"everything", func(*BriefRequest) {}, []string{"t-new", "d-group", "p-work", "telegram", "webchat"}, []string{"d-maybe", "d-not", "t-done", "t-undone"}},
		{"agent", func(r *BriefRequest) { r.Agent = "work" }, []string{"p-work"}, []string{"d-main", "t-late"}},
		{"channel", func(r *BriefRequest) { r.Channel = "webchat" }, []string{"k-main", "webchat"}, []string{"telegram", "d-main"}},
		{"since", func(r *BriefRequest) { r.Since = time.Unix(200, 0) }, []string{"d-group", "t-new"}, []string{"d-main", "t-late"}},
		{"for the group", func(r *BriefRequest) { r.For = groupKey }, []string{"d-group", "t-new"}, []string{"d-main", "p-work", "t-late"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := BriefRequest{MaxTokens: 5000}
			test.change(&r)
			b, err := q.Brief(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range test.has {
				if !strings.Contains(told(b), word) {
					t.Errorf("does not tell of %s: %s", word, told(b))
				}
			}
			for _, word := range test.lacks {
				if strings.Contains(told(b), word) {
					t.Errorf("tells of %s: %s", word, told(b))
				}
			}
		})
	}
}

// TestBriefDays: what was decided long ago is left out, unless it is asked for.
func TestBriefDays(t *testing.T) {
	_, q := briefly()
	q.Now = func() time.Time { return time.Unix(400, 0).AddDate(0, 0, briefDays).UTC() }
	for _, test := range []struct {
		since time.Time
		want  int
	}{{time.Time{}, 1}, {time.Unix(1, 0), 4}} {
		b, err := q.Brief(t.Context(), BriefRequest{Scope: Scope{Since: test.since}})
		if err != nil || b.Decisions.Total != test.want {
			t.Errorf("since %v: %d decisions, want %d; %v", test.since, b.Decisions.Total, test.want, err)
		}
	}
}

func TestBriefRefuses(t *testing.T) {
	_, q := briefly()
	for name, r := range map[string]BriefRequest{
		"few":      {MaxTokens: LeastMaxTokens - 1},
		"negative": {MaxTokens: -1},
		"many":     {MaxTokens: MostMaxTokens + 1},
		"wordy":    {Print: func(Brief) string { return strings.Repeat("words ", 10_000) }},
	} {
		if _, err := q.Brief(t.Context(), r); !errors.Is(err, ErrRequest) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := q.Brief(t.Context(), BriefRequest{Scope: Scope{For: "nobody"}}); !errors.Is(err, ErrUnknownSession) {
		t.Errorf("for nobody: got %v", err)
	}
}

// words makes text of Chinese, English, marks and line feeds.
func words(r *rand.Rand, runes int) string {
	alphabet := []rune("abc DEF012.,\n\n\t\u202e\x1b\"\\«│…会议纪要明天发布🐦é")
	text := make([]rune, runes)
	for i := range text {
		text[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(text)
}

// generated is an archive of any size and of texts of any length.
func generated(r *rand.Rand) (*fake, *Queries) {
	a := &fake{messages: map[string][]session.Message{}}
	long := func() int { return []int{3, 30, 300, 3000}[r.IntN(4)] }
	for i := range r.IntN(6) {
		key := fmt.Sprintf("agent:main:telegram:direct:%d%s", i, words(r, long()/30))
		said := make([]string, 1+r.IntN(40))
		for n := range said {
			said[n] = words(r, long())
		}
		a.add("main", key, []string{fmt.Sprintf("%08d", i)}, 100*i, said...)
		for n := range a.messages["main "+key] {
			m := &a.messages["main "+key][n]
			m.Channel, m.Sender = strings.Repeat(string(rune('a'+r.IntN(26))), 1+r.IntN(20)), words(r, r.IntN(50))
		}
		for n := range r.IntN(80) {
			todo := finding(fmt.Sprintf("t%d-%d", i, n), session.ItemTodo, "main", key, int64(n))
			todo.Title, todo.Overdue = words(r, long()), n%3 == 0
			decision := finding(fmt.Sprintf("d%d-%d", i, n), session.ItemDecision, "main", key, int64(n))
			decision.Title = words(r, long())
			a.board.Todos, a.board.Decisions = append(a.board.Todos, todo), append(a.board.Decisions, decision)
		}
	}
	return a, &Queries{Archive: a, Now: func() time.Time { return time.Unix(3600, 0).UTC() }}
}

// TestBriefFits: whatever the archive holds, a brief as it is printed never takes
// more than it may, says the same twice, and counts what it leaves out.
func TestBriefFits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		_, q := generated(r)
		request := BriefRequest{MaxTokens: []int{200, 250, 500, 2000, 20_000}[r.IntN(5)]}
		b, err := q.Brief(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if got := Tokens(printPlain(b)); got > request.MaxTokens {
			t.Fatalf("takes %d tokens of %d: %s", got, request.MaxTokens, printPlain(b))
		}
		again, err := q.Brief(t.Context(), request)
		if err != nil || printPlain(again) != printPlain(b) {
			t.Fatalf("says something else when asked again: %v", err)
		}
		checkCounts(t, q, b)
	}
}

func checkCounts(t *testing.T, q *Queries, b Brief) {
	t.Helper()
	todos, err := q.Todos(t.Context(), ItemRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if b.Todos.Total != todos.Total || b.Todos.Returned != len(b.Todos.Items) || b.Decisions.Returned != len(b.Decisions.Items) {
		t.Errorf("counts are wrong: %s", told(b))
	}
	for i, it := range b.Todos.Items { // the first ones, in their order
		if todos.Items[min(i, len(todos.Items)-1)].ID != it.ID && i < len(todos.Items) {
			t.Errorf("todo %d is %s", i, it.ID)
		}
	}
	for _, c := range b.Channels {
		last, err := q.Last(t.Context(), LastRequest{Scope: Scope{Channel: c.Channel, Limit: MaxLimit}})
		if err != nil {
			t.Fatal(err)
		}
		if c.Total != last.Total || c.Returned != len(c.Messages) || c.Returned == 0 {
			t.Errorf("%s: %d of %d, want %d", c.Channel, c.Returned, c.Total, last.Total)
		}
		for i, m := range c.Messages {
			if last.Messages[c.Returned-1-i].ID != m.ID {
				t.Errorf("%s: message %d is %s", c.Channel, i, m.ID)
			}
		}
	}
}

// TestBriefIsFair: much of one thing leaves room for the others.
func TestBriefIsFair(t *testing.T) {
	for _, test := range []struct {
		name              string
		todos, decisions  int
		messages          int // of the loudest of four channels
		least             [2]int
		channels, ofQuiet int
	}{
		{"todos", 500, 2, 5, [2]int{5, 2}, 4, 1},
		{"decisions", 2, 500, 5, [2]int{2, 5}, 4, 1},
		{"a channel", 3, 3, 5000, [2]int{3, 3}, 4, 1},
		{"everything", 500, 500, 5000, [2]int{4, 4}, 4, 1},
		{"nothing else", 500, 0, 0, [2]int{14, 0}, 3, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := &fake{messages: map[string][]session.Message{}}
			for i, n := range []int{1, 1, 1, test.messages} {
				key := fmt.Sprintf("agent:main:telegram:direct:%d", i)
				a.add("main", key, []string{fmt.Sprintf("%08d", i)}, 1000*i, slices.Repeat([]string{strings.Repeat("明天开会。", 20)}, n)...)
				for m := range a.messages["main "+key] {
					a.messages["main "+key][m].Channel = fmt.Sprintf("channel-%d", i)
				}
			}
			for n := range test.todos {
				a.board.Todos = append(a.board.Todos, finding(fmt.Sprintf("t%03d", n), session.ItemTodo, "main", "agent:main:telegram:direct:0", int64(n)))
			}
			for n := range test.decisions {
				a.board.Decisions = append(a.board.Decisions, finding(fmt.Sprintf("d%03d", n), session.ItemDecision, "main", "agent:main:telegram:direct:0", int64(n)))
			}
			q := &Queries{Archive: a, Now: func() time.Time { return time.Unix(3600, 0) }}
			b, err := q.Brief(t.Context(), BriefRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if b.Todos.Returned < test.least[0] || b.Decisions.Returned < test.least[1] || len(b.Channels) < test.channels || b.Channels[len(b.Channels)-1].Returned < test.ofQuiet {
				t.Errorf("got %s", told(b))
			}
		})
	}
}

// TestBriefNext: what is left out can be asked for, in the same scope.
func TestBriefNext(t *testing.T) {
	_, q := briefly()
	q.Archived = func(key string) string { return strings.ReplaceAll(key, "real", mainKey) }
	b, err := q.Brief(t.Context(), BriefRequest{MaxTokens: 400, Scope: Scope{For: "real", Agent: "main"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"session-sync todos --agent=main --for=" + mainKey + " --json",
		"session-sync decisions --agent=main --for=" + mainKey + " --since=30d --json",
	}
	if !slices.Equal(b.Next, want) {
		t.Errorf("got %q, want %q; %s", b.Next, want, told(b))
	}
	for value, want := range map[string]string{
		"": "", "telegram": " --x=telegram", "-n": " --x=-n", "a b": " --x='a b'", "it's": ` --x='it'\''s'`, "$(x)": " --x='$(x)'", "频道": " --x='频道'", "a\nb": " --x='a\nb'",
	} {
		if got := flag("--x", value); got != want {
			t.Errorf("%q becomes %q, want %q", value, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "word": 1, "two words": 3, "2026": 2, "会": 2, "会议": 3, "{\"id\":1}": 4, "é": 1, "🐦": 2,
	} {
		if got := Tokens(text); got != want {
			t.Errorf("%q is %d tokens, want %d", text, got, want)
		}
	}
}

// FuzzCutTokens: what is cut is a beginning, fits, and says that it was cut.
func FuzzCutTokens(f *testing.F) {
	for _, text := range []string{"", "word", "会议纪要", "a\xffb", strings.Repeat("é1 ", 100)} {
		f.Add(text, 40)
	}
	f.Fuzz(func(t *testing.T, text string, tokens int) {
		tokens = 2 + max(0, tokens)%1000
		shown, cut := cutTokens(text, tokens)
		beginning := strings.TrimSuffix(shown, cutMark)
		switch {
		case Tokens(shown) > tokens:
			t.Errorf("%q takes %d tokens of %d", shown, Tokens(shown), tokens)
		case !cut && shown != text, cut && !strings.HasPrefix(text, beginning), cut && beginning+cutMark != shown:
			t.Errorf("%q becomes %q, cut %t", text, shown, cut)
		case utf8.ValidString(text) && !utf8.ValidString(shown):
			t.Errorf("%q is cut within a character", shown)
		}
	})
}

// TestBriefJSON: its lists are lists also when nothing is there.
func TestBriefJSON(t *testing.T) {
	q := &Queries{Archive: &fake{}, Now: time.Now}
	b, err := q.Brief(t.Context(), BriefRequest{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(b)
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("got %s, %v", text, err)
	}
}
