package store

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/session"
)

// rowSize is about what a row and its index entries need beside the text.
const rowSize = 120

// Transcript is a transcript that messages are put from.
type Transcript struct {
	ID        string // the source's, unique and stable for the place
	Kind      string // its form, for [Totals]
	Agent     string
	SessionID string
	// Rank decides between transcripts that have the same entry: place, time
	// and interpretation are those of the higher rank.
	Rank    int
	Deleted bool // the source deleted the session; this is the archive it kept
	Live    bool // the session exists in the source
	Resumed bool // what is put continues after the cursor and is not a full read
}

// KindImported is the kind of transcripts of which nobody vouches that they are
// what a source had: their messages are told apart for as long as no other
// transcript has them.
const KindImported = "original"

// Outcome is what became of a message that was put.
type Outcome uint8

// Outcomes.
const (
	Unchanged Outcome = iota // it was there already, or a better transcript has another version
	Added
	Revised  // it replaces what the archive had under this id, the text being the same
	Reworded // likewise, with another text: see [Batch.Renew]
)

// Writer puts the messages of one transcript. Only one is used at a time.
type Writer struct {
	b          *Batch
	transcript Transcript
	id         int64
	window     *window
	said       map[int64]struct{} // rows that this pass put already
	shift      int64              // from the numbers of this transcript to those of the window
}

// Transcript starts putting messages of a transcript. A deleted one marks its
// window as deleted; a live one put later clears the mark.
func (b *Batch) Transcript(t Transcript) (*Writer, error) {
	if b.s == nil {
		return nil, ErrEnded
	}
	if t.ID == "" || t.Agent == "" || t.SessionID == "" {
		return nil, fmt.Errorf("a transcript without id, agent or session id: %q", t.ID)
	}
	w, err := b.window(t.Agent, t.SessionID, "")
	if err != nil {
		return nil, err
	}
	if (t.Deleted || t.Live) && w.deleted != t.Deleted {
		w.deleted = t.Deleted
		c := b.change(w)
		c.save, c.from = true, allSeq
	}
	writer := &Writer{b: b, transcript: t, window: w, said: map[int64]struct{}{}}
	err = b.conn.QueryRowContext(b.ctx, `INSERT INTO transcripts(name, kind, window, rank) VALUES(?, ?, ?, ?)
		ON CONFLICT(name) DO UPDATE SET kind = excluded.kind, window = excluded.window, rank = excluded.rank
		RETURNING id`, t.ID, t.Kind, w.id, t.Rank).Scan(&writer.id)
	if err != nil {
		return nil, fault(b.ctx, fmt.Sprintf("storing transcript %q", t.ID), err)
	}
	return writer, nil
}

// End keeps where the next read of the transcript begins, together with what
// its reader wants to remember. A transcript that does not end keeps its old
// cursor, and what is put again then changes nothing.
func (w *Writer) End(cursor string, state []byte) error {
	if w.b == nil || w.b.s == nil {
		return ErrEnded
	}
	err := w.b.exec("UPDATE transcripts SET cursor = ?, state = ? WHERE id = ?", cursor, state, w.id)
	err = fault(w.b.ctx, fmt.Sprintf("keeping the cursor of %q", w.transcript.ID), err)
	w.b = nil
	return err
}

// row is the stored form of a message. Rows are compared with ==.
type row struct {
	seq                 int64
	role, class, origin int64
	channel, sender     int64
	time, digest        int64
	found               string
	text                string
}

// slot is a row of the archive that bears the entry id of a message that is
// put, alone or with a suffix.
type slot struct {
	row
	id, source, rank int64
	copy             bool
}

// Put stores a redacted message. Its identity is the window of the transcript
// and the entry id; SessionID and ID of m are not looked at.
//
// The same role and digest under this id mean that nothing is new, except that
// it may be interpreted or redacted in another way than before. Another digest
// is another message that bears the same id: what was stored stays, and the
// second gets the entry id "<id>~2", the third "~3".
func (w *Writer) Put(m session.Message, found Counts) (Outcome, error) {
	if w.b == nil || w.b.s == nil {
		return Unchanged, ErrEnded
	}
	outcome, err := w.put(m, found)
	if err != nil {
		return Unchanged, fmt.Errorf("storing entry %q of %q: %w", m.EntryID, w.transcript.ID, err)
	}
	return outcome, nil
}

func (w *Writer) put(m session.Message, found Counts) (Outcome, error) {
	if m.EntryID == "" {
		return Unchanged, errors.New("the message has no entry id")
	}
	if w.b.failed != nil {
		return Unchanged, w.b.failed
	}
	r, err := w.row(m, found)
	if err != nil {
		return Unchanged, err
	}
	r.seq += w.shift
	if added, err := w.add(m.EntryID, r); added || err != nil {
		return Added, err
	}
	slots, err := w.slots(m.EntryID)
	if err != nil {
		return Unchanged, err
	}
	for _, s := range slots {
		if s.role == r.role && s.digest == r.digest {
			return w.confirm(s, r)
		}
	}
	_, err = w.add(suffixed(m.EntryID, len(slots)+1), r)
	return Added, err
}

// suffixed is the entry id of the nth message that bears one id.
func suffixed(entryID string, nth int) string {
	if nth == 1 {
		return entryID
	}
	return fmt.Sprintf("%s~%d", entryID, nth)
}

