package watch

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Options is what a watch needs. All but Notifier is required.
type Options struct {
	// Roots says what a sync depends on. It is asked before and after each sync;
	// after an error what it said before still holds.
	Roots func(ctx context.Context) (Roots, error)
	// Sync runs one sync. The error says why the outcome is not [Done].
	Sync func(ctx context.Context) (Outcome, error)
	// Failed is told why a sync failed, once for each message until one comes to
	// its end, and when the next one is tried.
	Failed func(err error, again time.Duration)
	// Blind is told once that there are changes of which the system does not tell,
	// and why; only the poll finds those. See [ErrLimit].
	Blind func(err error)

	Poll   time.Duration // between syncs without any change
	Settle time.Duration // of quiet before a sync
	// Now is the wall clock. No time is measured on it.
	Now func() time.Time

	Notifier func() (Notifier, error) // nil: the system's
}

// Outcome is what became of a sync.
type Outcome int

// Outcomes of a sync.
const (
	Done   Outcome = iota
	Later          // somebody else is at it: it is tried again soon
	Failed         // it is tried again after ever longer times
	Final          // no later one can do better: the watch ends with the error
)

const (
	longestSettle = 30 * time.Second // of continuous change before a sync
	lookEvery     = 30 * time.Second // at the clocks
	clocksApart   = 10 * time.Second // more than that between two looks is sleep
	firstRetry    = time.Minute
	longestRetry  = 30 * time.Minute
	laterRetry    = 10 * time.Second
	patience      = 10 * time.Minute // with somebody who is at it
)

// Run syncs once and then whenever something changed, until the context ends. The
// error is that of a sync that was interrupted by it, or one that is [Final].
func Run(ctx context.Context, opt Options) error {
	if opt.Notifier == nil {
		opt.Notifier = system
	}
	w := &watcher{
		Options: opt, watched: map[string]watchedDir{}, told: map[string]bool{},
		began: time.Now(), wall: opt.Now().Round(0),
	}
	w.poll = w.began
	defer w.close()
	for w.wait(ctx) {
		if err := w.round(ctx); err != nil {
			return err
		}
	}
	return nil
}

// watcher is one watch. It is used by one goroutine.
type watcher struct {
	Options
	places   places
	notifier Notifier // nil when the system tells nothing
	watched  map[string]watchedDir
	blind    bool // and that was told
	gaveUp   bool // asking the system again would do harm

	oldest, newest time.Time // of the changes since the last sync; zero is none
	poll           time.Time // when to sync without any
	retry          time.Time // when to sync after one that did not end well; zero is not
	failures       int       // in a row
	told           map[string]bool
	held           time.Time // since when somebody else is at it; zero is not

	began time.Time     // on the monotonic clock
	wall  time.Time     // the same on the wall clock
	drift time.Duration // of the wall clock since then
}

// wait returns when it is time for a sync; false is the end of the watch.
func (w *watcher) wait(ctx context.Context) bool {
	for ctx.Err() == nil {
		left := time.Until(w.due())
		if w.jumped() || left <= 0 {
			return true
		}
		timer := time.NewTimer(min(left, lookEvery))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case event, open := <-w.changes():
			if open {
				w.note(event)
			} else {
				w.notifier = nil // the next sync makes another
			}
		case <-w.losses():
			w.changed()
		}
		timer.Stop()
	}
	return false
}

// due is when the next sync is, as far as it is known.
func (w *watcher) due() time.Time {
	if !w.retry.IsZero() {
		return w.retry
	}
	due := w.poll
	if !w.newest.IsZero() {
		due = earliest(due, earliest(w.newest.Add(w.Settle), w.oldest.Add(longestSettle)))
	}
	return due
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// jumped reports whether the wall clock went another way than the monotonic one
// since the last look: the machine slept, or somebody set the clock.
func (w *watcher) jumped() bool {
	drift := w.Now().Round(0).Sub(w.wall) - time.Since(w.began)
	jumped := (drift - w.drift).Abs() > clocksApart
	w.drift = drift
	return jumped
}

// note takes in that the system told of a change. What people did, and places
// that came or went, may be what a failing sync waits for.
func (w *watcher) note(event fsnotify.Event) {
	switch w.places.judge(event) {
	case mending:
		w.retry = time.Time{}
		w.changed()
	case news:
		w.changed()
	}
}

func (w *watcher) changed() {
	w.newest = time.Now()
	if w.oldest.IsZero() {
		w.oldest = w.newest
	}
}

// round is one sync, and what makes sure that nothing after it is missed. What
// changes while it runs is told afterwards and leads to another one.
func (w *watcher) round(ctx context.Context) error {
	w.rewatch(ctx)
	w.oldest, w.newest, w.retry = time.Time{}, time.Time{}, time.Time{}
	outcome, err := w.Sync(ctx)
	if outcome == Final || outcome != Done && ctx.Err() != nil {
		return err
	}
	w.places.keepShared()
	if w.rewatch(ctx) {
		w.changed() // in what came too late to be watched
	}
	now := time.Now()
	w.poll = now.Add(w.Poll)
	switch outcome {
	case Done:
		w.failures, w.held = 0, time.Time{}
		clear(w.told)
	case Later:
		w.retry = now.Add(laterRetry)
		if w.held.IsZero() {
			w.held = now
		}
		if now.Sub(w.held) >= patience {
			w.tell(err, laterRetry)
		}
	case Failed:
		again := min(firstRetry<<min(w.failures, 10), longestRetry)
		w.failures++
		w.retry = now.Add(again)
		w.tell(err, again)
	}
	return nil
}

func (w *watcher) tell(err error, again time.Duration) {
	if text := err.Error(); !w.told[text] {
		w.told[text] = true
		w.Failed(err, again)
	}
}
