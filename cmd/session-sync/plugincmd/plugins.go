package plugincmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Command is plugin with its verbs.
func Command() console.Command {
	return console.Command{
		Name:     "plugin",
		Operands: "VERB",
		Summary:  terminal.Both("管理和编写插件", "install plugins, and write your own"),
		About: terminal.Both(
			"插件是 WebAssembly 模块，从去除隐私后的消息中找出决定、待办等内容。它们看不到别的东西：没有文件、网络、环境变量和时钟。",
			"Plugins are WebAssembly modules that find decisions, todos and the like in the redacted messages. They see nothing else: no files, no network, no environment and no clock.",
		),
		Examples: [2]string{"session-sync plugin list", "session-sync plugin install words.wasm"},
		Commands: []console.Command{
			listPluginsCommand(), inspectPluginCommand(), installPluginCommand(),
			switchPluginCommand("enable", (*engine.Engine).EnablePlugin,
				terminal.Both("启用插件", "switch a plugin on"),
				terminal.Both("启用停用的插件，或让多次出错的插件再试一次。下次同步时它会补读错过的消息。", "Switches a plugin on, or tries one again that failed several times. The next sync shows it what it missed.")),
			switchPluginCommand("disable", (*engine.Engine).DisablePlugin,
				terminal.Both("停用插件", "switch a plugin off"),
				terminal.Both("停用插件；已经找到的内容保留。", "Switches a plugin off; what it found stays.")),
			removePluginCommand(), newPluginCommand(), buildPluginCommand(), testPluginCommand(), runPluginCommand(),
		},
	}
}

// List is what plugin list --json prints.
type List struct {
	SchemaVersion int                 `json:"schema_version"`
	Plugins       []engine.PluginInfo `json:"plugins"`
}

func listPluginsCommand() console.Command {
	return console.Command{
		Name:     "list",
		Summary:  terminal.Both("列出插件", "list the plugins"),
		About:    terminal.Both("列出内置和安装的插件，它们是否启用、找到了多少内容、出了什么问题。", "Lists the built-in and the installed plugins: whether they are on, how much they found, and what is wrong with them."),
		Examples: [2]string{"session-sync plugin list", "session-sync plugin list --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return listPlugins(a, *asJSON)
			}
		},
	}
}

func listPlugins(a *console.App, asJSON bool) error {
	e, err := a.Open("")
	if err != nil {
		return err
	}
	plugins, err := e.Plugins(a.Ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return a.PrintJSON(List{1, plugins})
	}
	var rows [][]string
	for _, p := range plugins {
		rows = append(rows, []string{
			terminal.Inline(p.Name), terminal.OneLine(p.Version, 20), stateOf(p).In(a.Lang), strconv.Itoa(p.Items), terminal.OneLine(p.Title, 60),
		})
	}
	if _, err := io.WriteString(a.Stdout, terminal.Table(rows)); err != nil {
		return err
	}
	for _, p := range plugins {
		if p.Problem != "" {
			a.Say("%s: %s", terminal.Inline(p.Name), terminal.OneLine(p.Problem, 200))
		}
	}
	return nil
}

func stateOf(p engine.PluginInfo) terminal.Phrase {
	switch {
	case !p.Enabled:
		return terminal.Both("停用", "off")
	case p.Quarantined:
		return terminal.Both("已停止", "stopped")
	case p.Problem != "":
		return terminal.Both("出错", "failing")
	}
	return terminal.Both("启用", "on")
}

// Inspection is what plugin inspect --json prints.
type Inspection struct {
	SchemaVersion int `json:"schema_version"`
	engine.Inspection
}

func inspectPluginCommand() console.Command {
	return console.Command{
		Name:     "inspect",
		Operands: "FILE",
		Summary:  terminal.Both("查看一个模块能做什么", "what a module is and may do"),
		About: terminal.Both(
			"显示一个插件文件的名称、SHA-256、大小，以及它要求和提供的函数。不能用作插件时退出码为 1。",
			"Shows name, SHA-256 and size of a plugin's file and the functions that it asks for and has. The exit code is 1 when it can't be a plugin.",
		),
		Examples: [2]string{"session-sync plugin inspect words.wasm", "session-sync plugin inspect words.wasm --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return inspectPlugin(a, operands, *asJSON) }
		},
	}
}

