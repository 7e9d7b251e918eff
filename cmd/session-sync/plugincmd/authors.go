package plugincmd

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Made is what plugin new --json and plugin build --json print.
type Made struct {
	SchemaVersion int    `json:"schema_version"`
	Path          string `json:"path"`
	Digest        string `json:"sha256,omitempty"` // of a module
	Bytes         int    `json:"bytes,omitempty"`
}

func newPluginCommand() console.Command {
	return console.Command{
		Name:     "new",
		Operands: "NAME",
		Summary:  terminal.Both("创建一个新插件", "begin a plugin of your own"),
		About: terminal.Both(
			"创建一个名为 NAME 的目录，里面是一个可以构建的小插件和它的测试。Go 的插件不需要联网。",
			"Makes a folder NAME with a small plugin that can be built, and its test. One in Go needs no network.",
		),
		Examples: [2]string{"session-sync plugin new words", "session-sync plugin new words --lang rust"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			lang := flags.String("lang", "go", "`"+strings.Join(engine.PluginLanguages(), "|")+"` what it is written in (default go) / 用什么语言编写（默认 go）")
			dir := flags.StringP("output", "o", ".", "`DIR` where the folder is made (default .) / 在哪个目录中创建（默认当前目录）")
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return newPlugin(a, operands, *dir, *lang, *asJSON) }
		},
	}
}

func newPlugin(a *console.App, operands []string, dir, language string, asJSON bool) error {
	name, err := oneOperand(operands, "new takes the name of one plugin")
	if err != nil {
		return err
	}
	if !slices.Contains(engine.PluginLanguages(), language) {
		return console.Usage("--lang takes one of: %s", console.Joined(engine.PluginLanguages()))
	}
	path, err := engine.NewPlugin(dir, name, language)
	if err != nil {
		return err
	}
	if asJSON {
		return a.PrintJSON(Made{SchemaVersion: 1, Path: path})
	}
	shown := terminal.Inline(path)
	fmt.Fprintf(a.Stdout, terminal.Both("已创建 %s\n测试它：session-sync plugin test %s\n", "made %s\ntest it: session-sync plugin test %s\n").In(a.Lang), shown, shown)
	return nil
}

func buildPluginCommand() console.Command {
	return console.Command{
		Name:     "build",
		Operands: "[DIR]",
		Summary:  terminal.Both("构建插件", "build a plugin"),
		About: terminal.Both(
			"用已安装的编译器构建 DIR（默认当前目录）或其唯一子目录中的插件，写出 NAME.wasm；NAME 是目录名。同样的源代码总得到同样的字节。",
			"Builds the plugin in DIR, by default the current one, or in the only folder of a plugin there, with the compiler that is installed, into NAME.wasm, NAME being that of the folder. The same sources give the same bytes.",
		),
		Examples: [2]string{"session-sync plugin build", "session-sync plugin build words --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return buildPlugin(a, operands, *asJSON) }
		},
	}
}

func buildPlugin(a *console.App, operands []string, asJSON bool) error {
	dir, err := folder(operands)
	if err != nil {
		return err
	}
	built, err := engine.BuildPlugin(a.Ctx, dir, a.Stderr)
	if err != nil {
		return err
	}
	if asJSON {
		return a.PrintJSON(Made{1, built.Path, built.Digest, built.Size})
	}
	fmt.Fprintf(a.Stdout, "%s\nSHA-256 %s, %d B\n", terminal.Inline(built.Path), built.Digest, built.Size)
	return nil
}

// folder is that of the plugin that is named, or is in the current one.
func folder(operands []string) (string, error) {
	switch len(operands) {
	case 0:
		return engine.PluginFolder(".")
	case 1:
		return engine.PluginFolder(operands[0])
	}
	return "", console.Usage("unexpected argument %q", terminal.Typed(operands[1]))
}

// Tested is what plugin test --json prints.
type Tested struct {
	SchemaVersion int       `json:"schema_version"`
	Path          string    `json:"path"`
	Passed        bool      `json:"passed"`
	Fixtures      []Fixture `json:"fixtures"`
}

// Fixture is how a plugin did with one file of conversations.
type Fixture struct {
	Name       string   `json:"name"`
	Passed     bool     `json:"passed"`
	Found      int      `json:"found"`
	Difference []string `json:"difference"`
	Split      []string `json:"split"`
	Error      string   `json:"error,omitempty"`
}

func testPluginCommand() console.Command {
	return console.Command{
		Name:     "test",
		Operands: "[DIR]",
		Summary:  terminal.Both("构建并测试插件", "build a plugin and test it"),
		About: terminal.Both(
			"构建 DIR（默认当前目录）或其唯一子目录中的插件，把 fixtures/*.json 中的对话给它看：先一次看完，再逐条看，两次都必须找到其中写明的内容。有不符时退出码为 1。",
			"Builds the plugin in DIR, by default the current one, or in the only folder of a plugin there, and shows it the conversations of fixtures/*.json: in one go and then message by message, and both must find what they say. The exit code is 1 when they do not.",
		),
		Examples: [2]string{"session-sync plugin test words", "session-sync plugin test --update"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			update := flags.Bool("update", false, "write what is found into the fixtures / 把找到的内容写入 fixtures")
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return testPlugin(a, operands, *update, *asJSON) }
		},
	}
}

