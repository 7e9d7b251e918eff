package mcp

import (
	"context"
	"errors"
	"strings"

	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

// Bounds of texts in bytes: of one among many, and of one that is shown alone.
const (
	maxBytes = 2000
	maxShown = 16_000
)

// call is one call of a tool.
type call struct {
	request
	archive Archive
	opt     Options
}

// ask puts a question to the archive, for the session that asks. Where groups
// are archived one has to ask.
func ask[T any](ctx context.Context, c *call, question func(*query.Queries, query.Scope) (T, error)) (answer T, err error) {
	scope, err := c.scope(c.opt.Now(), c.opt.Local)
	if err != nil {
		return answer, err
	}
	if c.asker == "" {
		groups, err := c.archive.Groups(ctx)
		if err != nil {
			return answer, err
		}
		if groups {
			return answer, errNoAsker
		}
	}
	known := false
	err = c.archive.QueryForAgent(ctx, c.asker, func(q *query.Queries) error {
		known = true
		answer, err = question(q, scope)
		return err
	})
	if several := (*query.AmbiguousError)(nil); !known && (errors.Is(err, query.ErrUnknownSession) || errors.As(err, &several)) {
		err = errUnknownAsker
	}
	return answer, err
}

func search(ctx context.Context, c *call) (any, error) {
	return ask(ctx, c, func(q *query.Queries, scope query.Scope) (query.SearchPage, error) {
		return q.Search(ctx, query.SearchRequest{Scope: scope, Query: c.query, Exact: c.exact})
	})
}

func last(ctx context.Context, c *call) (any, error) {
	return ask(ctx, c, func(q *query.Queries, scope query.Scope) (query.MessagePage, error) {
		return q.Last(ctx, query.LastRequest{Scope: scope, MaxBytes: maxBytes})
	})
}

func show(ctx context.Context, c *call) (any, error) {
	return ask(ctx, c, func(q *query.Queries, scope query.Scope) (query.MessagePage, error) {
		page, err := q.Show(ctx, query.ShowRequest{Scope: scope, MaxBytes: maxBytes})
		if errors.Is(err, query.ErrUnknownSession) && strings.Contains(c.session, ":") {
			if page, err = q.Message(ctx, c.session, c.asker, c.textBytes); errors.Is(err, query.ErrUnknownMessage) {
				err = query.ErrUnknownSession // most names with a colon are session keys
			}
		}
		return page, err
	})
}

// handOver is a brief without the notice of its own.
type handOver struct {
	query.Brief
	Notice struct{} `json:"notice,omitzero"` // hides the other
}

func brief(ctx context.Context, c *call) (any, error) {
	return ask(ctx, c, func(q *query.Queries, scope query.Scope) (handOver, error) {
		b, err := q.Brief(ctx, query.BriefRequest{Scope: scope, MaxTokens: c.tokens, Print: func(b query.Brief) string {
			text, _ := textOf(handOver{Brief: b}) // strings and numbers
			return string(text)
		}})
		return handOver{Brief: b}, err
	})
}

func decisions(ctx context.Context, c *call) (any, error) {
	return askItems(ctx, c, (*query.Queries).Decisions)
}

func todos(ctx context.Context, c *call) (any, error) {
	return askItems(ctx, c, (*query.Queries).Todos)
}

func askItems(ctx context.Context, c *call, question func(*query.Queries, context.Context, query.ItemRequest) (query.ItemPage, error)) (any, error) {
	return ask(ctx, c, func(q *query.Queries, scope query.Scope) (query.ItemPage, error) {
		return question(q, ctx, query.ItemRequest{Scope: scope, Choice: query.Choice(c.list), Kind: c.kind, Owner: session.Owner(c.owner)})
	})
}

func status(ctx context.Context, c *call) (any, error) { return c.archive.Status(ctx, c.limit) }
