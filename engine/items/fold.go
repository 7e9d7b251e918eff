package items

import (
	"cmp"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// Tier says where an item is shown.
type Tier string

// Tiers. A suggestion is what the plugin is not sure of, or what somebody else
// put into the chat.
const (
	TierMain      Tier = "main"
	TierSuggested Tier = "suggested"
)

// Board is what the items of an archive come to, newest first.
type Board struct {
	Decisions []Decision // decisions, knowledge and preferences
	Todos     []Todo
}

// Decision is something that was decided, learned or wished.
type Decision struct {
	Item    *session.Item
	Tier    Tier
	State   session.Status   // "", StatusConfirmed or StatusCancelled
	Verdict *session.Verdict // what a person said last; nil for nothing
}

// Todo is a task, or the report of one that nobody had named before.
type Todo struct {
	Item    *session.Item
	Tier    Tier
	State   session.Status   // StatusOpen, StatusDone or StatusCancelled
	Verdict *session.Verdict // what a person said last; nil for nothing

	// ClosedBy is the item that closed it; nil when it is open, when its own
	// item says so, and when a person did.
	ClosedBy *session.Item
	ClosedAt time.Time // zero when it is open, or when unknown
	// MaybeClosedBy is a report that seems to speak of this open todo: one of
	// another session, or one that is no more than a suggestion.
	MaybeClosedBy *session.Item
	// SameAs is the id of the todo that says the same and is shown instead.
	SameAs string
}

// Open reports whether the todo is still to be done.
func (t *Todo) Open() bool { return t.State == session.StatusOpen }

// Overdue reports whether an open todo should have been done by now, the local
// time.
func (t *Todo) Overdue(now time.Time) bool {
	return t.Open() && t.Item.Due != "" && now.Format(dueLayout(t.Item.Due)) > t.Item.Due
}

// Layouts of [session.Item.Due].
const (
	dayLayout    = "2006-01-02"
	minuteLayout = "2006-01-02T15:04"
)

func dueLayout(due string) string {
	if len(due) == len(dayLayout) {
		return dayLayout
	}
	return minuteLayout
}

// Fold joins items, in any order, with what people said about them (by
// [session.Item.ID]). Withdrawn items and kinds that are neither todos nor
// decisions are left out. The Board is made of the items themselves, so found
// must not be used any more: there may be very many.
func Fold(found []session.Item, verdicts map[string]session.Verdict) Board {
	items := inOrder(found)
	verdictOn := func(id string) *session.Verdict {
		if v, said := verdicts[id]; said {
			return &v
		}
		return nil
	}
	closers := closersOf(items)
	b := roomFor(items)
	for i := range items {
		it := &items[i]
		switch it.Kind {
		case session.ItemDecision, session.ItemKnowledge, session.ItemPreference:
			b.Decisions = append(b.Decisions, decision(it, verdictOn(it.ID)))
		case session.ItemTodo:
			if closes(it) && closers[targetOf(it)].todo != nil {
				continue
			}
			t := Todo{Item: it, Verdict: verdictOn(it.ID)}
			t.settle(closers[nameOf(it)].by)
			b.Todos = append(b.Todos, t)
		}
	}
	slices.Reverse(b.Decisions)
	slices.Reverse(b.Todos)
	words := make([][]string, len(b.Todos))
	for i := range b.Todos {
		words[i] = wordsIn(b.Todos[i].Item.Title)
	}
	linkSame(b.Todos, words)
	suggestClosers(b.Todos, words)
	return b
}

// roomFor is an empty board for items.
func roomFor(items []session.Item) Board {
	todos := 0
	for i := range items {
		if items[i].Kind == session.ItemTodo {
			todos++
		}
	}
	return Board{make([]Decision, 0, len(items)-todos), make([]Todo, 0, todos)}
}

// List joins items of any kinds, in any order, with what people said about them,
// as if all were decisions: what other plugins find is for them to say. Like
// [Fold], it uses found up.
func List(found []session.Item, verdicts map[string]session.Verdict) Board {
	items := inOrder(found)
	b := Board{Decisions: make([]Decision, 0, len(items))}
	for i := range items {
		it := &items[len(items)-1-i]
		var verdict *session.Verdict
		if v, said := verdicts[it.ID]; said {
			verdict = &v
		}
		b.Decisions = append(b.Decisions, decision(it, verdict))
	}
	return b
}

// inOrder leaves the items that count, oldest first, and takes from them what
// the outputs could not stand behind.
func inOrder(items []session.Item) []session.Item {
	counting := items[:0]
	for _, it := range items {
		if it.Status == session.StatusWithdrawn {
			continue
		}
		if it.Origin.Foreign() && it.Owner == session.OwnerAgent {
			it.Owner = ""
		}
		layout := dueLayout(it.Due)
		// Parsing also takes an hour of one digit.
		if due, err := time.Parse(layout, it.Due); err != nil || due.Format(layout) != it.Due {
			it.Due = ""
		}
		if !plaintext.KnownTime(it.Time) {
			it.Time = time.Time{}
		}
		counting = append(counting, it)
	}
	slices.SortFunc(counting, func(a, b session.Item) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
	})
	return counting
}

