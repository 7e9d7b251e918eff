package query

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
)

// SchemaVersion changes only when a field changes its meaning or goes.
const SchemaVersion = 1

// maxSessionIDs bounds the ids of one session: a scheduled job has one a run.
const maxSessionIDs = 20

// Envelope is around every list.
type Envelope struct {
	SchemaVersion int    `json:"schema_version"`
	Total         int    `json:"total"`     // on all pages
	Returned      int    `json:"returned"`  // on this page
	Truncated     bool   `json:"truncated"` // there is another page
	Next          string `json:"next,omitempty"`
}

// Answer is around every list out of the archive.
type Answer struct {
	Envelope
	KnownChannels []string `json:"known_channels,omitempty"` // as by [Queries.KnownChannels], where nothing fits
}

func emptyAnswer() Answer { return Answer{Envelope: Envelope{SchemaVersion: SchemaVersion}} }

// SessionPage answers [Queries.List].
type SessionPage struct {
	Answer
	Sessions []Session `json:"sessions"`
}

// MessagePage answers [Queries.Show] and [Queries.Last].
type MessagePage struct {
	Answer
	Session  *Session  `json:"session,omitempty"` // the one that was asked for
	Messages []Message `json:"messages"`
}

// Session describes a session. Counts and times are those under the filter.
type Session struct {
	Agent             string       `json:"agent"`
	Key               string       `json:"session_key"`
	SessionIDs        []string     `json:"session_ids"`                   // the newest 20, oldest first
	SessionIDsOmitted int          `json:"session_ids_omitted,omitempty"` // how many older ones there are
	Channel           string       `json:"channel"`
	Kind              session.Kind `json:"kind"`
	Title             string       `json:"title"`
	MessageCount      int          `json:"message_count"`
	LastUpdated       string       `json:"last_updated,omitempty"` // missing when no message has a time
	Deleted           bool         `json:"deleted,omitempty"`
}

// Message is one message with its session.
type Message struct {
	ID         string         `json:"id"`
	Role       session.Role   `json:"role"`
	Content    string         `json:"content"`
	Timestamp  string         `json:"timestamp,omitempty"` // missing when unknown
	Channel    string         `json:"channel,omitempty"`
	Sender     string         `json:"sender,omitempty"`
	Origin     session.Origin `json:"origin"`
	Class      session.Class  `json:"class,omitempty"`
	Imported   bool           `json:"imported,omitempty"` // only the first session-sync still had it
	Agent      string         `json:"agent"`
	SessionKey string         `json:"session_key"`
	Truncated  bool           `json:"truncated,omitempty"` // content is only the beginning
}

func sessionOf(s session.Session) Session {
	omitted := max(0, len(s.SessionIDs)-maxSessionIDs)
	return Session{Agent: s.Agent, Key: s.Key, SessionIDs: append([]string{}, s.SessionIDs[omitted:]...), SessionIDsOmitted: omitted,
		Channel: s.Channel, Kind: s.Kind, Title: s.Title, MessageCount: s.Messages, LastUpdated: stamp(s.Updated), Deleted: s.Deleted}
}

func messageOf(s session.Session, m session.Message, maxBytes int) Message {
	content := cut(m.Text, maxBytes)
	return Message{ID: m.ID, Role: m.Role, Content: content, Timestamp: stamp(m.Time), Channel: m.Channel, Sender: m.Sender,
		Origin: m.Origin, Class: m.Class, Imported: m.Imported, Agent: s.Agent, SessionKey: s.Key, Truncated: len(content) < len(m.Text)}
}

// stamp is the form of all times: UTC, milliseconds. Unknown times and those
// that have no ISO form that programs agree on are empty.
func stamp(t time.Time) string {
	if year := t.UTC().Year(); t.IsZero() || year < 1 || year > 9999 {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// cut shortens text to at most maxBytes on a rune boundary.
func cut(text string, maxBytes int) string {
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	if len(text) <= maxBytes {
		return text
	}
	for maxBytes > 0 && !utf8.RuneStart(text[maxBytes]) {
		maxBytes--
	}
	return text[:maxBytes]
}

// ListRequest asks for sessions.
type ListRequest struct{ Scope }

// List returns the sessions that have messages in the scope, newest first.
func (q *Queries) List(ctx context.Context, r ListRequest) (SessionPage, error) {
	page := SessionPage{Answer: emptyAnswer(), Sessions: []Session{}}
	limit, err := r.limit()
	if err != nil {
		return page, err
	}
	from, err := parseToken(r.Next, questionList)
	if err != nil {
		return page, err
	}
	f, _, err := q.filter(ctx, r.Scope)
	if err != nil {
		return page, err
	}
	found, total, err := q.Archive.Sessions(ctx, f, from.page(limit))
	if err != nil {
		return page, err
	}
	times := make([]time.Time, 0, limit)
	for _, s := range found[:min(limit, len(found))] {
		page.Sessions = append(page.Sessions, sessionOf(s))
		times = append(times, s.Updated)
	}
	page.Total, page.Returned = total, len(page.Sessions)
	if len(found) > limit {
		page.continueAt(from.after(questionList, times))
	}
	return page, q.explainNothing(ctx, r.Scope, &page.Answer)
}

func (e *Envelope) continueAt(next string) { e.Truncated, e.Next = true, next }
