package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// Options is what a run needs from the world around it.
type Options struct {
	Flags    config.Flags
	Settings string // path of the settings file; "" for <home>/config.yaml
	Env      config.Lookup
	OSHome   string // home of the operating system's account
	Now      func() time.Time
	Local    *time.Location // the system's time zone
	Version  string         // of this program
	// PluginCache is where compiled plugins are kept; "" for <home>/cache.
	PluginCache string
}

// Places are the directories of one installation.
type Places struct {
	StateDir  string // OpenClaw's
	Home      string // ours: archive, settings, key
	Output    string // shared files; "" until it is known
	Settings  string // our settings file, which may not exist
	OutputWhy string // where Output comes from, in English
	Workspace openclaw.Workspace
}

// Archive is the path of the archive.
func (p Places) Archive() string { return filepath.Join(p.Home, "archive.db") }

func (p Places) tmp() string     { return filepath.Join(p.Home, "tmp") }
func (p Places) key() string     { return filepath.Join(p.Home, "key") }
func (p Places) lock() string    { return filepath.Join(p.Home, "lock") }
func (p Places) lastRun() string { return filepath.Join(p.Home, "last_run.json") }

// Errors of an installation. They say what and where; the commands add the
// remedy.
var (
	ErrNoState      = openclaw.ErrNoState
	ErrNoWorkspace  = errors.New("OpenClaw's workspace does not exist")
	ErrNotWritable  = errors.New("directory is not writable")
	ErrNoneReadable = errors.New("sessions were found, but none of them could be read")
	ErrNoArchive    = errors.New("nothing has been synced yet")
	ErrNoKey        = errors.New("the key of the archive is missing")
	ErrPlace        = ownfile.ErrPlace
	// ErrSettingsExist means that there is nothing to create.
	ErrSettingsExist = errors.New("there is a settings file already")
)

// Engine is an installation with its settings. It is used by one goroutine.
type Engine struct {
	opt    Options
	Config config.Config
	Places Places
	rules  intake.RuleSet // of the settings, see rulesOf
	// builtin lists the plugins that come with the program.
	builtin func() (wasmplugins.Dist, error)
}

// Open finds the places and reads our settings. It creates nothing, and does
// not mind when OpenClaw's state directory is missing.
func Open(opt Options) (*Engine, error) {
	e := &Engine{opt: opt, builtin: wasmplugins.List}
	if err := e.findPlaces(); err != nil {
		return nil, err
	}
	if err := e.Places.checkHome(); err != nil {
		return nil, err
	}
	if err := e.readSettings(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Engine) overrides() config.Overrides {
	return config.Overrides{Flags: e.opt.Flags, Env: e.opt.Env, UserHome: e.opt.OSHome}
}

// findPlaces settles all places but the output, which the settings can name.
func (e *Engine) findPlaces() error {
	stateDir, err := e.overrides().StateDir()
	if err != nil {
		return err
	}
	home, err := e.overrides().Home()
	if err != nil {
		return err
	}
	e.Places.StateDir = absolute(stateDir.Value)
	if stateDir.Value == "" {
		e.Places.StateDir = openclaw.StateDir(e.env, e.opt.OSHome)
	}
	e.Places.Home = absolute(home.Value)
	if home.Value == "" {
		e.Places.Home = filepath.Join(e.Places.StateDir, "session-sync")
	}
	e.Places.Settings = e.opt.Settings
	if e.opt.Settings == "" {
		e.Places.Settings = filepath.Join(e.Places.Home, "config.yaml")
	}
	return nil
}

func (e *Engine) readSettings() error {
	file, err := config.Load(e.Places.Settings)
	if err != nil {
		return err
	}
	if e.Config, err = file.Resolve(e.overrides()); err != nil {
		return err
	}
	if e.Config.Output != "" {
		e.Places.Output, e.Places.OutputWhy = absolute(e.Config.Output), "settings"
	}
	e.rules, err = rulesOf(file, e.Config)
	return err
}

// CreateSettings writes a commented settings file. The error is [ErrSettingsExist]
// when there is one, and [ErrNoState] where it would be below a state directory
// that does not exist: to make that would look as if OpenClaw had been here.
func (e *Engine) CreateSettings(lang string) error {
	path := e.Places.Settings
	if err := e.checkState(path); err != nil {
		return err
	}
	switch err := config.Create(path, lang); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %q", ErrSettingsExist, path)
	case err != nil:
		return fmt.Errorf("creating settings: %w", err)
	}
	return nil
}

// checkState gives [ErrNoState] where path would be made below a state directory
// that does not exist.
func (e *Engine) checkState(path string) error {
	below, err := filepath.Rel(e.Places.StateDir, path)
	if _, missing := os.Stat(e.Places.StateDir); errors.Is(missing, fs.ErrNotExist) && err == nil && filepath.IsLocal(below) {
		return fmt.Errorf("%w at %q", ErrNoState, e.Places.StateDir)
	}
	return nil
}

