package engine

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/store"
)

// dryRun does a sync with a copy of the archive in a temporary directory that
// is removed at the end, and leaves the shared files alone.
func (e *Engine) dryRun(ctx context.Context, opt SyncOptions, started time.Time) (Report, error) {
	dir, err := os.MkdirTemp("", "session-sync-dry-run-")
	if err != nil {
		return Report{}, err
	}
	defer os.RemoveAll(dir)
	for _, name := range []string{filepath.Base(e.Places.Archive()), filepath.Base(e.Places.key())} {
		if err := copyFile(filepath.Join(e.Places.Home, name), filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Report{}, err
		}
	}
	trial := *e
	r := &run{Engine: &trial, opt: opt, started: started, last: e.LastRun(), rules: redact.New()}
	trial.Places.Home = dir
	if err := r.prepare(ctx); err != nil {
		return Report{}, err
	}
	archive, err := store.Open(ctx, trial.Places.Archive(), store.Options{})
	if err != nil {
		return Report{}, err
	}
	defer archive.Close()
	before, err := archive.Totals(ctx)
	if err != nil {
		return Report{}, err
	}
	s, err := r.readAll(ctx, archive)
	if err != nil {
		return Report{}, err
	}
	totals, err := archive.Totals(ctx)
	if err != nil {
		return Report{}, err
	}
	report := r.report(s.skipped)
	report.DryRun = true
	report.Archive = e.Places.Archive()
	report.Sessions, report.Messages, report.Deleted = totals.Sessions, totals.Messages, totals.Deleted
	report.NewMessages = max(0, totals.Messages-before.Messages)
	report.Redactions, report.Sources = totals.Redactions, totals.Kinds
	return report, nil
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
