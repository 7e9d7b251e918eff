package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/normalize"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/store"
)

// sink takes what a source reads and brings it, normalised and redacted, into
// the archive. This is the only way into it: every string that reaches the store
// passes the redactor.
type sink struct {
	*redactor
	ctx     context.Context
	store   *store.Store
	opt     normalize.Options
	first   bool // nothing was read before
	again   bool // everything is read from its start
	seen    *seen
	cursors map[string]store.Cursor // those that were asked for, by redacted transcript id
	windows map[windowName]learned  // likewise
	ended   map[windowName]bool     // whether any transcript did, of windows that no earlier run was told of

	batch      *store.Batch
	told       session.Facts // the last that were told, as told
	facts      session.Facts // the same, redacted and with what was known before
	applied    bool          // facts is made of told
	normalizer *normalize.Normalizer
	writer     *store.Writer // nil until there is something to write
	transcript store.Transcript

	skipped  []source.Skip
	newCount int
	reworded bool // [replacedMeta] is set
	read     int  // transcripts begun
	progress func(transcripts, messages int)
}

// cursor is what an earlier run, or this one, kept under a redacted id.
func (s *sink) cursor(id string) (store.Cursor, error) {
	c, asked := s.cursors[id]
	if asked || s.first {
		return c, nil
	}
	var err error
	if s.batch != nil {
		c, err = s.batch.Cursor(id)
	} else {
		c, err = s.store.Cursor(s.ctx, id)
	}
	if err == nil {
		s.cursors[id] = c
	}
	return c, err
}

// window is what is known of a window.
func (s *sink) window(name windowName) (learned, error) {
	l, asked := s.windows[name]
	if asked {
		return l, nil
	}
	c, err := s.cursor(name.cursorID())
	if err != nil {
		return l, err
	}
	if c.Cursor != "" && json.Unmarshal([]byte(c.Cursor), &l) != nil {
		l = learned{}
	}
	s.windows[name] = l
	return l, nil
}

// Cursor implements [source.Cursors]. A transcript of which more is known now
// than when its messages were made is read from its start, and so is one whose
// state is of another version, and one whose cursor can't be read.
func (s *sink) Cursor(id string) string {
	id = s.place(id)
	c, err := s.cursor(id)
	if err != nil {
		return ""
	}
	if len(c.State) == 0 { // a place that is no transcript
		return s.unlessAgain(c.Cursor)
	}
	state, known := s.state(c)
	if !known {
		return ""
	}
	made := state.Ground
	window, err := s.window(made.Window)
	if err != nil || window.ground(made.Window) != made {
		return ""
	}
	return s.unlessAgain(c.Cursor)
}

func (s *sink) unlessAgain(cursor string) string {
	if s.again {
		return ""
	}
	return cursor
}

// Unchanged implements [source.Cursors].
func (s *sink) Unchanged(id, state string) bool { return !s.again && s.seen.transcript(id, state) }

// Done implements [source.Sink].
func (s *sink) Done(id, state string) { s.seen.done(id, state) }

// state is what the archive keeps with a cursor.
func (s *sink) state(c store.Cursor) (state transcriptState, known bool) {
	err := json.Unmarshal(c.State, &state)
	if err == nil {
		_, err = normalize.Resume(session.Facts{}, s.opt, state.Normalizer)
	}
	return state, err == nil
}

// begin makes sure that a transaction is open.
func (s *sink) begin() error {
	if s.batch != nil {
		return nil
	}
	batch, err := s.store.Begin(s.ctx)
	s.batch = batch
	return err
}

// commit ends the transaction, if one is open.
func (s *sink) commit() error {
	if s.batch == nil {
		return nil
	}
	batch := s.batch
	s.batch = nil
	if err := s.ctx.Err(); err != nil {
		batch.Rollback()
		return err
	}
	return batch.Commit(s.ctx)
}

// keep ends the read: what the next one need not look at is kept with the last
// transaction.
func (s *sink) keep() error {
	if s.seen.news() {
		if err := s.begin(); err != nil {
			return err
		}
		if err := s.batch.SetMeta(seenMeta, s.seen.String()); err != nil {
			return err
		}
	}
	return s.commit()
}

// rollback drops what was not committed.
func (s *sink) rollback() {
	if s.batch != nil {
		s.batch.Rollback()
		s.batch = nil
	}
}

