package findings

import (
	"context"

	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// Board is what plugins found, as far as the filter chooses it, joined with what
// people said about it.
func Board(ctx context.Context, archive *store.Store, f store.ItemFilter) (items.Board, error) {
	found, err := collect(archive.Items(ctx, f))
	if err != nil {
		return items.Board{}, err
	}
	verdicts, err := archive.Verdicts(ctx)
	if err != nil {
		return items.Board{}, err
	}
	return items.Fold(found, verdicts), nil
}

func collect(list func(yield func(session.Item, error) bool)) ([]session.Item, error) {
	var all []session.Item
	for it, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, it)
	}
	return all, nil
}

// Judge keeps all verdicts of people, or none of them.
func Judge(ctx context.Context, archive *store.Store, verdicts []session.Verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	return archive.Change(ctx, func(b *store.Batch) error {
		for _, v := range verdicts {
			if err := b.Judge(v); err != nil {
				return err
			}
		}
		return nil
	})
}
