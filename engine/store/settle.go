package store

import (
	"cmp"
	"database/sql"
	"maps"
	"slices"

	"github.com/smallccwc/chronosync/engine/session"
)

// settle brings everything that depends on more than one message up to date.
// Each step needs the one before: copies need the order of the windows, tallies
// need the copies.
func (b *Batch) settle() error {
	touched := slices.SortedFunc(maps.Keys(b.touched), func(x, y *window) int { return cmp.Compare(x.id, y.id) })
	for _, step := range []struct {
		doing string
		run   func(w *window, c *change) error
	}{
		{"ordering windows", b.settleFirst},
		{"finding copies", b.settleCopies},
		{"storing windows", b.saveWindow},
	} {
		for _, w := range touched {
			if err := step.run(w, b.touched[w]); err != nil {
				return fault(b.ctx, step.doing, err)
			}
		}
	}
	if err := b.settleTallies(); err != nil {
		return fault(b.ctx, "counting messages", err)
	}
	if err := b.settleSessions(); err != nil {
		return fault(b.ctx, "storing sessions", err)
	}
	return fault(b.ctx, "storing the search index", b.settleIndex())
}

// settleFirst finds the first message time again where a revised message may
// have taken it away.
func (b *Batch) settleFirst(w *window, c *change) error {
	if !c.recount {
		return nil
	}
	var first int64
	err := b.conn.QueryRowContext(b.ctx, "SELECT coalesce(min(nullif(time, 0)), 0) FROM messages WHERE window = ?", w.id).Scan(&first)
	if first != w.first {
		w.first = first
		c.save, c.from = true, allSeq
	}
	return err
}

// twins are messages of one session that are one: same entry id, role and text.
type twins struct {
	session      *sessionRow
	entry        string
	role, digest int64
}

// twin is one of them.
type twin struct {
	id     int64
	window *window
	copy   bool
}

// settleCopies decides anew which of several equal messages is shown, for every
// message of w that may be concerned. All messages that bear the entry id are
// looked at, also those of a session that w has left.
func (b *Batch) settleCopies(w *window, c *change) error {
	if c.from == noSeq || len(w.session.windows) == 1 && len(c.left) == 0 {
		return nil
	}
	groups := map[twins][]twin{}
	err := each(b.ctx, b.conn, `SELECT o.id, o.window, o.entry, o.role, o.digest, o.copy
		FROM messages m CROSS JOIN messages o ON o.entry = m.entry
		WHERE m.window = ? AND m.seq >= ?
		AND EXISTS (SELECT 1 FROM messages x WHERE x.entry = m.entry AND x.window <> m.window)`,
		func(rows *sql.Rows) error {
			var key twins
			var t twin
			var owner int64
			var entry any
			err := rows.Scan(&t.id, &owner, &entry, &key.role, &key.digest, &t.copy)
			if err != nil {
				return err
			}
			if t.window, err = b.numbered(owner); err != nil {
				return err
			}
			key.session = t.window.session
			key.entry, err = unpackEntry(entry)
			groups[key] = append(groups[key], t)
			return err
		}, w.id, c.from)
	if err != nil {
		return err
	}
	for _, group := range groups {
		if err := b.markCopies(group); err != nil {
			return err
		}
	}
	return nil
}

// markCopies shows the message of the earliest window and hides the others. A
// window that was deleted comes last: what stands in a living window too must
// not vanish with it.
func (b *Batch) markCopies(group []twin) error {
	shown := slices.MinFunc(group, func(x, y twin) int {
		if x.window.deleted != y.window.deleted {
			return cmp.Compare(flag(x.window.deleted), flag(y.window.deleted))
		}
		return compareWindows(x.window, y.window)
	})
	for _, t := range group {
		hidden := t.id != shown.id
		if t.copy == hidden {
			continue
		}
		if err := b.exec("UPDATE messages SET copy = ? WHERE id = ?", flag(hidden), t.id); err != nil {
			return err
		}
		b.change(t.window).recount = true
		index := b.show
		if hidden {
			index = b.hide
		}
		if err := index(t.id); err != nil {
			return err
		}
	}
	return nil
}

func flag(set bool) int64 {
	if set {
		return 1
	}
	return 0
}

func (b *Batch) saveWindow(w *window, c *change) error {
	if !c.save {
		return nil
	}
	return b.exec("UPDATE windows SET session = ?, deleted = ?, first = ?, key = ?, kind = ?, channel = ?, title = ? WHERE id = ?",
		w.session.id, flag(w.deleted), w.first, w.key, w.kind, w.channel, w.title, w.id)
}

