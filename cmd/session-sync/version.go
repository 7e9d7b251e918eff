package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/manifest"
)

// identity is what the program tells of itself with --json.
type identity struct {
	SchemaVersion int               `json:"schema_version"`
	Name          string            `json:"name"`
	Version       string            `json:"version"`
	Build         string            `json:"build,omitempty"`
	Go            string            `json:"go"`
	Platform      string            `json:"platform"`
	Formats       engine.Formats    `json:"formats"`
	Manifest      manifest.Manifest `json:"manifest"`
}

func versionCommand() console.Command {
	return console.Command{
		Name:    "version",
		Summary: terminal.Both("显示版本", "show the version"),
		About: terminal.Both(
			"显示程序的版本、构建它的 Go、平台和各种格式的版本。--json 还给出技能清单（skill.yaml）：权限、读写的文件、环境变量、定时任务和内置插件的摘要。",
			"Shows the version of the program, the Go that built it, the platform and the versions of its formats. With --json also the manifest of the skill, as in skill.yaml: permissions, files read and written, environment, schedule, and digests of the built-in plugins.",
		),
		Examples: [2]string{"session-sync version", "session-sync version --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return tellVersion(a, *asJSON)
			}
		},
	}
}

func tellVersion(a *console.App, asJSON bool) error {
	skill, err := manifest.Skill()
	if err != nil {
		return err
	}
	v := identity{
		SchemaVersion: 1, Name: skill.Name, Version: skill.Version, Build: build(),
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Formats: engine.CurrentFormats(), Manifest: skill,
	}
	if asJSON {
		return a.PrintJSON(v)
	}
	fmt.Fprintln(a.Stdout, v.Name, v.Version)
	fmt.Fprintln(a.Stdout, v.Go, v.Platform)
	formats := terminal.Both("格式：存档 %d，共享文件 %d，命令的 JSON %d，插件 ABI %d\n",
		"formats: archive %d, shared files %d, JSON of commands %d, plugin ABI %d\n")
	fmt.Fprintf(a.Stdout, formats.In(a.Lang), v.Formats.Archive, v.Formats.SharedFiles, v.Formats.Commands, v.Formats.PluginABI)
	return nil
}

// build is the module version that Go recorded, of a tag or a commit; "" for a
// folder without a history.
func build() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return ""
}
