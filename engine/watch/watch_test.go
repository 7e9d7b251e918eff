package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
)

func TestPoll(t *testing.T) {
	tr := &trial{}
	watching(t, tr, func() {
		tr.pass(12 * time.Minute)
		tr.wantSyncs(0, 5*time.Minute, 10*time.Minute)
	})
}

func TestSettle(t *testing.T) {
	tests := []struct {
		name  string
		times int           // a change happens
		every time.Duration // so often
		want  []time.Duration
	}{
		{"one change", 1, 0, []time.Duration{0, 2 * time.Second}},
		{"some together", 5, 100 * time.Millisecond, []time.Duration{0, 2400 * time.Millisecond}},
		{"apart", 2, time.Minute, []time.Duration{0, 2 * time.Second, 62 * time.Second}},
		{"without an end", 70, time.Second, []time.Duration{0, 30 * time.Second, 60 * time.Second, 71 * time.Second}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tr := &trial{}
			watching(t, tr, func() {
				for range test.times {
					tr.change()
					tr.pass(test.every)
				}
				tr.pass(3 * time.Second)
				tr.wantSyncs(test.want...)
			})
		})
	}
}

// TestPollComesAfterTheLastSync: whatever led to that one.
func TestPollComesAfterTheLastSync(t *testing.T) {
	tr := &trial{}
	watching(t, tr, func() {
		tr.pass(4 * time.Minute)
		tr.change()
		tr.pass(5 * time.Minute)
		tr.wantSyncs(0, 4*time.Minute+2*time.Second)
		tr.pass(10 * time.Second)
		tr.wantSyncs(0, 4*time.Minute+2*time.Second, 9*time.Minute+2*time.Second)
	})
}

func TestLostEvents(t *testing.T) {
	tr := &trial{}
	watching(t, tr, func() {
		tr.lost <- fsnotify.ErrEventOverflow
		tr.pass(10 * time.Second)
		tr.wantSyncs(0, 2*time.Second)
	})
}

// TestChangesDuringSync: what changes while a sync runs may have come too late for it.
func TestChangesDuringSync(t *testing.T) {
	tr := &trial{}
	tr.during = func(n int) {
		if n == 0 {
			go tr.change()
			time.Sleep(10 * time.Second)
		}
	}
	watching(t, tr, func() {
		tr.pass(time.Minute)
		tr.wantSyncs(0, 12*time.Second)
	})
}

func TestFailures(t *testing.T) {
	tr := &trial{}
	for range 8 {
		tr.results = append(tr.results, result{Failed, errTest})
	}
	tr.results[6].err = errors.New("another one")
	watching(t, tr, func() {
		for range 100 {
			tr.change() // changes nothing
			tr.pass(time.Minute)
		}
		minutes := []time.Duration{}
		for _, at := range tr.syncs[:8] {
			minutes = append(minutes, at/time.Minute)
		}
		if want := []time.Duration{0, 1, 3, 7, 15, 31, 61, 91}; !slices.Equal(minutes, want) {
			t.Errorf("tried after minutes %d, want %d", minutes, want)
		}
		if want := []string{"no room", "another one"}; !slices.Equal(tr.failed, want) {
			t.Errorf("told %q, want %q", tr.failed, want)
		}
		if want := []time.Duration{time.Minute, 30 * time.Minute}; !slices.Equal(tr.again, want) {
			t.Errorf("promised %v, want %v", tr.again, want)
		}
	})
}

// TestSuccessForgets: after a sync that came to its end a failure is news again.
func TestSuccessForgets(t *testing.T) {
	tr := &trial{results: []result{{Failed, errTest}, {Done, nil}, {Failed, errTest}}}
	watching(t, tr, func() {
		tr.pass(7 * time.Minute)
		tr.wantSyncs(0, time.Minute, 6*time.Minute, 7*time.Minute)
		if len(tr.failed) != 2 || tr.again[1] != time.Minute {
			t.Errorf("told %q, promised %v", tr.failed, tr.again)
		}
	})
}

// TestMendingIsTried: what people change is tried at once, even when syncs fail.
func TestMendingIsTried(t *testing.T) {
	tr := &trial{results: slices.Repeat([]result{{Failed, errTest}}, 4), roots: Roots{Files: []string{"/settings/config.yaml"}}}
	watching(t, tr, func() {
		tr.pass(4 * time.Minute)
		tr.events <- fsnotify.Event{Name: "/settings/config.yaml", Op: fsnotify.Create}
		tr.pass(3 * time.Second)
		tr.wantSyncs(0, time.Minute, 3*time.Minute, 4*time.Minute+2*time.Second)
	})
}

func TestSomebodyElseIsAtIt(t *testing.T) {
	tr := &trial{results: slices.Repeat([]result{{Later, errTest}}, 100)}
	watching(t, tr, func() {
		tr.pass(25 * time.Second)
		tr.wantSyncs(0, 10*time.Second, 20*time.Second)
		tr.pass(9 * time.Minute)
		if len(tr.failed) != 0 {
			t.Errorf("told %q", tr.failed)
		}
		tr.pass(5 * time.Minute)
		if len(tr.failed) != 1 {
			t.Errorf("told %q", tr.failed)
		}
	})
}

func TestFinal(t *testing.T) {
	tr := &trial{results: []result{{Final, errTest}}}
	watching(t, tr, func() {
		if err := <-tr.ended; !errors.Is(err, errTest) {
			t.Errorf("ended with %v", err)
		}
		if !tr.closed.Load() {
			t.Error("the notifier is open still")
		}
	})
}

func TestClockJumps(t *testing.T) {
	for name, test := range map[string]struct {
		jump    time.Duration
		results []result
		want    []time.Duration
	}{
		"sleep":                 {8 * time.Hour, nil, []time.Duration{0, time.Minute}},
		"set back":              {-8 * time.Hour, nil, []time.Duration{0, time.Minute}},
		"adjusted":              {time.Second, nil, []time.Duration{0}},
		"sleep after a failure": {8 * time.Hour, slices.Repeat([]result{{Failed, errTest}}, 4), []time.Duration{0, time.Minute, 90 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			tr := &trial{results: test.results}
			watching(t, tr, func() {
				tr.pass(time.Minute - time.Second)
				if len(test.results) > 0 {
					tr.pass(10 * time.Second)
				}
				tr.jump.Store(int64(test.jump))
				tr.pass(31 * time.Second)
				tr.wantSyncs(test.want...)
			})
		})
	}
}

func TestEnd(t *testing.T) {
	interrupted := fmt.Errorf("reading: %w", context.Canceled)
	tests := []struct {
		name   string
		result result
		want   error
	}{
		{"a sync that was interrupted", result{Failed, interrupted}, interrupted},
		{"a sync that came to its end", result{Done, nil}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tr := &trial{results: []result{test.result}}
			tr.during = func(int) { tr.cancel() }
			watching(t, tr, func() {
				if err := <-tr.ended; !errors.Is(err, test.want) {
					t.Errorf("ended with %v, want %v", err, test.want)
				}
				if len(tr.failed) != 0 {
					t.Errorf("told %q", tr.failed)
				}
			})
		})
	}
	t.Run("between syncs", func(t *testing.T) {
		tr := &trial{}
		watching(t, tr, func() {
			tr.pass(time.Second)
			tr.cancel()
			synctest.Wait()
			if err := <-tr.ended; err != nil {
				t.Errorf("ended with %v", err)
			}
			if !tr.closed.Load() {
				t.Error("the notifier is open still")
			}
		})
	})
}
