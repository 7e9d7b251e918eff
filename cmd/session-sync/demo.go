package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func demoCommand() console.Command {
	return console.Command{
		Name:    "demo",
		Summary: terminal.Both("用一份示例数据演示", "show what it does, on sample data"),
		About: terminal.Both(
			"在一个新的临时目录里放一份示例 OpenClaw 数据，同步它，并展示结果。不读写你自己的任何数据；目录会保留下来供你查看，随时可以删除。",
			"Puts sample data of OpenClaw into a new temporary directory, syncs it and shows what comes out. Touches nothing of yours. The directory stays, so that you can look around; delete it when you like.",
		),
		Examples: [2]string{"session-sync demo", "session-sync demo -o demo-files"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o demoOptions
			flags.BoolVar(&o.json, "json", false, "print the outcome as JSON / 输出 JSON")
			flags.StringVarP(&o.output, "output", "o", "", "`DIR` new directory, in place of a temporary one / 新目录，代替临时目录")
			return o.run
		},
	}
}

type demoOptions struct {
	json   bool
	output string
}

// demo is one demonstration. Everything it reads and writes is below dir.
type demo struct {
	*console.App
	dir string
}

func (d demo) stateDir() string { return filepath.Join(d.dir, "openclaw") }
func (d demo) home() string     { return filepath.Join(d.dir, "session-sync") }
func (d demo) shared() string   { return filepath.Join(d.dir, "sync") }

// demoStep is a command to carry out, or something else to show.
type demoStep struct {
	about terminal.Phrase
	line  string // of words without quotes
	show  func(demo) error
}

func demoSteps() []demoStep {
	return []demoStep{
		{about: terminal.Both("读取所有会话，去除密钥和个人信息：", "read all sessions, take out secrets and personal data:"), line: "sync"},
		{about: terminal.Both("读到的会话，来自两个智能体和两种存储格式：", "what was read, of two agents and from two forms of storage:"), line: "list"},
		{about: terminal.Both("写出的文件：", "the files that were written:"), show: demo.printFiles},
		{about: terminal.Both("shared_chat.md 的开头（语言由设置中的 lang 决定）：", "how shared_chat.md begins (its language is set by lang: in the settings):"), show: demo.printShared},
		{about: terminal.Both("另一个渠道的最后一条消息：", "the last message of another channel:"), line: "last --channel telegram -n 1"},
		{about: terminal.Both("中文搜索：", "a search in Chinese:"), line: "search 备份"},
		{about: terminal.Both("英文搜索：", "a search in English:"), line: "search backup"},
		{about: terminal.Both("密钥和个人信息没有进入存档：", "secrets and personal data did not get into the archive:"), line: "show agent:main:telegram:direct:7001 -n 1"},
	}
}

func (o *demoOptions) run(a *console.App, operands []string) error {
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	if a.NamesPlaces() {
		return console.Usage("demo has places of its own; it takes no --store, --state-dir or --config")
	}
	if o.output == "-" {
		return console.Usage("--output takes a directory")
	}
	dir, err := o.place()
	if err != nil {
		return fmt.Errorf("%w for the demo: %w", engine.ErrPlace, err)
	}
	err = o.show(demo{a, dir})
	if err != nil {
		os.RemoveAll(dir) // which we made; half a demo helps nobody
	}
	return err
}

// place makes a new directory, which nobody else can look into.
func (o *demoOptions) place() (string, error) {
	if o.output == "" {
		return os.MkdirTemp("", "session-sync-demo-")
	}
	dir, err := filepath.Abs(o.output)
	if err == nil {
		err = os.Mkdir(dir, 0o700)
	}
	return dir, err
}

func (o *demoOptions) show(d demo) error {
	if err := engine.UnpackSample(d.Ctx, d.stateDir()); err != nil {
		return err
	}
	if err := os.Mkdir(d.home(), 0o700); err != nil {
		return err
	}
	// The files speak the language of whoever looks at them here.
	if err := os.WriteFile(filepath.Join(d.home(), "config.yaml"), []byte("lang: "+d.Lang+"\n"), 0o600); err != nil {
		return err
	}
	if o.json {
		return d.printOutcome()
	}
	for _, step := range demoSteps() {
		if err := d.take(step); err != nil {
			return err
		}
	}
	d.printEnd()
	return nil
}

func (d demo) take(step demoStep) error {
	fmt.Fprintf(d.Stdout, "# %s\n", step.about.In(d.Lang))
	defer fmt.Fprintln(d.Stdout)
	if step.show != nil {
		return step.show(d)
	}
	fmt.Fprintf(d.Stdout, "$ session-sync %s\n", step.line)
	return d.perform(strings.Fields(step.line), d.Stdout)
}

// perform carries out a command line in an environment that names the places of
// the demo and nothing of the user's.
func (d demo) perform(args []string, stdout io.Writer) error {
	places := map[string]string{
		"HOME": d.dir, "OPENCLAW_STATE_DIR": d.stateDir(), "SESSION_SYNC_HOME": d.home(), "SESSION_SYNC_OUTPUT": d.shared(),
		"SESSION_SYNC_LANG": d.Lang,
	}
	return d.Perform(args, stdout, func(name string) (string, bool) { return places[name], true })
}

// files are those that were written, not the sample itself.
func (d demo) files() ([]engine.DemoFile, error) {
	return engine.DemoFiles(d.dir, filepath.Base(d.stateDir()))
}

func (d demo) printFiles() error {
	files, err := d.files()
	fmt.Fprintln(d.Stdout, terminal.Inline(d.dir))
	for _, file := range files {
		fmt.Fprintf(d.Stdout, "  %-28s %8d B\n", file.Path, file.Bytes)
	}
	return err
}

func (d demo) printShared() error {
	const lines = 19
	text, err := os.ReadFile(filepath.Join(d.shared(), "shared_chat.md"))
	all := strings.Split(string(text), "\n")
	for _, line := range all[:min(lines, len(all))] {
		fmt.Fprintln(d.Stdout, strings.TrimRight("  │ "+terminal.Clean(line), " "))
	}
	return err
}

func (d demo) printEnd() {
	dir := terminal.Inline(d.dir)
	fmt.Fprintf(d.Stdout, terminal.Both(`# 接下来
看看文件：%s
再试命令：session-sync list --store %s
真实数据：session-sync sync
删除演示：删除上面的目录即可，没有写入别处
`, `# what next
look around:    %s
try more:       session-sync list --store %s
your own data:  session-sync sync
clean up:       delete that directory; nothing was written elsewhere
`).In(d.Lang), dir, terminal.Inline(d.home()))
}

// demonstration is what demo --json prints.
type demonstration struct {
	SchemaVersion int               `json:"schema_version"`
	Directory     string            `json:"directory"`
	Sync          json.RawMessage   `json:"sync"` // an outcome
	Files         []engine.DemoFile `json:"files"`
}

func (d demo) printOutcome() error {
	var synced bytes.Buffer
	if err := d.perform([]string{"sync", "--json"}, &synced); err != nil {
		return err
	}
	files, err := d.files()
	if err != nil {
		return err
	}
	return d.PrintJSON(demonstration{1, d.dir, synced.Bytes(), files})
}
