package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/fsnotify/fsnotify"
)

// Notifier tells of changes in directories. Its methods are those of an
// [fsnotify.Watcher], whose channels are fields.
type Notifier interface {
	Add(dir string) error
	Remove(dir string) error
	WatchList() []string
	Close() error
	Changes() <-chan fsnotify.Event
	Losses() <-chan error // after each, changes may have gone untold
}

type systemNotifier struct{ *fsnotify.Watcher }

func (n systemNotifier) Changes() <-chan fsnotify.Event { return n.Events }
func (n systemNotifier) Losses() <-chan error           { return n.Errors }

func system() (Notifier, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return systemNotifier{watcher}, nil
}

// ErrLimit means that no more directories can be watched.
var ErrLimit = errors.New("no more directories can be watched")

// budget bounds the watches: for some systems a watch costs one open file for
// each file in the directory, see [cost].
const budget = 4096

// watchedDir is a directory that is watched.
type watchedDir struct {
	info os.FileInfo // another one may come to have its name
	cost int
}

// rewatch brings the watches in line with what is there. It reports whether a
// directory in which every change counts is watched that was not before.
func (w *watcher) rewatch(ctx context.Context) (grown bool) {
	if roots, err := w.Roots(ctx); err == nil {
		w.places = resolve(roots, w.places)
	}
	if !w.open() {
		return false
	}
	spent := w.drop(w.places.toWatch())
	for before := -1; before != len(w.watched); { // what came before its parent was watched came unseen
		before = len(w.watched)
		for _, dir := range w.places.toWatch() {
			if _, is := w.watched[dir]; is {
				continue
			}
			added, err := w.add(dir, budget-spent)
			if err != nil {
				w.miss(err)
				return grown
			}
			spent += added
			grown = grown || added > 0 && w.places.dirs[dir]
		}
	}
	return grown
}

// open makes sure that there is a notifier, if there can be one.
func (w *watcher) open() bool {
	if w.notifier != nil || w.gaveUp {
		return w.notifier != nil
	}
	clear(w.watched)
	notifier, err := w.Notifier()
	if err != nil {
		w.miss(limited(err))
		return false
	}
	w.notifier = notifier
	return true
}

// drop ends the watches of directories that are not to be watched any more or are
// others by now, and returns what the rest costs. The system itself drops those
// of directories that went away.
func (w *watcher) drop(wanted []string) (spent int) {
	keep, alive := setOf(wanted), setOf(w.notifier.WatchList())
	for dir, known := range w.watched {
		info, err := os.Stat(dir)
		if keep[dir] && alive[dir] && err == nil && os.SameFile(info, known.info) {
			spent += known.cost
			continue
		}
		delete(w.watched, dir)
		if alive[dir] {
			_ = w.notifier.Remove(dir) // it fails when the directory has just gone
		}
	}
	return spent
}

func setOf(list []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range list {
		set[name] = true
	}
	return set
}

// add watches one directory for what is left and returns what it cost. One that
// has just gone, or that may not be looked into, costs nothing: a sync says what it
// could not read, and the poll comes back to it.
func (w *watcher) add(dir string, left int) (spent int, err error) {
	price := cost(dir)
	if price > left {
		return 0, fmt.Errorf("%w: %q is one too many", ErrLimit, dir)
	}
	info, err := os.Stat(dir)
	if err == nil {
		err = w.notifier.Add(dir)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ENOTDIR):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("watching %q: %w", dir, limited(err))
	}
	w.watched[dir] = watchedDir{info, price}
	return price, nil
}

// limited names the limit behind an error of the system. Of inotify's full table
// of watches the system says that the disk is full, which would mislead.
func limited(err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return ErrLimit
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return fmt.Errorf("%w: %w", ErrLimit, err)
	}
	return err
}

// miss takes in that the system will not tell of everything. Where watches are
// open files and none are left, all are given up: a sync needs some.
func (w *watcher) miss(err error) {
	if w.notifier != nil && (errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)) {
		w.close()
		w.gaveUp = true
	}
	if !w.blind {
		w.blind = true
		w.Blind(err)
	}
}

func (w *watcher) close() {
	if w.notifier != nil {
		_ = w.notifier.Close() // nothing is lost with it
		w.notifier = nil
	}
}

// changes blocks when there is no notifier.
func (w *watcher) changes() <-chan fsnotify.Event {
	if w.notifier == nil {
		return nil
	}
	return w.notifier.Changes()
}

func (w *watcher) losses() <-chan error {
	if w.notifier == nil {
		return nil
	}
	return w.notifier.Losses()
}
