package store

import (
	"cmp"
	"context"
	"database/sql"
	"math"
	"slices"

	"github.com/smallccwc/chronosync/engine/session"
)

// ledger is what a writer remembers of the archive, so that facts which did not
// change and channels that are known cost no statement.
type ledger struct {
	windows  map[windowName]*window
	byID     map[int64]*window
	sessions map[sessionName]*sessionRow
	names    map[string]int64
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

func loadLedger(ctx context.Context, conn *sql.Conn) (*ledger, error) {
	l := &ledger{windows: map[windowName]*window{}, byID: map[int64]*window{}, sessions: map[sessionName]*sessionRow{}, names: map[string]int64{}}
	owners := map[int64]*sessionRow{}
	err := each(ctx, conn, "SELECT id, agent, key, channel, kind, title, deleted FROM sessions", func(rows *sql.Rows) error {
		s := &sessionRow{}
		err := rows.Scan(&s.id, &s.agent, &s.key, &s.derived.channel, &s.derived.kind, &s.derived.title, &s.derived.deleted)
		owners[s.id] = s
		l.sessions[sessionName{s.agent, s.key}] = s
		return err
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, conn, "SELECT id, session, agent, sid, deleted, first, key, kind, channel, title FROM windows", func(rows *sql.Rows) error {
		w, owner := &window{}, int64(0)
		err := rows.Scan(&w.id, &owner, &w.agent, &w.sid, &w.deleted, &w.first, &w.key, &w.kind, &w.channel, &w.title)
		if err != nil {
			return err
		}
		if w.session = owners[owner]; w.session == nil {
			return ErrCorrupt
		}
		w.session.windows = append(w.session.windows, w)
		l.windows[windowName{w.agent, w.sid}] = w
		l.byID[w.id] = w
		return nil
	})
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

// querier is a connection, a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each calls scan for every row of a query.
func each(ctx context.Context, q querier, query string, scan func(*sql.Rows) error, args ...any) error {
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
	result, err := b.conn.ExecContext(b.ctx, "INSERT INTO sessions(agent, key, channel, kind, title, deleted) VALUES(?, ?, '', '', '', 0)", w.agent, key)
	if err != nil {
		return nil, fault(b.ctx, "storing a session", err)
	}
	s := &sessionRow{agent: w.agent, key: key}
	if s.id, err = result.LastInsertId(); err != nil {
		return nil, fault(b.ctx, "storing a session", err)
	}
	b.known.sessions[name] = s
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
	return nil
}
