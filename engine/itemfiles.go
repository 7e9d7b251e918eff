package engine

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// Directories and files of what plugins found, below each output directory. A
// plugin that was installed has a directory of its own name.
const (
	decisionsDir = "decisions"
	todosDir     = "todos"
	indexName    = "index.json"
	todosName    = "todos.md"
	todoListName = "todos.json"
)

// itemFiles are those that a run looks at to see whether anything is to be done:
// a directory tells of the files of months that come and go.
func itemFiles() []string {
	return []string{
		decisionsDir, filepath.Join(decisionsDir, indexName), filepath.Join(todosDir, todosName), filepath.Join(todosDir, todoListName),
	}
}

// shownMeta keeps what the todos.md of a directory said when it was written. A
// directory is known by a digest, because paths hold names of people.
func (r *run) shownMeta(dir sharedDir) string {
	return "todos_shown " + digester{r.key}.state([]string{dir.path})
}

// showing has write replace the files of a directory, and keeps what its todos.md
// says then. After a kill on the way it says either what it said or what it was
// to say: a difference from one of them only must not be taken for an edit.
func (r *run) showing(ctx context.Context, archive *store.Store, dir sharedDir, pages itemPages, write func() error) error {
	if pages.shown.String() == pages.shownBefore {
		return write()
	}
	before, err := items.ParseShown(pages.shownBefore)
	if err != nil { // of another version: nothing in the file is compared
		before = nil
	}
	if err := archive.SetMeta(ctx, r.shownMeta(dir), slices.Concat(before, pages.shown).String()); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return archive.SetMeta(ctx, r.shownMeta(dir), pages.shown.String())
}

// nextDay is when the day after that of t begins where t is.
func nextDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
}

// itemPages are the rendered files of one output directory.
type itemPages struct {
	files []newFile
	lists []io.Reader // those that .last_hash covers, in its order
	shown items.Shown // by todos.md
	// shownBefore is what is kept of the last todos.md, "" when we wrote none.
	shownBefore string
	notesCut    bool                // it has notes for which the new one has no room
	names       map[string][]string // files of each directory below
	daily       bool                // a new day changes what is overdue, or closed lately
}

// renderItems makes the files of what plugins found in the sessions of a
// directory.
func (r *run) renderItems(ctx context.Context, archive *store.Store, dir sharedDir, opt export.Options) (itemPages, error) {
	verdicts, err := archive.Verdicts(ctx)
	if err != nil {
		return itemPages{}, err
	}
	library, err := r.library()
	if err != nil && !errors.Is(err, ErrPluginList) {
		return itemPages{}, err
	}
	builtin, installed := library.Names()
	before, err := archive.Meta(ctx, r.shownMeta(dir))
	if err != nil {
		return itemPages{}, err
	}
	pages := itemPages{names: map[string][]string{}, shownBefore: before}
	var found []session.Item
	if len(builtin) > 0 { // an empty list would be any plugin
		if found, err = collect(archive.Items(ctx, store.ItemFilter{Plugins: builtin, Allow: dir.allow})); err != nil {
			return itemPages{}, err
		}
	}
	board := items.Fold(found, verdicts)
	look := items.Options{Lang: opt.Lang, Location: opt.Location}
	pages.add(dir, decisionsDir, board.DecisionFiles(look))
	files, shown := board.TodoFiles(r.started.In(opt.Location), r.notes[dir.path].lines, look)
	pages.shown = shown
	pages.notesCut = r.notes[dir.path].cut
	pages.daily = len(board.Todos) > 0
	pages.add(dir, todosDir, files)
	for _, name := range installed {
		found, err := collect(archive.Items(ctx, store.ItemFilter{Plugins: []string{name}, Allow: dir.allow}))
		if err != nil {
			return itemPages{}, err
		}
		look.Title = name
		pages.add(dir, name, items.List(found, verdicts).DecisionFiles(look))
	}
	return pages, nil
}

func (p *itemPages) add(dir sharedDir, below string, files []items.File) {
	for _, file := range files {
		p.names[below] = append(p.names[below], file.Name)
		p.files = append(p.files, newFile{filepath.Join(dir.path, below, file.Name), func(w io.Writer) error {
			_, err := w.Write(file.Data)
			return err
		}})
		if below == decisionsDir && file.Name == indexName || below == todosDir && file.Name == todoListName {
			p.lists = append(p.lists, bytes.NewReader(file.Data))
		}
	}
}

func collect(list func(yield func(session.Item, error) bool)) ([]session.Item, error) {
	var all []session.Item
	for it, err := range list {
		if err != nil {
			return nil, err
		}
		all = append(all, it)
	}
	return all, nil
}

// prepareItems makes the directories of rendered files, and moves files of
// others out of our way.
func (p *itemPages) prepare(dir sharedDir) error {
	for below, names := range p.names {
		path := filepath.Join(dir.path, below)
		if err := ownfile.SetAside(path, ownfile.IsDir); err != nil {
			return err
		}
		if err := ownfile.MakeDir(path); err != nil {
			return err
		}
		if err := atomicfile.Sweep(path); err != nil {
			return err
		}
		for _, name := range names {
			ours := isItemFile
			switch {
			case name == todosName && p.notesCut: // a person's words are not written over
				ours = func(string) bool { return false }
			case name == todosName && p.shownBefore != "": // a person may have deleted what tells it
				ours = ownfile.IsRegular
			}
			if err := ownfile.SetAside(filepath.Join(path, name), ours); err != nil {
				return err
			}
		}
	}
	return nil
}

// tidy removes files of months in which nothing is left.
func (p *itemPages) tidy(dir sharedDir) error {
	for below, names := range p.names {
		if below == todosDir {
			continue
		}
		if err := removeItemFiles(filepath.Join(dir.path, below), names); err != nil {
			return err
		}
	}
	return nil
}

var monthFile = regexp.MustCompile(`^([0-9]{4}-[0-9]{2}|undated)\.md$`)

// removeItemFiles removes our month files in a directory but those to be kept.
func removeItemFiles(dir string, keep []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if !monthFile.MatchString(entry.Name()) || slices.Contains(keep, entry.Name()) || !isItemFile(path) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

// removeItemDirs removes all files about items from below an output directory.
func removeItemDirs(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		if err == nil && entry.IsDir() {
			err = removeItemDir(filepath.Join(dir, entry.Name()))
		}
	}
	return err
}

// removeItemDir removes our files from a directory of items, and the directory
// when nothing else is in it.
func removeItemDir(dir string) error {
	if !ownfile.IsDir(dir) {
		return nil
	}
	if err := removeItemFiles(dir, nil); err != nil {
		return err
	}
	for _, name := range []string{indexName, todosName, todoListName} {
		if path := filepath.Join(dir, name); isItemFile(path) {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	_ = os.Remove(dir) // stays when there is more in it
	return nil
}

func isItemFile(path string) bool {
	return items.Recognize([]byte(ownfile.Head(path, items.RecognizeBytes)))
}
