package engine

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// notebook is what a person wrote into a todos.md.
type notebook struct {
	lines []string // redacted
	cut   bool     // the file has more of them than are kept
}

// readEdits takes over what people changed in the todos.md files. It is done as
// late as possible, because the files are then written over. Edits count from
// when the file was saved.
func (r *run) readEdits(ctx context.Context, archive *store.Store) error {
	said, err := archive.Verdicts(ctx)
	if err != nil {
		return err
	}
	r.notes = map[string]notebook{}
	var verdicts []session.Verdict
	for _, dir := range r.editedDirs() {
		path := filepath.Join(dir.path, todosDir, todosName)
		if !ownfile.IsDir(dir.path) || !ownfile.IsDir(filepath.Dir(path)) {
			continue // a link is somebody else's, and moved away later
		}
		text, saved, err := readTodos(path)
		if err != nil && ownfile.IsRegular(path) { // writing it anew would lose what was changed
			return fmt.Errorf("reading what was changed in the list of todos: %w", err)
		}
		if err != nil {
			continue
		}
		kept, err := archive.Meta(ctx, r.shownMeta(dir))
		if err != nil {
			return err
		}
		shown, err := items.ParseShown(kept)
		if err != nil { // of another version: what stands in the file is shown
			shown = nil
		}
		edits, lines, whole := items.ReadBack(shown, text)
		for _, edit := range edits {
			v := session.Verdict{Item: edit.ID, Status: edit.Status, At: earlier(saved, r.started)}
			// Else something was said after the file was saved, unless that is
			// of a time when the clock was wrong.
			if before := said[v.Item].At; v.At.After(before) || before.After(r.started) {
				verdicts = append(verdicts, v)
			}
		}
		r.note(dir, lines, whole)
	}
	return judge(ctx, archive, verdicts)
}

// editedDirs are those in which people may have changed something: the ones of
// the settings, and that of groups when its files are about to be removed.
func (r *run) editedDirs() []sharedDir {
	dirs := r.sharedDirs()
	if groups := r.Places.groups(); r.Config.Share != config.ShareSeparate && isOurs(groups) {
		dirs = append(dirs, sharedDir{path: groups})
	}
	return dirs
}

// note keeps a person's lines for the directory that will show them. They are
// redacted together, because a key has many lines.
func (r *run) note(dir sharedDir, lines []string, whole bool) {
	at := dir.path
	if r.Config.Share != config.ShareSeparate { // one directory is all that stays
		at = r.Places.Output
	}
	n := r.notes[at]
	n.cut = n.cut || !whole
	if len(lines) > 0 {
		redacted := r.redactor()(strings.Join(lines, "\n"))
		n.lines = append(n.lines, strings.Split(redacted, "\n")...)
	}
	r.notes[at] = n
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// readTodos reads as much of a todos.md as is looked at, and a byte more.
func readTodos(path string) ([]byte, time.Time, error) {
	file, info, err := regular.Open(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, items.MaxRead+1))
	return text, info.ModTime().UTC(), err
}

func judge(ctx context.Context, archive *store.Store, verdicts []session.Verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	return archive.Change(ctx, func(b *store.Batch) error {
		for _, v := range verdicts {
			if err := b.Judge(v); err != nil {
				return err
			}
		}
		return nil
	})
}
