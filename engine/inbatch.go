package engine

import (
	"context"

	"github.com/smallccwc/chronosync/engine/store"
)

// inBatch keeps all that change does, or nothing of it.
func inBatch(ctx context.Context, archive *store.Store, change func(*store.Batch) error) error {
	batch, err := archive.Begin(ctx)
	if err != nil {
		return err
	}
	defer batch.Rollback()
	if err := change(batch); err != nil {
		return err
	}
	return batch.Commit(ctx)
}
