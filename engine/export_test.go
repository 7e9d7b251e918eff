package engine

import (
	"context"

	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/store"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// Under makes an engine redact with what opt adds, as settings do.
func (e *Engine) Under(opt redact.Options, numbered bool) {
	rules, err := redact.New(opt)
	if err != nil {
		panic(err)
	}
	e.rules = intake.RuleSet{Rules: rules, Known: opt.Known, Numbered: numbered}
}

// WithoutPlugins makes an engine that has no built-in plugins: loading them
// takes longer than most of what tests look at.
func (e *Engine) WithoutPlugins() {
	e.builtin = func() (wasmplugins.Dist, error) { return wasmplugins.Dist{}, nil }
}

// RedactAgainAndDie is a sync that is killed as soon as the archive is redacted
// again.
func (e *Engine) RedactAgainAndDie(ctx context.Context) error {
	r := &run{Engine: e, rules: e.rules}
	var err error
	if r.key, err = e.Places.archiveKey(); err != nil {
		return err
	}
	archive, err := store.Open(ctx, e.Places.Archive(), store.Options{})
	if err != nil {
		return err
	}
	defer archive.Close()
	_, err = r.redactAgain(ctx, archive)
	return err
}

// WatchOutcome is what a watch makes of the outcome of a sync.
var WatchOutcome = watchOutcome
