package openclaw

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/source"
)

// ErrNoState means that there is no state directory to read.
var ErrNoState = errors.New("no OpenClaw state directory")

// Options says where to read and what to read with. All but TempDir, LastRead
// and SpokenOnly are required.
type Options struct {
	StateDir string
	OSHome   string // home of the operating system's account
	Env      Env
	// TempDir takes the copies of databases that were left in the middle of a
	// write. It is private to us and empty between runs.
	TempDir string
	// Digest gives a keyed digest in hex digits, 12 or more. Cursors hold
	// digests of raw bytes, and nothing raw may be stored.
	Digest func(data []byte) string
	// LastRead is when the last complete read began; zero when there was none.
	// Only what was last modified well before it is taken for unchanged
	// because of its time.
	LastRead time.Time
	// SpokenOnly leaves out what rows say that neither a person nor the
	// assistant wrote, such as tool results. Of those come type, id, role and
	// time; their content is checked to be JSON and not looked at otherwise.
	SpokenOnly bool
}

// Source reads one state directory. It is used by one goroutine.
type Source struct {
	opt      Options
	root     string // real path of the state directory
	settings settings
	roots    []string // real paths below which files may be read
	skips    []source.Skip
	surveyed *listing // by the last survey, for the read that follows it
}

// Open looks at the state directory and OpenClaw's settings. The error wraps
// [ErrNoState] when the directory does not exist.
func Open(opt Options) (*Source, error) {
	info, err := os.Stat(opt.StateDir)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir():
		return nil, fmt.Errorf("%w at %q", ErrNoState, opt.StateDir)
	case err != nil:
		return nil, fmt.Errorf("opening state directory: %w", err)
	}
	s := &Source{opt: opt, root: realPath(opt.StateDir)}
	s.settings, err = loadSettings(opt.StateDir, Home(opt.Env, opt.OSHome), opt.Env)
	if err != nil {
		s.skips = append(s.skips, source.Skip{Where: s.name(s.settings.path), Reason: source.ReasonBadConfig, Count: 1})
	}
	s.roots = []string{s.root}
	if s.settings.store != "" {
		s.roots = append(s.roots, realPath(filepath.Dir(strings.SplitN(s.settings.store, "{agentId}", 2)[0]+"x")))
	}
	for _, a := range s.settings.agents {
		if a.agentDir != "" {
			s.roots = append(s.roots, realPath(a.agentDir), realPath(artifactDir(a.agentDir)))
		}
	}
	return s, nil
}

// Workspace is the default agent's workspace; holdsOurs tells whether a
// directory has our output already.
func (s *Source) Workspace(holdsOurs func(dir string) bool) Workspace {
	return workspaceOf(s.settings, s.opt.StateDir, Home(s.opt.Env, s.opt.OSHome), s.opt.Env, holdsOurs)
}

// TimeZone is the user's time zone by OpenClaw's settings, "" when not set.
func (s *Source) TimeZone() string { return s.settings.timezone }

// SettingsPath is the settings file that was read, "" when there is none.
func (s *Source) SettingsPath() string { return s.settings.path }

// name is how a path is called in reports: relative to the agents' directory,
// else to the state directory, else as it is.
func (s *Source) name(path string) string {
	for _, root := range []string{s.root, filepath.Clean(s.opt.StateDir)} {
		if rel, err := filepath.Rel(root, path); err == nil && regular.Inside(path, root) {
			return validUTF8(strings.TrimPrefix(filepath.ToSlash(rel), "agents/"))
		}
	}
	return validUTF8(filepath.ToSlash(path))
}

// inside reports whether a real path lies where we may read.
func (s *Source) inside(real string) bool {
	return slices.ContainsFunc(s.roots, func(root string) bool { return regular.Inside(real, root) })
}

// Survey implements [source.Source].
func (s *Source) Survey(ctx context.Context) (source.Survey, error) {
	found, err := s.list(ctx)
	if err != nil {
		return source.Survey{}, err
	}
	s.surveyed = found
	return source.Survey{Fingerprint: found.fingerprint(), Settled: s.allSettled(found), Stores: len(found.stores)}, nil
}