func testPlugin(a *console.App, operands []string, update, asJSON bool) error {
	dir, err := folder(operands)
	if err != nil {
		return err
	}
	built, err := engine.BuildPlugin(a.Ctx, dir, a.Stderr)
	if err != nil {
		return err
	}
	outcomes, err := engine.TestPlugin(a.Ctx, built.Path, dir, update, cleaned{a.Stderr})
	if err != nil {
		return err
	}
	tested := Tested{SchemaVersion: 1, Path: built.Path, Passed: true, Fixtures: []Fixture{}}
	for _, o := range outcomes {
		f := Fixture{Name: o.Fixture, Passed: o.Passed(), Found: o.Found, Difference: append([]string{}, o.Difference...), Split: append([]string{}, o.Split...)}
		if o.Err != nil {
			f.Error = o.Err.Error()
		}
		tested.Passed = tested.Passed && f.Passed
		tested.Fixtures = append(tested.Fixtures, f)
	}
	if asJSON {
		err = a.PrintJSON(tested)
	} else {
		printTested(a, tested)
	}
	if err == nil && !tested.Passed {
		return console.ErrProblems
	}
	return err
}

// printTested shows to people how a plugin did. Fixtures are its author's own
// words.
func printTested(a *console.App, tested Tested) {
	for _, f := range tested.Fixtures {
		result := terminal.Both("通过", "ok")
		if !f.Passed {
			result = terminal.Both("不符", "FAIL")
		}
		fmt.Fprintf(a.Stdout, "%s  %s  %s\n", result.In(a.Lang), terminal.Inline(f.Name), terminal.Both(fmt.Sprintf("找到 %d 项", f.Found), terminal.Amount(f.Found, "item")).In(a.Lang))
		if f.Error != "" {
			fmt.Fprintln(a.Stdout, "  "+terminal.Inline(f.Error))
		}
		for _, line := range f.Difference {
			fmt.Fprintln(a.Stdout, "  "+terminal.Inline(line))
		}
		if len(f.Split) > 0 {
			fmt.Fprintln(a.Stdout, "  "+terminal.Both("逐条看时找到的（+）和一次看完时（-）不同：", "message by message (+) it finds something else than in one go (-):").In(a.Lang))
		}
		for _, line := range f.Split {
			fmt.Fprintln(a.Stdout, "  "+terminal.Inline(line))
		}
	}
}

func runPluginCommand() console.Command {
	return console.Command{
		Name:     "run",
		Operands: "[NAME | FILE]...",
		Summary:  terminal.Both("用任意对话试用插件", "try plugins on any conversations"),
		About: terminal.Both(
			"从标准输入读取对话，每行一个 {\"id\",\"messages\":[{\"i\",\"role\",\"ts\",\"text\"}]}，给插件看，每行输出 {\"id\",\"items\":[{\"i\",\"type\",\"text\",\"owner\",\"due\",\"tier\"}]}。不指明插件时用所有启用的插件；.wasm 文件不需要安装。不读写存档。",
			"Reads conversations from stdin, one {\"id\",\"messages\":[{\"i\",\"role\",\"ts\",\"text\"}]} a line, shows them to plugins and writes {\"id\",\"items\":[{\"i\",\"type\",\"text\",\"owner\",\"due\",\"tier\"}]} a line. Without names all plugins that are on are run; a .wasm file need not be installed. The archive is not touched.",
		),
		Examples: [2]string{"session-sync plugin run --jsonl < talks.jsonl", "session-sync plugin run todo words.wasm --jsonl < talks.jsonl"},
		Suggest:  suggestPlugins,
		Setup: func(flags *pflag.FlagSet) console.Action {
			lines := flags.Bool("jsonl", false, "one JSON object a line / 每行一个 JSON 对象")
			flags.Bool("json", false, "print errors as JSON / 以 JSON 输出错误")
			return func(a *console.App, operands []string) error {
				if !*lines {
					return console.Usage("run reads JSON Lines from stdin: say --jsonl")
				}
				e, err := a.Open("")
				if err != nil {
					return err
				}
				return e.TryPlugins(a.Ctx, operands, a.Stdin, a.Stdout, cleaned{a.Stderr})
			}
		},
	}
}

// cleaned passes on what a plugin writes without what a terminal would act upon.
type cleaned struct{ to io.Writer }

func (c cleaned) Write(text []byte) (int, error) {
	if _, err := io.WriteString(c.to, terminal.Clean(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}
