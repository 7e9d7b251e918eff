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

	"github.com/smallccwc/chronosync/engine/session"
)

// messageColumns are what messageRow reads, the text last.
const messageColumns = `w.session, w.sid, m.seq, m.entry, m.role, m.class, m.origin,
	(SELECT name FROM names WHERE id = m.channel), (SELECT name FROM names WHERE id = m.sender),
	m.time AS at, ` + importedColumn + `, m.text`

// importedColumn is true for the versions of transcripts of [KindImported]. Which
// those are SQLite looks up once a query.
const importedColumn = "m.source IN (SELECT id FROM transcripts WHERE kind = '" + KindImported + "' AND window IS NOT NULL)"

// stored is a message as it comes out of the archive, the text still packed: it
// is to be unpacked before the next row is read.
type stored struct {
	session.Message
	session int64
	text    driverValue
}

// driverValue is a value as the driver gives it, which it may take back when the next
// row is read.
type driverValue struct{ value any }

// Scan implements [sql.Scanner].
func (v *driverValue) Scan(value any) error {
	v.value = value
	return nil
}

// messageRow reads rows of messageColumns, one after the other.
type messageRow struct {
	stored
	entry                   driverValue
	role, class, origin, at int64
	channel, sender         sql.NullString
	columns                 []any // where the values go
}

func (r *messageRow) read(rows scanner) (stored, error) {
	if r.columns == nil {
		r.columns = []any{
			&r.session, &r.SessionID, &r.Seq, &r.entry, &r.role, &r.class, &r.origin,
			&r.channel, &r.sender, &r.at, &r.Imported, &r.text,
		}
	}
	if err := rows.Scan(r.columns...); err != nil {
		return stored{}, err
	}
	m := r.stored
	var errs [4]error
	m.EntryID, errs[0] = unpackEntry(r.entry.value)
	m.Role, errs[1] = decode("role", roles, r.role)
	m.Class, errs[2] = decode("class", classes, r.class)
	m.Origin, errs[3] = decode("origin", origins, r.origin)
	m.ID = session.PublicID(m.SessionID, m.EntryID)
	m.Channel, m.Sender = r.channel.String, r.sender.String
	m.Time = unpackTime(r.at)
	return m, errors.Join(errs[:]...)
}

// unpacked is the message with its text.
func (s *Store) unpacked(m stored) (session.Message, error) {
	var err error
	m.Text, err = s.unpack(m.text.value)
	return m.Message, err
}

// The order of a session: windows by first message time, then as stored.
const (
	oldestFirst = "w.first, w.sid, m.seq, m.entry"
	newestFirst = "w.first DESC, w.sid DESC, m.seq DESC, m.entry DESC"
)

// Messages yields the messages of the session that f names by Agent and Key,
// oldest first: windows by first message time, then as stored. Positions for
// [Page] count the messages under the filter. It ends after an error, and holds
// a read of the archive open until it ends: take pages where a batch may commit
// meanwhile.
func (s *Store) Messages(ctx context.Context, f Filter, p Page) iter.Seq2[session.Message, error] {
	return s.inSession(ctx, f, p, oldestFirst)
}

// pageBytes bounds the text of one page of messages.
const pageBytes = 4 << 20

// MessagePage gives as many of [Store.Messages] as are held at once: fewer than p
// asks for, but one at least, where they are long.
func (s *Store) MessagePage(ctx context.Context, f Filter, p Page) ([]session.Message, error) {
	var page []session.Message
	size := 0
	for m, err := range s.Messages(ctx, f, p) {
		if err != nil {
			return nil, err
		}
		page = append(page, m)
		if size += len(m.Text); size > pageBytes {
			break
		}
	}
	return page, nil
}

// PageBefore is the [Store.MessagePage] of limit messages that has as many others
// behind it. It is read from the end, so it costs nothing for what stands before
// it. A page of long messages is not held at once: the result is nil then.
func (s *Store) PageBefore(ctx context.Context, f Filter, behind, limit int) ([]session.Message, error) {
	var page []session.Message
	size := 0
	for m, err := range s.inSession(ctx, f, Page{Skip: behind, Limit: limit}, newestFirst) {
		if err != nil {
			return nil, err
		}
		if size += len(m.Text); size > pageBytes {
			return nil, nil
		}
		page = append(page, m)
	}
	slices.Reverse(page)
	return page, nil
}

