package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
)

// Names of the shared files.
const (
	markdownName  = "shared_chat.md"
	jsonName      = "shared_chat.json"
	hashName      = ".last_hash"
	gitignoreName = ".gitignore"
)

var sharedFiles = [...]string{markdownName, jsonName, hashName, gitignoreName}

// ignoreAll keeps the shared files out of git: workspaces are often pushed.
const ignoreAll = "*\n"

const zoneMeta = "timezone"

// sharedView is the archive as the shared files show it.
type sharedView struct {
	store *store.Store
	allow func(session.Session) bool
}

// Sessions implements [export.Archive].
func (v sharedView) Sessions(ctx context.Context) iter.Seq2[session.Session, error] {
	return func(yield func(session.Session, error) bool) {
		for s, err := range v.store.Latest(ctx) {
			if (err != nil || v.allow(s)) && !yield(s, err) {
				return
			}
		}
	}
}

// Complete implements [export.Archive].
func (v sharedView) Complete(ctx context.Context, s session.Session) (session.Session, error) {
	return v.store.Complete(ctx, s)
}

// Messages implements [export.Archive]. Of most sessions the shared files show
// the end.
func (v sharedView) Messages(ctx context.Context, s session.Session, skip, limit int) ([]session.Message, error) {
	f := store.Filter{Agent: s.Agent, Key: s.Key}
	if behind := s.Messages - skip - limit; behind >= 0 && behind < skip {
		if page, err := v.store.PageBefore(ctx, f, behind, limit); page != nil || err != nil {
			return page, err
		}
	}
	return v.store.MessagePage(ctx, f, store.Page{Skip: skip, Limit: limit})
}

// exportOptions are the settings of the shared files.
func (e *Engine) exportOptions(zone string) export.Options {
	return export.Options{
		Lang: e.Config.Lang, Location: location(zone),
		MarkdownBytes: int64(e.Config.Shared.MarkdownBytes), JSONBytes: int64(e.Config.Shared.JSONBytes),
		MessagesPerSession: e.Config.Shared.MessagesPerSession,
	}
}

// settleZone finds the time zone of files and plugins, and keeps it.
func (r *run) settleZone(ctx context.Context, archive *store.Store) (string, error) {
	kept, err := archive.Meta(ctx, zoneMeta)
	if err != nil {
		return "", err
	}
	zone := zoneName(r.Config.Timezone, r.src.TimeZone(), kept, r.Engine.opt.Local, r.started)
	if zone == kept {
		return zone, nil
	}
	return zone, archive.SetMeta(ctx, zoneMeta, zone)
}

// export renews the shared files and returns the time of the last sync that
// changed their content.
func (r *run) export(ctx context.Context, archive *store.Store, zone string) (time.Time, error) {
	if r.Config.Share == config.ShareSeparate {
		// We make this directory ourselves, so a link there is someone else's.
		if err := ownfile.SetAside(r.Places.groups(), ownfile.IsDir); err != nil {
			return time.Time{}, err
		}
	}
	var newest time.Time
	for _, dir := range r.sharedDirs() {
		written, err := r.exportDir(ctx, archive, dir, r.exportOptions(zone))
		if err != nil {
			return time.Time{}, fmt.Errorf("writing shared files in %q: %w", dir.path, err)
		}
		if written.After(newest) {
			newest = written
		}
	}
	if r.Config.Share == config.ShareSeparate {
		return newest, nil
	}
	return newest, removeGroups(r.Places.groups()) // only now: notes in them are kept elsewhere
}

// exportDir renews one set of shared files. The time of last sync in them is
// that of the last change of their content, so that without one the same bytes
// come out and no file is touched. The digest is written last: who watches it
// finds the other files complete.
func (r *run) exportDir(ctx context.Context, archive *store.Store, dir sharedDir, opt export.Options) (time.Time, error) {
	jsonPath := filepath.Join(dir.path, jsonName)
	r.ahead.Wait()
	opt.Earlier = r.earlier[jsonPath]
	now, err := r.render(ctx, archive, dir, opt)
	if err != nil {
		return time.Time{}, err
	}
	pages := now.pages
	r.rendered = append(r.rendered, rendered{Path: jsonPath, Digest: now.json.Digest(), Revision: now.revision})
	hash, err := export.Hash(now.json, pages.Lists...)
	if err != nil {
		return time.Time{}, err
	}
	if err := prepareOutput(dir.path); err != nil {
		return time.Time{}, err
	}
	if err := pages.Prepare(); err != nil {
		return time.Time{}, err
	}
	synced := r.started
	if readHead(filepath.Join(dir.path, hashName)) == hash {
		if kept, found := lastSync(jsonPath); found {
			synced = kept
		}
	}
	synced = synced.UTC().Truncate(time.Millisecond)
	err = pages.Show(ctx, archive, func() error {
		return writeTogether(append(newFiles(pages.Files),
			newFile{filepath.Join(dir.path, markdownName), func(w io.Writer) error { return now.markdown.Write(w, synced) }},
			newFile{jsonPath, func(w io.Writer) error { return now.json.Write(w, synced) }},
			newFile{filepath.Join(dir.path, hashName), func(w io.Writer) error { return text(w, hash) }},
		))
	})
	if err == nil {
		err = pages.Tidy()
	}
	if pages.Daily {
		r.freshUntil = nextDay(r.started.In(opt.Location))
	}
	return synced, err
}

