package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
	"github.com/smallccwc/chronosync/engine/watch"
)

// WatchOptions is what a watch needs. All of it is required.
type WatchOptions struct {
	// Open opens the installation. It is called for each sync, so that what
	// people change in the settings, ours or OpenClaw's, holds from then on.
	Open func() (*Engine, error)
	// Synced takes the outcome of each sync that came to its end.
	Synced func(Report)
	// Failed is told why a sync failed, once for each message until one comes to
	// its end, and when the next one is tried.
	Failed func(err error, again time.Duration)
	// Blind is told once why some changes are found by the poll only; the error
	// is mostly [ErrWatchLimit].
	Blind func(err error)

	Poll   time.Duration // between syncs without any change
	Settle time.Duration // of quiet before a sync
	Now    func() time.Time
}

// ErrWatchLimit means that the system tells of no more directories.
var ErrWatchLimit = watch.ErrLimit

// Watch syncs, and then again whenever OpenClaw's sessions, one of the settings
// files or a todos.md changes, until the context ends. It holds the lock only
// while it syncs. A failure is told and tried again, except that of an archive
// which a newer version made: that one this program will never open ([ErrNewer]).
// When the context interrupts a sync, its error is returned.
func Watch(ctx context.Context, opt WatchOptions) error {
	return watch.Run(ctx, watch.Options{
		Roots: func(ctx context.Context) (watch.Roots, error) {
			e, err := opt.Open()
			if err != nil {
				return watch.Roots{}, err
			}
			return e.roots(ctx)
		},
		Sync: func(ctx context.Context) (watch.Outcome, error) {
			e, err := opt.Open()
			if err != nil {
				return watch.Failed, err
			}
			report, err := e.Sync(ctx, SyncOptions{})
			if err == nil {
				opt.Synced(report)
			}
			return watchOutcome(err), err
		},
		Failed: opt.Failed, Blind: opt.Blind, Poll: opt.Poll, Settle: opt.Settle, Now: opt.Now,
	})
}

func watchOutcome(err error) watch.Outcome {
	switch {
	case err == nil:
		return watch.Done
	case errors.Is(err, ErrLocked), errors.Is(err, ErrBusy):
		return watch.Later
	case errors.Is(err, ErrNewer):
		return watch.Final
	}
	return watch.Failed
}

// roots says what a sync depends on, whether or not it is there.
func (e *Engine) roots(ctx context.Context) (watch.Roots, error) {
	roots := watch.Roots{Files: []string{e.Places.Settings}, Own: []string{e.Places.Home}}
	if info, err := os.Lstat(e.Places.StateDir); err == nil && info.Mode()&os.ModeSymlink != 0 {
		roots.Files = append(roots.Files, e.Places.StateDir)
	}
	src, err := e.source(openclaw.Options{})
	if errors.Is(err, ErrNoState) {
		roots.Dirs = []string{e.Places.StateDir}
		return roots, nil
	}
	if err != nil {
		return watch.Roots{}, err
	}
	settings := src.SettingsPath()
	if settings == "" {
		settings = filepath.Join(e.Places.StateDir, "openclaw.json")
	}
	roots.Files = append(roots.Files, settings)
	for _, dir := range e.outputDirs() {
		roots.Own = append(roots.Own, dir)
		roots.Shared = append(roots.Shared, filepath.Join(dir, findings.TodosDir, findings.TodosName))
	}
	roots.Dirs, err = src.Dirs(ctx)
	return roots, err
}
