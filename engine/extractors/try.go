package extractors

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/smallccwc/chronosync/engine/authoring"
	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// authored runs a plugin of a module for its author, who is told what it wrote.
type authored struct {
	*plugin.Module
	name string
	log  io.Writer
}

// Name implements [authoring.Runner].
func (a authored) Name() string { return a.name }

// Run implements [authoring.Runner].
func (a authored) Run(ctx context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	batch.Plugin = a.name
	result, stats, err := a.Module.Run(ctx, batch, earlier)
	if err != nil && stats.Output != "" {
		err = fmt.Errorf("%w; it wrote: %s", err, stats.Output)
	}
	if err == nil {
		_, err = io.WriteString(a.log, result.Log)
	}
	return result, err
}

// Try runs plugins on conversations, see [authoring.Try]. names are those of
// plugins or module files; none are all that are enabled. What they log goes to
// log.
func (l *Library) Try(ctx context.Context, names []string, in io.Reader, out, log io.Writer) (err error) {
	if len(names) == 0 {
		for _, k := range l.all {
			if l.shelf.Enabled(k.Name) {
				names = append(names, k.Name)
			}
		}
	}
	var opened modules
	defer func() { err = errors.Join(err, opened.close()) }()
	var runners []authoring.Runner
	for _, name := range names {
		r, err := l.openNamed(ctx, name, &opened, log)
		if err != nil {
			return err
		}
		runners = append(runners, r)
	}
	return authoring.Try(ctx, runners, in, out)
}

// Test shows the module at path the fixtures of dir, see [authoring.Test]. With
// update they are made to want first what it finds. What it logs goes to log.
func Test(ctx context.Context, path, dir string, update bool, log io.Writer) (outcomes []authoring.Outcome, err error) {
	tested, err := openFile(ctx, path, log)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tested.Close()) }()
	if update {
		if _, err := authoring.Update(ctx, tested, dir); err != nil {
			return nil, err
		}
	}
	return authoring.Test(ctx, tested, dir)
}

// openNamed makes a plugin of this installation or a module file ready.
func (l *Library) openNamed(ctx context.Context, name string, open *modules, log io.Writer) (authored, error) {
	if k, found := l.find(name); found {
		m, err := open.of(ctx, k, "")
		return authored{m, name, log}, err
	}
	if !strings.HasSuffix(name, ".wasm") {
		return authored{}, unknown(name)
	}
	r, err := openFile(ctx, name, log)
	if err == nil {
		*open = append(*open, r.Module)
	}
	return r, err
}

// openFile makes the plugin of a module file ready.
func openFile(ctx context.Context, path string, log io.Writer) (authored, error) {
	wasm, err := shelf.Read(path)
	if err != nil {
		return authored{}, fmt.Errorf("reading module %q: %w", path, err)
	}
	m, told, err := openSole(ctx, wasm)
	if err != nil {
		return authored{}, fmt.Errorf("opening module %q: %w", path, err)
	}
	return authored{m, told.Name, log}, nil
}