// Facts implements [source.Sink]. What was told before changes nothing, so it
// is made use of only when a transcript of the window follows.
func (s *sink) Facts(f session.Facts) error {
	s.told, s.applied = f, false
	same, known := s.seen.told(f)
	if same && !s.again {
		return nil
	}
	if !known {
		s.ended[windowName{f.Agent, f.SessionID}] = false
	}
	return s.apply()
}

// apply redacts the facts that were told and adds them to what is known.
func (s *sink) apply() error {
	if err := s.begin(); err != nil {
		return err
	}
	f := s.told
	told := session.Facts{
		Agent:     s.ident(f.Agent),
		SessionID: s.ident(f.SessionID),
		Key:       s.ident(f.Key),
		Kind:      f.Kind,
		Channel:   s.ident(f.Channel),
		Messenger: s.ident(f.Messenger),
		Title:     s.ident(f.Title),
		Peer:      s.ident(f.Peer),
	}
	name := windowName{told.Agent, told.SessionID}
	before, err := s.window(name)
	if err != nil {
		return err
	}
	known := before.with(told)
	s.facts, s.applied = known.applied(told), true
	if known != before {
		s.windows[name] = known
		if ended, isNew := s.ended[windowName{f.Agent, f.SessionID}]; before.ground(name) != known.ground(name) && (!isNew || ended) {
			// Transcripts were read with other facts than are known now. One
			// that is being read ends with the new ones. This run may not come
			// to its end, so the next one learns of it here.
			s.seen.doubt = true
			if err := s.batch.SetMeta(seenMeta, ""); err != nil {
				return err
			}
		}
		if err := s.mark(name.cursorID(), string(encoded(known))); err != nil {
			return err
		}
	}
	return s.batch.Facts(told)
}

// ranks order the forms in which the same entry can be found: what OpenClaw
// itself reads today says best what was said.
var ranks = map[source.Kind]int{
	source.KindOriginal:      -1, // what any source has is better
	source.KindBackup:        0,
	source.KindImport:        1,
	source.KindReset:         2,
	source.KindDeleted:       2,
	source.KindSQLiteArchive: 3,
	source.KindOrphan:        4,
	source.KindJSONL:         4,
	source.KindCold:          5,
	source.KindSQLite:        5,
}

// Begin implements [source.Sink].
func (s *sink) Begin(t source.Transcript) error {
	if err := s.begin(); err != nil {
		return err
	}
	if !s.applied {
		if err := s.apply(); err != nil {
			return err
		}
	}
	s.read++
	s.transcript = store.Transcript{
		ID: s.place(t.ID), Kind: string(t.Kind), Agent: s.facts.Agent, SessionID: s.facts.SessionID,
		Rank: ranks[t.Kind], Deleted: t.Deleted, Live: t.Kind.Live(), Resumed: t.Resumed,
	}
	s.writer = nil
	s.normalizer = normalize.New(s.facts, s.opt)
	if t.Resumed {
		c, err := s.cursor(s.transcript.ID)
		if err != nil {
			return err
		}
		state, _ := s.state(c)
		resumed, err := normalize.Resume(s.facts, s.opt, state.Normalizer)
		if err != nil {
			return fmt.Errorf("continuing transcript %q: %w", s.transcript.ID, err)
		}
		s.normalizer = resumed
	}
	return nil
}

// open starts writing the transcript. A transcript that turns out to be as it
// was is never opened, so that nothing changes in the archive.
func (s *sink) open() (err error) {
	if s.writer == nil {
		s.writer, err = s.batch.Transcript(s.transcript)
	}
	return err
}

// Entry implements [source.Sink]: one entry becomes at most one message.
func (s *sink) Entry(e *session.Entry) error {
	m, spoken := s.normalizer.Next(e)
	if !spoken {
		return nil
	}
	if err := s.put(m); err != nil {
		return err
	}
	if isWebhook(m) && session.ParseKey(s.facts.Key).Kind == session.KindCron && s.facts.Kind == "" {
		s.told.Kind = session.KindHook
		return s.apply()
	}
	return nil
}

