package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

func configCommand() command {
	return command{
		name:     "config",
		operands: "show | path | init",
		summary:  phrase{"查看或创建设置", "show or create the settings"},
		about: phrase{
			"show 列出每项设置的值及其来源,path 显示设置文件的位置,init 创建一份带说明的设置文件(不会覆盖已有的)。",
			"show lists every setting with where its value comes from, path tells where the settings file is, init creates a commented one and never overwrites.",
		},
		examples: [2]string{"session-sync config show", "session-sync config init"},
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
	if len(operands) > 1 || what != "show" && what != "path" && what != "init" {
		return usage(errors.New("config takes one of: show, path, init"), "config")
	}
	e, err := a.open("")
	if err != nil {
		return err
	}
	switch what {
	case "path":
		fmt.Fprintln(a.stdout, e.Places.Settings)
		return nil
	case "init":
		return a.initConfig(e.Places.Settings)
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
		fmt.Fprintf(a.stdout, "%-30s %-40s %s\n", v.Key, clean(v.Value), clean(v.Origin))
	}
	return nil
}

type value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// settled fills in the defaults that depend on OpenClaw's places.
func settled(e *engine.Engine) []value {
	defaults := map[string]value{
		"output":    {"output", e.Places.Output, e.Places.OutputWhy},
		"home":      {"home", e.Places.Home, "default"},
		"state_dir": {"state_dir", e.Places.StateDir, "default"},
	}
	var values []value
	for _, v := range e.Config.Values() {
		shown := value{v.Key, v.Value, v.Origin}
		if d, depends := defaults[v.Key]; depends && v.Value == "" {
			shown = d
		}
		values = append(values, shown)
	}
	return values
}

// initConfig writes the commented settings file where there is none.
func (a *app) initConfig(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("creating settings: %w", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("settings file %q is there already; it was left as it is", path)
	}
	if err != nil {
		return fmt.Errorf("creating settings: %w", err)
	}
	if _, err := file.Write(config.Template(a.lang)); err != nil {
		file.Close()
		return fmt.Errorf("writing settings: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("writing settings: %w", err)
	}
	fmt.Fprintln(a.stdout, path)
	return nil
}
