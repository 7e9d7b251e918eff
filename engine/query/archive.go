package query

import (
	"context"
	"iter"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Archive is what questions are answered from.
type Archive interface {
	// Sessions lists newest first, and tells how many there are on all pages.
	// Messages and Updated are those under the filter.
	Sessions(ctx context.Context, f Filter, p Page) ([]session.Session, int, error)
	// Messages yields the session that f names by Agent and Key, oldest first.
	Messages(ctx context.Context, f Filter, p Page) iter.Seq2[session.Message, error]
	// Newest is the exact reverse of Messages.
	Newest(ctx context.Context, f Filter, p Page) ([]session.Message, error)
	// Recent hands over the newest messages of all sessions, newest first, and
	// tells how many there are on all pages.
	Recent(ctx context.Context, f Filter, p Page, yield func(session.Session, session.Message) error) (int, error)
	// Channels lists the channels that have messages, the most recent first:
	// most of them at most, each with its newest messages. It also tells how
	// many channels there are.
	Channels(ctx context.Context, f Filter, most, newest int) ([]Channel, int, error)
	// Find returns the sessions that allow lets (all of them for nil) and whose key
	// is name or that own a session id beginning with name, exact ones first.
	// Messages counts all classes.
	Find(ctx context.Context, name string, allow func(session.Session) bool, limit int) ([]session.Session, error)
	// Message returns the message with a public id in a session that allow lets, of
	// any class and also when it was deleted; [ErrUnknownMessage] when there is none.
	Message(ctx context.Context, id string, allow func(session.Session) bool) (session.Session, session.Message, error)
	// Search finds the messages whose text matches a query, in the order of
	// their places.
	Search(ctx context.Context, s Search) (SearchResult, error)
	// Board settles what plugins found in the sessions that allow lets, as if
	// there were no others, those that the source deleted only when asked. The
	// lists are the caller's.
	Board(ctx context.Context, allow func(session.Session) bool, deleted bool) (Board, error)
}

// Filter chooses messages, and with them sessions. The zero value chooses all
// conversation.
type Filter struct {
	Agent          string
	Kind           session.Kind // of the session
	Channel        string       // of the message
	Key            string       // as archived
	SessionID      string
	Classes        bool          // the noise classes too
	Class          session.Class // of them only this one
	IncludeDeleted bool          // what the source deleted too
	Since          time.Time     // messages at or after it
	Until          time.Time     // messages before it
	Allow          func(session.Session) bool
}

// Page chooses a part of a list. What is newer than Before is left out, equal
// times stay in.
type Page struct {
	Before time.Time
	Skip   int
	Limit  int
}

// Channel is where messages came from, "" where nothing tells it.
type Channel struct {
	Name     string
	Messages int    // under the filter
	Newest   []Said // newest first
}

// Said is a message with its session.
type Said struct {
	Session session.Session
	Message session.Message
}
