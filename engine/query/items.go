package query

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Board is what plugins found and what became of it. Withdrawn items and those
// that only close others are not on it.
type Board struct {
	Decisions []Finding // decisions, knowledge and preferences
	Todos     []Finding
}

// Finding is an item with what messages and people said about it since.
type Finding struct {
	session.Item
	Main          bool           // certain, or confirmed; else a suggestion
	State         session.Status // of a todo open, done or cancelled; else "", confirmed or cancelled
	Overdue       bool
	Verdict       *session.Verdict // what a person said last; nil for nothing
	ClosedBy      *session.Item    // nil when a person closed it, or its own message
	MaybeClosedBy *session.Item    // a report that seems to speak of this open todo
	ClosedAt      time.Time        // zero when it is open, or when unknown
	SameAs        string           // id of the todo that says the same and is shown instead
}

// Choice is which part of the board a request is for.
type Choice string

// Choices. All but the last leave out suggestions and what is said elsewhere.
const (
	ChooseCurrent   Choice = ""        // open todos; decisions that stand
	ChooseOverdue   Choice = "overdue" // of todos only
	ChooseDone      Choice = "done"    // todos that are done or cancelled
	ChooseSuggested Choice = "suggested"
	ChooseAll       Choice = "all"
)

// ItemRequest asks for decisions or todos. Classes of messages do not apply;
// times are those of the message that says it.
type ItemRequest struct {
	Scope
	Choice Choice
	Kind   string        // of the items; "" is any
	Owner  session.Owner // of the todos; "" is anybody
}

// ItemPage answers [Queries.Decisions] and [Queries.Todos].
type ItemPage struct {
	Answer
	Items []Item `json:"items"`
}

// Item is a decision or a todo.
type Item struct {
	ID             string         `json:"id"`
	Kind           string         `json:"kind"`
	Title          string         `json:"title"`
	Body           string         `json:"body,omitempty"`
	Evidence       string         `json:"evidence"`
	Tier           string         `json:"tier"`
	Origin         session.Origin `json:"origin"`
	Owner          session.Owner  `json:"owner,omitempty"`
	Due            string         `json:"due,omitempty"`
	Status         session.Status `json:"status,omitempty"`
	Overdue        bool           `json:"overdue,omitempty"`
	Score          int            `json:"score"`
	Plugin         string         `json:"plugin"`
	Tags           []string       `json:"tags"`
	Agent          string         `json:"agent"`
	SessionKey     string         `json:"session_key"`
	MessageID      string         `json:"message_id"`
	Timestamp      string         `json:"timestamp,omitempty"` // missing when unknown
	Channel        string         `json:"channel,omitempty"`
	Sender         string         `json:"sender,omitempty"`
	ClosedBy       *Report        `json:"closed_by,omitempty"`
	PossiblyClosed *Report        `json:"possibly_closed_by,omitempty"`
	SameAs         string         `json:"same_as,omitempty"`
	Verdict        *Verdict       `json:"verdict,omitempty"`
	Truncated      bool           `json:"truncated,omitempty"` // body or evidence is only the beginning
}

// Report is the message that tells that a todo is done or cancelled.
type Report struct {
	MessageID string         `json:"message_id"`
	Evidence  string         `json:"evidence"`
	Origin    session.Origin `json:"origin"`
	Timestamp string         `json:"timestamp,omitempty"`
}

// Verdict is what a person said about an item.
type Verdict struct {
	Status session.Status `json:"status"`
	At     string         `json:"at"`
}

// Tiers of items.
const (
	TierMain      = "main"
	TierSuggested = "suggested"
)

// MaxItemBytes bounds body and evidence of one item.
const MaxItemBytes = 1000

// Decisions returns what was decided, learned and wished, newest first.
func (q *Queries) Decisions(ctx context.Context, r ItemRequest) (ItemPage, error) {
	switch r.Choice {
	case ChooseCurrent, ChooseSuggested, ChooseAll:
	default:
		return ItemPage{}, fmt.Errorf("%w: %q is nothing that decisions can be", ErrRequest, r.Choice)
	}
	return q.items(ctx, r, questionDecisions, decisionsOf)
}

