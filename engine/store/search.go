package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
	"github.com/smallccwc/chronosync/engine/session"
)

// SearchFilter chooses among the messages that match. Its Filter narrows as
// everywhere; Role, when it is not empty, chooses one.
type SearchFilter struct {
	Filter
	Role session.Role
}

// Found is a message that matches, with its session (only Agent, Key, Channel,
// Kind, Title and Deleted) and where it stands in the order of results.
type Found struct {
	Session session.Session
	Message session.Message
	Place   textindex.Place
}

// SearchResult is one page of a search.
type SearchResult struct {
	Found []Found
	More  bool // there are further ones behind the last
	// Total is how many messages match on all pages. Where it would take long to
	// tell exactly it is how many can at most.
	Total  int
	AtMost bool
}

// verifiedAlways is up to how many candidates all are read and compared with the
// query, so that their total is exact. One takes about 20 µs.
const verifiedAlways = 128

// Search returns the messages that match a query behind a place, at most limit,
// in the order of the text index: better matches first, then newer ones. A nil
// place is before the first. [ErrIndex] when the index can't be used.
func (s *Store) Search(ctx context.Context, q *textindex.Query, f SearchFilter, after *textindex.Place, limit int) (SearchResult, error) {
	result, err := s.search(ctx, q, f, after, limit)
	return result, fault(ctx, "searching", indexFault(err))
}

func (s *Store) search(ctx context.Context, q *textindex.Query, f SearchFilter, after *textindex.Place, limit int) (SearchResult, error) {
	indexed, err := s.Indexed(ctx)
	if err != nil {
		return SearchResult{}, err
	}
	if !indexed {
		return SearchResult{}, ErrIndex
	}
	list, err := segmentsOf(ctx, s.read)
	if err != nil {
		return SearchResult{}, err
	}
	segments, err := openSegments(ctx, s.read, list)
	if err != nil {
		return SearchResult{}, err
	}
	keep, err := s.keep(ctx, f)
	if err != nil {
		return SearchResult{}, err
	}
	hits, err := textindex.Find(segments, q)
	if err != nil {
		return SearchResult{}, err
	}
	v := verifier{store: s, query: q, hits: hits, keep: keep}
	chosen, result, err := v.page(ctx, after, limit)
	if err != nil {
		return SearchResult{}, err
	}
	for _, hit := range chosen {
		found, err := s.found(ctx, hit)
		if err != nil {
			return SearchResult{}, err
		}
		result.Found = append(result.Found, found)
	}
	return result, nil
}

// verifier reads candidates in their order and keeps those that match.
type verifier struct {
	store *Store
	query *textindex.Query
	hits  *textindex.Hits
	keep  func(*textindex.Hit) bool
}

func (v verifier) page(ctx context.Context, after *textindex.Place, limit int) ([]textindex.Hit, SearchResult, error) {
	candidates, count := v.hits.Select(v.keep, after, limit+1)
	switch {
	case v.query.Certain():
		return candidates[:min(limit, len(candidates))], SearchResult{More: len(candidates) > limit, Total: count}, nil
	case count <= verifiedAlways:
		return v.few(ctx, after, limit)
	}
	var chosen []textindex.Hit
	result := SearchResult{Total: count, AtMost: true}
	// Pages grow, so that a query of which few candidates match costs few looks
	// at all of them.
	for size := 4 * (limit + 1); len(chosen) <= limit && len(candidates) > 0; size *= 4 {
		matching, err := v.matching(ctx, candidates)
		if err != nil {
			return nil, SearchResult{}, err
		}
		chosen = append(chosen, matching...)
		result.Total -= len(candidates) - len(matching)
		last := candidates[len(candidates)-1].Place()
		candidates, _ = v.hits.Select(v.keep, &last, size)
	}
	result.More = len(chosen) > limit
	result.AtMost = after != nil || len(candidates) > 0
	return chosen[:min(limit, len(chosen))], result, nil
}

// few is page for so few candidates that all are compared on every page.
func (v verifier) few(ctx context.Context, after *textindex.Place, limit int) ([]textindex.Hit, SearchResult, error) {
	all, _ := v.hits.Select(v.keep, nil, verifiedAlways)
	behind, _ := v.hits.Select(v.keep, after, verifiedAlways)
	matching, err := v.matching(ctx, all)
	if err != nil {
		return nil, SearchResult{}, err
	}
	total := len(matching)
	chosen := slices.DeleteFunc(matching, func(h textindex.Hit) bool {
		return !slices.ContainsFunc(behind, func(b textindex.Hit) bool { return b.ID == h.ID })
	})
	return chosen[:min(limit, len(chosen))], SearchResult{More: len(chosen) > limit, Total: total}, nil
}

// matching compares candidates with the query, in the order in which they are
// stored, and returns those that match in their own order.
func (v verifier) matching(ctx context.Context, candidates []textindex.Hit) ([]textindex.Hit, error) {
	order := make([]int, len(candidates))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(candidates[a].ID, candidates[b].ID) })
	matches := make([]bool, len(candidates))
	for _, i := range order {
		var packed any
		err := v.store.read.QueryRowContext(ctx, "SELECT text FROM messages WHERE id = ?", candidates[i].ID).Scan(&packed)
		if err != nil {
			return nil, missing(err)
		}
		text, err := v.store.unpack(packed)
		if err != nil {
			return nil, err
		}
		matches[i] = v.query.Match(text)
	}
	var matching []textindex.Hit
	for i, c := range candidates {
		if matches[i] {
			matching = append(matching, c)
		}
	}
	return matching, nil
}