// Values are those of the settings, with places as they were resolved: their
// defaults depend on OpenClaw's. See [Engine.Locate] for the output.
func (e *Engine) Values() []config.Value {
	places := map[string]string{"output": e.Places.Output, "home": e.Places.Home, "state_dir": e.Places.StateDir}
	var values []config.Value
	for _, v := range e.Config.Values() {
		if v.Key == "output" && v.Value == "" {
			v.Origin = e.Places.OutputWhy
		}
		if place, is := places[v.Key]; is {
			v.Value = place
		}
		values = append(values, v)
	}
	return values
}

// OtherStates lists state directories of other profiles. Each has an archive
// of its own and is synced by itself.
func (e *Engine) OtherStates() []string {
	others := openclaw.OtherStates(e.env, e.opt.OSHome, e.Places.StateDir)
	return append([]string{}, others...)
}

func (e *Engine) env(name string) string {
	if e.opt.Env == nil {
		return ""
	}
	value, _ := e.opt.Env(name)
	return value
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil && path != "" {
		return abs
	}
	return path
}

// source opens OpenClaw's state directory and settles where the output goes.
func (e *Engine) source(with openclaw.Options) (*openclaw.Source, error) {
	with.StateDir, with.OSHome, with.Env = e.Places.StateDir, e.opt.OSHome, e.env
	src, err := openclaw.Open(with)
	if err != nil {
		return nil, err
	}
	if e.Places.Output == "" {
		e.Places.Workspace = src.Workspace(func(dir string) bool { return isOurs(outputIn(dir)) })
		e.Places.Output = outputIn(e.Places.Workspace.Path)
		e.Places.OutputWhy = e.Places.Workspace.Why
	}
	return src, nil
}

func outputIn(workspace string) string { return filepath.Join(workspace, "memory", "sync") }

// Locate settles where the output goes without reading any session, for
// commands that only report it. A missing state directory is no error.
func (e *Engine) Locate() error {
	_, err := e.source(openclaw.Options{})
	if errors.Is(err, ErrNoState) {
		return nil
	}
	return err
}

// checkOutput refuses a workspace that OpenClaw's settings name and that does
// not exist: creating it would hide the mistake.
func (p Places) checkOutput() error {
	if p.Workspace.Named {
		if info, err := os.Stat(p.Workspace.Path); err != nil || !info.IsDir() {
			return fmt.Errorf("%w: %q (%s)", ErrNoWorkspace, p.Workspace.Path, p.Workspace.Why)
		}
	}
	return nil
}

// checkApart refuses to put our files among OpenClaw's: it owns everything in
// its state directory and in the directories of its sessions.
func (p Places) checkApart(src *openclaw.Source) error {
	if err := p.checkHomeApart(src); err != nil {
		return err
	}
	return p.checkOutputApart(src)
}

func (p Places) checkHomeApart(src *openclaw.Source) error {
	return p.apart(src, p.Home, "our files", "SESSION_SYNC_HOME")
}

func (p Places) checkOutputApart(src *openclaw.Source) error {
	return p.apart(src, p.Output, "the shared files", "SESSION_SYNC_OUTPUT")
}

func (p Places) apart(src *openclaw.Source, path, what, variable string) error {
	if real := resolved(path); src.Keeps(real) || real == resolved(p.StateDir) {
		return fmt.Errorf("%w for %s: OpenClaw keeps its own files in %q; name another directory with %s", ErrPlace, what, path, variable)
	}
	return nil
}

// resolved follows the links of path as far as it exists.
func resolved(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if parent := filepath.Dir(path); err != nil && parent != path {
		return filepath.Join(resolved(parent), filepath.Base(path))
	} else if err != nil {
		return path
	}
	return real
}

// checkHome refuses a home directory that is something else. A link is
// refused too: the archive must not move because a link does.
func (p Places) checkHome() error {
	info, err := os.Lstat(p.Home)
	what := "a file"
	switch {
	case errors.Is(err, syscall.ENOTDIR):
		what = "below a file"
	case err != nil || info.IsDir():
		return nil // what can't be looked at is refused with its reason when it is needed
	case info.Mode()&os.ModeSymlink != 0:
		what = "a link"
	}
	return fmt.Errorf("%w for our files: %q is %s; move it away, or name a directory with SESSION_SYNC_HOME", ErrPlace, p.Home, what)
}

// checkOwnFiles refuses a link, a FIFO or something else in the place of a file
// that SQLite or we would open: it would lead elsewhere or never end.
func (p Places) checkOwnFiles() error {
	archive := p.Archive()
	for _, path := range []string{archive, archive + "-journal", archive + "-wal", archive + "-shm", p.key()} {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
			return fmt.Errorf("%w for our files: %q is not a regular file; move it away", ErrPlace, path)
		}
	}
	return nil
}