// settleTallies adds what was added, and counts again where more happened.
func (b *Batch) settleTallies() error {
	for w, c := range b.touched {
		if !c.recount {
			continue
		}
		if err := b.exec("DELETE FROM tallies WHERE window = ?", w.id); err != nil {
			return err
		}
		err := b.exec(`INSERT INTO tallies(window, channel, noise, messages, first, last)
			SELECT window, channel, class <> 0, count(*), min(time), max(time)
			FROM messages WHERE window = ? AND copy = 0 GROUP BY channel, class <> 0`, w.id)
		if err != nil {
			return err
		}
	}
	for key, t := range b.tallies {
		if c := b.touched[b.known.byID[key.window]]; c.recount {
			continue
		}
		err := b.exec(`INSERT INTO tallies(window, channel, noise, messages, first, last) VALUES(?, ?, ?, ?, ?, ?)
			ON CONFLICT(window, channel, noise) DO UPDATE SET messages = messages + excluded.messages,
			first = min(first, excluded.first), last = max(last, excluded.last)`,
			key.window, key.channel, flag(key.noise), t.messages, t.first, t.last)
		if err != nil {
			return err
		}
	}
	return nil
}

// settleSessions derives the sessions of the touched windows anew and removes
// those whose last window moved away.
func (b *Batch) settleSessions() error {
	concerned, lost := map[*sessionRow]struct{}{}, map[*sessionRow]bool{}
	for w, c := range b.touched {
		concerned[w.session] = struct{}{}
		for _, s := range c.left {
			concerned[s], lost[s] = struct{}{}, true
		}
	}
	if len(concerned) > 0 {
		b.known.revision++
	}
	const update = `UPDATE sessions SET channel = ?2, kind = ?3, title = ?4, deleted = ?5, revision = ?6,
		rewritten = CASE WHEN ?7 THEN rewritten ELSE ?6 END, (messages, updated) = (
		SELECT coalesce(sum(t.messages), 0), coalesce(max(t.last), 0) FROM windows w JOIN tallies t ON t.window = w.id
		WHERE w.session = ?1 AND w.deleted = 0 AND t.noise = 0) WHERE id = ?1`
	for s := range concerned {
		if lost[s] || b.retold(s) {
			if err := b.forget("session = ?", s.id); err != nil {
				return err
			}
		}
		if len(s.windows) == 0 {
			if err := b.remove(s); err != nil {
				return err
			}
			continue
		}
		d := derive(s)
		grew, err := b.onlyGrew(s)
		if err != nil {
			return err
		}
		grew = grew && !lost[s] && d.channel == s.derived.channel // which messages of another channel name
		s.derived = d
		if err := b.exec(update, s.id, d.channel, d.kind, d.title, flag(d.deleted), b.known.revision, grew); err != nil {
			return err
		}
	}
	return nil
}

// remove drops a session without windows, and its numbers, because a new session
// may get its id.
func (b *Batch) remove(s *sessionRow) error {
	delete(b.known.sessions, sessionName{s.agent, s.key})
	delete(b.known.rows, s.id)
	if err := b.exec("DELETE FROM numbers WHERE session = ?", s.id); err != nil {
		return err
	}
	return b.exec("DELETE FROM sessions WHERE id = ?", s.id)
}

// retold reports whether something of a session is told in other words, so that
// what plugins found may hold the old ones. Beside that and windows that leave,
// changes only make plugins read it anew: what they found stays until then, and
// for good where the source deleted the session.
func (b *Batch) retold(s *sessionRow) bool {
	return slices.ContainsFunc(s.windows, func(w *window) bool {
		c := b.touched[w]
		return c != nil && c.reworded
	})
}

// onlyGrew reports whether all that happened to the messages of a session is
// that some were added behind all others. Its windows are in order.
func (b *Batch) onlyGrew(s *sessionRow) (bool, error) {
	for i, w := range s.windows {
		c := b.touched[w]
		if c == nil || c.from == noSeq && !c.recount && !c.reworded && len(c.left) == 0 {
			continue
		}
		if c.from == allSeq || c.recount || c.reworded || len(c.left) > 0 || i != len(s.windows)-1 {
			return false, nil
		}
		var behind int64
		err := b.conn.QueryRowContext(b.ctx, "SELECT count(*) FROM messages WHERE window = ? AND seq >= ?", w.id, c.from).Scan(&behind)
		if err != nil || behind != c.added {
			return false, err
		}
	}
	return true, nil
}

// derive takes each value from the newest window that knows it, and what no
// window knows from the key.
func derive(s *sessionRow) derived {
	slices.SortFunc(s.windows, compareWindows)
	d := derived{deleted: true}
	for _, w := range s.windows {
		d.channel = cmp.Or(w.channel, d.channel)
		d.kind = cmp.Or(w.kind, d.kind)
		d.title = cmp.Or(w.title, d.title)
		d.deleted = d.deleted && w.deleted
	}
	parts := session.ParseKey(s.key)
	d.channel = cmp.Or(d.channel, parts.Channel)
	d.kind = cmp.Or(d.kind, string(parts.Kind))
	return d
}
