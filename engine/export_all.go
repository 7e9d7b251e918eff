package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// ExportOptions choose what to export.
type ExportOptions struct {
	Format string // json, jsonl or md
	// All: every archived message, deleted ones, all classes and kinds; the
	// sharing policy does not apply.
	All bool
	// Scope narrows the export; its limit and page do not apply.
	Scope query.Scope
}

// States of the archive, for [errors.Is].
var (
	ErrNewer   = store.ErrNewer
	ErrOlder   = store.ErrOlder
	ErrIndex   = store.ErrIndex
	ErrCorrupt = store.ErrCorrupt
	ErrBusy    = store.ErrBusy
	ErrFull    = store.ErrFull
)

// openArchive opens the archive for reading. [ErrNoArchive] when nothing was
// synced yet.
func (e *Engine) openArchive(ctx context.Context) (*store.Store, error) {
	if err := e.Places.checkOwnFiles(); err != nil {
		return nil, err
	}
	archive, err := store.Open(ctx, e.Places.Archive(), store.Options{ReadOnly: true})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: no archive at %q", ErrNoArchive, e.Places.Archive())
	}
	return archive, err
}

// Exported is what an export holds.
type Exported struct {
	Sessions, Messages int
	// KnownChannels are named when there is nothing in it, see
	// [query.Queries.KnownChannels].
	KnownChannels []string
}

// historyView is the archive as a record of everything: sessions stand oldest
// first. Two sessions that were one chat, before their key is known, then stand
// in the order in which they took place.
type historyView struct {
	store  *store.Store
	filter store.Filter
	taken  *Exported // what was handed out
}

// Sessions implements [export.Archive]. The list is read before the first one
// is handed out: who takes the export may be slow, and must not keep a sync
// from committing.
func (v historyView) Sessions(ctx context.Context) iter.Seq2[session.Session, error] {
	return func(yield func(session.Session, error) bool) {
		sessions, _, err := v.store.Sessions(ctx, v.filter, store.Page{})
		if err != nil {
			yield(session.Session{}, err)
			return
		}
		for _, s := range slices.Backward(sessions) {
			if !yield(s, nil) {
				return
			}
		}
	}
}

// Complete implements [export.Archive].
func (v historyView) Complete(_ context.Context, s session.Session) (session.Session, error) {
	v.taken.Sessions++
	v.taken.Messages += s.Messages
	return s, nil
}

// Messages implements [export.Archive].
func (v historyView) Messages(ctx context.Context, s session.Session, skip, limit int) ([]session.Message, error) {
	filter := v.filter
	filter.Agent, filter.Key, filter.Allow = s.Agent, s.Key, nil
	return v.store.MessagePage(ctx, filter, store.Page{Skip: skip, Limit: limit})
}

// Export writes the archive without the bounds of the shared files. It holds
// one page of messages at a time.
func (e *Engine) Export(ctx context.Context, w io.Writer, opt ExportOptions) (Exported, error) {
	var taken Exported
	archive, err := e.openArchive(ctx)
	if err != nil {
		return taken, err
	}
	defer archive.Close()
	zone, err := archive.Meta(ctx, zoneMeta)
	if err != nil {
		return taken, err
	}
	questions := e.questions(archive)
	if !opt.All {
		questions.Share = e.shared
	}
	opt.Scope.Classes = opt.Scope.Classes || opt.All
	opt.Scope.IncludeDeleted = opt.Scope.IncludeDeleted || opt.All
	filter, err := questions.Filter(ctx, opt.Scope)
	if err != nil {
		return taken, err
	}
	view := historyView{archive, filterOf(filter), &taken}
	err = export.All(ctx, w, view, export.Format(opt.Format), e.LastRun().ContentTime, e.exportOptions(zone))
	if err == nil && taken.Sessions == 0 {
		taken.KnownChannels, err = questions.KnownChannels(ctx, opt.Scope)
	}
	return taken, err
}

// WriteFile writes an export to a file in one step; an existing file is
// replaced.
func WriteFile(path string, write func(io.Writer) error) error {
	_, err := atomicfile.Write(path, 0o600, write)
	return err
}
