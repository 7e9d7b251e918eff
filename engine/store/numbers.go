package store

import (
	"database/sql"
	"errors"
	"regexp"
	"strconv"
)

// Numbered placeholders such as `[EMAIL#2]` tell the values of one session
// apart: the numbers of each kind count up in the order in which values first
// come. The archive knows a value only by a keyed digest.

// Numbers returns the number that a value has in a session, from 1, by the kind
// in its placeholder and a keyed digest that is the same in all sessions.
type Numbers func(kind string, digest uint64) int

// Number is [Numbers] for the session of the transcript. Its error is that of
// the next Put and of Commit.
func (w *Writer) Number(kind string, digest uint64) int {
	return w.b.number(w.window.session.id, kind, digest)
}

func (b *Batch) number(session int64, kind string, digest uint64) int {
	var n int
	err := b.conn.QueryRowContext(b.ctx, "SELECT number FROM numbers WHERE session = ? AND kind = ? AND digest = ?", session, kind, int64(digest)).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		err = b.conn.QueryRowContext(b.ctx, `INSERT INTO numbers(session, kind, digest, number)
			SELECT ?1, ?2, ?3, coalesce(max(number), 0) + 1 FROM numbers WHERE session = ?1 AND kind = ?2 RETURNING number`,
			session, kind, int64(digest)).Scan(&n)
	}
	b.failed = errors.Join(b.failed, fault(b.ctx, "numbering what was redacted", err))
	return n
}

var numberedPlaceholder = regexp.MustCompile(`\[([A-Z][A-Z0-9_]*)#([0-9]{1,9})\]`)

// renumber gives the placeholders of a window that left a session the numbers
// that their values have in the session it is in now.
func (b *Batch) renumber(w *window, from *sessionRow) error {
	var numbered bool
	err := b.conn.QueryRowContext(b.ctx, "SELECT EXISTS (SELECT 1 FROM numbers WHERE session = ?)", from.id).Scan(&numbered)
	if err != nil || !numbered {
		return err
	}
	renamed := func(placeholder string) string {
		parts := numberedPlaceholder.FindStringSubmatch(placeholder)
		var digest int64
		err := b.conn.QueryRowContext(b.ctx, "SELECT digest FROM numbers WHERE session = ? AND kind = ? AND number = ?", from.id, parts[1], parts[2]).Scan(&digest)
		if errors.Is(err, sql.ErrNoRows) {
			return placeholder // somebody wrote it
		}
		b.failed = errors.Join(b.failed, err)
		return "[" + parts[1] + "#" + strconv.Itoa(b.number(w.session.id, parts[1], uint64(digest))) + "]"
	}
	known := map[string]string{}
	rename := func(placeholder string) string {
		if _, is := known[placeholder]; !is {
			known[placeholder] = renamed(placeholder)
		}
		return known[placeholder]
	}
	return each(b.ctx, b.conn, "SELECT id, copy, text FROM messages WHERE window = ? ORDER BY seq, entry", func(rows *sql.Rows) error {
		var id int64
		var isCopy bool
		var packed any
		if err := rows.Scan(&id, &isCopy, &packed); err != nil {
			return err
		}
		text, err := b.s.unpack(packed)
		if err != nil {
			return err
		}
		next := numberedPlaceholder.ReplaceAllStringFunc(text, rename)
		if b.failed != nil || next == text {
			return b.failed
		}
		if err := b.exec("UPDATE messages SET text = ? WHERE id = ?", b.s.pack(next), id); err != nil || isCopy {
			return err
		}
		return b.show(id)
	}, w.id)
}
