package query

import (
	"context"
	"fmt"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// ShowRequest asks for the messages of one session.
type ShowRequest struct {
	Scope
	MaxBytes int // of one text; 0 is DefaultMaxBytes
}

// LastRequest asks for the newest messages.
type LastRequest struct {
	Scope
	MaxBytes int // of one text; 0 is DefaultMaxBytes
}

// asked is a request whose names are resolved.
type asked struct {
	Filter
	named    *session.Session
	limit    int
	from     *token
	maxBytes int
	page     MessagePage
}

func (q *Queries) ask(ctx context.Context, s Scope, maxBytes int, question question) (*asked, error) {
	a := &asked{maxBytes: maxBytes, page: MessagePage{Answer: emptyAnswer(), Messages: []Message{}}}
	if maxBytes < 0 {
		return a, fmt.Errorf("%w: texts of at most %d bytes", ErrRequest, maxBytes)
	}
	var err error
	if a.limit, err = s.limit(); err != nil {
		return a, err
	}
	if a.from, err = parseToken(s.Next, question); err != nil {
		return a, err
	}
	a.Filter, a.named, err = q.filter(ctx, s)
	return a, err
}

// add puts a message on the page.
func (a *asked) add(s session.Session, m session.Message) {
	a.page.Messages = append(a.page.Messages, messageOf(s, m, a.maxBytes))
	a.page.Returned++
}

// Show returns the messages of one session, oldest first.
func (q *Queries) Show(ctx context.Context, r ShowRequest) (MessagePage, error) {
	if r.Session == "" {
		return MessagePage{}, fmt.Errorf("%w: no session is named", ErrRequest)
	}
	a, err := q.ask(ctx, r.Scope, r.MaxBytes, questionShow)
	if err != nil {
		return a.page, err
	}
	if err := q.describe(ctx, a, r.Scope); err != nil || a.page.Total == 0 {
		return a.page, err
	}
	position := 0
	if a.from != nil {
		position = a.from.number
	}
	for m, err := range q.Archive.Messages(ctx, a.Filter, Page{Skip: position, Limit: a.limit}) {
		if err != nil {
			return a.page, err
		}
		a.add(*a.named, m)
	}
	if position += a.page.Returned; position < a.page.Total && a.page.Returned > 0 {
		a.page.continueAt(token{question: questionShow, number: position}.String())
	}
	return a.page, nil
}

// Message returns one message by its public id. [ErrUnknownMessage] also stands
// for one that the session in whose name it is asked may not see.
func (q *Queries) Message(ctx context.Context, id, asker string, maxBytes int) (MessagePage, error) {
	page := MessagePage{Answer: emptyAnswer(), Messages: []Message{}}
	f, _, err := q.filter(ctx, Scope{For: asker})
	if err != nil {
		return page, err
	}
	s, m, err := q.Archive.Message(ctx, id, f.Allow)
	if err != nil {
		return page, err
	}
	described := sessionOf(s)
	page.Session = &described
	page.Messages = append(page.Messages, messageOf(s, m, maxBytes))
	page.Total, page.Returned = 1, 1
	return page, nil
}

// describe puts the named session on the page, with what it has under the
// filter: nothing, for example, when the source deleted it.
func (q *Queries) describe(ctx context.Context, a *asked, s Scope) error {
	found, _, err := q.Archive.Sessions(ctx, a.Filter, Page{Limit: 1})
	if err != nil {
		return err
	}
	named := *a.named
	named.Messages, named.Updated = 0, time.Time{}
	if len(found) > 0 {
		named = found[0]
	}
	described := sessionOf(named)
	a.page.Session, a.page.Total = &described, named.Messages
	return q.explainNothing(ctx, s, &a.page.Answer)
}

// Last returns the newest messages, newest first: across sessions by time,
// within a named session in the reverse of its own order.
func (q *Queries) Last(ctx context.Context, r LastRequest) (MessagePage, error) {
	if r.Session != "" {
		return q.lastOf(ctx, r)
	}
	a, err := q.ask(ctx, r.Scope, r.MaxBytes, questionRecent)
	if err != nil {
		return a.page, err
	}
	var times []time.Time
	more := false
	a.page.Total, err = q.Archive.Recent(ctx, a.Filter, a.from.page(a.limit), func(s session.Session, m session.Message) error {
		if more = len(times) == a.limit; !more {
			a.add(s, m)
			times = append(times, m.Time)
		}
		return nil
	})
	if err != nil {
		return a.page, err
	}
	if more {
		a.page.continueAt(a.from.after(questionRecent, times))
	}
	return a.page, q.explainNothing(ctx, r.Scope, &a.page.Answer)
}

// lastOf returns the newest messages of one session. Its token counts the
// messages that are left, because new ones are added at the other end.
func (q *Queries) lastOf(ctx context.Context, r LastRequest) (MessagePage, error) {
	a, err := q.ask(ctx, r.Scope, r.MaxBytes, questionNewest)
	if err != nil {
		return a.page, err
	}
	if err := q.describe(ctx, a, r.Scope); err != nil || a.page.Total == 0 {
		return a.page, err
	}
	left := a.page.Total
	if a.from != nil {
		left = min(left, a.from.number)
	}
	newest, err := q.Archive.Newest(ctx, a.Filter, Page{Skip: a.page.Total - left, Limit: a.limit})
	if err != nil {
		return a.page, err
	}
	for _, m := range newest {
		a.add(*a.named, m)
	}
	if left -= len(newest); left > 0 && len(newest) > 0 {
		a.page.continueAt(token{question: questionNewest, number: left}.String())
	}
	return a.page, nil
}