// put brings a message into the archive, redacted.
func (s *sink) put(m session.Message) error {
	if err := s.open(); err != nil {
		return err
	}
	text, found := s.text(m.Text, s.writer.Number)
	m.Text = text
	if m.Class == session.ClassTool {
		m.Text = excerpt(text) // only now, because a secret must not be cut in two
	}
	m.EntryID, m.Sender, m.Channel = s.unique(m.EntryID), s.ident(m.Sender), s.ident(m.Channel)
	outcome, err := s.writer.Put(m, found)
	switch {
	case err != nil:
		return err
	case outcome == store.Added:
		s.newCount++
	case outcome == store.Reworded && s.again && !s.reworded:
		s.reworded = true
		return s.batch.SetMeta(replacedMeta, "due")
	}
	return nil
}

// excerpt is the beginning of a redacted tool result, which can be megabytes: at
// most 2,000 bytes, with no placeholder and no word cut in two. Rules to come may
// know a secret that those of today let pass, but not the first half of one. A
// line end is the better place to cut, because numbers are written with blanks.
func excerpt(text string) string {
	const most, near = 2000, 512
	if len(text) <= most {
		return text
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	_, next := utf8.DecodeRuneInString(text[end:])
	last := text[end-near : end+next]
	at := strings.LastIndexAny(last, "\n\r")
	if at < 0 {
		at = strings.LastIndexFunc(last, unicode.IsSpace)
	}
	if at >= 0 {
		end += at - near
	} else {
		end = beforeWord(text, beforePlaceholder(text, end))
	}
	return strings.TrimSpace(text[:end])
}

// beforePlaceholder is end, or where the placeholder begins that end stands in.
func beforePlaceholder(text string, end int) int {
	const longest = 48
	if open := strings.LastIndexByte(text[:end], '['); open >= 0 && end-open < longest && !strings.Contains(text[open:end], "]") {
		return open
	}
	return end
}

// beforeWord is end, or where the run of bytes of keys begins that end stands in.
func beforeWord(text string, end int) int {
	ofKey := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/=_.%-", r)
	}
	if !ofKey(rune(text[end])) {
		return end
	}
	return len(strings.TrimRightFunc(text[:end], ofKey))
}

// isWebhook reports whether a message is what a webhook sent. Since 2026.8 such
// sessions have keys of scheduled jobs, and not every release says in another
// place what they are; a job's own prompt has a class.
func isWebhook(m session.Message) bool {
	return m.Role == session.RoleUser && m.Origin == session.OriginExternal && m.Class == session.ClassNone
}

// End implements [source.Sink].
func (s *sink) End(cursor string) error {
	name := windowName{s.transcript.Agent, s.transcript.SessionID}
	window, err := s.window(name)
	if err != nil {
		return err
	}
	state := transcriptState{Ground: window.ground(name), Normalizer: s.normalizer.State()}
	end := store.Cursor{Cursor: cursor, State: encoded(state)}
	old, err := s.cursor(s.transcript.ID)
	if err != nil {
		return err
	}
	if old.Cursor != end.Cursor || !bytes.Equal(old.State, end.State) {
		if err := s.open(); err != nil {
			return err
		}
		if err := s.writer.End(end.Cursor, end.State); err != nil {
			return err
		}
		s.cursors[s.transcript.ID] = end
	}
	told := windowName{s.told.Agent, s.told.SessionID}
	if _, isNew := s.ended[told]; isNew {
		s.ended[told] = true
	}
	s.progress(s.read, s.newCount)
	if s.batch.Full() {
		return s.commit()
	}
	return nil
}

// Cut implements [source.Sink]: what was read stays, and is read again.
func (s *sink) Cut() error { return nil }

// Mark implements [source.Sink].
func (s *sink) Mark(id, cursor string) error {
	return s.mark(s.place(id), cursor)
}

func (s *sink) mark(id, cursor string) error {
	if old, err := s.cursor(id); err != nil || old.Cursor == cursor {
		return err
	}
	if err := s.begin(); err != nil {
		return err
	}
	s.cursors[id] = store.Cursor{Cursor: cursor}
	return s.batch.Mark(id, cursor)
}

// Skip implements [source.Sink].
func (s *sink) Skip(skip source.Skip) {
	skip.Where = visible(s.place(skip.Where))
	s.skipped = append(s.skipped, skip)
}

// visible replaces what a terminal would obey or hide: last_run.json, where
// skips are kept, is a file that people look at.
func visible(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) && r != ' ' {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}
