package engine

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/sdk/abi"
)

func (p Places) plugins() string { return filepath.Join(p.Home, "plugins") }

// known is a plugin that this installation has, built in or installed.
type known struct {
	shelf.Plugin
	builtin bool
	module  func() ([]byte, error)
}

// shelf opens the installed plugins and lists all that there are: the built-in
// ones first, each kind by name. Where the list of installed ones is unreadable
// ([shelf.ErrList]) the built-in ones are listed all the same.
func (e *Engine) shelf() (*shelf.Shelf, []known, error) {
	builtin, err := e.builtin()
	if err != nil {
		return nil, nil, err
	}
	var all []known
	for _, p := range builtin.Plugins {
		all = append(all, known{
			Plugin:  shelf.Plugin{Name: p.Name, Version: p.Version, Title: p.Title, About: p.About, Digest: p.Digest, Size: p.Size},
			builtin: true, module: p.Module,
		})
	}
	s, err := shelf.Open(e.Places.plugins())
	for _, p := range s.Installed() {
		all = append(all, known{Plugin: p, module: func() ([]byte, error) { return s.Module(p.Name) }})
	}
	return s, all, err
}

func builtinNames(all []known) []string {
	var names []string
	for _, k := range all {
		if k.builtin {
			names = append(names, k.Name)
		}
	}
	return names
}

// open makes a plugin ready to run. cacheDir is where compiled code is kept, ""
// compiles anew.
func (k known) open(ctx context.Context, cacheDir string) (*plugin.Module, error) {
	wasm, err := k.module()
	if err != nil {
		return nil, err
	}
	m, err := plugin.Open(ctx, wasm, plugin.Options{CacheDir: cacheDir, Pure: k.builtin})
	if err != nil {
		return nil, err
	}
	if told := m.Manifest(); told.Name != k.Name || told.Version != k.Version {
		return nil, errors.Join(fmt.Errorf("plugin %q says that it is %q of version %q", k.Name, told.Name, told.Version), m.Close())
	}
	return m, nil
}

// runner is a module as rooms know it that do not ask what a batch cost.
type runner struct{ *plugin.Module }

// Run implements [harvest.Module].
func (r runner) Run(ctx context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	result, _, err := r.Module.Run(ctx, batch, earlier)
	return result, err
}

func find(all []known, name string) (known, bool) {
	at := slices.IndexFunc(all, func(k known) bool { return k.Name == name })
	if at < 0 {
		return known{}, false
	}
	return all[at], true
}
