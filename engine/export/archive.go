package export

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Archive hands out what may be shared, already filtered and redacted.
type Archive interface {
	// Sessions yields the sessions, for the shared files newest first: by
	// Updated, then agent, then key. Messages is the count under the same
	// filter. It ends after an error.
	Sessions(ctx context.Context) iter.Seq2[session.Session, error]
	// Complete fills in SessionIDs, oldest first, and Title of one of them.
	Complete(ctx context.Context, s session.Session) (session.Session, error)
	// Messages returns the messages at the positions skip+1 to skip+limit of
	// the session, oldest first. It may return fewer to bound its memory, but
	// at least one while skip is below s.Messages.
	Messages(ctx context.Context, s session.Session, skip, limit int) ([]session.Message, error)
}

// ErrChanged says that the archive had fewer messages than it had counted:
// another run changed it in between. Exporting again helps.
var ErrChanged = errors.New("the archive changed while it was read; export again")

// Options are the settings of an export. The zero value is usable.
type Options struct {
	Lang               string         // headings: "zh" (default) or "en"
	Location           *time.Location // of the last sync in Markdown; nil is UTC
	MarkdownBytes      int64          // bound of shared_chat.md; 0 is 256 KiB
	JSONBytes          int64          // bound of shared_chat.json; 0 is 8 MiB
	MessagesPerSession int            // newest messages a session in shared_chat.json; 0 is 200
	Earlier            *Earlier       // what [JSON] need not render again; nil is nothing
}

func (o Options) withDefaults() Options {
	if o.Location == nil {
		o.Location = time.UTC
	}
	if o.MarkdownBytes == 0 {
		o.MarkdownBytes = 256 << 10
	}
	if o.JSONBytes == 0 {
		o.JSONBytes = 8 << 20
	}
	if o.MessagesPerSession == 0 {
		o.MessagesPerSession = 200
	}
	return o
}

// pageSize is how many messages are asked for at once.
const pageSize = 50

// sessionsOf yields the sessions that have something to show. A session of
// nothing but noise counts no message under the usual filter.
func sessionsOf(ctx context.Context, a Archive) iter.Seq2[session.Session, error] {
	return func(yield func(session.Session, error) bool) {
		for s, err := range a.Sessions(ctx) {
			if err != nil {
				yield(s, fmt.Errorf("listing sessions: %w", err))
				return
			}
			if s.Messages > 0 && !yield(s, nil) {
				return
			}
		}
	}
}

// messagesOf yields the messages at the positions from+1 to to, oldest first.
// It ends after an error.
func messagesOf(ctx context.Context, a Archive, s session.Session, from, to int) iter.Seq2[session.Message, error] {
	return func(yield func(session.Message, error) bool) {
		for at := from; at < to; {
			page, err := pageOf(ctx, a, s, at, min(pageSize, to-at))
			if err != nil {
				yield(session.Message{}, err)
				return
			}
			for _, m := range page {
				if !yield(m, nil) {
					return
				}
			}
			at += len(page)
		}
	}
}

func pageOf(ctx context.Context, a Archive, s session.Session, skip, limit int) ([]session.Message, error) {
	err := ctx.Err()
	var page []session.Message
	if err == nil {
		page, err = a.Messages(ctx, s, skip, limit)
	}
	if err == nil && len(page) == 0 {
		err = ErrChanged
	}
	if err != nil {
		return nil, fmt.Errorf("reading message %d of session %q: %w", skip+1, newestID(s), err)
	}
	return page, nil
}

// newestID is the id of the session's newest window.
func newestID(s session.Session) string {
	if len(s.SessionIDs) == 0 {
		return ""
	}
	return s.SessionIDs[len(s.SessionIDs)-1]
}

// ownChannel is the channel of a message where it is not the session's: with
// OpenClaw's default routing one session mixes channels.
func ownChannel(s session.Session, m session.Message) string {
	if m.Channel == s.Channel {
		return ""
	}
	return m.Channel
}