func (w *Writer) row(m session.Message, found Counts) (r row, err error) {
	var errs [6]error
	r = row{seq: m.Seq, time: packTime(m.Time), digest: packDigest(m.Digest), found: found.String(), text: m.Text}
	r.role, errs[0] = encode("role", roles, m.Role)
	r.class, errs[1] = encode("class", classes, m.Class)
	r.origin, errs[2] = encode("origin", origins, m.Origin)
	r.channel, errs[3] = w.b.name(m.Channel)
	r.sender, errs[4] = w.b.name(m.Sender)
	errs[5] = found.check()
	return r, errors.Join(errs[:]...)
}

// add stores a new row; it reports false when the entry id is taken. Trying
// first makes the common case, a new message, one statement.
func (w *Writer) add(entryID string, r row) (bool, error) {
	b, packed := w.b, w.b.s.pack(r.text)
	result, err := b.conn.ExecContext(b.ctx, insertMessage, w.window.id, r.seq, packEntry(entryID), r.role, r.class, r.origin,
		r.channel, r.sender, r.time, r.digest, nullable(r.found), w.id, packed)
	if err != nil {
		return false, fault(b.ctx, "adding it", err)
	}
	if added, err := result.RowsAffected(); err != nil || added == 0 {
		return false, err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return false, err
	}
	w.said[id] = struct{}{}
	b.indexRow(id, w.window, r)
	b.count(w.window, r)
	b.change(w.window).added++
	w.touch(r)
	b.size += rowSize + storedLen(packed)
	return true, nil
}

// touch notes that Commit has to look at a row.
func (w *Writer) touch(r row) {
	c := w.b.change(w.window)
	c.from = min(c.from, r.seq)
	if r.time != 0 && (w.window.first == 0 || r.time < w.window.first) {
		// The window may change its place among the windows of the session.
		w.window.first = r.time
		c.save, c.from = true, allSeq
	}
}

// slots returns the rows that bear an entry id, in the order of their suffixes.
func (w *Writer) slots(entryID string) ([]slot, error) {
	var found []slot
	for {
		var s slot
		var counts sql.NullString
		var text any
		err := w.b.conn.QueryRowContext(w.b.ctx, findMessage, packEntry(suffixed(entryID, len(found)+1)), w.window.id).Scan(
			&s.id, &s.seq, &s.role, &s.class, &s.origin, &s.channel, &s.sender, &s.time, &s.digest, &s.copy, &counts, &s.source, &s.rank, &text)
		if errors.Is(err, sql.ErrNoRows) {
			return found, nil
		}
		if err != nil {
			return nil, fault(w.b.ctx, "looking for it", err)
		}
		s.found = counts.String
		if s.text, err = w.b.s.unpack(text); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
}

// confirm takes over what may differ in a message that is known: a better
// transcript has its own order and times, and a full read after a change of the
// rules another redaction.
func (w *Writer) confirm(s slot, r row) (Outcome, error) {
	_, said := w.said[s.id]
	w.said[s.id] = struct{}{}
	reread := s.source == w.id && !w.transcript.Resumed && !said
	better := s.source != w.id && s.rank < int64(w.transcript.Rank)
	if !better && s.source != w.id {
		// Lines of an archive and rows of a table count in different ways. What
		// follows here stands behind this one, so it goes on from its number.
		w.shift += s.seq - r.seq
	}
	if !better && (!reread || s.row == r) {
		return Unchanged, nil
	}
	outcome := Revised
	switch s.seq = r.seq; {
	case s.row == r: // only its place is another
		outcome = Unchanged
	case s.text != r.text:
		outcome = Reworded
	}
	return outcome, w.revise(s, r)
}

// revise replaces a row by this transcript's version of it.
func (w *Writer) revise(s slot, r row) error {
	b, packed := w.b, w.b.s.pack(r.text)
	err := b.exec(updateMessage, r.seq, r.role, r.class, r.origin, r.channel, r.sender, r.time, r.digest,
		nullable(r.found), w.id, packed, s.id)
	if err != nil {
		return fault(b.ctx, "revising it", err)
	}
	w.said[s.id] = struct{}{}
	if !s.copy {
		b.indexRow(s.id, w.window, r)
	}
	w.touch(r)
	c := b.change(w.window)
	c.recount = true
	c.reworded = c.reworded || s.row != r
	b.size += rowSize + storedLen(packed)
	return nil
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func storedLen(packed any) int64 {
	if text, plain := packed.(string); plain {
		return int64(len(text))
	}
	return int64(len(packed.([]byte)))
}

// What is run for each message.
const (
	insertMessage = `INSERT INTO messages(window, seq, entry, role, class, origin, channel, sender, time, digest, copy, found, source, text)
		VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT(entry, window) DO NOTHING`
	findMessage = `SELECT m.id, m.seq, m.role, m.class, m.origin, m.channel, m.sender, m.time, m.digest, m.copy, m.found, m.source, t.rank, m.text
		FROM messages m JOIN transcripts t ON t.id = m.source WHERE m.entry = ? AND m.window = ?`
	updateMessage = `UPDATE messages SET seq = ?, role = ?, class = ?, origin = ?, channel = ?, sender = ?, time = ?, digest = ?,
		found = ?, source = ?, text = ? WHERE id = ?`
)
