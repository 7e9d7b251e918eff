package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/normalize"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/store"
)

// sink takes what a source reads and brings it, normalised and redacted, into
// the archive. This is the only way into it: every string that reaches the
// store passes ident or the rules here.
type sink struct {
	ctx     context.Context
	store   *store.Store
	rules   *redact.Rules
	key     []byte
	opt     normalize.Options
	cursors map[string]store.Cursor // by redacted transcript id
	states  map[string]transcriptState
	windows map[windowName]learned
	idents  memo
	places  memo

	batch      *store.Batch
	facts      session.Facts // of the window that Begin will start, redacted
	normalizer *normalize.Normalizer
	writer     *store.Writer // nil until there is something to write
	transcript store.Transcript

	skipped  []source.Skip
	newCount int
	read     int // transcripts begun
	progress func(transcripts, messages int)
}

// Batches bound what one transaction holds: memory, the size of the journal,
// and how much an interrupted run has to do again.
const batchBytes = 8 << 20

// ident redacts an identifier: session keys, titles, names and ids.
func (s *sink) ident(text string) string {
	return s.idents.recall(text, func() string { return redact.Identifier(s.rules, s.key, text) })
}

// place redacts the name of a transcript, a file or a row.
func (s *sink) place(name string) string {
	return s.places.recall(name, func() string { return place(s.rules, s.key, name) })
}

// restore takes over what earlier runs left. A transcript whose state is of
// another version loses its cursor and is read again; again says that all do.
func (s *sink) restore(cursors map[string]store.Cursor, again bool) {
	s.cursors, s.states, s.windows = cursors, map[string]transcriptState{}, map[windowName]learned{}
	for id, c := range cursors {
		if name, isWindow := windowOf(id); isWindow {
			var l learned
			if json.Unmarshal([]byte(c.Cursor), &l) == nil {
				s.windows[name] = l
			}
			continue
		}
		if again {
			delete(cursors, id)
			continue
		}
		if len(c.State) == 0 {
			continue // a place that is no transcript
		}
		var state transcriptState
		err := json.Unmarshal(c.State, &state)
		if err == nil {
			_, err = normalize.Resume(session.Facts{}, s.opt, state.Normalizer)
		}
		if err != nil {
			delete(cursors, id)
			continue
		}
		s.states[id] = state
	}
}

// Cursor implements [source.Cursors]. A transcript of which more is known now
// than when its messages were made is read from its start.
func (s *sink) Cursor(id string) string {
	id = s.place(id)
	if state, isTranscript := s.states[id]; isTranscript {
		made := state.Ground
		if s.windows[made.Window].ground(made.Window) != made {
			return ""
		}
	}
	return s.cursors[id].Cursor
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

// rollback drops what was not committed.
func (s *sink) rollback() {
	if s.batch != nil {
		s.batch.Rollback()
		s.batch = nil
	}
}

// Facts implements [source.Sink].
func (s *sink) Facts(f session.Facts) error {
	if err := s.begin(); err != nil {
		return err
	}
	s.facts = session.Facts{
		Agent:     s.ident(f.Agent),
		SessionID: s.ident(f.SessionID),
		Key:       s.ident(f.Key),
		Kind:      f.Kind,
		Channel:   s.ident(f.Channel),
		Messenger: s.ident(f.Messenger),
		Title:     s.ident(f.Title),
		Peer:      s.ident(f.Peer),
	}
	told := s.facts
	name := windowName{told.Agent, told.SessionID}
	known := s.windows[name].with(told)
	s.facts = known.applied(told)
	if known != s.windows[name] {
		s.windows[name] = known
		if err := s.mark(name.cursorID(), string(encoded(known))); err != nil {
			return err
		}
	}
	return s.batch.Facts(told)
}

// ranks order the forms in which the same entry can be found: what OpenClaw
// itself reads today says best what was said.
var ranks = map[source.Kind]int{
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
	s.read++
	s.transcript = store.Transcript{
		ID: s.place(t.ID), Kind: string(t.Kind), Agent: s.facts.Agent, SessionID: s.facts.SessionID,
		Rank: ranks[t.Kind], Deleted: t.Deleted, Live: t.Kind.Live(), Resumed: t.Resumed,
	}
	s.writer = nil
	s.normalizer = normalize.New(s.facts, s.opt)
	if t.Resumed {
		resumed, err := normalize.Resume(s.facts, s.opt, s.states[s.transcript.ID].Normalizer)
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
	e.ID = s.ident(e.ID)
	m, spoken := s.normalizer.Next(e)
	if !spoken {
		return nil
	}
	text, counts := s.rules.Redact(m.Text)
	m.Text = text
	if m.Class == session.ClassTool {
		m.Text = excerpt(text) // only now, because a secret must not be cut in two
	}
	m.Sender, m.Channel = s.ident(m.Sender), s.ident(m.Channel)
	var found store.Counts
	if len(counts) > 0 {
		found = make(store.Counts, len(counts))
		for kind, n := range counts {
			found[string(kind)] = n
		}
	}
	if err := s.open(); err != nil {
		return err
	}
	outcome, err := s.writer.Put(m, found)
	if err != nil {
		return err
	}
	if outcome == store.Added {
		s.newCount++
	}
	if isWebhook(m) && session.ParseKey(s.facts.Key).Kind == session.KindCron && s.facts.Kind == "" {
		facts := s.facts
		facts.Kind = session.KindHook
		return s.Facts(facts)
	}
	return nil
}

// excerpt is the beginning of a redacted tool result, which can be megabytes:
// at most 2,000 bytes, on a rune boundary, with no placeholder cut in two.
func excerpt(text string) string {
	const most, longestPlaceholder = 2000, 24
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	if open := strings.LastIndexByte(text[:end], '['); open >= 0 && end-open < longestPlaceholder && !strings.Contains(text[open:end], "]") {
		end = open
	}
	return strings.TrimSpace(text[:end])
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
	state := transcriptState{Ground: s.windows[name].ground(name), Normalizer: s.normalizer.State()}
	end := store.Cursor{Cursor: cursor, State: encoded(state)}
	if old := s.cursors[s.transcript.ID]; old.Cursor != end.Cursor || !bytes.Equal(old.State, end.State) {
		if err := s.open(); err != nil {
			return err
		}
		if err := s.writer.End(end.Cursor, end.State); err != nil {
			return err
		}
		s.cursors[s.transcript.ID], s.states[s.transcript.ID] = end, state
	}
	s.progress(s.read, s.newCount)
	if s.batch.Size() > batchBytes {
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
	if s.cursors[id].Cursor == cursor {
		return nil
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
