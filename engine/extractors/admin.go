package extractors

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/pluginname"
	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/engine/store"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Errors of what people do with plugins, beside those of the package shelf.
var (
	ErrDigest  = errors.New("the module is not the one that was asked for")
	ErrBuiltin = errors.New("it comes with session-sync")
)

// Info is a plugin of this installation and how it does.
type Info struct {
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

// List tells of all plugins, the built-in ones first. archive is nil before the
// first sync.
func (l *Library) List(ctx context.Context, archive *store.Store) ([]Info, error) {
	health, counts, err := records(ctx, archive)
	if err != nil {
		return nil, err
	}
	var list []Info
	for _, k := range l.all {
		info := k.info(l.shelf)
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

func (k known) info(s *shelf.Shelf) Info {
	info := Info{
		Name: k.Name, Version: k.Version, Title: k.Title, About: k.About, Digest: k.Digest, Size: k.Size,
		Builtin: k.builtin, Enabled: s.Enabled(k.Name),
	}
	if !k.builtin {
		info.Path = s.Path(k.Name)
	}
	return info
}

// records is what an archive says of plugins: how they do, and how many items are
// theirs.
func records(ctx context.Context, archive *store.Store) (map[string]store.Health, map[string]int, error) {
	counts := map[string]int{}
	if archive == nil {
		return nil, counts, nil
	}
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

// Inspect looks at a module file. Only what may run here is asked for its
// name.
func Inspect(ctx context.Context, path string) (Inspection, error) {
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
	m, told, err := openSole(ctx, wasm)
	if err != nil {
		found.Problem = err.Error()
		return found, ctx.Err()
	}
	found.Name, found.Version, found.Title, found.About = told.Name, told.Version, told.Title, told.About
	return found, m.Close()
}

// Candidate is a module file that can be a plugin.
type Candidate struct {
	path string
	wasm []byte
	told abi.Manifest
}

// Vet looks whether a module file can be a plugin. digest, when not "", has to be
// that of the module ([ErrDigest]).
func Vet(ctx context.Context, path, digest string) (Candidate, error) {
	wasm, err := shelf.Read(path)
	if err != nil {
		return Candidate{}, fmt.Errorf("reading module %q: %w", path, err)
	}
	if found := shelf.Digest(wasm); digest != "" && !strings.EqualFold(digest, found) {
		return Candidate{}, fmt.Errorf("%w: %q has the SHA-256 %s", ErrDigest, path, found)
	}
	m, told, err := openSole(ctx, wasm)
	if err != nil {
		return Candidate{}, fmt.Errorf("installing %q: %w", path, err)
	}
	return Candidate{path, wasm, told}, m.Close()
}

// Install puts a module on the shelf, pinned by its digest, in the place of an
// earlier one of its name.
func (l *Library) Install(c Candidate) (Info, error) {
	if err := pluginname.Check(c.told.Name); err != nil {
		return Info{}, fmt.Errorf("installing %q: %w", c.path, err)
	}
	p, err := l.shelf.Install(shelf.Plugin{Name: c.told.Name, Version: c.told.Version, Title: c.told.Title, About: c.told.About}, c.wasm)
	return known{Plugin: p}.info(l.shelf), err
}

// Enable switches a plugin on or off.
func (l *Library) Enable(name string, on bool) error {
	if _, found := l.find(name); !found {
		return unknown(name)
	}
	return l.shelf.Enable(name, on)
}

// Removable gives [shelf.ErrUnknown] or [ErrBuiltin] for a plugin that can't be
// removed.
func (l *Library) Removable(name string) error {
	k, found := l.find(name)
	switch {
	case !found:
		return unknown(name)
	case k.builtin:
		return fmt.Errorf("%w: %q can be disabled, not removed", ErrBuiltin, name)
	}
	return nil
}

// Remove takes an installed plugin off the shelf.
func (l *Library) Remove(name string) error { return l.shelf.Remove(name) }

func unknown(name string) error { return fmt.Errorf("%w: %q", shelf.ErrUnknown, name) }