// Newest returns the newest messages of the session that f names by Agent and
// Key, the newest first, in the exact reverse of the order of [Store.Messages].
func (s *Store) Newest(ctx context.Context, f Filter, p Page) ([]session.Message, error) {
	var newest []session.Message
	for m, err := range s.inSession(ctx, f, p, newestFirst) {
		if err != nil {
			return nil, err
		}
		newest = append(newest, m)
	}
	return newest, nil
}

func (s *Store) inSession(ctx context.Context, f Filter, p Page, order string) iter.Seq2[session.Message, error] {
	return func(yield func(session.Message, error) bool) {
		err := s.walk(ctx, f, p, order, func(m session.Message) bool { return yield(m, nil) })
		if err != nil {
			yield(session.Message{}, fault(ctx, "reading messages", err))
		}
	}
}

// errStop ends a walk early.
var errStop = errors.New("stop")

func (s *Store) walk(ctx context.Context, f Filter, p Page, order string, yield func(session.Message) bool) error {
	if f.Agent == "" || f.Key == "" {
		return errors.New("the filter names no session")
	}
	query, args := f.sessionQuery(p, order)
	var row messageRow
	err := each(ctx, s.read, query, func(rows *sql.Rows) error {
		found, err := row.read(rows)
		if err != nil {
			return err
		}
		m, err := s.unpacked(found)
		if err == nil && !yield(m) {
			err = errStop
		}
		return err
	}, args...)
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// sessionQuery reads one session in an order.
func (f Filter) sessionQuery(p Page, order string) (string, []any) {
	since, until := f.span()
	c := conditions{}
	f.places(&c)
	f.messages(&c)
	c.add("m.time >= ? AND m.time < ?", since, until)
	// CROSS JOIN keeps the order of the loops, with which the indexes give the
	// order of the result: nothing is sorted.
	return "SELECT " + messageColumns + ` FROM sessions s CROSS JOIN windows w ON w.session = s.id
		CROSS JOIN messages m ON m.window = w.id WHERE ` + c.String() + " ORDER BY " + order + " LIMIT ? OFFSET ?", append(c.args, p.sqlLimit(), p.Skip)
}

// maxStreams is how many channels are merged by their index; an archive with
// more is sorted.
const maxStreams = 64

// Recent hands the newest messages of all sessions under the filter to yield,
// newest first by time, with their session, and returns how many there are on
// all pages. An error of yield ends it.
func (s *Store) Recent(ctx context.Context, f Filter, p Page, yield func(session.Session, session.Message) error) (int, error) {
	all, err := s.list(ctx, f)
	if err != nil {
		return 0, fault(ctx, "listing sessions", err)
	}
	total, sessions := 0, make(map[int64]session.Session, len(all))
	for _, l := range all {
		total += l.Messages
		sessions[l.id] = l.Session
	}
	if total == 0 {
		return 0, nil
	}
	channels, err := s.channels(ctx, f)
	if err == nil {
		err = s.recent(ctx, f, p, channels, sessions, yield)
	}
	return total, fault(ctx, "reading the newest messages", err)
}

// recent is Recent for channels, which are at least one, and the sessions that
// the filter allows.
func (s *Store) recent(ctx context.Context, f Filter, p Page, channels []int64, sessions map[int64]session.Session, yield func(session.Session, session.Message) error) error {
	query, args := recentQuery(f, p, channels)
	skip, left := p.Skip, p.Limit
	var row messageRow
	err := each(ctx, s.read, query, func(rows *sql.Rows) error {
		found, err := row.read(rows)
		if err != nil {
			return err
		}
		owner, allowed := sessions[found.session]
		switch {
		case !allowed:
			return nil
		case skip > 0:
			skip--
			return nil
		}
		m, err := s.unpacked(found)
		if err != nil {
			return err
		}
		if err := yield(owner, m); err != nil {
			return err
		}
		if left--; left == 0 {
			return errStop
		}
		return nil
	}, args...)
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// recentQuery reads each channel by the index on (channel, time) and lets
// SQLite merge them; it stops reading where the reader stops.
func recentQuery(f Filter, p Page, channels []int64) (string, []any) {
	f.Channel = "" // each branch has its own
	since, until := f.span()
	if !p.Before.IsZero() {
		until = min(until, p.Before.UnixMilli()+1)
	}
	var branches []string
	var args []any
	branch := func(on string, values ...any) {
		c := conditions{}
		if on != "" {
			c.add(on, values...)
		}
		c.add("m.time >= ? AND m.time < ?", since, until)
		f.messages(&c)
		f.places(&c)
		branches = append(branches, "SELECT "+messageColumns+` FROM messages m CROSS JOIN windows w ON w.id = m.window
			CROSS JOIN sessions s ON s.id = w.session WHERE `+c.String())
		args = append(args, c.args...)
	}
	if len(channels) > maxStreams {
		branch("")
	} else {
		for _, channel := range channels {
			branch("m.channel = ?", channel)
		}
	}
	return strings.Join(branches, " UNION ALL ") + " ORDER BY at DESC, sid DESC, seq DESC, entry DESC", args
}

// channels are the numbers of the channels under the filter, at least one.
func (s *Store) channels(ctx context.Context, f Filter) ([]int64, error) {
	query, args := "SELECT DISTINCT channel FROM tallies", []any(nil)
	if f.Channel != "" {
		query, args = "SELECT id FROM names WHERE name = ?", []any{f.Channel}
	}
	var channels []int64
	err := each(ctx, s.read, query, func(rows *sql.Rows) error {
		var channel int64
		err := rows.Scan(&channel)
		channels = append(channels, channel)
		return err
	}, args...)
	return channels, err
}

// Message returns the message with a public id and its session, whatever its
// class and also when the source deleted it. A copy answers with its own window,
// so that an id which was ever given out keeps its meaning. Where windows share
// the first 8 characters of their session ids, it is the message that lists show,
// of the sessions that allow lets; nil is all of them. None is [ErrNoMessage].
func (s *Store) Message(ctx context.Context, id string, allow func(session.Session) bool) (session.Session, session.Message, error) {
	owner, m, err := s.message(ctx, id, allow)
	if !errors.Is(err, ErrNoMessage) {
		err = fault(ctx, "reading a message", err)
	}
	return owner, m, err
}

func (s *Store) message(ctx context.Context, id string, allow func(session.Session) bool) (session.Session, session.Message, error) {
	head, entry, _ := strings.Cut(id, ":")
	var found []stored
	var row messageRow
	err := each(ctx, s.read, "SELECT "+messageColumns+` FROM messages m CROSS JOIN windows w ON w.id = m.window
		WHERE m.entry = ? AND substr(w.sid, 1, 8) = ? ORDER BY m.copy, w.first, w.sid, w.agent`, func(rows *sql.Rows) error {
		one, err := row.read(rows)
		if err == nil {
			one.Message, err = s.unpacked(one)
		}
		found = append(found, one)
		return err
	}, packEntry(entry), head)
	for _, one := range found {
		if err != nil {
			break
		}
		var owner session.Session
		if owner, err = s.owner(ctx, one.session); err == nil && (allow == nil || allow(owner)) {
			return owner, one.Message, nil
		}
	}
	return session.Session{}, session.Message{}, cmp.Or(err, ErrNoMessage)
}

func (s *Store) owner(ctx context.Context, id int64) (session.Session, error) {
	var agent, key string
	if err := s.read.QueryRowContext(ctx, "SELECT agent, key FROM sessions WHERE id = ?", id).Scan(&agent, &key); err != nil {
		return session.Session{}, err
	}
	everything := Filter{Agent: agent, Key: key, Classes: true, IncludeDeleted: true}
	page, _, err := s.Sessions(ctx, everything, Page{Limit: 1})
	if err == nil && len(page) == 0 {
		err = fmt.Errorf("its session has no messages: %w", ErrCorrupt)
	}
	if err != nil {
		return session.Session{}, err
	}
	return page[0], nil
}
