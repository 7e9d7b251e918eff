package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/authoring"
	"github.com/smallccwc/chronosync/engine/internal/filelock"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/internal/pluginname"
	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/engine/store"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Errors of what people do with plugins.
var (
	ErrUnknownPlugin = shelf.ErrUnknown
	ErrPluginName    = pluginname.Err
	ErrPluginList    = shelf.ErrList
	ErrPluginChanged = shelf.ErrChanged
	ErrPluginDigest  = errors.New("the module is not the one that was asked for")
	ErrBuiltinPlugin = errors.New("it comes with session-sync")
)

// PluginInfo is a plugin of this installation and how it does.
type PluginInfo struct {
	Name        string    `json:"name"`
	Version     string    `json:"version"`
	Title       string    `json:"title,omitempty"`
	About       string    `json:"about,omitempty"`
	Digest      string    `json:"sha256"`
	Size        int       `json:"bytes"`
	Builtin     bool      `json:"builtin"`
	Enabled     bool      `json:"enabled"`
	Path        string    `json:"path,omitempty"` // of the module, when it was installed
	Items       int       `json:"items"`          // that it found
	Problem     string    `json:"problem,omitempty"`
	Quarantined bool      `json:"quarantined,omitempty"` // not run any more because of the problem
	Retry       time.Time `json:"retry,omitzero"`        // when it is run again
}

// Plugins lists the plugins, the built-in ones first. The error is
// [shelf.ErrList] when the list of installed ones is unreadable.
func (e *Engine) Plugins(ctx context.Context) ([]PluginInfo, error) {
	s, all, err := e.shelf()
	if err != nil {
		return nil, err
	}
	health, counts, err := e.pluginRecords(ctx)
	if err != nil {
		return nil, err
	}
	var list []PluginInfo
	for _, k := range all {
		info := k.info(s)
		info.Items = counts[k.Name]
		if h := health[k.Name]; h.Version == k.Digest {
			info.Problem, info.Quarantined, info.Retry = h.Problem, h.Quarantined, h.Retry
		}
		if !k.builtin {
			if _, err := k.module(); err != nil {
				info.Problem = err.Error()
			}
		}
		list = append(list, info)
	}
	return list, nil
}

func (k known) info(s *shelf.Shelf) PluginInfo {
	info := PluginInfo{
		Name: k.Name, Version: k.Version, Title: k.Title, About: k.About, Digest: k.Digest, Size: k.Size,
		Builtin: k.builtin, Enabled: s.Enabled(k.Name),
	}
	if !k.builtin {
		info.Path = s.Path(k.Name)
	}
	return info
}

// pluginRecords is what the archive says of plugins; nothing before the first sync.
func (e *Engine) pluginRecords(ctx context.Context) (map[string]store.Health, map[string]int, error) {
	counts := map[string]int{}
	archive, err := e.openArchive(ctx)
	if errors.Is(err, ErrNoArchive) {
		return nil, counts, nil
	}
	if err != nil {
		return nil, nil, err
	}
	defer archive.Close()
	for it, err := range archive.Items(ctx, store.ItemFilter{IncludeDeleted: true}) {
		if err != nil {
			return nil, nil, err
		}
		counts[it.Plugin]++
	}
	health, err := archive.Health(ctx)
	return health, counts, err
}

// Inspection is what a module is. Problem says why it can't be a plugin here, ""
// when it can.
type Inspection struct {
	Path    string   `json:"path"`
	Name    string   `json:"name,omitempty"`
	Version string   `json:"version,omitempty"`
	Title   string   `json:"title,omitempty"`
	About   string   `json:"about,omitempty"`
	Digest  string   `json:"sha256"`
	Size    int      `json:"bytes"`
	Imports []string `json:"imports"`
	Exports []string `json:"exports"`
	Problem string   `json:"problem,omitempty"`
}

// InspectPlugin looks at a module file. Only what may run here is asked for its
// name.
func (e *Engine) InspectPlugin(ctx context.Context, path string) (Inspection, error) {
	wasm, err := shelf.Read(path)
	if err != nil {
		return Inspection{}, fmt.Errorf("reading module %q: %w", path, err)
	}
	found := Inspection{Path: path, Digest: shelf.Digest(wasm), Size: len(wasm), Imports: []string{}, Exports: []string{}}
	info, err := plugin.Inspect(wasm)
	if err != nil {
		found.Problem = err.Error()
		return found, nil
	}
	found.Imports, found.Exports = append(found.Imports, info.Imports...), info.Exports
	m, err := plugin.Open(ctx, wasm, plugin.Options{})
	if err != nil {
		found.Problem = err.Error()
		return found, ctx.Err()
	}
	told := m.Manifest()
	found.Name, found.Version, found.Title, found.About = told.Name, told.Version, told.Title, told.About
	return found, m.Close()
}

