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

// Try runs plugins on conversations, see [authoring.Try]. names are those of
// plugins or module files; none are all that are enabled. What they log goes to
// log.
func (l *Library) Try(ctx context.Context, names []string, in io.Reader, out, log io.Writer) error {
	if len(names) == 0 {
		for _, k := range l.all {
			if l.shelf.Enabled(k.Name) {
				names = append(names, k.Name)
			}
		}
	}
	var runners []authoring.Runner
	for _, name := range names {
		r, done, err := l.openNamed(ctx, name, log)
		if err != nil {
			return err
		}
		defer done()
		runners = append(runners, r)
	}
	return authoring.Try(ctx, runners, in, out)
}

// Test shows the module at path the fixtures of dir, see [authoring.Test]. With
// update they are made to want first what it finds. What it logs goes to log.
func Test(ctx context.Context, path, dir string, update bool, log io.Writer) (outcomes []authoring.Outcome, err error) {
	module, err := openFile(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, module.Close()) }()
	if update {
		if _, err := authoring.Update(ctx, authored{module, log}, dir); err != nil {
			return nil, err
		}
	}
	return authoring.Test(ctx, authored{module, log}, dir)
}

// openNamed makes a plugin of this installation or a module file ready.
func (l *Library) openNamed(ctx context.Context, name string, log io.Writer) (authoring.Runner, func() error, error) {
	if k, found := l.find(name); found {
		m, err := k.open(ctx, "")
		if err != nil {
			return nil, nil, err
		}
		return authored{m, log}, m.Close, nil
	}
	if !strings.HasSuffix(name, ".wasm") {
		return nil, nil, unknown(name)
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
