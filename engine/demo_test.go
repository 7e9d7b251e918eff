package engine_test

import (
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/query"
)

// TestSample: everything in the sample is read, and it has what it is there to
// show.
func TestSample(t *testing.T) {
	dir := t.TempDir()
	stateDir := filepath.Join(dir, "openclaw")
	must(t, engine.UnpackSample(t.Context(), stateDir))
	e, err := engine.Open(engine.Options{
		Flags: config.Flags{StateDir: config.Flag{Value: stateDir}, Output: config.Flag{Value: filepath.Join(dir, "sync")}},
		Now:   time.Now, Local: time.UTC,
	})
	must(t, err)
	report, err := e.Sync(t.Context(), engine.SyncOptions{})
	must(t, err)
	if len(report.Skipped) > 0 {
		t.Errorf("skipped: %+v", report.Skipped)
	}
	if want := map[string]int{"EMAIL": 1, "PHONE": 1, "API_KEY": 1}; !maps.Equal(report.Redactions, want) {
		t.Errorf("redactions are %v, want %v", report.Redactions, want)
	}
	if want := map[string]int{"sqlite": 5, "jsonl": 1, "archive-reset": 1}; !maps.Equal(report.Sources, want) {
		t.Errorf("sources are %v, want %v", report.Sources, want)
	}
	kinds := map[string]int{}
	must(t, e.Query(t.Context(), "", func(q *query.Queries) error {
		page, err := q.List(t.Context(), query.ListRequest{})
		for _, s := range page.Sessions {
			kinds[string(s.Kind)+" "+s.Channel]++
		}
		return err
	}))
	if want := map[string]int{"direct telegram": 1, "group telegram": 1, "webchat webchat": 1, "main webchat": 1, "cron ": 1, "hook ": 1, "other ": 1}; !maps.Equal(kinds, want) {
		t.Errorf("kinds are %v, want %v", kinds, want)
	}
}
