package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Due is a session of which a plugin has something to read.
type Due struct {
	Session session.Session // without SessionIDs; Title only where the source told one
	Seen    int             // messages of its conversation that the plugin read, from the first
	// Anew says that the plugin has to read all of it: it never did, another
	// version did, or more changed since than that messages came in at the end.
	// Seen is 0 then, and the state is to be empty.
	Anew     bool
	Failures int       // in a row, of this version
	Retry    time.Time // as given to [Batch.Failed]; due is the session all the same
}

// Due returns the sessions of which this version of a plugin has not read all
// conversation as it is, newest first. Where nothing is left of a conversation,
// because the source deleted it, nothing is due.
func (s *Store) Due(ctx context.Context, plugin, version string) ([]Due, error) {
	var due []Due
	// Few are due, so that ordering them costs less than to look at all sessions
	// by the index over times.
	err := each(ctx, s.read, "SELECT "+listedColumns+`, s.revision, s.rewritten,
		coalesce(x.revision, 0), coalesce(x.seen, 0), coalesce(x.failures, 0), coalesce(x.retry, 0)
		FROM sessions s NOT INDEXED LEFT JOIN extractions x ON x.session = s.id AND x.plugin = ? AND x.version = ?
		WHERE s.messages > 0 AND (x.session IS NULL OR x.revision < s.revision OR x.seen < s.messages)
		ORDER BY s.updated DESC, s.agent, s.key`, func(rows *sql.Rows) error {
		var d Due
		var revision, rewritten, read, retry int64
		l, err := scanListed(rows, &revision, &rewritten, &read, &d.Seen, &d.Failures, &retry)
		d.Session, d.Retry = l.Session, unpackTime(retry)
		d.Session.Revision, d.Session.Rewritten = revision, rewritten
		if d.Anew = rewritten > read; d.Anew {
			d.Seen = 0
		}
		due = append(due, d)
		return err
	}, plugin, version)
	return due, fault(ctx, fmt.Sprintf("listing what plugin %q has to read", plugin), err)
}