func inspectPlugin(a *console.App, operands []string, asJSON bool) error {
	path, err := oneOperand(operands, "inspect takes the file of one plugin")
	if err != nil {
		return err
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	found, err := e.InspectPlugin(a.Ctx, path)
	if err != nil {
		return err
	}
	if asJSON {
		err = a.PrintJSON(Inspection{1, found})
	} else {
		printInspection(a, a.Stdout, found)
	}
	if err == nil && found.Problem != "" {
		return console.ErrProblems
	}
	return err
}

// printInspection shows to people what a module is and may do.
func printInspection(a *console.App, w io.Writer, found engine.Inspection) {
	rows := [][]string{
		{terminal.Both("插件", "plugin").In(a.Lang), terminal.OrDash(terminal.OneLine(found.Name+" "+found.Version, 80))},
		{terminal.Both("标题", "title").In(a.Lang), terminal.OrDash(terminal.OneLine(found.Title, 80))},
		{terminal.Both("说明", "about").In(a.Lang), terminal.OrDash(terminal.OneLine(found.About, 300))},
		{"SHA-256", terminal.Inline(found.Digest)},
		{terminal.Both("大小", "size").In(a.Lang), fmt.Sprintf("%d B", found.Size)},
	}
	if found.Problem != "" {
		rows = append(rows, []string{terminal.Both("问题", "problem").In(a.Lang), terminal.OneLine(found.Problem, 300)})
	}
	io.WriteString(w, terminal.Table(rows)) // the writer keeps its error
	io.WriteString(w, terminal.Wrap(terminal.Both(
		"它只会得到去除隐私后的消息，没有文件、网络、环境变量和时钟。它要求的系统函数（都不提供这些东西）：",
		"It is shown the redacted messages and nothing else: no files, no network, no environment and no clock. It asks for these functions of the system, none of which gives it any:",
	).In(a.Lang), 0))
	if len(found.Imports) == 0 {
		fmt.Fprintln(w, "  -")
	}
	for _, name := range found.Imports {
		fmt.Fprintln(w, "  "+terminal.OneLine(name, 100))
	}
}

func installPluginCommand() console.Command {
	return console.Command{
		Name:     "install",
		Operands: "[FILE]",
		Summary:  terminal.Both("安装插件", "install a plugin"),
		About: terminal.Both(
			"检查一个插件文件（默认是当前目录或其唯一子目录中已构建的插件），显示它是什么、能做什么，询问后复制到存档旁边。以后只运行 SHA-256 相同的文件。没有终端时需要 --yes，或用 --sha256 指明要安装的文件。",
			"Checks the file of a plugin, by default the one that was built in the current folder or in the only folder of a plugin there, shows what it is and may do, asks, and copies it beside the archive. Later only a file with this SHA-256 is run. Without a terminal it takes --yes, or --sha256 that says which file it has to be.",
		),
		Examples: [2]string{"session-sync plugin install words.wasm", "session-sync plugin install words.wasm --yes --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o installOptions
			flags.StringVar(&o.digest, "sha256", "", "`HEX` install this very file and do not ask / 只安装 SHA-256 相符的文件，不询问")
			console.AddYes(flags, &o.yes)
			flags.BoolVar(&o.json, "json", false, "print JSON / 输出 JSON")
			return o.run
		},
	}
}

// builtPlugin is the file that is named, or that of a plugin in a folder.
func builtPlugin(operands []string) (string, error) {
	if len(operands) == 1 {
		if info, err := os.Stat(operands[0]); err != nil || !info.IsDir() {
			return operands[0], nil
		}
	}
	dir, err := folder(operands)
	if err != nil {
		return "", err
	}
	return engine.BuiltPluginPath(dir)
}

type installOptions struct {
	digest    string
	yes, json bool
}

func (o *installOptions) run(a *console.App, operands []string) error {
	path, err := builtPlugin(operands)
	if err != nil {
		return err
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	digest := o.digest
	if digest == "" {
		if digest, err = o.ask(a, e, path); err != nil {
			return err
		}
	}
	installed, err := e.InstallPlugin(a.Ctx, path, digest)
	if err != nil {
		return err
	}
	if o.json {
		return a.PrintJSON(List{1, []engine.PluginInfo{installed}})
	}
	fmt.Fprintf(a.Stdout, terminal.Both("已安装 %s %s；下次同步时它会读取所有消息\n", "installed %s %s; the next sync shows it all messages\n").In(a.Lang),
		terminal.Inline(installed.Name), terminal.OneLine(installed.Version, 20))
	return nil
}

// ask shows people what they are about to install and gives its digest, so that
// nothing else is installed than what they saw.
func (o *installOptions) ask(a *console.App, e *engine.Engine, path string) (digest string, err error) {
	found, err := e.InspectPlugin(a.Ctx, path)
	if err != nil || found.Problem != "" || o.yes {
		return found.Digest, err // the install says what the problem is
	}
	printInspection(a, a.Stderr, found)
	return found.Digest, a.Confirm(terminal.Both("安装它吗？", "Install it?"))
}

// switchPluginCommand is a verb that takes the name of a plugin and says nothing
// when it is done.
func switchPluginCommand(name string, do func(*engine.Engine, context.Context, string) error, summary, about terminal.Phrase) console.Command {
	return console.Command{
		Name: name, Operands: "NAME", Summary: summary, About: about,
		Examples: [2]string{"session-sync plugin " + name + " todo", "session-sync plugin " + name + " todo --json"},
		Suggest:  suggestPlugins,
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				named, err := oneOperand(operands, name+" takes the name of one plugin")
				if err != nil {
					return err
				}
				e, err := a.Open("")
				if err == nil {
					err = do(e, a.Ctx, named)
				}
				if err == nil && *asJSON {
					err = listPlugins(a, true)
				}
				return err
			}
		},
	}
}

