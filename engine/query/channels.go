package query

import (
	"context"
	"slices"
)

// maxKnownChannels bounds what an answer names when it has nothing else to tell.
const maxKnownChannels = 10

// KnownChannels are the channels there are, the most recent first and 10 at
// most, when a scope names one that is not among them; nil when it is, or names
// none. Only what who asks may see counts; of the scope nothing else applies but
// whether deleted sessions do.
func (q *Queries) KnownChannels(ctx context.Context, s Scope) ([]string, error) {
	if s.Channel == "" {
		return nil, nil
	}
	f, _, err := q.filter(ctx, Scope{Channel: s.Channel, For: s.For, Classes: true, IncludeDeleted: s.IncludeDeleted})
	if err != nil {
		return nil, err
	}
	if _, known, err := q.Archive.Channels(ctx, f, 0, 0); err != nil || known > 0 {
		return nil, err
	}
	f.Channel = ""
	channels, _, err := q.Archive.Channels(ctx, f, maxKnownChannels, 1)
	var names []string
	for _, c := range channels {
		names = append(names, c.Name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" }), err
}

// explainNothing puts the channels there are on a page that has nothing because
// there is no such channel.
func (q *Queries) explainNothing(ctx context.Context, s Scope, a *Answer) (err error) {
	if a.Total == 0 {
		a.KnownChannels, err = q.KnownChannels(ctx, s)
	}
	return err
}