// InstallPlugin puts a module on the shelf, pinned by its digest, in the place
// of an earlier one of its name. digest, when not "", has to be that of the
// module ([ErrPluginDigest]).
func (e *Engine) InstallPlugin(ctx context.Context, path, digest string) (info PluginInfo, err error) {
	wasm, err := shelf.Read(path)
	if err != nil {
		return PluginInfo{}, fmt.Errorf("reading module %q: %w", path, err)
	}
	if found := shelf.Digest(wasm); digest != "" && !strings.EqualFold(digest, found) {
		return PluginInfo{}, fmt.Errorf("%w: %q has the SHA-256 %s", ErrPluginDigest, path, found)
	}
	m, err := plugin.Open(ctx, wasm, plugin.Options{})
	if err != nil {
		return PluginInfo{}, fmt.Errorf("installing %q: %w", path, err)
	}
	told := m.Manifest()
	if err := m.Close(); err != nil {
		return PluginInfo{}, err
	}
	err = e.changeShelf(ctx, func(s *shelf.Shelf, _ []known) error {
		if err := pluginname.Check(told.Name); err != nil {
			return fmt.Errorf("installing %q: %w", path, err)
		}
		p, err := s.Install(shelf.Plugin{Name: told.Name, Version: told.Version, Title: told.Title, About: told.About}, wasm)
		info = known{Plugin: p}.info(s)
		return err
	})
	return info, err
}

// EnablePlugin switches a plugin on. One that was quarantined gets another
// chance.
func (e *Engine) EnablePlugin(ctx context.Context, name string) error {
	return e.changeShelf(ctx, func(s *shelf.Shelf, all []known) error {
		if err := enable(s, all, name, true); err != nil {
			return err
		}
		return e.changeArchive(ctx, func(b *store.Batch) error { return b.SetHealth(store.Health{Plugin: name}) })
	})
}

// DisablePlugin switches a plugin off. What it found stays.
func (e *Engine) DisablePlugin(ctx context.Context, name string) error {
	return e.changeShelf(ctx, func(s *shelf.Shelf, all []known) error { return enable(s, all, name, false) })
}

func enable(s *shelf.Shelf, all []known, name string, on bool) error {
	if _, found := find(all, name); !found {
		return unknownPlugin(name)
	}
	return s.Enable(name, on)
}

// RemovePlugin takes an installed plugin off the shelf, with all that it found
// and its files. The shelf comes last: after a failure or a kill on the way it
// can be removed again.
func (e *Engine) RemovePlugin(ctx context.Context, name string) error {
	return e.changeShelf(ctx, func(s *shelf.Shelf, all []known) error {
		k, found := find(all, name)
		switch {
		case !found:
			return unknownPlugin(name)
		case k.builtin:
			return fmt.Errorf("%w: %q can be disabled, not removed", ErrBuiltinPlugin, name)
		}
		if err := e.changeArchive(ctx, func(b *store.Batch) error { return b.ForgetPlugin(name) }); err != nil {
			return err
		}
		for _, dir := range e.outputDirs() {
			if err := removeItemDir(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("removing the files of plugin %q: %w", name, err)
			}
		}
		return s.Remove(name)
	})
}

func unknownPlugin(name string) error { return fmt.Errorf("%w: %q", ErrUnknownPlugin, name) }

// changeShelf lets change change the shelf under the lock of a sync.
func (e *Engine) changeShelf(ctx context.Context, change func(*shelf.Shelf, []known) error) error {
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
	s, all, err := e.shelf()
	if err != nil {
		return err
	}
	return change(s, all)
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

// authored runs a plugin for its author, who is told what it wrote.
type authored struct {
	*plugin.Module
	log io.Writer
}

// Run implements [authoring.Runner].
func (a authored) Run(ctx context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	result, stats, err := a.Module.Run(ctx, batch, earlier)
	if err != nil && stats.Output != "" {
		err = fmt.Errorf("%w; it wrote: %s", err, stats.Output)
	}
	if err == nil {
		_, err = io.WriteString(a.log, result.Log)
	}
	return result, err
}

// TryPlugins runs plugins on conversations, see [authoring.Try]. names are those
// of plugins or module files; none are all that are enabled. What they log goes
// to log.
func (e *Engine) TryPlugins(ctx context.Context, names []string, in io.Reader, out, log io.Writer) (err error) {
	s, all, err := e.shelf()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		for _, k := range all {
			if s.Enabled(k.Name) {
				names = append(names, k.Name)
			}
		}
	}
	var runners []authoring.Runner
	for _, name := range names {
		r, done, err := e.openNamed(ctx, all, name, log)
		if err != nil {
			return err
		}
		defer done()
		runners = append(runners, r)
	}
	return authoring.Try(ctx, runners, in, out)
}

// openNamed makes a plugin of this installation or a module file ready.
func (e *Engine) openNamed(ctx context.Context, all []known, name string, log io.Writer) (authoring.Runner, func() error, error) {
	if k, found := find(all, name); found {
		m, err := k.open(ctx, "")
		if err != nil {
			return nil, nil, err
		}
		return authored{m, log}, m.Close, nil
	}
	if !strings.HasSuffix(name, ".wasm") {
		return nil, nil, unknownPlugin(name)
	}
	m, err := openFile(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	return authored{m, log}, m.Close, nil
}

// openFile makes a module file ready.
func openFile(ctx context.Context, path string) (*plugin.Module, error) {
	wasm, err := shelf.Read(path)
	if err != nil {
		return nil, fmt.Errorf("reading module %q: %w", path, err)
	}
	m, err := plugin.Open(ctx, wasm, plugin.Options{})
	if err != nil {
		return nil, fmt.Errorf("opening module %q: %w", path, err)
	}
	return m, nil
}
