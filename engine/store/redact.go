package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
)

// Redaction is how what the archive holds is redacted again. Its functions
// leave alone what they returned themselves.
type Redaction struct {
	Text  func(text string, number Numbers) (string, Counts)
	Ident func(name string) string // ids, session keys, titles, channels, senders
	Place func(Place) Place
}

// Place is a transcript, or a place that is none, with what is kept of it.
type Place struct {
	Name   string
	Cursor Cursor
}

// vacuumMeta is set while the file may hold bytes of text that was replaced
// since. The next [Open] for writing makes a file without them.
const vacuumMeta = "vacuum"

// Redact redacts everything that came from people or sources again and returns
// how many messages, without copies, have another text now. Column by column:
//
//   - names: name. Messages follow where two names become one.
//   - windows: agent, sid, key, channel, title. Not kind, a word of our own.
//   - sessions: derived from windows, so that changed ones are made anew.
//   - transcripts: name, cursor, state, by Place, because only the caller knows
//     what its cursors hold. Not kind.
//   - messages: text with found, and entry, which a source chooses. Not digest, which
//     is keyed; the rest is numbers and times.
//   - items, states, extractions: dropped for sessions of which anything above
//     changes, or where a text of an item has to change; plugins then read anew.
//   - plugins, verdicts: words of our own, versions and digests.
//   - search: built anew, because segments keep the words of older texts.
//   - numbers, tallies: kinds of placeholders, keyed digests and counts.
//   - meta: the caller's; it keeps no text there.
//
// Where two names become one, the older row keeps it and the other one gets a
// suffix ("~2"), as entries do: nothing is lost, and a later read by that name
// goes on with the older one. Sessions and the names of people become one.
func (b *Batch) Redact(ctx context.Context, r Redaction) (changed int, err error) {
	if b.s == nil {
		return 0, ErrEnded
	}
	if err := b.load(); err != nil {
		return 0, err
	}
	// So that a kill before the file is made anew leaves as little as can be.
	if err := b.exec("PRAGMA secure_delete = ON"); err != nil {
		return 0, fault(b.ctx, "preparing to overwrite", err)
	}
	renamed, err := b.redactNames(r)
	if err == nil {
		err = b.redactWindows(ctx, r)
	}
	if err == nil {
		err = b.redactPlaces(ctx, r)
	}
	if err == nil {
		changed, err = b.redactMessages(ctx, r, renamed)
	}
	if err == nil {
		err = b.redactItems(ctx, r)
	}
	if err == nil {
		err = b.renew(ctx)
	}
	return changed, fault(ctx, "redacting what is stored", err)
}

// Renew leaves nothing of texts that were replaced since the archive was made:
// the index, whose segments keep their words, is built anew, and the next [Open]
// for writing makes a file without their bytes.
func (b *Batch) Renew(ctx context.Context) error {
	if b.s == nil {
		return ErrEnded
	}
	return fault(ctx, "building the search index anew", b.renew(ctx))
}

func (b *Batch) renew(ctx context.Context) error {
	if err := b.reindex(ctx); err != nil {
		return err
	}
	return b.SetMeta(vacuumMeta, "due")
}

// redactNames redacts the names of channels and senders, and returns which
// number each one that changed has now.
func (b *Batch) redactNames(r Redaction) (map[int64]int64, error) {
	renamed := map[int64]int64{}
	err := each(b.ctx, b.conn, "SELECT id, name FROM names ORDER BY id", func(rows *sql.Rows) error {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return err
		}
		next := r.Ident(name)
		if next == name {
			return nil
		}
		delete(b.known.names, name)
		if other, taken := b.known.names[next]; taken {
			renamed[id] = other
			return b.exec("DELETE FROM names WHERE id = ?", id)
		}
		b.known.names[next], renamed[id] = id, id
		return b.exec("UPDATE names SET name = ? WHERE id = ?", next, id)
	})
	return renamed, err
}

// redactWindows redacts what is told of windows. What sessions are follows from
// that: a window whose key or agent changes moves to the session of that name.
func (b *Batch) redactWindows(ctx context.Context, r Redaction) error {
	return each(b.ctx, b.conn, "SELECT id, agent, sid, key, channel, title FROM windows ORDER BY id", func(rows *sql.Rows) error {
		var id int64
		var was, is window
		if err := errors.Join(ctx.Err(), rows.Scan(&id, &was.agent, &was.sid, &was.key, &was.channel, &was.title)); err != nil {
			return err
		}
		is = window{agent: r.Ident(was.agent), sid: r.Ident(was.sid), key: r.Ident(was.key), channel: r.Ident(was.channel), title: r.Ident(was.title)}
		if is == was {
			return nil
		}
		w, err := b.numbered(id)
		if err != nil {
			return err
		}
		delete(b.known.windows, windowName{was.agent, was.sid})
		w.agent, w.key, w.channel, w.title = is.agent, is.key, is.channel, is.title
		w.sid, err = free(is.sid, func(sid string) *sql.Row {
			return b.conn.QueryRowContext(b.ctx, "SELECT id FROM windows WHERE agent = ? AND sid = ? AND id <> ?", is.agent, sid, id)
		})
		if err != nil {
			return err
		}
		b.known.windows[windowName{w.agent, w.sid}] = w
		if err := b.exec("UPDATE windows SET agent = ?, sid = ? WHERE id = ?", w.agent, w.sid, id); err != nil {
			return err
		}
		b.change(w).reworded = true
		return b.move(w)
	})
}

