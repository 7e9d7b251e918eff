package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/internal/filelock"
	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// today is the time in the zone of the files, by which todos are overdue.
func (a answers) today(ctx context.Context) (time.Time, error) {
	zone, err := a.store.Meta(ctx, zoneMeta)
	if err != nil || zone == "" {
		return a.now(), err
	}
	return a.now().In(location(zone)), nil
}

// Board implements [query.Archive].
func (a answers) Board(ctx context.Context, allow func(session.Session) bool, deleted bool) (query.Board, error) {
	today, err := a.today(ctx)
	if err != nil {
		return query.Board{}, err
	}
	folded, err := findings.Board(ctx, a.store, store.ItemFilter{Allow: allow, IncludeDeleted: deleted})
	if err != nil {
		return query.Board{}, err
	}
	var b query.Board
	for _, d := range folded.Decisions {
		b.Decisions = append(b.Decisions, query.Finding{
			Item: *d.Item, Main: d.Tier == items.TierMain, State: d.State, Verdict: d.Verdict,
		})
	}
	for _, t := range folded.Todos {
		b.Todos = append(b.Todos, query.Finding{
			Item: *t.Item, Main: t.Tier == items.TierMain, State: t.State, Verdict: t.Verdict, Overdue: t.Overdue(today),
			ClosedBy: t.ClosedBy, ClosedAt: t.ClosedAt, MaybeClosedBy: t.MaybeClosedBy, SameAs: t.SameAs,
		})
	}
	return b, nil
}

// JudgedItem is an item that a person said something about.
type JudgedItem struct {
	ID      string         `json:"id"`
	Kind    string         `json:"kind"`
	Title   string         `json:"title"`
	Origin  session.Origin `json:"origin"`
	Verdict session.Status `json:"verdict"`
}

// Judge keeps what a person says about items, which are named by their ids or
// the beginnings of them: about all of them or, after an error, about none. The
// error is [query.ErrRequest] or [query.ErrUnknownItem] when a name is wrong, and
// as for [Engine.Sync].
func (e *Engine) Judge(ctx context.Context, ids []string, status session.Status) ([]JudgedItem, error) {
	var named []query.Finding
	err := e.Query(ctx, "", func(q *query.Queries) (err error) {
		named, err = q.Named(ctx, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := e.opt.Now().UTC()
	var judged []JudgedItem
	var verdicts []session.Verdict
	for _, x := range named {
		if x.Kind != session.ItemTodo && status == session.StatusDone {
			return nil, fmt.Errorf("%w: %s is no todo; it can be confirmed, cancelled or reopened", query.ErrRequest, x.ID)
		}
		judged = append(judged, JudgedItem{ID: x.ID, Kind: x.Kind, Title: x.Title, Origin: x.Origin, Verdict: status})
		verdicts = append(verdicts, session.Verdict{Item: x.ID, Status: status, At: now})
	}
	if err := e.keepVerdicts(ctx, verdicts); err != nil {
		return nil, e.diagnosed(err)
	}
	// The files follow, as far as they can be written now.
	if _, err := e.Sync(ctx, SyncOptions{}); err != nil {
		return judged, fmt.Errorf("it is kept, but the files could not be renewed: %w", err)
	}
	return judged, nil
}

// keepVerdicts commits verdicts under the lock.
func (e *Engine) keepVerdicts(ctx context.Context, verdicts []session.Verdict) error {
	lock, err := filelock.Acquire(ctx, e.Places.lock(), lockWait)
	if err != nil {
		return fmt.Errorf("keeping what was said of items: %w", err)
	}
	defer lock.Release()
	archive, err := store.Open(ctx, e.Places.Archive(), store.Options{})
	if err != nil {
		return err
	}
	return errors.Join(findings.Judge(ctx, archive, verdicts), archive.Close())
}

// TodoFormats are the forms that [Engine.WriteTodos] knows.
func TodoFormats() []string {
	var names []string
	for _, format := range items.Formats() {
		names = append(names, string(format))
	}
	return names
}

// WriteTodos writes todos in a form for other programs, see [items.Format]: all
// that the request chooses, and tells how many.
func (e *Engine) WriteTodos(ctx context.Context, w io.Writer, format string, r query.ItemRequest) (written int, err error) {
	var chosen []query.Finding
	var today time.Time
	err = e.answer(ctx, r.For, func(q *query.Queries, a answers) (err error) {
		if chosen, err = q.AllTodos(ctx, r); err == nil {
			today, err = a.today(ctx)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	var todos []items.Todo
	for i := range chosen {
		x := &chosen[i]
		tier := items.TierSuggested
		if x.Main {
			tier = items.TierMain
		}
		todos = append(todos, items.Todo{
			Item: &x.Item, Tier: tier, State: x.State, Verdict: x.Verdict,
			ClosedBy: x.ClosedBy, ClosedAt: x.ClosedAt, MaybeClosedBy: x.MaybeClosedBy, SameAs: x.SameAs,
		})
	}
	return len(todos), items.Export(w, items.Format(format), todos, today.Location())
}
