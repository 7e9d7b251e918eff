package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/pflag"
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

func versionCommand() command {
	return command{
		name:     "version",
		summary:  phrase("显示版本", "show the version"),
		about:    phrase("显示程序的版本。", "Shows the version of the program."),
		examples: [2]string{"session-sync version", "session-sync version --json"},
		setup: func(flags *pflag.FlagSet) action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *app, operands []string) error {
				if err := noOperands(operands); err != nil {
					return err
				}
				if *asJSON {
					return a.printJSON(struct {
						SchemaVersion int    `json:"schema_version"`
						Name          string `json:"name"`
						Version       string `json:"version"`
					}{1, "session-sync", version()})
				}
				fmt.Fprintln(a.stdout, "session-sync", version())
				return nil
			}
		},
	}
}
