package engine

import (
	"context"
	"errors"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/store"
)

// findingsIn is a directory of shared files as the package findings knows it.
func (r *run) findingsIn(dir sharedDir) findings.Dir {
	notesIn := dir.path
	if r.Config.Share != config.ShareSeparate { // one directory is all that stays
		notesIn = r.Places.Output
	}
	return findings.Dir{Path: dir.path, Allow: dir.allow, Digest: intake.Digester{Key: r.key}.State([]string{dir.path}), NotesIn: notesIn}
}

// readEdits takes over what people changed in the todos.md files: in those of the
// settings, and in that of groups when its files are about to be removed.
func (r *run) readEdits(ctx context.Context, archive *store.Store) (err error) {
	var dirs []findings.Dir
	for _, dir := range r.sharedDirs() {
		dirs = append(dirs, r.findingsIn(dir))
	}
	if groups := r.Places.groups(); r.Config.Share != config.ShareSeparate && isOurs(groups) {
		dirs = append(dirs, r.findingsIn(sharedDir{path: groups}))
	}
	r.notes, err = findings.ReadEdits(ctx, archive, dirs, r.started, r.redactor())
	return err
}

// renderFindings makes the files of what plugins found in the sessions of a
// directory.
func (r *run) renderFindings(ctx context.Context, archive *store.Store, dir sharedDir, opt export.Options) (*findings.Pages, error) {
	library, err := r.library()
	if err != nil && !errors.Is(err, ErrPluginList) {
		return nil, err
	}
	builtin, installed := library.Names()
	return findings.Render(ctx, archive, r.findingsIn(dir), findings.Options{
		Builtin: builtin, Installed: installed, Notes: r.notes[dir.path],
		Now: r.started.In(opt.Location), Lang: opt.Lang, Location: opt.Location,
	})
}

// nextDay is when the day after that of t begins where t is.
func nextDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
}
