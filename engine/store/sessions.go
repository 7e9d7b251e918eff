package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode"

	"github.com/smallccwc/chronosync/engine/session"
)

// titleRunes is how long a title made of a message may get.
const titleRunes = 60

// listed is a session with the number of its row.
type listed struct {
	session.Session
	id int64
}

// Sessions returns the sessions that have messages under the filter, newest
// first (by Updated, then agent, then key), and how many there are on all pages.
// Messages and Updated are those under the filter; SessionIDs stand oldest
// first. A session without a title gets the beginning of what its owner said
// first: a title bears no mark of whose words it is.
func (s *Store) Sessions(ctx context.Context, f Filter, p Page) ([]session.Session, int, error) {
	all, err := s.list(ctx, f)
	if err != nil {
		return nil, 0, fault(ctx, "listing sessions", err)
	}
	total := len(all)
	if !p.Before.IsZero() {
		all = slices.DeleteFunc(all, func(l listed) bool { return l.Updated.After(p.Before) })
	}
	page := make([]session.Session, 0, len(part(all, p)))
	for _, l := range part(all, p) {
		if err := s.complete(ctx, f, &l); err != nil {
			return nil, 0, fault(ctx, "listing sessions", err)
		}
		page = append(page, l.Session)
	}
	return page, total, nil
}

// Latest yields the sessions that have conversation, newest first (by Updated,
// then agent, then key), without SessionIDs and with a Title only where the
// source told one: [Store.Complete] fills these in. It holds a read of the
// archive open until it ends.
func (s *Store) Latest(ctx context.Context) iter.Seq2[session.Session, error] {
	return func(yield func(session.Session, error) bool) {
		err := each(ctx, s.read, "SELECT "+listedColumns+`, s.revision, s.rewritten FROM sessions s
			WHERE s.messages > 0 ORDER BY s.updated DESC, s.agent, s.key`, func(rows *sql.Rows) error {
			var revision, rewritten int64
			l, err := scanListed(rows, &revision, &rewritten)
			l.Revision, l.Rewritten = revision, rewritten
			if err == nil && !yield(l.Session, nil) {
				err = errStop
			}
			return err
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(session.Session{}, fault(ctx, "listing sessions", err))
		}
	}
}

// Complete fills in what [Store.Latest] leaves out.
func (s *Store) Complete(ctx context.Context, of session.Session) (session.Session, error) {
	l := listed{Session: of}
	err := s.read.QueryRowContext(ctx, "SELECT id FROM sessions WHERE agent = ? AND key = ?", of.Agent, of.Key).Scan(&l.id)
	if err == nil {
		err = s.complete(ctx, Filter{}, &l)
	}
	return l.Session, fault(ctx, "reading a session", err)
}

// list counts from the tallies.
func (s *Store) list(ctx context.Context, f Filter) ([]listed, error) {
	query, args := f.tallied("", "s.id")
	var all []listed
	err := each(ctx, s.read, query, func(rows *sql.Rows) error {
		l, err := scanListed(rows)
		if err == nil && (f.Allow == nil || f.Allow(l.Session)) {
			all = append(all, l)
		}
		return err
	}, args...)
	slices.SortFunc(all, func(x, y listed) int {
		return cmp.Or(y.Updated.Compare(x.Updated), cmp.Compare(x.Agent, y.Agent), cmp.Compare(x.Key, y.Key))
	})
	return all, err
}

// tallied reads what scanListed reads, and further columns, from the tallies;
// only windows that a time bound cuts through are counted message by message.
func (f Filter) tallied(more, group string) (string, []any) {
	since, until := f.span()
	cut := ` FROM messages m WHERE m.window = t.window AND m.channel = t.channel AND m.copy = 0
		AND (m.class <> 0) = t.noise AND m.time >= ?1 AND m.time < ?2`
	whole := "t.first >= ?1 AND t.last < ?2"
	c := conditions{args: []any{since, until}}
	f.places(&c)
	c.add("t.last >= ?1 AND t.first < ?2")
	switch {
	case f.Class != "": // tallies do not tell the classes apart
		cut += fmt.Sprintf(" AND m.class = %d", slices.Index(classes, f.Class))
		whole = "0"
		c.add("t.noise = 1")
	case !f.Classes:
		c.add("t.noise = 0")
	}
	if f.Channel != "" {
		c.add("t.channel = (SELECT id FROM names WHERE name = ?)", f.Channel)
	}
	return `SELECT s.id, s.agent, s.key, s.channel, s.kind, s.title, s.deleted,
		sum(CASE WHEN ` + whole + ` THEN t.messages ELSE (SELECT count(*)` + cut + `) END) AS n,
		max(CASE WHEN ` + whole + ` THEN t.last ELSE (SELECT max(m.time)` + cut + `) END)` + more + `
		FROM sessions s JOIN windows w ON w.session = s.id JOIN tallies t ON t.window = w.id
		WHERE ` + c.String() + " GROUP BY " + group + " HAVING n > 0", c.args
}

// complete fills in what lists need only for the sessions they show.
func (s *Store) complete(ctx context.Context, f Filter, l *listed) error {
	c := conditions{args: []any{l.id}}
	f.windows(&c)
	where := "w.session = ?1 AND " + c.String() + " ORDER BY w.first, w.sid"
	err := each(ctx, s.read, "SELECT w.sid FROM windows w WHERE "+where, func(rows *sql.Rows) error {
		var sid string
		err := rows.Scan(&sid)
		l.SessionIDs = append(l.SessionIDs, sid)
		return err
	}, c.args...)
	if err != nil || l.Title != "" {
		return err
	}
	foreign := fmt.Sprintf("%d, %d", slices.Index(origins, session.OriginOther), slices.Index(origins, session.OriginExternal))
	var text any
	err = s.read.QueryRowContext(ctx, `SELECT m.text FROM windows w CROSS JOIN messages m ON m.window = w.id
		AND m.copy = 0 AND m.class = 0 AND m.role = 0 AND m.origin NOT IN (`+foreign+`) WHERE `+where+", m.seq, m.entry LIMIT 1", c.args...).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	said, err := s.unpack(text)
	l.Title = title(said)
	return err
}

// title is the beginning of a text on one line.
func title(text string) string {
	line := make([]rune, 0, titleRunes+2)
	space := false
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			space = len(line) > 0
			continue
		}
		if space {
			line, space = append(line, ' '), false
		}
		if line = append(line, r); len(line) > titleRunes {
			return strings.TrimRight(string(line[:titleRunes-1]), " ") + "…"
		}
	}
	return string(line)
}

