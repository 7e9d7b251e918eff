package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/store"
)

// open opens the archive, redacted by the rules of this run and without what a
// killed run replaced.
func (r *run) open(ctx context.Context) (*store.Store, error) {
	archive, err := store.Open(ctx, r.Places.Archive(), store.Options{})
	if err != nil {
		return nil, err
	}
	again, err := r.redactAgain(ctx, archive)
	switch {
	case err != nil:
	case again:
		archive, err = r.reopened(ctx, archive)
	default:
		archive, err = r.renewed(ctx, archive)
	}
	if err != nil {
		return nil, errors.Join(err, archive.Close())
	}
	return archive, nil
}

// renewed is the archive without texts that were replaced. Like reopened, it
// returns what the caller has to close after an error, too.
func (r *run) renewed(ctx context.Context, archive *store.Store) (*store.Store, error) {
	due, err := intake.Replaced(ctx, archive)
	if err != nil || !due {
		return archive, err
	}
	if err := intake.Renew(ctx, archive); err != nil {
		return archive, fmt.Errorf("clearing replaced texts from %q: %w", r.Places.Archive(), err)
	}
	return r.reopened(ctx, archive)
}

// reopened closes the archive and opens it again: only then the bytes of old
// texts leave the disk.
func (r *run) reopened(ctx context.Context, archive *store.Store) (*store.Store, error) {
	if err := archive.Close(); err != nil {
		return archive, err
	}
	anew, err := store.Open(ctx, r.Places.Archive(), store.Options{})
	if err != nil {
		return archive, err
	}
	return anew, nil
}

// redactAgain brings the archive to the rules of this run, and reports whether
// there was anything to do.
func (r *run) redactAgain(ctx context.Context, archive *store.Store) (bool, error) {
	due, err := intake.Outdated(ctx, archive, r.rules, r.key)
	if err != nil || !due {
		return false, err
	}
	if r.announce != nil {
		r.announce()
	}
	if r.redactedAgain, err = intake.RedactAgain(ctx, archive, r.rules, r.key); err != nil {
		return false, fmt.Errorf("redacting %q again by the new rules: %w", r.Places.Archive(), err)
	}
	return true, nil
}
