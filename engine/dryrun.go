package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/filelock"
	"github.com/smallccwc/chronosync/engine/store"
)

// dryRun does a sync with a copy of the archive in a temporary directory that
// is removed at the end, and leaves the shared files alone.
func (e *Engine) dryRun(ctx context.Context, opt SyncOptions, started time.Time) (Report, error) {
	dir, err := os.MkdirTemp("", "session-sync-dry-run-")
	if err != nil {
		return Report{}, fmt.Errorf("making a temporary directory: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := e.copyHome(ctx, dir); err != nil {
		return Report{}, err
	}
	trial := *e
	r := &run{Engine: &trial, opt: opt, started: started, last: e.LastRun(), rules: e.rules}
	trial.Places.Home = dir
	if err := r.prepare(ctx); err != nil {
		return Report{}, err
	}
	archive, err := store.Open(ctx, trial.Places.Archive(), store.Options{})
	if err != nil {
		return Report{}, err
	}
	defer archive.Close()
	if _, err := r.redactAgain(ctx, archive); err != nil {
		return Report{}, err
	}
	report, err := r.readCounted(ctx, archive)
	if err != nil {
		return Report{}, err
	}
	report.DryRun = true
	report.Archive = e.Places.Archive()
	return report, nil
}

// copyHome copies the archive and its key while no sync writes them. Where no
// sync ever ran there is no lock to take, and none is made.
func (e *Engine) copyHome(ctx context.Context, dir string) error {
	if _, err := os.Lstat(e.Places.lock()); err == nil {
		lock, err := filelock.Acquire(ctx, e.Places.lock(), lockWait)
		if err != nil {
			return fmt.Errorf("starting the dry run: %w", err)
		}
		defer lock.Release()
	}
	archive := filepath.Base(e.Places.Archive())
	// With what a killed run left to take back.
	for _, name := range []string{archive, archive + "-journal", filepath.Base(e.Places.key())} {
		err := copyFile(filepath.Join(e.Places.Home, name), filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("copying the archive for a dry run: %w", err)
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
