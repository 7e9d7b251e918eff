package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"

	"github.com/smallccwc/chronosync/engine/session"
)

// ledger is what a writer remembers of the archive, so that facts which did not
// change and channels that are known cost no statement. Windows and sessions
// are loaded when they are first named: a run with little news looks at little.
type ledger struct {
	windows  map[windowName]*window
	byID     map[int64]*window
	sessions map[sessionName]*sessionRow
	rows     map[int64]*sessionRow // the same sessions by number
	names    map[string]int64
	revision int64 // the highest one of any session
	whole    bool  // the archive was empty, so what is not here does not exist
}

type windowName struct{ agent, sid string }
type sessionName struct{ agent, key string }

// window is a row of windows.
type window struct {
	id      int64
	session *sessionRow
	agent   string
	sid     string
	deleted bool
	first   int64
	key     string // "" while unknown
	kind    string
	channel string
	title   string
}

// sessionRow is a row of sessions with its windows.
type sessionRow struct {
	id      int64
	agent   string
	key     string
	derived derived
	windows []*window
}

// derived is what a session takes over from its windows.
type derived struct {
	channel, kind, title string
	deleted              bool
}

// noSeq is behind every message, allSeq before.
const (
	noSeq  = math.MaxInt64
	allSeq = math.MinInt64
)

// compareWindows orders the windows of a session: by first message time, then
// by session id.
func compareWindows(a, b *window) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.sid, b.sid))
}

// keyWeight says how much a key tells: nothing, that OpenClaw's importer found
// no key, or where the chat took place. Only a key that tells at least as much
// replaces another, so the order in which keys are learned does not matter.
func keyWeight(key string) int {
	switch {
	case key == "" || session.IsUnknownKey(key):
		return 0
	case session.ParseKey(key).Kind == session.KindRecovered:
		return 1
	}
	return 2
}

func loadLedger(ctx context.Context, conn reader) (*ledger, error) {
	l := &ledger{
		windows: map[windowName]*window{}, byID: map[int64]*window{},
		sessions: map[sessionName]*sessionRow{}, rows: map[int64]*sessionRow{}, names: map[string]int64{},
	}
	err := conn.QueryRowContext(ctx, "SELECT coalesce(max(revision), 0), NOT EXISTS (SELECT 1 FROM windows) FROM sessions").Scan(&l.revision, &l.whole)
	if err != nil {
		return nil, err
	}
	return l, each(ctx, conn, "SELECT id, name FROM names", func(rows *sql.Rows) error {
		var id int64
		var name string
		err := rows.Scan(&id, &name)
		l.names[name] = id
		return err
	})
}

// loadSession loads the session that a query for its number finds, with all its
// windows; nil when there is none.
func (b *Batch) loadSession(query string, args ...any) (*sessionRow, error) {
	if b.known.whole {
		return nil, nil
	}
	var id int64
	err := b.conn.QueryRowContext(b.ctx, query, args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fault(b.ctx, "looking for a session", err)
	}
	if s := b.known.rows[id]; s != nil {
		return s, nil
	}
	s := &sessionRow{id: id}
	err = b.conn.QueryRowContext(b.ctx, "SELECT agent, key, channel, kind, title, deleted FROM sessions WHERE id = ?", id).Scan(
		&s.agent, &s.key, &s.derived.channel, &s.derived.kind, &s.derived.title, &s.derived.deleted)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrCorrupt
	}
	if err != nil {
		return nil, fault(b.ctx, "loading a session", err)
	}
	err = each(b.ctx, b.conn, "SELECT id, agent, sid, deleted, first, key, kind, channel, title FROM windows WHERE session = ?", func(rows *sql.Rows) error {
		w := &window{session: s}
		err := rows.Scan(&w.id, &w.agent, &w.sid, &w.deleted, &w.first, &w.key, &w.kind, &w.channel, &w.title)
		s.windows = append(s.windows, w)
		return err
	}, id)
	if err != nil {
		return nil, fault(b.ctx, "loading a session", err)
	}
	b.known.add(s)
	return s, nil
}