// name is what plugins know an item by.
type name struct{ plugin, agent, session, key string }

func nameOf(it *session.Item) name {
	return name{it.Plugin, it.Agent, it.SessionKey, it.Key}
}

func targetOf(it *session.Item) name {
	return name{it.Plugin, it.Agent, it.SessionKey, it.Resolves}
}

// closes reports whether the item is there to close another one.
func closes(it *session.Item) bool {
	return it.Resolves != "" && closed(it.Status)
}

func closed(s session.Status) bool { return s == session.StatusDone || s == session.StatusCancelled }

// closing is a todo with the items that would close it, oldest first.
type closing struct {
	todo *session.Item
	by   []*session.Item
}

func closersOf(items []session.Item) map[name]closing {
	found := map[name]closing{}
	for i := range items {
		if it := &items[i]; it.Kind == session.ItemTodo && !closes(it) {
			found[nameOf(it)] = closing{todo: it}
		}
	}
	for i := range items {
		if it := &items[i]; it.Kind == session.ItemTodo && closes(it) {
			if c := found[targetOf(it)]; c.todo != nil {
				c.by = append(c.by, it)
				found[targetOf(it)] = c
			}
		}
	}
	return found
}

// tierOf is where an item is shown. Whoever says anything but that it is
// cancelled takes it for real.
func tierOf(it *session.Item, v *session.Verdict) Tier {
	if it.Main() || v != nil && v.Status != session.StatusCancelled {
		return TierMain
	}
	return TierSuggested
}

// outlasts reports whether what a person said stands against a message of that
// time. What others put into the chat never speaks against a person.
func outlasts(v *session.Verdict, it *session.Item) bool {
	return it.Origin.Foreign() || !v.At.Before(it.Time)
}

func decision(it *session.Item, v *session.Verdict) Decision {
	status := it.Status
	if v != nil && outlasts(v, it) {
		status = v.Status
	}
	d := Decision{Item: it, Tier: tierOf(it, v), Verdict: v}
	if status == session.StatusConfirmed || status == session.StatusCancelled {
		d.State = status
	}
	return d
}

// settle works out the state of a todo: what the last message says, unless a
// person spoke after it.
func (t *Todo) settle(closers []*session.Item) {
	t.Tier = tierOf(t.Item, t.Verdict)
	t.State = session.StatusOpen
	if closed(t.Item.Status) {
		t.State, t.ClosedAt = t.Item.Status, t.Item.Time
	}
	last := t.Item
	for _, c := range closers {
		switch {
		case !c.Time.IsZero() && c.Time.Before(t.Item.Time):
			// The todo was said again since.
		case t.Tier == TierMain && !c.Main():
			// A suggestion must not take away what is certain.
			t.MaybeClosedBy = c
		default:
			t.State, t.ClosedBy, t.ClosedAt, last = c.Status, c, c.Time, c
		}
	}
	v := t.Verdict
	if v != nil && v.Status != session.StatusConfirmed && v.Status != t.State && outlasts(v, last) {
		t.State, t.ClosedBy, t.ClosedAt = v.Status, nil, v.At
		if t.Open() {
			t.ClosedAt = time.Time{}
		}
	}
	if !t.Open() || t.MaybeClosedBy != nil && !t.mayBeClosedBy(t.MaybeClosedBy) {
		t.MaybeClosedBy = nil
	}
}

// mayBeClosedBy reports whether a report can be about the todo as it stands: it
// came no earlier, and no person said since that the todo is open.
func (t *Todo) mayBeClosedBy(report *session.Item) bool {
	v := t.Verdict
	return !report.Time.Before(t.Item.Time) &&
		(v == nil || v.Status != session.StatusOpen || v.At.Before(report.Time))
}