// free is name, with a suffix while other rows have it.
func free(name string, others func(name string) *sql.Row) (string, error) {
	for n := 1; ; n++ {
		var other int64
		err := others(suffixed(name, n)).Scan(&other)
		if errors.Is(err, sql.ErrNoRows) {
			return suffixed(name, n), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// redactPlaces redacts the names of transcripts and other places, and what is
// kept of each.
func (b *Batch) redactPlaces(ctx context.Context, r Redaction) error {
	return each(b.ctx, b.conn, "SELECT id, name, cursor, state FROM transcripts ORDER BY id", func(rows *sql.Rows) error {
		var id int64
		var was Place
		var cursor sql.NullString
		if err := errors.Join(ctx.Err(), rows.Scan(&id, &was.Name, &cursor, &was.Cursor.State)); err != nil {
			return err
		}
		was.Cursor.Cursor = cursor.String
		is := r.Place(was)
		if is.Name == was.Name && is.Cursor.Cursor == was.Cursor.Cursor && bytes.Equal(is.Cursor.State, was.Cursor.State) {
			return nil
		}
		name, err := free(is.Name, func(name string) *sql.Row {
			return b.conn.QueryRowContext(b.ctx, "SELECT id FROM transcripts WHERE name = ? AND id <> ?", name, id)
		})
		if err != nil {
			return err
		}
		cursor.String = is.Cursor.Cursor
		return b.exec("UPDATE transcripts SET name = ?, cursor = ?, state = ? WHERE id = ?", name, cursor, is.Cursor.State, id)
	})
}

// wording is what a message holds that came from people or sources.
type wording struct {
	entry           string
	channel, sender int64
	found, text     string
}

// redactMessages redacts texts and the ids of entries, and lets messages follow
// the names that changed.
func (b *Batch) redactMessages(ctx context.Context, r Redaction, renamed map[int64]int64) (changed int, err error) {
	err = each(b.ctx, b.conn, "SELECT id, window, copy, entry, channel, sender, found, text FROM messages ORDER BY id", func(rows *sql.Rows) error {
		var id, owner int64
		var isCopy bool
		var was wording
		var entry, packed any
		var found sql.NullString
		err := errors.Join(ctx.Err(), rows.Scan(&id, &owner, &isCopy, &entry, &was.channel, &was.sender, &found, &packed))
		if err == nil {
			was.entry, err = unpackEntry(entry)
		}
		if err == nil {
			was.text, err = b.s.unpack(packed)
		}
		if err != nil {
			return err
		}
		was.found = found.String
		is, err := b.redacted(r, owner, was, renamed)
		_, inRenamed := renamed[was.channel]
		_, byRenamed := renamed[was.sender]
		if err != nil || is == was && !inRenamed && !byRenamed {
			return err
		}
		if is.text != was.text && !isCopy {
			changed++
		}
		return b.reword(id, owner, was, is)
	})
	return changed, err
}

// redacted is what a message of a window holds from now on.
func (b *Batch) redacted(r Redaction, owner int64, was wording, renamed map[int64]int64) (wording, error) {
	is := was
	is.entry = r.Ident(was.entry)
	if now, changed := renamed[was.channel]; changed {
		is.channel = now
	}
	if now, changed := renamed[was.sender]; changed {
		is.sender = now
	}
	text, counts := r.Text(was.text, func(kind string, digest uint64) int {
		w, err := b.numbered(owner)
		if err != nil {
			b.failed = errors.Join(b.failed, err)
			return 0
		}
		return b.number(w.session.id, kind, digest)
	})
	is.text = text
	if len(counts) == 0 {
		return is, b.failed
	}
	all, err := parseCounts(was.found)
	if err != nil {
		return is, err
	}
	all.add(counts, 1)
	is.found = all.String()
	return is, errors.Join(counts.check(), b.failed)
}

// reword stores what a message holds now; the session of its window counts as
// rewritten.
func (b *Batch) reword(id, owner int64, was, is wording) error {
	w, err := b.numbered(owner)
	if err != nil {
		return err
	}
	c := b.change(w)
	c.reworded = true
	if is == was { // but for the names of its channel or sender
		return nil
	}
	if is.channel != was.channel {
		c.recount = true
	}
	if is.entry != was.entry {
		c.from = allSeq // other messages may be copies now
		is.entry, err = free(is.entry, func(entry string) *sql.Row {
			return b.conn.QueryRowContext(b.ctx, "SELECT id FROM messages WHERE entry = ? AND window = ? AND id <> ?", packEntry(entry), owner, id)
		})
		if err != nil {
			return err
		}
	}
	return b.exec("UPDATE messages SET entry = ?, channel = ?, sender = ?, found = ?, text = ? WHERE id = ?",
		packEntry(is.entry), is.channel, is.sender, nullable(is.found), b.s.pack(is.text), id)
}
