package query

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// fake is an archive in memory, as plain as can be.
type fake struct {
	sessions []session.Session
	messages map[string][]session.Message // by agent and key, oldest first
	board    Board
}

func (a *fake) of(s session.Session, f Filter) []session.Message {
	var all []session.Message
	for _, m := range a.messages[s.Agent+" "+s.Key] {
		if f.Channel != "" && m.Channel != f.Channel || m.Class.Noise() && !f.Classes && f.Class == "" || f.Class != "" && m.Class != f.Class || s.Deleted && !f.IncludeDeleted ||
			m.Time.Before(f.Since) || !f.Until.IsZero() && !m.Time.Before(f.Until) {
			continue
		}
		all = append(all, m)
	}
	return all
}

func (a *fake) list(f Filter) []session.Session {
	var all []session.Session
	for _, s := range a.sessions {
		if f.Agent != "" && s.Agent != f.Agent || f.Key != "" && s.Key != f.Key || f.Kind != "" && s.Kind != f.Kind || f.Allow != nil && !f.Allow(s) {
			continue
		}
		messages := a.of(s, f)
		s.Messages = len(messages)
		for _, m := range messages {
			if m.Time.After(s.Updated) {
				s.Updated = m.Time
			}
		}
		if s.Messages > 0 {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(x, y session.Session) int {
		return cmp.Or(y.Updated.Compare(x.Updated), cmp.Compare(x.Agent, y.Agent), cmp.Compare(x.Key, y.Key))
	})
	return all
}

func paged[T any](all []T, p Page, when func(T) time.Time) []T {
	if !p.Before.IsZero() {
		all = slices.DeleteFunc(slices.Clone(all), func(one T) bool { return when(one).After(p.Before) })
	}
	all = all[min(p.Skip, len(all)):]
	if p.Limit > 0 {
		all = all[:min(p.Limit, len(all))]
	}
	return all
}

func (a *fake) Sessions(_ context.Context, f Filter, p Page) ([]session.Session, int, error) {
	all := a.list(f)
	return paged(all, p, func(s session.Session) time.Time { return s.Updated }), len(all), nil
}

func (a *fake) Messages(_ context.Context, f Filter, p Page) iter.Seq2[session.Message, error] {
	return func(yield func(session.Message, error) bool) {
		for _, s := range a.list(f) {
			for _, m := range paged(a.of(s, f), p, func(m session.Message) time.Time { return m.Time }) {
				if !yield(m, nil) {
					return
				}
			}
		}
	}
}

func (a *fake) Newest(_ context.Context, f Filter, p Page) ([]session.Message, error) {
	var all []session.Message
	for _, s := range a.list(f) {
		all = a.of(s, f)
	}
	slices.Reverse(all)
	return paged(all, p, func(m session.Message) time.Time { return m.Time }), nil
}

func (a *fake) Recent(_ context.Context, f Filter, p Page, yield func(session.Session, session.Message) error) (int, error) {
	type pair struct {
		s session.Session
		m session.Message
	}
	var all []pair
	for _, s := range a.list(f) {
		for _, m := range a.of(s, f) {
			all = append(all, pair{s, m})
		}
	}
	slices.SortFunc(all, func(x, y pair) int { return cmp.Or(y.m.Time.Compare(x.m.Time), cmp.Compare(y.m.ID, x.m.ID)) })
	for _, one := range paged(all, p, func(one pair) time.Time { return one.m.Time }) {
		if err := yield(one.s, one.m); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// Channels walks through all messages.
func (a *fake) Channels(ctx context.Context, f Filter, most, newest int) ([]Channel, int, error) {
	var all []Channel // by the newest message, as Recent tells them
	_, err := a.Recent(ctx, f, Page{}, func(s session.Session, m session.Message) error {
		i := slices.IndexFunc(all, func(c Channel) bool { return c.Name == m.Channel })
		if i < 0 {
			i, all = len(all), append(all, Channel{Name: m.Channel})
		}
		if all[i].Messages++; len(all[i].Newest) < newest {
			all[i].Newest = append(all[i].Newest, Said{s, m})
		}
		return nil
	})
	return all[:min(most, len(all))], len(all), err
}

func (a *fake) Find(_ context.Context, name string, allow func(session.Session) bool, limit int) ([]session.Session, error) {
	var found []session.Session
	for _, s := range a.sessions {
		if allow != nil && !allow(s) {
			continue
		}
		if s.Key == name || slices.ContainsFunc(s.SessionIDs, func(id string) bool { return strings.HasPrefix(id, name) }) {
			found = append(found, s)
		}
	}
	return found[:min(limit, len(found))], nil
}

func (a *fake) Message(_ context.Context, id string, allow func(session.Session) bool) (session.Session, session.Message, error) {
	for _, s := range a.sessions {
		for _, m := range a.of(s, Filter{Classes: true, IncludeDeleted: true}) {
			if m.ID == id && (allow == nil || allow(s)) {
				return s, m, nil
			}
		}
	}
	return session.Session{}, session.Message{}, ErrUnknownMessage
}

// add adds a session whose kind its key tells, with one message a second.
func (a *fake) add(agent, key string, ids []string, from int, texts ...string) *session.Session {
	if a.messages == nil {
		a.messages = map[string][]session.Message{}
	}
	for i, text := range texts {
		id := fmt.Sprintf("e%d", i)
		a.messages[agent+" "+key] = append(a.messages[agent+" "+key], session.Message{
			ID: session.PublicID(ids[0], id), SessionID: ids[0], EntryID: id, Seq: int64(i), Role: session.RoleUser, Text: text,
			Time: time.Unix(int64(from+i), 0).UTC(), Channel: []string{"telegram", "webchat"}[i%2], Origin: session.OriginOwner,
		})
	}
	a.sessions = append(a.sessions, session.Session{Agent: agent, Key: key, SessionIDs: ids, Kind: session.ParseKey(key).Kind})
	return &a.sessions[len(a.sessions)-1]
}

// Search looks at every text; all that matches is of the best level.
func (a *fake) Search(_ context.Context, s Search) (SearchResult, error) {
	numbers := map[string]int64{} // as in an archive, those of all sessions
	for _, of := range a.sessions {
		for _, m := range a.messages[of.Agent+" "+of.Key] {
			numbers[m.ID] = int64(len(numbers))
		}
	}
	var all []Found
	for _, of := range a.list(s.Filter) {
		for i, m := range a.of(of, s.Filter) {
			if s.Query.Match(m.Text) && (s.Role == "" || m.Role == s.Role) {
				place := textindex.Place{Level: textindex.Word, Time: m.Time.UnixMilli(), ID: numbers[m.ID]}
				found := Found{Session: of, Message: m, Place: place}
				if said := a.of(of, s.Filter); s.Around > 0 {
					found.Before, found.After = said[max(0, i-s.Around):i], said[i+1:min(len(said), i+1+s.Around)]
				}
				all = append(all, found)
			}
		}
	}
	slices.SortFunc(all, func(x, y Found) int {
		return cmp.Or(cmp.Compare(y.Place.Time, x.Place.Time), cmp.Compare(y.Place.ID, x.Place.ID))
	})
	result := SearchResult{Total: len(all)}
	skip := s.Skip
	for _, f := range all {
		behind := s.After == nil || f.Place.Time < s.After.Time || f.Place.Time == s.After.Time && f.Place.ID < s.After.ID
		switch {
		case !behind:
		case skip > 0:
			skip--
		case len(result.Found) == s.Limit:
			result.More = true
		default:
			result.Found = append(result.Found, f)
		}
	}
	return result, nil
}

func (a *fake) Board(_ context.Context, allow func(session.Session) bool, deleted bool) (Board, error) {
	seen := func(all []Finding) []Finding {
		return slices.DeleteFunc(slices.Clone(all), func(x Finding) bool {
			return !slices.ContainsFunc(a.sessions, func(s session.Session) bool {
				return s.Agent == x.Agent && s.Key == x.SessionKey && allow(s) && (deleted || !s.Deleted)
			})
		})
	}
	return Board{seen(a.board.Decisions), seen(a.board.Todos)}, nil
}