// add remembers a session with its windows.
func (l *ledger) add(s *sessionRow) {
	l.rows[s.id] = s
	l.sessions[sessionName{s.agent, s.key}] = s
	for _, w := range s.windows {
		l.windows[windowName{w.agent, w.sid}] = w
		l.byID[w.id] = w
	}
}

// numbered returns the window of a number that stands in the archive.
func (b *Batch) numbered(id int64) (*window, error) {
	if w := b.known.byID[id]; w != nil {
		return w, nil
	}
	if _, err := b.loadSession("SELECT session FROM windows WHERE id = ?", id); err != nil {
		return nil, err
	}
	if w := b.known.byID[id]; w != nil {
		return w, nil
	}
	return nil, ErrCorrupt
}

// querier is a connection, a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// scanner is one row or the current one of several.
type scanner interface{ Scan(...any) error }

// each calls scan for every row of a query.
func each(ctx context.Context, q querier, query string, scan func(*sql.Rows) error, args ...any) error {
	if c, is := q.(*connection); is {
		if c.asked[query] {
			return errors.New("a question is asked again before its answer was read")
		}
		c.asked[query] = true
		defer delete(c.asked, query)
	}
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// window returns the window of a session id and stores it when it is new, in
// the session of key or, when that is not known, in one of its own.
func (b *Batch) window(agent, sid, key string) (*window, error) {
	if err := b.load(); err != nil {
		return nil, err
	}
	name := windowName{agent, sid}
	if w := b.known.windows[name]; w != nil {
		return w, nil
	}
	if _, err := b.loadSession("SELECT session FROM windows WHERE agent = ? AND sid = ?", agent, sid); err != nil {
		return nil, err
	}
	if w := b.known.windows[name]; w != nil {
		return w, nil
	}
	if keyWeight(key) == 0 {
		key = ""
	}
	w := &window{agent: agent, sid: sid, key: key}
	var err error
	if w.session, err = b.session(w); err != nil {
		return nil, err
	}
	result, err := b.conn.ExecContext(b.ctx, `INSERT INTO windows(session, agent, sid, deleted, first, key, kind, channel, title)
		VALUES(?, ?, ?, 0, 0, ?, '', '', '')`, w.session.id, agent, sid, key)
	if err != nil {
		return nil, fault(b.ctx, "storing a window", err)
	}
	if w.id, err = result.LastInsertId(); err != nil {
		return nil, fault(b.ctx, "storing a window", err)
	}
	w.session.windows = append(w.session.windows, w)
	b.known.windows[name] = w
	b.known.byID[w.id] = w
	b.change(w).save = true
	b.size += rowSize
	return w, nil
}

// session returns the session that the key of a window names and stores it when
// it is new.
func (b *Batch) session(w *window) (*sessionRow, error) {
	key := w.key
	if key == "" {
		key = session.UnknownKey(w.agent, w.sid)
	}
	name := sessionName{w.agent, key}
	if s := b.known.sessions[name]; s != nil {
		return s, nil
	}
	s, err := b.loadSession("SELECT id FROM sessions WHERE agent = ? AND key = ?", w.agent, key)
	if s != nil || err != nil {
		return s, err
	}
	result, err := b.conn.ExecContext(b.ctx, `INSERT INTO sessions(agent, key, channel, kind, title, deleted, messages, updated, revision, rewritten)
		VALUES(?, ?, '', '', '', 0, 0, 0, 0, ?)`, w.agent, key, b.known.revision+1)
	if err != nil {
		return nil, fault(b.ctx, "storing a session", err)
	}
	s = &sessionRow{agent: w.agent, key: key}
	if s.id, err = result.LastInsertId(); err != nil {
		return nil, fault(b.ctx, "storing a session", err)
	}
	b.known.add(s)
	return s, nil
}

// move puts a window into the session that its key names now.
func (b *Batch) move(w *window) error {
	from := w.session
	to, err := b.session(w)
	if err != nil || to == from {
		b.change(w).save = true
		return err
	}
	from.windows = slices.DeleteFunc(from.windows, func(other *window) bool { return other == w })
	to.windows = append(to.windows, w)
	w.session = to
	c := b.change(w)
	c.save, c.from = true, allSeq
	c.left = append(c.left, from)
	return fault(b.ctx, "numbering placeholders again", b.renumber(w, from))
}