// missing says that the index names a row that does not exist.
func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("it names a message that is not there: %w", ErrIndex)
	}
	return err
}

// keep makes the filter into a test of what the index knows of a message.
func (s *Store) keep(ctx context.Context, f SearchFilter) (func(*textindex.Hit) bool, error) {
	gone, err := goneFrom(ctx, s.read)
	if err != nil {
		return nil, err
	}
	windows, chosen, err := s.searched(ctx, f.Filter)
	if err != nil {
		return nil, err
	}
	channel := int64(-1)
	if f.Channel != "" {
		err := s.read.QueryRowContext(ctx, "SELECT id FROM names WHERE name = ?", f.Channel).Scan(&channel)
		if errors.Is(err, sql.ErrNoRows) {
			return func(*textindex.Hit) bool { return false }, nil
		}
		if err != nil {
			return nil, err
		}
	}
	role, err := choice("role", roles, f.Role)
	if err != nil {
		return nil, err
	}
	class, err := choice("class", classes, f.Class)
	if err != nil {
		return nil, err
	}
	if class < 0 && !f.Classes {
		class = 0
	}
	since, until := f.span()
	return func(h *textindex.Hit) bool {
		return h.Time >= since && h.Time < until &&
			(class < 0 || int64(h.Class) == class) && (role < 0 || int64(h.Role) == role) &&
			(channel < 0 || h.Channel == channel) && windows[h.Window] == chosen && !gone[h.ID]
	}, nil
}

// choice is the number of one of some values, -1 for none.
func choice[T ~string](what string, values []T, value T) (int64, error) {
	if value == "" {
		return -1, nil
	}
	return encode(what, values, value)
}

// searched names windows: those to search where chosen is true, those to leave
// out where it is false. Nearly always nearly all windows are searched, and
// then few have to be read.
func (s *Store) searched(ctx context.Context, f Filter) (windows map[int64]bool, chosen bool, err error) {
	windows = map[int64]bool{}
	mark := func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		windows[id] = true
		return err
	}
	if f.Agent == "" && f.Kind == "" && f.Key == "" && f.SessionID == "" && f.Allow == nil {
		if f.IncludeDeleted {
			return windows, false, nil
		}
		// Stored as true, so that "left out" reads as not false.
		err = each(ctx, s.read, "SELECT id FROM windows WHERE deleted = 1", mark)
		return windows, false, err
	}
	c := conditions{}
	f.places(&c)
	err = each(ctx, s.read, "SELECT w.id, s.agent, s.key, s.channel, s.kind, s.title, s.deleted FROM sessions s JOIN windows w ON w.session = s.id WHERE "+c.String(),
		func(rows *sql.Rows) error {
			var id int64
			var of session.Session
			err := rows.Scan(&id, &of.Agent, &of.Key, &of.Channel, &of.Kind, &of.Title, &of.Deleted)
			if err == nil && (f.Allow == nil || f.Allow(of)) {
				windows[id] = true
			}
			return err
		}, c.args...)
	return windows, true, err
}

// found reads the message of a hit.
func (s *Store) found(ctx context.Context, hit textindex.Hit) (Found, error) {
	var row messageRow
	stored, err := row.read(s.read.QueryRowContext(ctx, "SELECT "+messageColumns+" FROM messages m CROSS JOIN windows w ON w.id = m.window WHERE m.id = ?", hit.ID))
	if err != nil {
		return Found{}, missing(err)
	}
	found := Found{Place: hit.Place()}
	if found.Message, err = s.unpacked(stored); err != nil {
		return Found{}, err
	}
	of := &found.Session
	err = s.read.QueryRowContext(ctx, "SELECT agent, key, channel, kind, title, deleted FROM sessions WHERE id = ?", stored.session).Scan(
		&of.Agent, &of.Key, &of.Channel, &of.Kind, &of.Title, &of.Deleted)
	return found, err
}

// Around returns up to n messages before a found one and up to n behind it,
// both oldest first: what was said in the same window, under the filter.
func (s *Store) Around(ctx context.Context, of Found, f Filter, n int) (before, after []session.Message, err error) {
	c := conditions{}
	f.messages(&c)
	side := func(compare, order string) (list []session.Message, err error) {
		m := of.Message
		args := append([]any{of.Session.Agent, m.SessionID}, c.args...)
		entry := packEntry(m.EntryID)
		args = append(args, m.Seq, m.Seq, entry, n)
		var row messageRow
		err = each(ctx, s.read, "SELECT "+messageColumns+` FROM windows w CROSS JOIN messages m ON m.window = w.id
			WHERE w.agent = ? AND w.sid = ? AND `+c.String()+" AND (m.seq "+compare+" ? OR m.seq = ? AND m.entry "+compare+" ?) ORDER BY m.seq "+order+", m.entry "+order+" LIMIT ?",
			func(rows *sql.Rows) error {
				stored, err := row.read(rows)
				if err != nil {
					return err
				}
				m, err := s.unpacked(stored)
				list = append(list, m)
				return err
			}, args...)
		return list, err
	}
	if before, err = side("<", "DESC"); err == nil {
		after, err = side(">", "ASC")
	}
	slices.Reverse(before)
	return before, after, fault(ctx, "reading what stands around a message", err)
}
