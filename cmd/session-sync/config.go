package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

func configCommand() command {
	return command{
		name:     "config",
		operands: "show | path | init",
		summary:  phrase("查看或创建设置", "show or create the settings"),
		about: phrase(
			"show 列出每项设置的值及其来源,path 显示设置文件的位置,init 创建一份带说明的设置文件(不会覆盖已有的)。",
			"show lists every setting with where its value comes from, path tells where the settings file is, init creates a commented one and never overwrites.",
		),
		examples: [2]string{"session-sync config show", "session-sync config init"},
		suggest:  func(*app) []candidate { return plain("show", "path", "init") },
		setup: func(flags *pflag.FlagSet) action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *app, operands []string) error { return a.config(operands, *asJSON) }
		},
	}
}

func (a *app) config(operands []string, asJSON bool) error {
	what := "show"
	if len(operands) > 0 {
		what = operands[0]
	}
	if len(operands) > 1 {
		return usage("config takes one of: show, path, init")
	}
	switch what {
	case "show":
		return a.showConfig(asJSON)
	case "path":
		e, err := a.open("")
		if err != nil {
			return err
		}
		return a.printPath(e.Places.Settings, asJSON)
	case "init":
		return a.initConfig(asJSON)
	}
	return usage("config takes one of: show, path, init")
}

func (a *app) showConfig(asJSON bool) error {
	e, err := a.open("")
	if err != nil {
		return err
	}
	if err := e.Locate(); err != nil {
		return err
	}
	values := settled(e)
	if asJSON {
		return a.printJSON(struct {
			SchemaVersion int     `json:"schema_version"`
			Path          string  `json:"path"`
			Values        []value `json:"values"`
		}{1, e.Places.Settings, values})
	}
	for _, v := range values {
		fmt.Fprintf(a.stdout, "%-27s %s  %s\n", v.Key, terminal.Pad(terminal.OrDash(v.Value), 24), terminal.Inline(v.Origin))
	}
	return nil
}

// printPath prints where the settings file is.
func (a *app) printPath(path string, asJSON bool) error {
	if asJSON {
		return a.printJSON(struct {
			SchemaVersion int    `json:"schema_version"`
			Path          string `json:"path"`
		}{1, path})
	}
	_, err := fmt.Fprintln(a.stdout, path)
	return err
}

type value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// settled shows places as they were resolved: their defaults depend on
// OpenClaw's.
func settled(e *engine.Engine) []value {
	places := map[string]string{"output": e.Places.Output, "home": e.Places.Home, "state_dir": e.Places.StateDir}
	var values []value
	for _, v := range e.Config.Values() {
		shown := value{v.Key, v.Value, v.Origin}
		if place, is := places[v.Key]; is {
			shown.Value = place
		}
		if v.Key == "output" && v.Value == "" {
			shown.Origin = e.Places.OutputWhy
		}
		values = append(values, shown)
	}
	return values
}

// initConfig writes the commented settings file where there is none.
func (a *app) initConfig(asJSON bool) error {
	e, err := a.openPlaces("")
	if err != nil {
		return err
	}
	path := e.Places.Settings
	// To make OpenClaw's directory would look as if OpenClaw had been here.
	if _, err := os.Stat(e.Places.StateDir); errors.Is(err, fs.ErrNotExist) && within(path, e.Places.StateDir) {
		return fmt.Errorf("%w at %q", engine.ErrNoState, e.Places.StateDir)
	}
	switch err := config.Create(path, a.lang); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %q", errSettingsExist, path)
	case err != nil:
		return fmt.Errorf("creating settings: %w", err)
	}
	return a.printPath(path, asJSON)
}

func within(path, dir string) bool {
	rest, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rest)
}
