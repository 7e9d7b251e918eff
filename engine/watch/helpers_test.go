package watch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	testPoll   = 5 * time.Minute
	testSettle = 2 * time.Second
)

var errTest = errors.New("no room")

// fakeNotifier tells of what a test says.
type fakeNotifier struct {
	events chan fsnotify.Event
	lost   chan error
	closed atomic.Bool

	mu      sync.Mutex
	watched map[string]bool
	added   map[string]int         // how often
	refuse  func(dir string) error // nil: nothing
}

func newFakeNotifier() *fakeNotifier {
	return &fakeNotifier{events: make(chan fsnotify.Event), lost: make(chan error), watched: map[string]bool{}, added: map[string]int{}}
}

func (n *fakeNotifier) Add(dir string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.refuse != nil {
		if err := n.refuse(dir); err != nil {
			return err
		}
	}
	n.watched[dir] = true
	n.added[dir]++
	return nil
}

func (n *fakeNotifier) Remove(dir string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.watched, dir)
	return nil
}

func (n *fakeNotifier) WatchList() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var list []string
	for dir := range n.watched {
		list = append(list, dir)
	}
	slices.Sort(list)
	return list
}

func (n *fakeNotifier) Close() error                   { n.closed.Store(true); clear(n.watched); return nil }
func (n *fakeNotifier) Changes() <-chan fsnotify.Event { return n.events }
func (n *fakeNotifier) Losses() <-chan error           { return n.lost }

// result is what a sync of a test comes to.
type result struct {
	outcome Outcome
	err     error
}

// trial is a watch in a bubble of its own time.
type trial struct {
	*testing.T
	*fakeNotifier
	dir     string // the one in which every change counts
	roots   Roots
	results []result       // of the syncs in their order; after those, all are done
	during  func(n int)    // called in sync number n
	jump    atomic.Int64   // by which the wall clock is ahead
	options func(*Options) // nil: as they are
	turn    atomic.Int64   // of test and watch: what one did before comes before what the other does

	began  time.Time
	syncs  []time.Duration // when they began
	failed []string        // what was told
	again  []time.Duration
	blind  []error
	ended  chan error
	cancel context.CancelFunc
}

// watching runs test beside a watch, in a bubble; the watch ends with it.
func watching(t *testing.T, tr *trial, test func()) {
	t.Helper()
	tr.T = t
	root := real(t.TempDir())
	if tr.dir == "" {
		tr.dir = filepath.Join(root, "agents")
		mkdir(t, tr.dir)
		tr.roots.Dirs = append(tr.roots.Dirs, tr.dir)
	}
	synctest.Test(t, func(t *testing.T) {
		tr.fakeNotifier = newFakeNotifier()
		ctx, cancel := context.WithCancel(context.Background())
		tr.began, tr.ended, tr.cancel = time.Now(), make(chan error, 1), cancel
		opt := tr.standard()
		if tr.options != nil {
			tr.options(&opt)
		}
		go func() { tr.ended <- Run(ctx, opt) }()
		synctest.Wait()
		test()
		cancel()
		synctest.Wait()
	})
}

func (tr *trial) standard() Options {
	return Options{
		Roots: func(context.Context) (Roots, error) { tr.turn.Load(); return tr.roots, nil },
		Sync: func(context.Context) (Outcome, error) {
			tr.turn.Load()
			n := len(tr.syncs)
			tr.syncs = append(tr.syncs, time.Since(tr.began))
			if tr.during != nil {
				tr.during(n)
			}
			if n < len(tr.results) {
				return tr.results[n].outcome, tr.results[n].err
			}
			return Done, nil
		},
		Failed: func(err error, again time.Duration) {
			tr.failed, tr.again = append(tr.failed, err.Error()), append(tr.again, again)
		},
		Blind: func(err error) { tr.blind = append(tr.blind, err) },
		Poll:  testPoll, Settle: testSettle,
		Now:      func() time.Time { return time.Now().Add(time.Duration(tr.jump.Load())) },
		Notifier: func() (Notifier, error) { return tr.fakeNotifier, nil },
	}
}

// change tells the watch of one in the directory that counts.
func (tr *trial) change() {
	tr.events <- fsnotify.Event{Name: filepath.Join(tr.dir, "a.jsonl"), Op: fsnotify.Write}
}

// pass lets time go by.
func (tr *trial) pass(d time.Duration) {
	tr.turn.Add(1)
	time.Sleep(d)
	synctest.Wait()
}

func (tr *trial) wantSyncs(want ...time.Duration) {
	tr.Helper()
	if !slices.Equal(tr.syncs, want) {
		tr.Errorf("synced at %v, want %v", tr.syncs, want)
	}
}

func mkdir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	mkdir(t, filepath.Dir(path))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