// Todos returns todos: open ones by due date, those without one newest first;
// then the others, the last to be closed first.
func (q *Queries) Todos(ctx context.Context, r ItemRequest) (ItemPage, error) {
	return q.items(ctx, r, questionTodos, todosOf)
}

// AllTodos returns all todos that a request chooses, in the order of
// [Queries.Todos]; limit and page do not apply.
func (q *Queries) AllTodos(ctx context.Context, r ItemRequest) ([]Finding, error) {
	return q.choose(ctx, r, todosOf)
}

func todosOf(b Board) []Finding     { return b.Todos }
func decisionsOf(b Board) []Finding { return b.Decisions }

// choose finds what a request is for, in order.
func (q *Queries) choose(ctx context.Context, r ItemRequest, list func(Board) []Finding) ([]Finding, error) {
	f, _, err := q.filter(ctx, r.Scope)
	if err != nil {
		return nil, err
	}
	board, err := q.Archive.Board(ctx, f.allows, f.IncludeDeleted)
	if err != nil {
		return nil, err
	}
	return r.from(list(board), f), nil
}

// from are those of a list that a request is for, in order.
func (r ItemRequest) from(list []Finding, f Filter) []Finding {
	found := slices.DeleteFunc(list, func(x Finding) bool { return !f.has(x.Item) || !r.wants(x) })
	slices.SortFunc(found, func(x, y Finding) int { return placeOf(x).compare(placeOf(y)) })
	return found
}

func (q *Queries) items(ctx context.Context, r ItemRequest, on question, list func(Board) []Finding) (ItemPage, error) {
	page := ItemPage{Answer: emptyAnswer(), Items: []Item{}}
	limit, err := r.limit()
	if err != nil {
		return page, err
	}
	from, err := parseItemPlace(r.Next, on)
	if err != nil {
		return page, err
	}
	found, err := q.choose(ctx, r, list)
	if err != nil {
		return page, err
	}
	page.Total = len(found)
	if from != nil {
		found = slices.DeleteFunc(found, func(x Finding) bool { return placeOf(x).compare(*from) <= 0 })
	}
	for _, x := range found[:min(limit, len(found))] {
		page.Items = append(page.Items, itemOf(x))
	}
	if page.Returned = len(page.Items); page.Returned < len(found) {
		page.continueAt(placeOf(found[page.Returned-1]).token(on))
	}
	return page, q.explainNothing(ctx, r.Scope, &page.Answer)
}

// allows reports whether the filter leaves in what a session holds.
func (f Filter) allows(s session.Session) bool {
	return (f.Kind == "" || s.Kind == f.Kind) && (f.Allow == nil || f.Allow(s))
}

// has reports whether the filter leaves in an item of a session that it allows.
func (f Filter) has(it session.Item) bool {
	return (f.Agent == "" || it.Agent == f.Agent) && (f.Key == "" || it.SessionKey == f.Key) &&
		(f.Channel == "" || it.Channel == f.Channel) &&
		!it.Time.Before(f.Since) && (f.Until.IsZero() || it.Time.Before(f.Until))
}

func (r ItemRequest) wants(x Finding) bool {
	if r.Kind != "" && x.Kind != r.Kind || r.Owner != "" && x.Owner != r.Owner {
		return false
	}
	closed := x.State == session.StatusDone || x.State == session.StatusCancelled
	switch r.Choice {
	case ChooseAll:
		return true
	case ChooseSuggested:
		return !x.Main && !closed && x.SameAs == ""
	case ChooseDone:
		return x.Main && closed && x.SameAs == ""
	}
	return x.Main && !closed && x.SameAs == "" && (r.Choice != ChooseOverdue || x.Overdue)
}

