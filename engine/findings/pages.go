package findings

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/items"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// Dir is an output directory.
type Dir struct {
	Path  string
	Allow func(session.Session) bool // whether items of a session stand there
	// Digest is what the archive knows the directory by: a keyed one of its path,
	// because paths hold names of people.
	Digest string
	// NotesIn is the path of the directory that shows from now on what people
	// wrote into this one.
	NotesIn string
}

// shownMeta keeps what the todos.md of a directory said when it was written.
func (d Dir) shownMeta() string { return "todos_shown " + d.Digest }

// Options are what files are made with, beside what was found.
type Options struct {
	// Builtin and Installed name the plugins. Todos and decisions are those of
	// the built-in ones, an installed one has a directory of its own name.
	Builtin, Installed []string
	Notes              Notebook       // of people, to be shown in todos.md
	Now                time.Time      // by which todos are overdue
	Lang               string         // zh or en
	Location           *time.Location // in which times are told
}

// File is a rendered file.
type File struct {
	Path string
	Data []byte
}

// Pages are the rendered files of one output directory, and what is left to do
// around writing them: [Pages.Prepare], then [Pages.Show], then [Pages.Tidy].
type Pages struct {
	Files []File
	Lists []io.Reader // those that .last_hash covers, in its order
	Daily bool        // a new day changes what is overdue, or closed lately

	dir   Dir
	shown items.Shown // by todos.md
	// shownBefore is what is kept of the last todos.md, "" when we wrote none.
	shownBefore string
	notesCut    bool                // it has notes for which the new one has no room
	names       map[string][]string // files of each directory below
}

// Render makes the files of what plugins found in the sessions of a directory.
func Render(ctx context.Context, archive *store.Store, dir Dir, opt Options) (*Pages, error) {
	verdicts, err := archive.Verdicts(ctx)
	if err != nil {
		return nil, err
	}
	before, err := archive.Meta(ctx, dir.shownMeta())
	if err != nil {
		return nil, err
	}
	p := &Pages{dir: dir, names: map[string][]string{}, shownBefore: before, notesCut: opt.Notes.cut}
	var found []session.Item
	if len(opt.Builtin) > 0 { // an empty list would be any plugin
		if found, err = collect(archive.Items(ctx, store.ItemFilter{Plugins: opt.Builtin, Allow: dir.Allow})); err != nil {
			return nil, err
		}
	}
	board := items.Fold(found, verdicts)
	look := items.Options{Lang: opt.Lang, Location: opt.Location}
	p.add(DecisionsDir, board.DecisionFiles(look))
	files, shown := board.TodoFiles(opt.Now, opt.Notes.lines, look)
	p.shown = shown
	p.Daily = len(board.Todos) > 0
	p.add(TodosDir, files)
	for _, name := range opt.Installed {
		found, err := collect(archive.Items(ctx, store.ItemFilter{Plugins: []string{name}, Allow: dir.Allow}))
		if err != nil {
			return nil, err
		}
		look.Title = name
		p.add(name, items.List(found, verdicts).DecisionFiles(look))
	}
	return p, nil
}

func (p *Pages) add(below string, files []items.File) {
	for _, file := range files {
		p.names[below] = append(p.names[below], file.Name)
		p.Files = append(p.Files, File{filepath.Join(p.dir.Path, below, file.Name), file.Data})
		if below == DecisionsDir && file.Name == IndexName || below == TodosDir && file.Name == TodoListName {
			p.Lists = append(p.Lists, bytes.NewReader(file.Data))
		}
	}
}

// Prepare makes the directories of the files, and moves files of others out of our
// way.
func (p *Pages) Prepare() error {
	for below, names := range p.names {
		path := filepath.Join(p.dir.Path, below)
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
			ours := isOurs
			switch {
			case name == TodosName && p.notesCut: // a person's words are not written over
				ours = func(string) bool { return false }
			case name == TodosName && p.shownBefore != "": // a person may have deleted what tells it
				ours = ownfile.IsRegular
			}
			if err := ownfile.SetAside(filepath.Join(path, name), ours); err != nil {
				return err
			}
		}
	}
	return nil
}

// Show has write replace the files, and keeps in the archive what todos.md says
// then. After a kill on the way it says either what it said or what it was
// to say: a difference from one of them only must not be taken for an edit.
func (p *Pages) Show(ctx context.Context, archive *store.Store, write func() error) error {
	if p.shown.String() == p.shownBefore {
		return write()
	}
	before, err := items.ParseShown(p.shownBefore)
	if err != nil { // of another version: nothing in the file is compared
		before = nil
	}
	if err := archive.SetMeta(ctx, p.dir.shownMeta(), slices.Concat(before, p.shown).String()); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return archive.SetMeta(ctx, p.dir.shownMeta(), p.shown.String())
}

// Tidy removes files of months in which nothing is left.
func (p *Pages) Tidy() error {
	for below, names := range p.names {
		if below == TodosDir {
			continue
		}
		if err := removeFiles(filepath.Join(p.dir.Path, below), names); err != nil {
			return err
		}
	}
	return nil
}
