package main

import (
	"errors"
	"fmt"
	"io/fs"

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

// settings is what config show --json prints.
type settings struct {
	SchemaVersion int             `json:"schema_version"`
	Path          string          `json:"path"`
	Values        []config.Value  `json:"values"`
	Unused        []config.Unused `json:"unused_variables"` // of redact.known_values_from_env
}

func (a *app) showConfig(asJSON bool) error {
	e, err := a.open("")
	if err != nil {
		return err
	}
	if err := e.Locate(); err != nil {
		return err
	}
	if asJSON {
		return a.printJSON(settings{1, e.Places.Settings, e.Values(), append([]config.Unused{}, e.Config.Unused()...)})
	}
	for _, v := range e.Values() {
		fmt.Fprintf(a.stdout, "%-29s %s  %s\n", v.Key, terminal.Pad(terminal.OrDash(v.Value), 24), terminal.Inline(v.Origin))
	}
	a.warnOfUnused(e.Config)
	return nil
}

// warnOfUnused names the variables that were to give values to take out.
func (a *app) warnOfUnused(c config.Config) {
	for _, v := range c.Unused() {
		why := phrase("环境变量 %s 没有设置:不会查找它的值,也不能同步", "the variable %s is not set: its value is not looked for, and no sync runs")
		if v.TooShort {
			why = phrase("环境变量 %s 的值太短:不会查找它,也不能同步", "the value of the variable %s is too short: it is not looked for, and no sync runs")
		}
		a.say(why.In(a.lang), engine.Mask()(v.Name)) // it may be the value instead
	}
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

// initConfig writes the commented settings file where there is none.
func (a *app) initConfig(asJSON bool) error {
	e, err := a.openPlaces("")
	if err != nil {
		return err
	}
	switch err := e.CreateSettings(a.lang); {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %q", errSettingsExist, e.Places.Settings)
	case err != nil:
		return err
	}
	return a.printPath(e.Places.Settings, asJSON)
}
