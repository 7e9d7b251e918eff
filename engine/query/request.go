package query

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Bounds of an answer.
const (
	DefaultLimit    = 20
	MaxLimit        = 1000
	DefaultMaxBytes = 4000
)

// Scope is what all requests have in common. Empty fields choose everything.
type Scope struct {
	Agent   string
	Channel string // of the messages: a session may mix channels
	Kind    session.Kind
	Since   time.Time // inclusive
	Until   time.Time // exclusive
	// Session names one session: its key, real or as archived, one of its
	// session ids or the beginning of one, or "unknown:" and a session id.
	Session string
	// For names the session that asks, in the same ways. Empty means the owner.
	For string

	Classes        bool          // the noise classes too
	Class          session.Class // of them only this one
	IncludeDeleted bool          // what OpenClaw deleted too

	Limit int    // 0 is DefaultLimit, at most MaxLimit
	Next  string // token of the page before
}

// Queries answers requests. The fields are set once, before the first request.
type Queries struct {
	Archive Archive
	// Archived turns a real session key into the form it is archived in; nil
	// leaves names as they are.
	Archived func(key string) string
	// Share is the sharing policy: whether what is said in a session may be
	// shown outside of it. Nil shares everything.
	Share func(session.Session) bool
	// Now tells the time, for what depends on the day.
	Now func() time.Time

	restricted *session.Session // see [Queries.Restrict]
}

// Restrict makes all answers from here on those for one session, named as in
// [Scope.For]: what a request says of who asks does not count any more.
func (q *Queries) Restrict(ctx context.Context, asker string) error {
	s, err := q.asker(ctx, asker)
	if err == nil {
		q.restricted = s
	}
	return err
}

// maxFound bounds how many sessions a short prefix makes us look at.
const maxFound = 200

// filter resolves the names of a scope and checks who asks. The session is the
// named one, nil when none is named.
func (q *Queries) filter(ctx context.Context, s Scope) (Filter, *session.Session, error) {
	f := Filter{Agent: s.Agent, Kind: s.Kind, Channel: s.Channel, Classes: s.Classes, Class: s.Class, IncludeDeleted: s.IncludeDeleted,
		Since: s.Since, Until: s.Until, Allow: q.Share}
	asker, err := q.asker(ctx, s.For)
	if err != nil {
		return f, nil, err
	}
	if asker != nil {
		f.Allow = q.visible(*asker)
	}
	if s.Session == "" {
		return f, nil, nil
	}
	named, err := q.resolve(ctx, s.Session, s.Agent, f.Allow)
	if err != nil {
		return f, nil, err
	}
	f.Agent, f.Key = named.Agent, named.Key
	return f, &named, nil
}

// Filter resolves the names of a scope and checks who asks, for callers that
// read the archive themselves, such as an export.
func (q *Queries) Filter(ctx context.Context, s Scope) (Filter, error) {
	f, _, err := q.filter(ctx, s)
	return f, err
}

// asker is the session that asks, nil for the owner. The error names no other
// one, because who asks may not know of them.
func (q *Queries) asker(ctx context.Context, name string) (*session.Session, error) {
	if q.restricted != nil || name == "" {
		return q.restricted, nil
	}
	s, err := q.resolve(ctx, name, "", nil)
	if several := (*AmbiguousError)(nil); errors.As(err, &several) {
		err = &AmbiguousError{}
	}
	if err != nil {
		return nil, fmt.Errorf("looking for the session that asks: %w", err)
	}
	return &s, nil
}

// visible is what a session may see: itself, and when it is private, what the
// policy shares.
func (q *Queries) visible(asker session.Session) func(session.Session) bool {
	private := asker.Kind == session.KindMain || asker.Kind == session.KindDirect || asker.Kind == session.KindWebchat
	return func(s session.Session) bool {
		if s.Agent == asker.Agent && s.Key == asker.Key {
			return true
		}
		return private && (q.Share == nil || q.Share(s))
	}
}

// resolve finds the one session that a name means: by its key, else by a whole
// session id, else by the beginning of one.
func (q *Queries) resolve(ctx context.Context, name, agent string, allow func(session.Session) bool) (session.Session, error) {
	// What is left out here counts for nothing, however much there is of it.
	wanted := func(s session.Session) bool { return (agent == "" || s.Agent == agent) && (allow == nil || allow(s)) }
	var fits [3][]session.Session // by key, by session id, by its beginning
	look := func(name string) error {
		if name == "" {
			return ErrUnknownSession // it would be the beginning of every id
		}
		found, err := q.Archive.Find(ctx, name, wanted, maxFound)
		for _, s := range found {
			how := closeness(s, name)
			fits[how] = append(fits[how], s)
		}
		return err
	}
	if err := look(strings.TrimPrefix(name, "unknown:")); err != nil {
		return session.Session{}, err
	}
	// A key as it is archived has no other form, and to tell takes a while.
	if q.Archived != nil && len(fits[0]) == 0 {
		if err := look(q.Archived(name)); err != nil {
			return session.Session{}, err
		}
	}
	for _, fitting := range fits {
		fitting = distinct(fitting)
		if len(fitting) == 1 {
			return fitting[0], nil
		}
		if len(fitting) > 1 {
			return session.Session{}, ambiguous(fitting)
		}
	}
	return session.Session{}, ErrUnknownSession
}

func closeness(s session.Session, name string) int {
	switch {
	case s.Key == name:
		return 0
	case slices.Contains(s.SessionIDs, name):
		return 1
	}
	return 2
}

// distinct sorts sessions by agent and key and drops those found twice.
func distinct(sessions []session.Session) []session.Session {
	order := func(a, b session.Session) int {
		return cmp.Or(cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Key, b.Key))
	}
	slices.SortFunc(sessions, order)
	return slices.CompactFunc(sessions, func(a, b session.Session) bool { return order(a, b) == 0 })
}

// limit is the number of results that a scope asks for.
func (s Scope) limit() (int, error) {
	switch {
	case s.Limit == 0:
		return DefaultLimit, nil
	case s.Limit < 0 || s.Limit > MaxLimit:
		return 0, fmt.Errorf("%w: a limit of %d; use 1 to %d and ask for the next page", ErrRequest, s.Limit, MaxLimit)
	}
	return s.Limit, nil
}
