package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/smallccwc/chronosync/engine/extractors"
	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/internal/filelock"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/internal/pluginname"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/store"
)

// Errors of what people do with plugins.
var (
	ErrUnknownPlugin = shelf.ErrUnknown
	ErrPluginName    = pluginname.Err
	ErrPluginList    = shelf.ErrList
	ErrPluginChanged = shelf.ErrChanged
	ErrPluginDigest  = extractors.ErrDigest
	ErrBuiltinPlugin = extractors.ErrBuiltin
)

// What commands tell of plugins.
type (
	PluginInfo = extractors.Info
	Inspection = extractors.Inspection
)

func (p Places) plugins() string { return filepath.Join(p.Home, "plugins") }

// library opens the plugins, see [extractors.Open].
func (e *Engine) library() (*extractors.Library, error) {
	return extractors.Open(extractors.Options{
		Dir: e.Places.plugins(), Builtin: e.builtin, Cache: filepath.Join(e.Places.Home, "cache"), SharedCache: e.opt.PluginCache,
	})
}

// runPlugins brings items up to the messages of the archive.
func (r *run) runPlugins(ctx context.Context, archive *store.Store) (skips []source.Skip, err error) {
	library, err := r.library()
	if errors.Is(err, ErrPluginList) {
		skips = append(skips, source.Skip{Where: "plugins", Reason: source.ReasonPluginList, Count: 1})
	} else if err != nil {
		return nil, err
	}
	unread, err := library.Read(ctx, extractors.Reading{
		Archive: archive, Zone: r.zone, Location: location(r.zone), Redact: r.redactor(), Now: r.started,
	})
	r.unsettled = r.unsettled || unread.Waits
	return append(skips, unread.Skips...), err
}

// redactor redacts text that does not come from a source.
func (r *run) redactor() func(text string) string {
	return func(text string) string {
		redacted, _ := r.rules.RedactNumbered(text, nil)
		return redacted
	}
}

// Plugins lists the plugins, the built-in ones first. The error is
// [ErrPluginList] when the list of installed ones is unreadable.
func (e *Engine) Plugins(ctx context.Context) ([]PluginInfo, error) {
	library, err := e.library()
	if err != nil {
		return nil, err
	}
	archive, err := e.openArchive(ctx)
	if errors.Is(err, ErrNoArchive) {
		return library.List(ctx, nil)
	}
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	return library.List(ctx, archive)
}

// InspectPlugin looks at a module file. Only what may run here is asked for its
// name.
func (e *Engine) InspectPlugin(ctx context.Context, path string) (Inspection, error) {
	return extractors.Inspect(ctx, path)
}

// InstallPlugin puts a module on the shelf, pinned by its digest, in the place
// of an earlier one of its name. digest, when not "", has to be that of the
// module ([ErrPluginDigest]).
func (e *Engine) InstallPlugin(ctx context.Context, path, digest string) (info PluginInfo, err error) {
	candidate, err := extractors.Vet(ctx, path, digest)
	if err != nil {
		return PluginInfo{}, err
	}
	err = e.changePlugins(ctx, func(library *extractors.Library) (err error) {
		info, err = library.Install(candidate)
		return err
	})
	return info, err
}

// EnablePlugin switches a plugin on. One that was quarantined gets another
// chance.
func (e *Engine) EnablePlugin(ctx context.Context, name string) error {
	return e.changePlugins(ctx, func(library *extractors.Library) error {
		if err := library.Enable(name, true); err != nil {
			return err
		}
		return e.changeArchive(ctx, func(b *store.Batch) error { return b.SetHealth(store.Health{Plugin: name}) })
	})
}

// DisablePlugin switches a plugin off. What it found stays.
func (e *Engine) DisablePlugin(ctx context.Context, name string) error {
	return e.changePlugins(ctx, func(library *extractors.Library) error { return library.Enable(name, false) })
}

// RemovePlugin takes an installed plugin off the shelf, with all that it found
// and its files. The shelf comes last: after a failure or a kill on the way it
// can be removed again.
func (e *Engine) RemovePlugin(ctx context.Context, name string) error {
	return e.changePlugins(ctx, func(library *extractors.Library) error {
		if err := library.Removable(name); err != nil {
			return err
		}
		if err := e.changeArchive(ctx, func(b *store.Batch) error { return b.ForgetPlugin(name) }); err != nil {
			return err
		}
		for _, dir := range e.outputDirs() {
			if err := findings.RemoveDir(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("removing the files of plugin %q: %w", name, err)
			}
		}
		return library.Remove(name)
	})
}

// TryPlugins runs plugins on conversations, see [extractors.Library.Try].
func (e *Engine) TryPlugins(ctx context.Context, names []string, in io.Reader, out, log io.Writer) error {
	library, err := e.library()
	if err != nil {
		return err
	}
	return library.Try(ctx, names, in, out, log)
}

// changePlugins lets change change the plugins under the lock of a sync.
func (e *Engine) changePlugins(ctx context.Context, change func(*extractors.Library) error) error {
	if err := e.checkState(e.Places.Home); err != nil {
		return err
	}
	if err := ownfile.MakeDir(e.Places.Home); err != nil {
		return e.diagnosed(err)
	}
	lock, err := filelock.Acquire(ctx, e.Places.lock(), lockWait)
	if err != nil {
		return fmt.Errorf("changing the plugins: %w", err)
	}
	defer lock.Release()
	library, err := e.library()
	if err != nil {
		return err
	}
	return change(library)
}

// changeArchive keeps something in the archive, if there is one yet. The caller
// holds the lock.
func (e *Engine) changeArchive(ctx context.Context, change func(*store.Batch) error) error {
	if _, err := os.Stat(e.Places.Archive()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	archive, err := store.Open(ctx, e.Places.Archive(), store.Options{})
	if err != nil {
		return err
	}
	defer archive.Close()
	return archive.Change(ctx, change)
}
