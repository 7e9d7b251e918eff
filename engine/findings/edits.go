package findings

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// Notebook is what a person wrote into a todos.md.
type Notebook struct {
	lines []string // redacted
	cut   bool     // the file has more of them than are kept
}

// ReadEdits takes over what people changed in the todos.md files, and returns what
// they wrote into them by [Dir.NotesIn]. It is to be done as late as possible,
// because the files are then written over. Edits count from when the file was
// saved, and by now at the latest.
func ReadEdits(ctx context.Context, archive *store.Store, dirs []Dir, now time.Time, redact func(string) string) (map[string]Notebook, error) {
	said, err := archive.Verdicts(ctx)
	if err != nil {
		return nil, err
	}
	notes := map[string]Notebook{}
	var verdicts []session.Verdict
	for _, dir := range dirs {
		path := filepath.Join(dir.Path, TodosDir, TodosName)
		if !ownfile.IsDir(dir.Path) || !ownfile.IsDir(filepath.Dir(path)) {
			continue // a link is somebody else's, and moved away later
		}
		text, saved, err := readTodos(path)
		if err != nil && ownfile.IsRegular(path) { // writing it anew would lose what was changed
			return nil, fmt.Errorf("reading what was changed in the list of todos: %w", err)
		}
		if err != nil {
			continue
		}
		kept, err := archive.Meta(ctx, dir.shownMeta())
		if err != nil {
			return nil, err
		}
		shown, err := items.ParseShown(kept)
		if err != nil { // of another version: what stands in the file is shown
			shown = nil
		}
		edits, lines, whole := items.ReadBack(shown, text)
		for _, edit := range edits {
			v := session.Verdict{Item: edit.ID, Status: edit.Status, At: earlier(saved, now)}
			// Else something was said after the file was saved, unless that is
			// of a time when the clock was wrong.
			if before := said[v.Item].At; v.At.After(before) || before.After(now) {
				verdicts = append(verdicts, v)
			}
		}
		notes[dir.NotesIn] = notes[dir.NotesIn].with(lines, whole, redact)
	}
	return notes, Judge(ctx, archive, verdicts)
}

// with adds a person's lines. They are redacted together, because a key has many
// lines.
func (n Notebook) with(lines []string, whole bool, redact func(string) string) Notebook {
	n.cut = n.cut || !whole
	if len(lines) > 0 {
		n.lines = append(n.lines, strings.Split(redact(strings.Join(lines, "\n")), "\n")...)
	}
	return n
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
