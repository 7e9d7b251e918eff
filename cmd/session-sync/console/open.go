package console

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

// Open finds the installation and reads the settings. A settings file that is
// named has to be there. The output, unless it is "", is where the shared files
// go.
func (a *App) Open(output string) (*engine.Engine, error) {
	if err := a.CheckNamedSettings(); err != nil {
		return nil, err
	}
	return a.OpenPlaces(output)
}

// CheckNamedSettings gives an error when the command line names a settings file
// that is not there.
func (a *App) CheckNamedSettings() error {
	if path := a.global.settings; path != "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return &config.Error{
				Path: path, Problem: "there is no such file, but --config names it",
				Hint: "session-sync config init creates one",
			}
		}
	}
	return nil
}

// OpenPlaces is Open for the command that makes the settings file.
func (a *App) OpenPlaces(output string) (*engine.Engine, error) {
	e, err := engine.Open(a.Options(output))
	if err != nil {
		return nil, err
	}
	a.Lang = e.Config.TerminalLang
	return e, nil
}

// Options are what the engine needs to know of the world and the flags.
func (a *App) Options(output string) engine.Options {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	if value, set := a.Env("HOME"); set && value != "" {
		home = value
	}
	settings := a.global.settings
	if abs, err := filepath.Abs(settings); err == nil && settings != "" {
		settings = abs
	}
	return engine.Options{
		Flags: config.Flags{
			Lang:     config.Flag{Name: "--lang", Value: a.global.lang},
			Output:   config.Flag{Name: "--output", Value: output},
			Home:     config.Flag{Name: "--store", Value: a.global.home},
			StateDir: config.Flag{Name: "--state-dir", Value: a.global.stateDir},
		},
		Settings: settings, Env: a.Env, OSHome: home, Now: a.Now, Local: a.Local, Version: a.program.Version,
		PluginCache: a.program.PluginCache,
	}
}
