package engine

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// readEdits takes over what people changed in the todos.md files, and returns
// their notes by directory. They count from when the file was saved.
func (r *run) readEdits(ctx context.Context, archive *store.Store) (map[string][]string, error) {
	redactor := newRedactor(r.rules, r.key)
	notes := map[string][]string{}
	said, err := archive.Verdicts(ctx)
	if err != nil {
		return nil, err
	}
	var verdicts []session.Verdict
	for _, dir := range r.sharedDirs() {
		path := filepath.Join(dir.path, todosDir, todosName)
		text, saved, err := readTodos(path)
		if err != nil && isRegular(path) { // writing it anew would lose what was changed
			return nil, fmt.Errorf("reading what was changed in the list of todos: %w", err)
		}
		if err != nil {
			continue
		}
		kept, err := archive.Meta(ctx, r.shownMeta(dir))
		if err != nil {
			return nil, err
		}
		shown, err := items.ParseShown(kept)
		if err != nil { // of another version: what stands in the file is shown
			shown = nil
		}
		edits, lines := items.ReadBack(shown, text)
		for _, edit := range edits {
			v := session.Verdict{Item: edit.ID, Status: edit.Status, At: earlier(saved, r.started)}
			if v.At.After(said[v.Item].At) { // else something was said after the file was saved
				verdicts = append(verdicts, v)
			}
		}
		for _, line := range lines {
			redacted, _ := redactor.RedactNumbered(line, nil)
			notes[dir.path] = append(notes[dir.path], redacted)
		}
	}
	return notes, judge(ctx, archive, verdicts)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// readTodos reads as much of a todos.md as is looked at.
func readTodos(path string) ([]byte, time.Time, error) {
	file, info, err := regular.Open(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, items.MaxRead))
	return text, info.ModTime().UTC(), err
}

func judge(ctx context.Context, archive *store.Store, verdicts []session.Verdict) error {
	if len(verdicts) == 0 {
		return nil
	}
	batch, err := archive.Begin(ctx)
	if err != nil {
		return err
	}
	defer batch.Rollback()
	for _, v := range verdicts {
		if err := batch.Judge(v); err != nil {
			return err
		}
	}
	return batch.Commit(ctx)
}