// Find returns up to limit sessions that allow lets (all of them for nil) and
// whose key is name or that own a session id beginning with name; the exact ones
// stand first, then by agent and key. It also finds sessions without messages, and
// counts those of all classes and of deleted windows.
func (s *Store) Find(ctx context.Context, name string, allow func(session.Session) bool, limit int) ([]session.Session, error) {
	var found []listed
	err := each(ctx, s.read, `SELECT s.id, s.agent, s.key, s.channel, s.kind, s.title, s.deleted,
		coalesce((SELECT sum(t.messages) FROM windows w JOIN tallies t ON t.window = w.id WHERE w.session = s.id), 0),
		coalesce((SELECT max(t.last) FROM windows w JOIN tallies t ON t.window = w.id WHERE w.session = s.id), 0)
		FROM sessions s WHERE s.id IN (SELECT id FROM sessions WHERE key = ?1 UNION
			SELECT session FROM windows WHERE sid >= ?1 AND sid < ?1 || char(0x10FFFF))
		ORDER BY s.key <> ?1, NOT EXISTS (SELECT 1 FROM windows w WHERE w.session = s.id AND w.sid = ?1), s.agent, s.key`, func(rows *sql.Rows) error {
		l, err := scanListed(rows)
		switch {
		case err != nil:
			return err
		case len(found) == limit:
			return errStop
		case allow == nil || allow(l.Session):
			found = append(found, l)
		}
		return nil
	}, name)
	if errors.Is(err, errStop) {
		err = nil
	}
	var sessions []session.Session
	for _, l := range found {
		if err == nil {
			err = s.complete(ctx, Filter{IncludeDeleted: true}, &l)
		}
		sessions = append(sessions, l.Session)
	}
	return sessions, fault(ctx, "looking for a session", err)
}

// listedColumns are what scanListed reads where messages and updated are not
// counted under a filter.
const listedColumns = "s.id, s.agent, s.key, s.channel, s.kind, s.title, s.deleted, s.messages, s.updated"

// scanListed reads the columns of a list, and further ones into more.
func scanListed(rows scanner, more ...any) (l listed, err error) {
	var updated int64
	err = rows.Scan(append([]any{&l.id, &l.Agent, &l.Key, &l.Channel, &l.Kind, &l.Title, &l.Deleted, &l.Messages, &updated}, more...)...)
	l.Updated = unpackTime(updated)
	return l, err
}