// PluginState returns the state that a plugin gave last for a session, nil when
// there is none.
func (s *Store) PluginState(ctx context.Context, plugin, agent, key string) ([]byte, error) {
	var packed []byte
	err := s.read.QueryRowContext(ctx, `SELECT p.state FROM sessions s JOIN states p ON p.session = s.id
		WHERE s.agent = ? AND s.key = ? AND p.plugin = ?`, agent, key, plugin).Scan(&packed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	var state []byte
	if err == nil {
		state, err = s.unpackState(packed)
	}
	return state, fault(ctx, fmt.Sprintf("reading the state of plugin %q", plugin), err)
}

// Extraction is what a plugin made of messages of a session.
type Extraction struct {
	Plugin, Version string
	Agent, Key      string // of the session
	Revision        int64  // of the session when it was read
	Seen            int    // messages read by now, as in [Due]
	State           []byte // nobody changes it while the batch is open
	Anew            bool   // it began with the first message: what was found before goes
	// Items replace those with the same Key, and withdrawn ones remove them. ID,
	// Plugin, Agent and SessionKey are not looked at.
	Items []session.Item
}

// Extracted keeps an extraction. It may cover a part of what is due; the rest
// stays due. [ErrOutdated] when the session is gone or was rewritten since it
// was read.
func (b *Batch) Extracted(x Extraction) error {
	if b.s == nil {
		return ErrEnded
	}
	if err := b.load(); err != nil {
		return err
	}
	return fault(b.ctx, fmt.Sprintf("keeping what plugin %q found", x.Plugin), b.extracted(x))
}

func (b *Batch) extracted(x Extraction) error {
	owner, err := b.unchangedSince(x)
	if err != nil {
		return err
	}
	if x.Anew {
		if err := b.exec("DELETE FROM items WHERE session = ? AND plugin = ?", owner, x.Plugin); err != nil {
			return err
		}
	}
	for _, it := range x.Items {
		if err := b.keepItem(owner, x.Plugin, it); err != nil {
			return err
		}
	}
	if len(x.Items) > 0 {
		if err := b.trimItems(owner, x.Plugin); err != nil {
			return err
		}
	}
	if err := b.keepState(owner, x.Plugin, x.State); err != nil {
		return err
	}
	return b.exec(`INSERT OR REPLACE INTO extractions(session, plugin, version, revision, seen, failures, retry)
		VALUES(?, ?, ?, ?, ?, 0, 0)`, owner, x.Plugin, x.Version, x.Revision, x.Seen)
}

func (b *Batch) keepState(owner int64, plugin string, state []byte) error {
	if len(state) == 0 {
		return b.exec("DELETE FROM states WHERE session = ? AND plugin = ?", owner, plugin)
	}
	// Plugins of one module keep the same state, one after the other.
	if !bytes.Equal(state, b.state) {
		b.state, b.packedState = state, b.s.packState(state)
	}
	packed := b.packedState
	b.size += rowSize + int64(len(packed))
	return b.exec("INSERT OR REPLACE INTO states(session, plugin, state) VALUES(?, ?, ?)", owner, plugin, packed)
}

// unchangedSince returns the number of the session that was read. One that was
// rewritten since may have lost words that must not come back by an extraction.
func (b *Batch) unchangedSince(x Extraction) (int64, error) {
	var id, rewritten int64
	err := b.conn.QueryRowContext(b.ctx, "SELECT id, rewritten FROM sessions WHERE agent = ? AND key = ?", x.Agent, x.Key).Scan(&id, &rewritten)
	if errors.Is(err, sql.ErrNoRows) || err == nil && rewritten > x.Revision {
		return 0, ErrOutdated
	}
	return id, err
}

// Failure is that a plugin could not read a session.
type Failure struct {
	Plugin, Version string
	Agent, Key      string
	Failures        int       // in a row, this one too
	Retry           time.Time // when to try again
}

// Failed keeps a failure until an extraction succeeds or the session is told in
// other words. What the plugin found before stays, and what this version read.
func (b *Batch) Failed(f Failure) error {
	if b.s == nil {
		return ErrEnded
	}
	err := b.exec(`INSERT INTO extractions(session, plugin, version, revision, seen, failures, retry)
		SELECT id, ?, ?, 0, 0, ?, ? FROM sessions WHERE agent = ? AND key = ?
		ON CONFLICT(session, plugin) DO UPDATE SET failures = excluded.failures, retry = excluded.retry,
		version = excluded.version, revision = iif(version = excluded.version, revision, 0)`,
		f.Plugin, f.Version, f.Failures, packTime(f.Retry), f.Agent, f.Key)
	return fault(b.ctx, fmt.Sprintf("keeping a failure of plugin %q", f.Plugin), err)
}

// forget drops what plugins found, remember and read, so that they read it anew.
func (b *Batch) forget(where string, args ...any) error {
	for _, table := range []string{"items", "states", "extractions"} {
		if err := b.exec("DELETE FROM "+table+" WHERE "+where, args...); err != nil {
			return err
		}
	}
	return nil
}

// Health is how a plugin does, as the caller judges it.
type Health struct {
	Plugin, Version string
	Failures        int // in a row
	Retry           time.Time
	Problem         string // in our words, nothing of a chat
	Quarantined     bool
}

// Health returns what is known of plugins, by name.
func (s *Store) Health(ctx context.Context) (map[string]Health, error) {
	all := map[string]Health{}
	err := each(ctx, s.read, "SELECT name, version, failures, retry, problem, quarantined FROM plugins", func(rows *sql.Rows) error {
		var h Health
		var retry int64
		err := rows.Scan(&h.Plugin, &h.Version, &h.Failures, &retry, &h.Problem, &h.Quarantined)
		h.Retry = unpackTime(retry)
		all[h.Plugin] = h
		return err
	})
	return all, fault(ctx, "reading how plugins do", err)
}

// SetHealth keeps how a plugin does.
func (b *Batch) SetHealth(h Health) error {
	if b.s == nil {
		return ErrEnded
	}
	err := b.exec("INSERT OR REPLACE INTO plugins(name, version, failures, retry, problem, quarantined) VALUES(?, ?, ?, ?, ?, ?)",
		h.Plugin, h.Version, h.Failures, packTime(h.Retry), h.Problem, flag(h.Quarantined))
	return fault(b.ctx, fmt.Sprintf("keeping how plugin %q does", h.Plugin), err)
}

// ForgetPlugin drops what a plugin found and remembers, and how it does. What
// people said about its items stays.
func (b *Batch) ForgetPlugin(name string) error {
	if b.s == nil {
		return ErrEnded
	}
	err := b.forget("plugin = ?", name)
	if err == nil {
		err = b.exec("DELETE FROM plugins WHERE name = ?", name)
	}
	return fault(b.ctx, fmt.Sprintf("forgetting plugin %q", name), err)
}
