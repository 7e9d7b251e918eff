package items

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// find returns the todo of a short name.
func find(t testing.TB, b Board, name string) Todo {
	t.Helper()
	i := slices.IndexFunc(b.Todos, func(x Todo) bool { return x.Item.ID == idOf(name) })
	if i < 0 {
		t.Fatalf("there is no todo %q", name)
	}
	return b.Todos[i]
}

func closer(name, clock, target string) session.Item {
	return with(said(name, clock, "done with "+target), func(it *session.Item) {
		it.Status, it.Resolves = session.StatusDone, target
	})
}

func verdicts(name string, status session.Status, clock string) map[string]session.Verdict {
	return map[string]session.Verdict{idOf(name): {Item: idOf(name), Status: status, At: at(clock)}}
}

func low(it *session.Item)     { it.Score = unsure }
func outside(it *session.Item) { it.Origin = session.OriginExternal }
func another(it *session.Item) { it.Origin = session.OriginOther }

// unsure is a score below the main tier.
const unsure = session.MainScore - 1

// What the last message says counts, unless a person spoke after it.
func TestState(t *testing.T) {
	todo := said("t", "03-10 10:00", "water the plants")
	for name, c := range map[string]struct {
		items    []session.Item
		verdicts map[string]session.Verdict
		want     session.Status
		tier     Tier
		by       string // ClosedBy
		maybe    string // MaybeClosedBy
		at       string // ClosedAt
	}{
		"open":           {items: []session.Item{todo}, want: "open"},
		"open by status": {items: []session.Item{with(todo, func(it *session.Item) { it.Status = session.StatusOpen })}, want: "open"},
		"closed by an item": {
			items: []session.Item{todo, closer("c", "03-11 10:00", "t")}, want: "done", by: "c", at: "03-11 10:00",
		},
		"in the same message": {
			items: []session.Item{todo, closer("c", "03-10 10:00", "t")}, want: "done", by: "c", at: "03-10 10:00",
		},
		"the last of two counts": {
			items: []session.Item{todo, closer("c", "03-11 10:00", "t"), with(closer("d", "03-12 10:00", "t"), func(it *session.Item) { it.Status = session.StatusCancelled })},
			want:  "cancelled", by: "d", at: "03-12 10:00",
		},
		"said again after it was done": {
			items: []session.Item{with(todo, func(it *session.Item) { it.Time = at("03-12 10:00") }), closer("c", "03-11 10:00", "t")}, want: "open",
		},
		"revised to done": {
			items: []session.Item{with(todo, func(it *session.Item) { it.Status = session.StatusDone })}, want: "done", at: "03-10 10:00",
		},
		"closer of another plugin": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), func(it *session.Item) { it.Plugin = "other" })}, want: "open",
		},
		"closer of another session": {
			items: []session.Item{todo, in("agent:main:x", closer("c", "03-11 10:00", "t"))}, want: "open",
		},
		"closer of another agent": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), func(it *session.Item) { it.Agent = "work" })}, want: "open",
		},
		"withdrawn closer": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), func(it *session.Item) { it.Status = session.StatusWithdrawn })}, want: "open",
		},
		"uncertain closer only suggests": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), low)}, want: "open", maybe: "c",
		},
		"closer from outside only suggests": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), outside)}, want: "open", maybe: "c",
		},
		"closer by another person only suggests": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), another)}, want: "open", maybe: "c",
		},
		"uncertain closer of an uncertain todo": {
			items: []session.Item{with(todo, low), with(closer("c", "03-11 10:00", "t"), low)}, want: "done", tier: TierSuggested, by: "c", at: "03-11 10:00",
		},
		"person says done": {
			items: []session.Item{todo}, verdicts: verdicts("t", "done", "03-11 10:00"), want: "done", at: "03-11 10:00",
		},
		"person says cancelled": {
			items: []session.Item{todo}, verdicts: verdicts("t", "cancelled", "03-11 10:00"), want: "cancelled", at: "03-11 10:00",
		},
		"person reopens": {
			items: []session.Item{todo, closer("c", "03-11 10:00", "t")}, verdicts: verdicts("t", "open", "03-12 10:00"), want: "open",
		},
		"person agrees": {
			items: []session.Item{todo, closer("c", "03-11 10:00", "t")}, verdicts: verdicts("t", "done", "03-12 10:00"), want: "done", by: "c", at: "03-11 10:00",
		},
		"closed again after a person reopened": {
			items: []session.Item{todo, closer("c", "03-13 10:00", "t")}, verdicts: verdicts("t", "open", "03-12 10:00"), want: "done", by: "c", at: "03-13 10:00",
		},
		"said again after a person closed": {
			items: []session.Item{with(todo, func(it *session.Item) { it.Time = at("03-12 10:00") })}, verdicts: verdicts("t", "done", "03-11 10:00"), want: "open",
		},
		"said again from outside": {
			items:    []session.Item{with(todo, func(it *session.Item) { it.Time = at("03-12 10:00"); outside(it) })},
			verdicts: verdicts("t", "cancelled", "03-11 10:00"), want: "cancelled", tier: TierSuggested, at: "03-11 10:00",
		},
		"said again by another person": {
			items:    []session.Item{with(todo, func(it *session.Item) { it.Time = at("03-12 10:00"); another(it) })},
			verdicts: verdicts("t", "cancelled", "03-11 10:00"), want: "cancelled", tier: TierSuggested, at: "03-11 10:00",
		},
		"person says open against a suggestion": {
			items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), low)}, verdicts: verdicts("t", "open", "03-12 10:00"), want: "open",
		},
		"suggestion after a person said open": {
			items: []session.Item{todo, with(closer("c", "03-13 10:00", "t"), low)}, verdicts: verdicts("t", "open", "03-12 10:00"), want: "open", maybe: "c",
		},
		"suggested":                {items: []session.Item{with(todo, low)}, want: "open", tier: TierSuggested},
		"suggested and confirmed":  {items: []session.Item{with(todo, low)}, verdicts: verdicts("t", "confirmed", "03-09 10:00"), want: "open"},
		"another person's":         {items: []session.Item{with(todo, another)}, want: "open", tier: TierSuggested},
		"from outside, confirmed":  {items: []session.Item{with(todo, outside)}, verdicts: verdicts("t", "confirmed", "03-11 10:00"), want: "open"},
		"suggested and ticked":     {items: []session.Item{with(todo, low)}, verdicts: verdicts("t", "done", "03-11 10:00"), want: "done", at: "03-11 10:00"},
		"suggested and dismissed":  {items: []session.Item{with(todo, low)}, verdicts: verdicts("t", "cancelled", "03-11 10:00"), want: "cancelled", tier: TierSuggested, at: "03-11 10:00"},
		"confirmed says no state":  {items: []session.Item{todo, closer("c", "03-11 10:00", "t")}, verdicts: verdicts("t", "confirmed", "03-12 10:00"), want: "done", by: "c", at: "03-11 10:00"},
		"unknown times":            {items: []session.Item{with(todo, noTime), with(closer("c", "03-11 10:00", "t"), noTime)}, want: "done", by: "c"},
		"unknown time of a closer": {items: []session.Item{todo, with(closer("c", "03-11 10:00", "t"), noTime)}, want: "done", by: "c"},
		"resolves itself":          {items: []session.Item{with(todo, func(it *session.Item) { it.Status, it.Resolves = session.StatusDone, "t" })}, want: "done", at: "03-10 10:00"},
	} {
		t.Run(name, func(t *testing.T) {
			got := find(t, Fold(c.items, c.verdicts), "t")
			nameOf := func(it *session.Item) string {
				if it == nil {
					return ""
				}
				return it.Key
			}
			wantAt := time.Time{}
			if c.at != "" {
				wantAt = at(c.at)
			}
			if c.tier == "" {
				c.tier = TierMain
			}
			if got.State != c.want || got.Tier != c.tier || nameOf(got.ClosedBy) != c.by || nameOf(got.MaybeClosedBy) != c.maybe || !got.ClosedAt.Equal(wantAt) {
				t.Errorf("got %s %s by %q at %v, maybe %q; want %s %s by %q at %v, maybe %q", got.State, got.Tier, nameOf(got.ClosedBy), got.ClosedAt,
					nameOf(got.MaybeClosedBy), c.want, c.tier, c.by, wantAt, c.maybe)
			}
		})
	}
}