func suggestPlugins(a *console.App, before []string) []console.Candidate {
	e, err := a.Open("")
	if err != nil || len(before) > 0 {
		return nil
	}
	plugins, err := e.Plugins(a.Ctx)
	if err != nil {
		return nil
	}
	var names []console.Candidate
	for _, p := range plugins {
		names = append(names, console.Candidate{Word: p.Name, About: p.Title})
	}
	return names
}

func removePluginCommand() console.Command {
	return console.Command{
		Name:     "remove",
		Operands: "NAME",
		Summary:  terminal.Both("卸载插件", "remove a plugin"),
		About:    terminal.Both("卸载插件，并删除它找到的全部内容。内置插件只能停用。", "Removes an installed plugin and all that it found. Built-in ones can only be switched off."),
		Examples: [2]string{"session-sync plugin remove NAME", "session-sync plugin remove NAME --yes"},
		Suggest:  suggestPlugins,
		Setup: func(flags *pflag.FlagSet) console.Action {
			var yes bool
			console.AddYes(flags, &yes)
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return removePlugin(a, operands, yes, *asJSON) }
		},
	}
}

func removePlugin(a *console.App, operands []string, yes, asJSON bool) error {
	name, err := oneOperand(operands, "remove takes the name of one plugin")
	if err != nil {
		return err
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	if !yes {
		if err := a.Confirm(terminal.Both(
			fmt.Sprintf("卸载 %s 并删除它找到的全部内容吗？", name), fmt.Sprintf("Remove %s and all that it found?", name),
		)); err != nil {
			return err
		}
	}
	if err := e.RemovePlugin(a.Ctx, name); err != nil || !asJSON {
		return err
	}
	return listPlugins(a, true)
}

func oneOperand(operands []string, usage string) (string, error) {
	if len(operands) != 1 {
		return "", console.Usage("%s", usage)
	}
	return operands[0], nil
}