// content is what stands in a set of shared files.
type content struct {
	json, markdown *export.File
	revision       int64 // of the archive that they show
	pages          *findings.Pages
}

// render makes one set of shared files. What plugins found, and the digest of the
// JSON, is made beside the rest.
func (r *run) render(ctx context.Context, archive *store.Store, dir sharedDir, opt export.Options) (c content, err error) {
	var pagesErr error
	var beside sync.WaitGroup
	beside.Go(func() { c.pages, pagesErr = r.renderFindings(ctx, archive, dir, opt) })
	err = archive.Snapshot(ctx, func(archive *store.Store) (err error) {
		v := sharedView{store: archive, allow: dir.allow}
		if c.json, err = export.JSON(ctx, v, opt); err != nil {
			return err
		}
		beside.Go(func() { c.json.Digest() }) // which remembers it
		if c.markdown, err = export.Markdown(ctx, v, opt); err != nil {
			return err
		}
		c.revision, err = archive.Revision(ctx)
		return err
	})
	beside.Wait()
	return c, cmp.Or(err, pagesErr)
}

// newFile is a file that is to be written.
type newFile struct {
	path  string
	write func(io.Writer) error
}

// newFiles are those of what plugins found.
func newFiles(pages []findings.File) []newFile {
	var files []newFile
	for _, page := range pages {
		files = append(files, newFile{page.Path, func(w io.Writer) error {
			_, err := w.Write(page.Data)
			return err
		}})
	}
	return files
}

// writeTogether replaces files in their order, and none of them when the disk
// has no room for one. A few are prepared at once, because preparing is waiting
// for the disk.
func writeTogether(files []newFile) error {
	ready, errs := make([]*atomicfile.Pending, len(files)), make([]error, len(files))
	defer func() {
		for _, p := range ready {
			if p != nil {
				p.Discard()
			}
		}
	}()
	var preparing sync.WaitGroup
	places := make(chan struct{}, 3)
	for i, file := range files {
		places <- struct{}{}
		preparing.Go(func() {
			ready[i], errs[i] = atomicfile.Prepare(file.path, 0o600, file.write)
			<-places
		})
	}
	preparing.Wait()
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	for _, p := range ready {
		if _, err := p.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func text(w io.Writer, s string) error {
	_, err := io.WriteString(w, s)
	return err
}

// removeGroups removes the shared files of groups when the settings no longer
// ask for them.
func removeGroups(dir string) error {
	if !ownfile.IsDir(dir) || !isOurs(dir) {
		return nil
	}
	// The shared files tell that the directory is ours, so they go last.
	if err := findings.RemoveDirs(dir); err != nil {
		return fmt.Errorf("removing files of groups: %w", err)
	}
	for name, ours := range map[string]func(path string) bool{
		markdownName: writtenByUs, jsonName: writtenByUs, hashName: ownfile.IsRegular,
		gitignoreName: func(path string) bool { return readHead(path) == ignoreAll },
	} {
		path := filepath.Join(dir, name)
		if !ours(path) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("removing shared files of groups: %w", err)
		}
	}
	_ = os.Remove(dir) // stays when there is more in it
	return nil
}

// prepareOutput makes the directory, removes what killed runs left in it, and
// moves files of others out of our way.
func prepareOutput(dir string) error {
	if err := ownfile.MakeDir(dir); err != nil {
		return err
	}
	if err := atomicfile.Sweep(dir); err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		ours func(path string) bool
	}{{markdownName, writtenByUs}, {jsonName, writtenByUs}, {hashName, ownfile.IsRegular}} {
		if err := ownfile.SetAside(filepath.Join(dir, file.name), file.ours); err != nil {
			return err
		}
	}
	// A file of the user's stays: it may say more than ours.
	ignore := filepath.Join(dir, gitignoreName)
	if _, err := os.Lstat(ignore); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, err := atomicfile.Write(ignore, 0o600, func(w io.Writer) error { return text(w, ignoreAll) })
	return err
}

// writtenByUs tells our files by their beginning.
func writtenByUs(path string) bool { return export.Recognize([]byte(readHead(path))) }

// readHead reads as much of a file as tells whether it is one of ours.
func readHead(path string) string { return ownfile.Head(path, export.RecognizeBytes) }

// lastSync reads from shared_chat.json when its content last changed. The file
// itself is asked, so that it keeps its time whatever becomes of last_run.json,
// and each directory its own.
func lastSync(path string) (time.Time, bool) {
	const member = `"last_sync":"`
	_, rest, _ := strings.Cut(readHead(path), member)
	stamp, _, found := strings.Cut(rest, `"`)
	at, err := time.Parse(time.RFC3339Nano, stamp)
	return at, found && err == nil
}

// isOurs reports whether a directory holds shared files that we wrote.
func isOurs(dir string) bool {
	return writtenByUs(filepath.Join(dir, jsonName)) || writtenByUs(filepath.Join(dir, markdownName))
}
