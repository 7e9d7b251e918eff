package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// release is the version of this source tree; a build from a tagged module
// says its own.
const release = "2.0.0-dev"

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return release
}

func versionCommand() console.Command {
	return console.Command{
		Name:     "version",
		Summary:  terminal.Both("显示版本", "show the version"),
		About:    terminal.Both("显示程序的版本。", "Shows the version of the program."),
		Examples: [2]string{"session-sync version", "session-sync version --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				if *asJSON {
					return a.PrintJSON(struct {
						SchemaVersion int    `json:"schema_version"`
						Name          string `json:"name"`
						Version       string `json:"version"`
					}{1, "session-sync", version()})
				}
				fmt.Fprintln(a.Stdout, "session-sync", version())
				return nil
			}
		},
	}
}
