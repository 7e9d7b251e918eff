package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/query"
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

// Export writes the archive without the bounds of the shared files. It holds
// one page of messages at a time.
func (e *Engine) Export(ctx context.Context, w io.Writer, opt ExportOptions) error {
	archive, err := e.openArchive(ctx)
	if err != nil {
		return err
	}
	defer archive.Close()
	zone, err := archive.Meta(ctx, zoneMeta)
	if err != nil {
		return err
	}
	questions := e.questions(archive)
	if !opt.All {
		questions.Share = e.shared
	}
	opt.Scope.Classes = opt.Scope.Classes || opt.All
	opt.Scope.IncludeDeleted = opt.Scope.IncludeDeleted || opt.All
	filter, err := questions.Filter(ctx, opt.Scope)
	if err != nil {
		return err
	}
	last := e.LastRun()
	return export.All(ctx, w, view{store: archive, filter: filterOf(filter), history: true}, export.Format(opt.Format), last.ContentTime, e.exportOptions(zone))
}

// WriteFile writes an export to a file in one step; an existing file is
// replaced.
func WriteFile(path string, write func(io.Writer) error) error {
	_, err := atomicfile.Write(path, 0o600, write)
	return err
}
