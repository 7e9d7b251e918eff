package store

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Filter chooses messages, and with them sessions. The zero value chooses all
// conversation: no noise classes, nothing from deleted windows.
type Filter struct {
	Agent   string
	Kind    session.Kind // of the session
	Channel string       // of the message
	// Key and SessionID choose one session and one window; Key is the archived
	// (redacted) form.
	Key       string
	SessionID string

	Classes        bool          // the noise classes too
	Class          session.Class // of them only this one
	IncludeDeleted bool          // windows that the source deleted too

	Since time.Time // messages at or after it
	Until time.Time // messages before it

	// Allow, when set, decides about each session; SessionIDs are not filled
	// in, and Title only where the source told one.
	Allow func(session.Session) bool
}

// Page chooses a part of what a filter chose. The zero value is all of it.
type Page struct {
	// Before leaves out what is newer; only for lists that stand newest first.
	// Equal times stay in, so that Skip can tell among them.
	Before time.Time
	Skip   int
	Limit  int // 0 is no limit
}

// conditions are the parts of a WHERE clause with their arguments.
type conditions struct {
	parts []string
	args  []any
}

func (c *conditions) add(part string, args ...any) {
	c.parts = append(c.parts, part)
	c.args = append(c.args, args...)
}

// among adds that a column has one of some values; none is any.
func (c *conditions) among(column string, values []string) {
	if len(values) == 0 {
		return
	}
	c.parts = append(c.parts, column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")")
	for _, value := range values {
		c.args = append(c.args, value)
	}
}

func (c *conditions) String() string {
	if len(c.parts) == 0 {
		return "1"
	}
	return strings.Join(c.parts, " AND ")
}

// places are the conditions on sessions s and windows w.
func (f Filter) places(c *conditions) {
	if f.Agent != "" {
		c.add("s.agent = ?", f.Agent)
	}
	if f.Kind != "" {
		c.add("s.kind = ?", string(f.Kind))
	}
	if f.Key != "" {
		c.add("s.key = ?", f.Key)
	}
	f.windows(c)
}

// windows are the conditions on windows w.
func (f Filter) windows(c *conditions) {
	if f.SessionID != "" {
		c.add("w.sid = ?", f.SessionID)
	}
	if !f.IncludeDeleted {
		c.add("w.deleted = 0")
	}
}

// messages are the conditions on messages m that the time says nothing about.
func (f Filter) messages(c *conditions) {
	c.add("m.copy = 0")
	if f.Class != "" {
		c.add("m.class = ?", slices.Index(classes, f.Class))
	} else if !f.Classes {
		c.add("m.class = 0")
	}
	if f.Channel != "" {
		c.add("m.channel = (SELECT id FROM names WHERE name = ?)", f.Channel)
	}
}

// span is the time range of the filter in stored form, end excluded.
func (f Filter) span() (since, until int64) {
	since, until = math.MinInt64, math.MaxInt64
	if !f.Since.IsZero() {
		since = ceilMilli(f.Since)
	}
	if !f.Until.IsZero() {
		until = ceilMilli(f.Until)
	}
	return since, until
}

// ceilMilli is the first whole millisecond at or after t: times are stored
// without their fractions.
func ceilMilli(t time.Time) int64 {
	ms := t.UnixMilli()
	if t.Sub(time.UnixMilli(ms)) > 0 {
		ms++
	}
	return ms
}

// part cuts a page out of a list.
func part[T any](list []T, p Page) []T {
	list = list[min(p.Skip, len(list)):]
	if p.Limit > 0 {
		list = list[:min(p.Limit, len(list))]
	}
	return list
}

// sqlLimit is the limit as SQLite wants it: negative for none.
func (p Page) sqlLimit() int {
	if p.Limit <= 0 {
		return -1
	}
	return p.Limit
}
