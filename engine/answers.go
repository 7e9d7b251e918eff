package engine

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// Query lets ask answer one request from the archive. asker is the session for
// which the answer is, "" for the owner: the sharing policy binds sessions, the
// owner sees everything.
func (e *Engine) Query(ctx context.Context, asker string, ask func(*query.Queries) error) error {
	return e.answer(ctx, asker, func(q *query.Queries, _ answers) error { return ask(q) })
}

// QueryForAgent is Query for an answer that goes to an assistant: the sharing
// policy also binds one that does not say for which session it asks. Where it
// was never set and there are groups, it is as if it were "direct".
func (e *Engine) QueryForAgent(ctx context.Context, asker string, ask func(*query.Queries) error) error {
	return e.reading(ctx, func(archive *store.Store) error {
		q := e.questions(archive)
		q.Share = e.shared
		if !e.Config.ShareSet {
			groups, err := archive.Groups(ctx)
			if err != nil {
				return err
			}
			if groups {
				q.Share = func(s session.Session) bool { return e.included(s) && isPrivate(s) }
			}
		}
		if asker != "" {
			if err := q.Restrict(ctx, asker); err != nil {
				return err
			}
		}
		return ask(q)
	})
}

// Groups reports whether the archive has sessions that several people can read.
func (e *Engine) Groups(ctx context.Context) (groups bool, err error) {
	err = e.reading(ctx, func(archive *store.Store) error {
		groups, err = archive.Groups(ctx)
		return err
	})
	return groups, err
}

// answer is Query for one who also asks what no query does.
func (e *Engine) answer(ctx context.Context, asker string, ask func(*query.Queries, answers) error) error {
	return e.reading(ctx, func(archive *store.Store) error {
		q := e.questions(archive)
		if asker != "" {
			q.Share = e.shared
			if err := q.Restrict(ctx, asker); err != nil {
				return err
			}
		}
		return ask(q, answers{archive, e.opt.Now})
	})
}

// reading hands over the archive as it is now.
func (e *Engine) reading(ctx context.Context, read func(*store.Store) error) error {
	archive, err := e.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	return archive.Snapshot(ctx, read)
}

// questions can be asked of the archive; names are real or as archived.
func (e *Engine) questions(archive *store.Store) *query.Queries {
	q := &query.Queries{Archive: answers{archive, e.opt.Now}, Now: e.opt.Now}
	// Without the key nothing can be archived under a keyed name either.
	if key, err := loadKey(e.Places.key(), false); err == nil {
		q.Archived = func(name string) string { return redact.Identifier(e.rules.Rules, key, name) }
	}
	return q
}

// shared is the sharing policy towards other sessions.
func (e *Engine) shared(s session.Session) bool {
	return e.included(s) && (e.Config.Share == config.ShareAll || isPrivate(s))
}

// Totals counts the archive.
func (e *Engine) Totals(ctx context.Context) (store.Totals, error) {
	archive, err := e.openArchive(ctx)
	if err != nil {
		return store.Totals{}, err
	}
	defer archive.Close()
	return archive.Totals(ctx)
}

// answers is the archive as queries see it.
type answers struct {
	store *store.Store
	now   func() time.Time
}

func filterOf(f query.Filter) store.Filter {
	return store.Filter{
		Agent: f.Agent, Kind: f.Kind, Channel: f.Channel, Key: f.Key, SessionID: f.SessionID,
		Classes: f.Classes, Class: f.Class, IncludeDeleted: f.IncludeDeleted, Since: f.Since, Until: f.Until, Allow: f.Allow,
	}
}

// Sessions implements [query.Archive].
func (a answers) Sessions(ctx context.Context, f query.Filter, p query.Page) ([]session.Session, int, error) {
	return a.store.Sessions(ctx, filterOf(f), store.Page(p))
}

// Messages implements [query.Archive].
func (a answers) Messages(ctx context.Context, f query.Filter, p query.Page) iter.Seq2[session.Message, error] {
	return a.store.Messages(ctx, filterOf(f), store.Page(p))
}

// Newest implements [query.Archive].
func (a answers) Newest(ctx context.Context, f query.Filter, p query.Page) ([]session.Message, error) {
	return a.store.Newest(ctx, filterOf(f), store.Page(p))
}

// Recent implements [query.Archive].
func (a answers) Recent(ctx context.Context, f query.Filter, p query.Page, yield func(session.Session, session.Message) error) (int, error) {
	return a.store.Recent(ctx, filterOf(f), store.Page(p), yield)
}

// Channels implements [query.Archive].
func (a answers) Channels(ctx context.Context, f query.Filter, most, newest int) ([]query.Channel, int, error) {
	found, total, err := a.store.Channels(ctx, filterOf(f), most, newest)
	var channels []query.Channel
	for _, c := range found {
		channel := query.Channel{Name: c.Name, Messages: c.Messages}
		for _, said := range c.Newest {
			channel.Newest = append(channel.Newest, query.Said(said))
		}
		channels = append(channels, channel)
	}
	return channels, total, err
}

// Search implements [query.Archive].
func (a answers) Search(ctx context.Context, s query.Search) (query.SearchResult, error) {
	f := store.SearchFilter{Filter: filterOf(s.Filter), Role: s.Role}
	page, err := a.store.Search(ctx, s.Query, f, s.After, s.Skip+s.Limit)
	result := query.SearchResult{More: page.More, Total: page.Total, AtMost: page.AtMost}
	for _, found := range page.Found[min(s.Skip, len(page.Found)):] {
		hit := query.Found{Session: found.Session, Message: found.Message, Place: found.Place}
		if err == nil && s.Around > 0 {
			hit.Before, hit.After, err = a.store.Around(ctx, found, f.Filter, s.Around)
		}
		result.Found = append(result.Found, hit)
	}
	return result, err
}

// Find implements [query.Archive].
func (a answers) Find(ctx context.Context, name string, allow func(session.Session) bool, limit int) ([]session.Session, error) {
	return a.store.Find(ctx, name, allow, limit)
}

// Message implements [query.Archive].
func (a answers) Message(ctx context.Context, id string, allow func(session.Session) bool) (session.Session, session.Message, error) {
	s, m, err := a.store.Message(ctx, id, allow)
	if errors.Is(err, store.ErrNoMessage) {
		err = query.ErrUnknownMessage
	}
	return s, m, err
}
