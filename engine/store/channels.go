package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Channel is where messages came from, "" where nothing tells it, with the
// newest of them.
type Channel struct {
	Name     string
	Messages int // under the filter
	Updated  time.Time
	Newest   []Said // newest first
}

// Said is a message with its session (only Agent, Key, Channel, Kind, Title and
// Deleted).
type Said struct {
	Session session.Session
	Message session.Message
}

// Channels returns the channels that have messages under the filter, the most
// recent first, then by name: most of them at most, each with its newest messages. It
// also tells how many channels there are.
func (s *Store) Channels(ctx context.Context, f Filter, most, newest int) ([]Channel, int, error) {
	all, sessions, err := s.tallyChannels(ctx, f)
	if err != nil {
		return nil, 0, fault(ctx, "listing channels", err)
	}
	var channels []Channel
	for _, c := range all[:min(most, len(all))] {
		err := s.recent(ctx, f, Page{Limit: newest}, []int64{c.id}, sessions, func(of session.Session, m session.Message) error {
			c.Newest = append(c.Newest, Said{of, m})
			return nil
		})
		if err != nil {
			return nil, 0, fault(ctx, "reading the newest messages", err)
		}
		channels = append(channels, c.Channel)
	}
	return channels, len(all), nil
}

// numbered is a channel with its number.
type numbered struct {
	Channel
	id int64
}

// tallyChannels counts the messages of each channel, and gives the sessions that
// hold them by their numbers.
func (s *Store) tallyChannels(ctx context.Context, f Filter) ([]numbered, map[int64]session.Session, error) {
	query, args := f.tallied(", t.channel, (SELECT name FROM names WHERE id = t.channel)", "s.id, t.channel")
	sessions := map[int64]session.Session{}
	byID := map[int64]*numbered{}
	err := each(ctx, s.read, query, func(rows *sql.Rows) error {
		var id int64
		var name sql.NullString
		l, err := scanListed(rows, &id, &name)
		if err != nil || f.Allow != nil && !f.Allow(l.Session) {
			return err
		}
		sessions[l.id] = l.Session
		c := byID[id]
		if c == nil {
			c = &numbered{Channel{Name: name.String}, id}
			byID[id] = c
		}
		c.Messages += l.Messages
		if l.Updated.After(c.Updated) {
			c.Updated = l.Updated
		}
		return nil
	}, args...)
	all := make([]numbered, 0, len(byID))
	for _, c := range byID {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(x, y numbered) int {
		return cmp.Or(y.Updated.Compare(x.Updated), cmp.Compare(x.Name, y.Name))
	})
	return all, sessions, err
}