func noTime(it *session.Item) { it.Time = time.Time{} }

func TestReportsOfTheirOwn(t *testing.T) {
	b := Fold([]session.Item{
		with(said("alone", "03-10 10:00", "fixed the tap"), func(it *session.Item) { it.Status = session.StatusDone }),
		closer("lost", "03-10 11:00", "nothing there"),
		with(said("chain", "03-10 12:00", "again"), func(it *session.Item) { it.Status, it.Resolves = session.StatusCancelled, "lost" }),
		with(said("gone", "03-10 13:00", "no more"), func(it *session.Item) { it.Status = session.StatusWithdrawn }),
	}, nil)
	var got []string
	for _, x := range b.Todos {
		got = append(got, x.Item.Key+" "+string(x.State))
	}
	if want := []string{"chain cancelled", "lost done", "alone done"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDecisions(t *testing.T) {
	decided := with(said("d", "03-10 10:00", "blue it is"), func(it *session.Item) { it.Kind = session.ItemDecision })
	for name, c := range map[string]struct {
		item     session.Item
		verdicts map[string]session.Verdict
		state    session.Status
		tier     Tier
	}{
		"plain":                     {decided, nil, "", TierMain},
		"suggested":                 {with(decided, low), nil, "", TierSuggested},
		"from outside":              {with(decided, outside), nil, "", TierSuggested},
		"another person's":          {with(decided, another), nil, "", TierSuggested},
		"confirmed":                 {with(decided, low), verdicts("d", "confirmed", "03-11 10:00"), "confirmed", TierMain},
		"cancelled":                 {decided, verdicts("d", "cancelled", "03-11 10:00"), "cancelled", TierMain},
		"cancelled and taken back":  {decided, verdicts("d", "open", "03-11 10:00"), "", TierMain},
		"cancelled by a message":    {with(decided, func(it *session.Item) { it.Status = "cancelled" }), nil, "cancelled", TierMain},
		"cancelled, then said anew": {decided, verdicts("d", "cancelled", "03-09 10:00"), "", TierMain},
	} {
		t.Run(name, func(t *testing.T) {
			b := Fold([]session.Item{c.item}, c.verdicts)
			if len(b.Decisions) != 1 || b.Decisions[0].State != c.state || b.Decisions[0].Tier != c.tier {
				t.Errorf("got %+v, want state %q in tier %s", b.Decisions, c.state, c.tier)
			}
		})
	}
	other := with(decided, func(it *session.Item) { it.Kind = "link" })
	gone := with(decided, func(it *session.Item) { it.Status = session.StatusWithdrawn })
	if b := Fold([]session.Item{other, gone}, nil); len(b.Decisions)+len(b.Todos) != 0 {
		t.Errorf("got %+v, want nothing", b)
	}
}

// What comes in is not trusted to be as the plugin contract says.
func TestUnusableFields(t *testing.T) {
	for i, due := range []string{"2026-3-1\r\nX:1", "2026-03-01T5:04", "2026-02-30", "2026-03-01 10:00", "tomorrow"} {
		b := Fold([]session.Item{with(said("t", "03-10 10:00", "x"), func(it *session.Item) {
			it.Origin = []session.Origin{session.OriginExternal, session.OriginOther}[i%2]
			it.Owner, it.Due, it.Time = session.OwnerAgent, due, time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
		})}, nil)
		if it := find(t, b, "t").Item; it.Owner != "" || it.Due != "" || !it.Time.IsZero() {
			t.Errorf("got owner %q, due %q, time %v", it.Owner, it.Due, it.Time)
		}
	}
}

func TestOverdue(t *testing.T) {
	for name, c := range map[string]struct {
		due, now string
		want     bool
	}{
		"no due":        {"", "03-10 10:00", false},
		"on the day":    {"2026-03-10", "03-10 23:59", false},
		"a day later":   {"2026-03-10", "03-11 00:00", true},
		"in the minute": {"2026-03-10T10:00", "03-10 10:00", false},
		"a minute on":   {"2026-03-10T10:00", "03-10 10:01", true},
	} {
		t.Run(name, func(t *testing.T) {
			todo := find(t, Fold([]session.Item{with(said("t", "03-01 10:00", "x"), func(it *session.Item) { it.Due = c.due })}, nil), "t")
			if got := todo.Overdue(at(c.now).In(shanghai())); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			todo.State = session.StatusDone
			if todo.Overdue(at(c.now).In(shanghai())) {
				t.Error("a closed todo is overdue")
			}
		})
	}
}

func TestSame(t *testing.T) {
	const elsewhere = "agent:main:webchat:1"
	due := func(due string) func(*session.Item) { return func(it *session.Item) { it.Due = due } }
	for name, c := range map[string]struct {
		items    []session.Item
		verdicts map[string]session.Verdict
		want     string // the id's name behind each todo that is the same as another, newest first
	}{
		"same words": {
			items: []session.Item{said("a", "03-10 10:00", "Reply to Anna!"), in(elsewhere, said("b", "03-11 10:00", "reply  to anna"))},
			want:  "b=a a",
		},
		"width and spaces": {
			items: []session.Item{said("a", "03-10 10:00", "给王姐发 PPT"), in(elsewhere, said("b", "03-11 10:00", "给王姐发ＰＰＴ。"))},
			want:  "b=a a",
		},
		"other words":         {items: []session.Item{said("a", "03-10 10:00", "reply to Anna"), in(elsewhere, said("b", "03-11 10:00", "reply to Ann"))}, want: "b a"},
		"not is a word":       {items: []session.Item{said("a", "03-10 10:00", "call Anna"), in(elsewhere, said("b", "03-11 10:00", "do not call Anna"))}, want: "b a"},
		"nothing but signs":   {items: []session.Item{said("a", "03-10 10:00", "!!"), in(elsewhere, said("b", "03-11 10:00", "??"))}, want: "b a"},
		"other dues":          {items: []session.Item{with(said("a", "03-10 10:00", "weekly report"), due("2026-03-13")), with(said("b", "03-11 10:00", "weekly report"), due("2026-03-20"))}, want: "b a"},
		"one with a due":      {items: []session.Item{said("a", "03-10 10:00", "pay rent"), with(said("b", "03-11 10:00", "pay rent"), due("2026-03-20"))}, want: "b a=b"},
		"one is a suggestion": {items: []session.Item{with(said("a", "03-10 10:00", "pay rent"), low), said("b", "03-11 10:00", "pay rent")}, want: "b a=b"},
		"one is done":         {items: []session.Item{said("a", "03-10 10:00", "pay rent"), closer("c", "03-10 12:00", "a"), said("b", "03-11 10:00", "pay rent")}, want: "b a"},
		"a person closed it": {
			items:    []session.Item{said("a", "03-10 10:00", "pay rent"), in(elsewhere, said("b", "03-11 10:00", "pay rent")), in(elsewhere, said("c", "03-13 10:00", "pay rent"))},
			verdicts: verdicts("a", "done", "03-12 10:00"),
			want:     "c b=a(done) a",
		},
		"a person closed one of every week": {
			items:    []session.Item{with(said("a", "03-10 10:00", "weekly report"), due("2026-03-13")), with(said("b", "03-11 10:00", "weekly report"), due("2026-03-20"))},
			verdicts: verdicts("a", "done", "03-12 10:00"),
			want:     "b a",
		},
		"a person closed one and wants the other": {
			items: []session.Item{said("a", "03-10 10:00", "pay rent"), in(elsewhere, said("b", "03-11 10:00", "pay rent"))},
			verdicts: map[string]session.Verdict{
				idOf("a"): {Item: idOf("a"), Status: session.StatusDone, At: at("03-12 10:00")},
				idOf("b"): {Item: idOf("b"), Status: session.StatusOpen, At: at("03-12 10:00")},
			},
			want: "b a",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := Fold(c.items, c.verdicts)
			names := map[string]string{"": ""}
			for _, it := range c.items {
				names[it.ID] = it.Key
			}
			var got []string
			for _, x := range b.Todos {
				text := x.Item.Key
				if x.SameAs != "" {
					text += "=" + names[x.SameAs]
					if !x.Open() {
						text += "(" + string(x.State) + ")"
					}
				}
				got = append(got, text)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A report of another session is only a suggestion, and only where it is clear.
func TestReportsOfOtherSessions(t *testing.T) {
	const elsewhere = "agent:main:webchat:1"
	for name, c := range map[string]struct {
		todos  []string
		report string
		change func(*session.Item)
		want   string // the todo it is shown with
	}{
		"chinese":            {todos: []string{"给王姐发报价单", "整理会议纪要"}, report: "报价单已经发给王姐了", want: "给王姐发报价单"},
		"english":            {todos: []string{"Book the dentist for Anna", "call the bank"}, report: "booked the dentist for Anna", want: "Book the dentist for Anna"},
		"short but whole":    {todos: []string{"pay rent"}, report: "paid... pay rent done", want: "pay rent"},
		"one word of many":   {todos: []string{"review the offer for Wang by Friday"}, report: "sent the offer"},
		"other object":       {todos: []string{"给王姐发合同"}, report: "报价单已经发给王姐了"},
		"two fit":            {todos: []string{"给王姐发报价单", "把报价单发给王姐"}, report: "报价单已经发给王姐了"},
		"long report":        {todos: []string{"pay rent"}, report: "today I went shopping, cooked, read a book, and somehow also did pay rent"},
		"same session":       {todos: []string{"给王姐发报价单"}, report: "报价单已经发给王姐了", change: func(it *session.Item) { it.SessionKey = "agent:main:main" }},
		"before it was said": {todos: []string{"给王姐发报价单"}, report: "报价单已经发给王姐了", change: func(it *session.Item) { it.Time = at("03-01 10:00") }},
		"uncertain":          {todos: []string{"给王姐发报价单"}, report: "报价单已经发给王姐了", change: low},
		"from outside":       {todos: []string{"给王姐发报价单"}, report: "报价单已经发给王姐了", change: outside},
		"another person's":   {todos: []string{"给王姐发报价单"}, report: "报价单已经发给王姐了", change: another},
		"one word":           {todos: []string{"rent"}, report: "rent"},
		"no words":           {todos: []string{"!!"}, report: "??"},
	} {
		t.Run(name, func(t *testing.T) {
			var items []session.Item
			for i, title := range c.todos {
				items = append(items, said(fmt.Sprint("t", i), "03-10 10:00", title))
			}
			report := in(elsewhere, said("r", "03-12 10:00", c.report))
			report.Status = session.StatusDone
			if c.change != nil {
				c.change(&report)
			}
			got := ""
			for _, x := range Fold(append(items, report), nil).Todos {
				if x.MaybeClosedBy != nil {
					got += x.Item.Title
				}
				if x.Item.Key != "r" && !x.Open() {
					t.Errorf("%q is closed", x.Item.Title)
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("of a todo that was said twice", func(t *testing.T) {
		report := in("agent:main:x", said("r", "03-12 10:00", "paid... pay rent done"))
		report.Status = session.StatusDone
		b := Fold([]session.Item{said("a", "03-10 10:00", "pay rent"), in(elsewhere, said("b", "03-11 10:00", "pay rent")), report}, nil)
		if a, b := find(t, b, "a"), find(t, b, "b"); a.MaybeClosedBy == nil || b.MaybeClosedBy != nil {
			t.Errorf("got %v and %v, want the one that is shown", a.MaybeClosedBy, b.MaybeClosedBy)
		}
	})
	t.Run("of a todo with the same words", func(t *testing.T) {
		b := Fold([]session.Item{said("a", "03-10 10:00", "pay rent"), in(elsewhere, said("b", "03-11 10:00", "pay rent")), closer("c", "03-12 10:00", "a")}, nil)
		if got := find(t, b, "b"); !got.Open() || got.MaybeClosedBy == nil || got.MaybeClosedBy.Key != "c" {
			t.Errorf("got %+v, want it open and possibly closed by c", got)
		}
	})
}

// The order in which items come does not show.
func TestOrderDoesNotMatter(t *testing.T) {
	items, verdicts := sample()
	opt := Options{Location: shanghai()}
	render := func() []File {
		b := Fold(slices.Clone(items), verdicts)
		todos, _ := b.TodoFiles(now(), nil, opt)
		return append(todos, b.DecisionFiles(opt)...)
	}
	want := render()
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		if got := render(); !reflect.DeepEqual(got, want) {
			t.Fatal("the files depend on the order of the items")
		}
	}
}

// Words that many todos share must not make the search slow: they count for
// nothing.
func TestManyTodosWithOneWord(t *testing.T) {
	var items []session.Item
	for i := range 20000 {
		it := in(fmt.Sprint("agent:main:x:", i%50), said(fmt.Sprint(i), "03-10 10:00", fmt.Sprintf("review the quarterly report %d", i)))
		if i%2 == 0 {
			it.Status, it.Time = session.StatusDone, at("03-11 10:00")
		}
		items = append(items, it)
	}
	for _, x := range Fold(items, nil).Todos {
		if x.MaybeClosedBy != nil {
			t.Fatalf("%q may be closed by %q", x.Item.Title, x.MaybeClosedBy.Title)
		}
	}
	report := in("agent:main:y", said("r", "03-12 10:00", "alpha beta gamma"))
	report.Status = session.StatusDone
	for _, crowd := range []int{maxShared - 1, maxShared} {
		items := []session.Item{said("t", "03-10 10:00", "alpha beta gamma delta"), report}
		for i := range crowd {
			items = append(items, said(fmt.Sprint("n", i), "03-10 10:00", fmt.Sprint("alpha beta ", i)))
		}
		if got := find(t, Fold(items, nil), "t").MaybeClosedBy != nil; got != (crowd < maxShared) {
			t.Errorf("with %d others: got %v", crowd, got)
		}
	}
}