func itemOf(x Finding) Item {
	tier := TierSuggested
	if x.Main {
		tier = TierMain
	}
	it := Item{
		ID: x.ID, Kind: x.Kind, Title: x.Title, Body: cut(x.Body, MaxItemBytes), Evidence: cut(x.Evidence, MaxItemBytes),
		Tier: tier, Origin: x.Origin, Owner: x.Owner, Due: x.Due, Status: x.State, Overdue: x.Overdue, Score: x.Score,
		Plugin: x.Plugin, Tags: append([]string{}, x.Tags...), Agent: x.Agent, SessionKey: x.SessionKey,
		MessageID: x.MessageID, Timestamp: stamp(x.Time), Channel: x.Channel, Sender: x.Sender,
		ClosedBy: reportOf(x.ClosedBy), PossiblyClosed: reportOf(x.MaybeClosedBy), SameAs: x.SameAs,
	}
	if x.Verdict != nil {
		it.Verdict = &Verdict{Status: x.Verdict.Status, At: stamp(x.Verdict.At)}
	}
	it.Truncated = len(it.Body) < len(x.Body) || len(it.Evidence) < len(x.Evidence)
	return it
}

func reportOf(by *session.Item) *Report {
	if by == nil {
		return nil
	}
	return &Report{MessageID: by.MessageID, Evidence: cut(by.Evidence, MaxItemBytes), Origin: by.Origin, Timestamp: stamp(by.Time)}
}

// itemPlace is where an item stands in the order of a list, whatever else comes
// and goes: by rank, then newest first, then by id.
type itemPlace struct {
	rank string
	at   int64 // milliseconds
	id   string
}

func placeOf(x Finding) itemPlace {
	p := itemPlace{at: milli(x.Time), id: x.ID}
	switch {
	case x.Kind != session.ItemTodo:
	case x.State != session.StatusOpen:
		p.rank, p.at = "closed", milli(x.ClosedAt)
	default:
		p.rank = cmp.Or(x.Due, "any time") // both behind digits, which begin every due date
	}
	return p
}

func (p itemPlace) compare(other itemPlace) int {
	return cmp.Or(cmp.Compare(p.rank, other.rank), cmp.Compare(other.at, p.at), cmp.Compare(p.id, other.id))
}

func (p itemPlace) token(on question) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%s.%d.%s", on, p.rank, p.at, p.id))
}

func parseItemPlace(text string, on question) (*itemPlace, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	fields := strings.Split(string(raw), ".")
	if err != nil || len(fields) != 4 {
		return nil, errToken
	}
	at, err := strconv.ParseInt(fields[2], 10, 64)
	p := itemPlace{rank: fields[1], at: at, id: fields[3]}
	if err != nil || p.token(on) != text {
		return nil, errToken
	}
	return &p, nil
}

// minPrefix is how much of an id has to be given at least.
const minPrefix = 4

// Named finds the items that ids, or the beginnings of ids, name, in the order of
// the names and each once. What OpenClaw deleted is among them.
func (q *Queries) Named(ctx context.Context, names []string) ([]Finding, error) {
	f, _, err := q.filter(ctx, Scope{IncludeDeleted: true})
	if err != nil {
		return nil, err
	}
	board, err := q.Archive.Board(ctx, f.allows, f.IncludeDeleted)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(board.Todos, board.Decisions)
	var named []Finding
	for i, name := range names {
		x, err := theOne(all, name)
		if err != nil {
			return nil, fmt.Errorf("item %d of %d: %w", i+1, len(names), err)
		}
		if !slices.ContainsFunc(named, func(y Finding) bool { return x.ID == y.ID }) {
			named = append(named, x)
		}
	}
	return named, nil
}

// theOne is the item whose id begins with name. A copy of a session may bear the
// same items.
func theOne(all []Finding, name string) (found Finding, err error) {
	if len(name) < minPrefix {
		return found, fmt.Errorf("%w: an id is named by at least %d of its letters", ErrRequest, minPrefix)
	}
	for _, x := range all {
		switch {
		case !strings.HasPrefix(x.ID, name) || x.ID == found.ID:
		case found.ID != "":
			return found, fmt.Errorf("%w: %s and %s begin like this; give more letters", ErrRequest, found.ID, x.ID)
		default:
			found = x
		}
	}
	if found.ID == "" {
		return found, ErrUnknownItem
	}
	return found, nil
}
