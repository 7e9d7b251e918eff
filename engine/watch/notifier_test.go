package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// TestLimits: whatever the system refuses is told once, and the poll goes on.
func TestLimits(t *testing.T) {
	const table, files = syscall.ENOSPC, syscall.EMFILE
	for name, test := range map[string]struct {
		refuse func(dir string) error
		limit  bool
		open   bool // events of other directories still come
	}{
		"table of watches": {func(string) error { return table }, true, true},
		"open files":       {func(string) error { return files }, true, false},
		"something else":   {func(string) error { return errTest }, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			tr := &trial{}
			tr.during = func(int) { tr.refuse = nil }
			tr.options = func(*Options) { tr.refuse = test.refuse }
			watching(t, tr, func() {
				tr.pass(11 * time.Minute)
				if len(tr.blind) != 1 || errors.Is(tr.blind[0], ErrLimit) != test.limit {
					t.Errorf("told %v", tr.blind)
				}
				if tr.closed.Load() == test.open {
					t.Errorf("closed: %v", tr.closed.Load())
				}
				if len(tr.syncs) < 3 {
					t.Errorf("synced at %v", tr.syncs)
				}
				if watched := slices.Contains(tr.WatchList(), tr.dir); watched != test.open {
					t.Errorf("watched later: %v", watched)
				}
			})
		})
	}
}

// TestNoNotifier: where there is none, a later sync asks for one again.
func TestNoNotifier(t *testing.T) {
	tr := &trial{}
	asked := 0
	tr.options = func(opt *Options) {
		opt.Notifier = func() (Notifier, error) {
			if asked++; asked < 4 {
				return nil, fmt.Errorf("starting: %w", syscall.EMFILE)
			}
			return tr.fakeNotifier, nil
		}
	}
	watching(t, tr, func() {
		if len(tr.blind) != 1 || !errors.Is(tr.blind[0], ErrLimit) {
			t.Errorf("told %v", tr.blind)
		}
		tr.pass(6 * time.Minute)
		if len(tr.blind) != 1 || asked != 4 {
			t.Errorf("asked %d times, told %v", asked, tr.blind)
		}
		tr.change()
		tr.pass(3 * time.Second)
		if got := tr.syncs[len(tr.syncs)-1]; got != 6*time.Minute+2*time.Second {
			t.Errorf("synced at %v", tr.syncs)
		}
	})
}

// TestBudget: there is a bound, however many the system would give.
func TestBudget(t *testing.T) {
	root := real(t.TempDir())
	tr := &trial{dir: root}
	for i := range budget + 10 {
		dir := filepath.Join(root, fmt.Sprintf("%05d", i))
		mkdir(t, dir)
		tr.roots.Dirs = append(tr.roots.Dirs, dir)
	}
	watching(t, tr, func() {
		if got := len(tr.WatchList()); got == 0 || got > budget {
			t.Errorf("%d watches", got)
		}
		if len(tr.blind) != 1 || !errors.Is(tr.blind[0], ErrLimit) {
			t.Errorf("told %v", tr.blind)
		}
	})
}

// TestForbidden: what may not be looked into is for the sync to tell of.
func TestForbidden(t *testing.T) {
	tr := &trial{}
	tr.options = func(*Options) {
		tr.refuse = func(dir string) error {
			if dir == tr.dir {
				return &fs.PathError{Op: "watch", Path: dir, Err: fs.ErrPermission}
			}
			return nil
		}
	}
	watching(t, tr, func() {
		if len(tr.blind) != 0 {
			t.Errorf("told %v", tr.blind)
		}
		if got, want := tr.WatchList(), []string{filepath.Dir(tr.dir)}; !slices.Equal(got, want) {
			t.Errorf("watches %q, want %q", got, want)
		}
	})
}

// TestDirectoryComesDuringSync: the sync may have been past it, so another one
// follows, and then it is watched.
func TestDirectoryComesDuringSync(t *testing.T) {
	tr := &trial{}
	tr.during = func(n int) {
		if late := filepath.Join(tr.dir, "late"); n == 0 {
			mkdir(t, late)
			tr.roots.Dirs = append(tr.roots.Dirs, late)
		}
	}
	watching(t, tr, func() {
		tr.pass(time.Minute)
		tr.wantSyncs(0, 2*time.Second)
	})
}

// TestDirectoryIsReplaced: the watch is of the old one until it is set anew.
func TestDirectoryIsReplaced(t *testing.T) {
	tr := &trial{}
	watching(t, tr, func() {
		mkdir(t, tr.dir+"-2")
		for _, err := range []error{os.Rename(tr.dir, tr.dir+"-1"), os.Rename(tr.dir+"-2", tr.dir)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		tr.pass(6 * time.Minute)
		tr.wantSyncs(0, 5*time.Minute) // the new one is watched before that sync
		if got := tr.added[tr.dir]; got != 2 {
			t.Errorf("set %d watches", got)
		}
	})
}

// TestRootsFail: what was watched stays watched.
func TestRootsFail(t *testing.T) {
	tr := &trial{}
	failing := false
	tr.options = func(opt *Options) {
		roots := opt.Roots
		opt.Roots = func(ctx context.Context) (Roots, error) {
			known, err := roots(ctx)
			if failing {
				return Roots{}, errTest
			}
			return known, err
		}
	}
	watching(t, tr, func() {
		failing = true
		tr.pass(6 * time.Minute)
		tr.change()
		tr.pass(3 * time.Second)
		tr.wantSyncs(0, 5*time.Minute, 6*time.Minute+2*time.Second)
	})
}
