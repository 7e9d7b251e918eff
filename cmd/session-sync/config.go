package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

func configCommand() console.Command {
	return console.Command{
		Name:     "config",
		Operands: "show | path | init",
		Summary:  terminal.Both("查看或创建设置", "show or create the settings"),
		About: terminal.Both(
			"show 列出每项设置的值及其来源，path 显示设置文件的位置，init 创建一份带说明的设置文件（不会覆盖已有的）。",
			"show lists every setting with where its value comes from, path tells where the settings file is, init creates a commented one and never overwrites.",
		),
		Examples: [2]string{"session-sync config show", "session-sync config init"},
		Suggest:  console.Words("show", "path", "init"),
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return configure(a, operands, *asJSON) }
		},
	}
}

func configure(a *console.App, operands []string, asJSON bool) error {
	what := "show"
	if len(operands) > 0 {
		what = operands[0]
	}
	if len(operands) > 1 {
		return console.Usage("config takes one of: show, path, init")
	}
	switch what {
	case "show":
		return showConfig(a, asJSON)
	case "path":
		e, err := a.Open("")
		if err != nil {
			return err
		}
		return printPath(a, e.Places.Settings, asJSON)
	case "init":
		return initConfig(a, asJSON)
	}
	return console.Usage("config takes one of: show, path, init")
}

// settings is what config show --json prints.
type settings struct {
	SchemaVersion int             `json:"schema_version"`
	Path          string          `json:"path"`
	Values        []config.Value  `json:"values"`
	Unused        []config.Unused `json:"unused_variables"` // of redact.known_values_from_env
}

func showConfig(a *console.App, asJSON bool) error {
	e, err := a.Open("")
	if err != nil {
		return err
	}
	if err := e.Locate(); err != nil {
		return err
	}
	if asJSON {
		return a.PrintJSON(settings{1, e.Places.Settings, e.Values(), append([]config.Unused{}, e.Config.Unused()...)})
	}
	for _, v := range e.Values() {
		fmt.Fprintf(a.Stdout, "%-29s %s  %s\n", v.Key, terminal.Pad(terminal.OrDash(v.Value), 24), terminal.Inline(terminal.Both(config.OriginChinese(v.Origin), v.Origin).In(a.Lang)))
	}
	warnOfUnused(a, e.Config)
	return nil
}

// warnOfUnused names the variables that were to give values to take out.
func warnOfUnused(a *console.App, c config.Config) {
	for _, v := range c.Unused() {
		why := terminal.Both("环境变量 %s 没有设置：不会查找它的值，也不能同步", "the variable %s is not set: its value is not looked for, and no sync runs")
		if v.TooShort {
			why = terminal.Both("环境变量 %s 的值太短：不会查找它，也不能同步", "the value of the variable %s is too short: it is not looked for, and no sync runs")
		}
		a.Say(why.In(a.Lang), engine.Mask()(v.Name)) // it may be the value instead
	}
}

// printPath prints where the settings file is.
func printPath(a *console.App, path string, asJSON bool) error {
	if asJSON {
		return a.PrintJSON(struct {
			SchemaVersion int    `json:"schema_version"`
			Path          string `json:"path"`
		}{1, path})
	}
	_, err := fmt.Fprintln(a.Stdout, path)
	return err
}

// initConfig writes the commented settings file where there is none.
func initConfig(a *console.App, asJSON bool) error {
	e, err := a.OpenPlaces("")
	if err != nil {
		return err
	}
	if err := e.CreateSettings(a.Lang); err != nil {
		return err
	}
	return printPath(a, e.Places.Settings, asJSON)
}
