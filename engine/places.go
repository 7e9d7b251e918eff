package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
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
)

// Engine is an installation with its settings. It is used by one goroutine.
type Engine struct {
	opt    Options
	Config config.Config
	Places Places
}

// Open finds the places and reads our settings. It creates nothing, and does
// not mind when OpenClaw's state directory is missing.
func Open(opt Options) (*Engine, error) {
	over := config.Overrides{Flags: opt.Flags, Env: opt.Env, UserHome: opt.OSHome}
	stateDir, err := over.StateDir()
	if err != nil {
		return nil, err
	}
	home, err := over.Home()
	if err != nil {
		return nil, err
	}
	e := &Engine{opt: opt}
	e.Places.StateDir = absolute(stateDir.Value)
	if stateDir.Value == "" {
		e.Places.StateDir = openclaw.StateDir(e.env, opt.OSHome)
	}
	e.Places.Home = absolute(home.Value)
	if home.Value == "" {
		e.Places.Home = filepath.Join(e.Places.StateDir, "session-sync")
	}
	e.Places.Settings = opt.Settings
	if opt.Settings == "" {
		e.Places.Settings = filepath.Join(e.Places.Home, "config.yaml")
	}
	file, err := config.Load(e.Places.Settings)
	if err != nil {
		return nil, err
	}
	if e.Config, err = file.Resolve(over); err != nil {
		return nil, err
	}
	if e.Config.Output != "" {
		e.Places.Output, e.Places.OutputWhy = absolute(e.Config.Output), "settings"
	}
	return e, nil
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
func (e *Engine) source(digest func([]byte) string, tmp string, lastRead time.Time) (*openclaw.Source, error) {
	src, err := openclaw.Open(openclaw.Options{
		StateDir: e.Places.StateDir, OSHome: e.opt.OSHome, Env: e.env,
		TempDir: tmp, Digest: digest, LastRead: lastRead,
	})
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
	_, err := e.source(func([]byte) string { return "" }, "", time.Time{})
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

// makeDir creates a private directory with its parents.
func makeDir(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		if errors.Is(err, os.ErrPermission) {
			return fmt.Errorf("creating %q: %w", path, ErrNotWritable)
		}
		return fmt.Errorf("creating directory: %w", err)
	}
	return nil
}
