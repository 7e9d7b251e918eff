package extractors

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/sdk/abi"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// known is a plugin that this installation has, built in or installed.
type known struct {
	shelf.Plugin
	builtin bool
	module  func() ([]byte, error)
}

// Options say where an installation has its plugins.
type Options struct {
	Dir     string                           // of those that were installed
	Builtin func() (wasmplugins.Dist, error) // lists those that come with the program
	Cache   string                           // of compiled code
	// SharedCache takes the place of Cache, when it is not "". It is left to its
	// owner to tidy.
	SharedCache string
}

// Library is the plugins of one installation, as they were when it was opened.
type Library struct {
	opt   Options
	shelf *shelf.Shelf
	all   []known // the built-in ones first, each kind by name
}

// Open lists the plugins. Where the list of installed ones is unreadable
// ([shelf.ErrList]) the library has the built-in ones all the same.
func Open(opt Options) (*Library, error) {
	builtin, err := opt.Builtin()
	if err != nil {
		return nil, err
	}
	l := &Library{opt: opt}
	for _, p := range builtin.Plugins {
		l.all = append(l.all, known{
			Plugin:  shelf.Plugin{Name: p.Name, Version: p.Version, Title: p.Title, About: p.About, Digest: builtin.Digest, Size: builtin.Size},
			builtin: true, module: builtin.Module,
		})
	}
	l.shelf, err = shelf.Open(opt.Dir)
	for _, p := range l.shelf.Installed() {
		l.all = append(l.all, known{Plugin: p, module: func() ([]byte, error) { return l.shelf.Module(p.Name) }})
	}
	return l, err
}

// Names are those of all plugins.
func (l *Library) Names() (builtin, installed []string) {
	for _, k := range l.all {
		if k.builtin {
			builtin = append(builtin, k.Name)
		} else {
			installed = append(installed, k.Name)
		}
	}
	return builtin, installed
}

// modules are those that are open, each once: plugins with the same digest share
// one.
type modules []*plugin.Module

// of gives the module of a plugin, opened where it is not. cacheDir is where
// compiled code is kept, "" compiles anew.
func (open *modules) of(ctx context.Context, k known, cacheDir string) (*plugin.Module, error) {
	at := slices.IndexFunc(*open, func(m *plugin.Module) bool { return m.Digest() == k.Digest })
	if at < 0 {
		wasm, err := k.module()
		if err != nil {
			return nil, err
		}
		m, err := plugin.Open(ctx, wasm, plugin.Options{CacheDir: cacheDir, Pure: k.builtin})
		if err != nil {
			return nil, err
		}
		at = len(*open)
		*open = append(*open, m)
	}
	m := (*open)[at]
	if err := k.isIn(m); err != nil {
		return nil, err
	}
	return m, nil
}

func (open modules) close() error {
	var errs []error
	for _, m := range open {
		errs = append(errs, m.Close())
	}
	return errors.Join(errs...)
}

// isIn gives an error when a module does not hold the plugin as it was installed.
func (k known) isIn(m *plugin.Module) error {
	for _, told := range m.Manifests() {
		if told.Name == k.Name && told.Version == k.Version {
			return nil
		}
	}
	told := m.Manifests()[0]
	return fmt.Errorf("plugin %q says that it is %q of version %q", k.Name, told.Name, told.Version)
}

// openSole makes the plugin of a module ready that is to be installed or tried.
// It holds one, so that each is pinned, enabled and removed by itself.
func openSole(ctx context.Context, wasm []byte) (*plugin.Module, abi.Manifest, error) {
	m, err := plugin.Open(ctx, wasm, plugin.Options{})
	if err != nil {
		return nil, abi.Manifest{}, err
	}
	if n := len(m.Manifests()); n > 1 {
		return nil, abi.Manifest{}, errors.Join(fmt.Errorf("the module holds %d plugins; only those that come with session-sync share one", n), m.Close())
	}
	return m, m.Manifests()[0], nil
}

// runner is a module as rooms know it that do not ask what a batch cost.
type runner struct{ *plugin.Module }

// Run implements [harvest.Module].
func (r runner) Run(ctx context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	result, _, err := r.Module.Run(ctx, batch, earlier)
	return result, err
}

func (l *Library) find(name string) (known, bool) {
	at := slices.IndexFunc(l.all, func(k known) bool { return k.Name == name })
	if at < 0 {
		return known{}, false
	}
	return l.all[at], true
}
