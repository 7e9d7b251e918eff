package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func exportCommand() console.Command {
	return console.Command{
		Name:    "export",
		Summary: terminal.Both("导出存档", "export the archive"),
		About: terminal.Both(
			"把存档里的会话导出为 JSON、JSONL 或 Markdown。默认导出可以共享的内容；--all 导出全部，包括已删除的会话和各类系统消息。",
			"Exports the archived sessions as JSON, JSON Lines or Markdown: what may be shared, or with --all everything, deleted sessions and all classes of messages included.",
		),
		Examples: [2]string{"session-sync export --all --format json -o backup.json", "session-sync export --format md"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o exportOptions
			o.addFlags(flags)
			return o.run
		},
	}
}

type exportOptions struct {
	format, output string
	all            bool
	filterFlags
}

func (o *exportOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.format, "format", "json", "`FORM` json (default), jsonl or md / json（默认）、jsonl 或 md")
	flags.BoolVar(&o.all, "all", false, "every message, whatever the sharing policy / 全部消息，不受共享策略限制")
	flags.StringVarP(&o.output, "output", "o", "-", "`FILE` file to write; - is stdout (default) / 输出文件，- 为标准输出（默认）")
	o.filterFlags.add(flags)
}

func (o *exportOptions) run(a *console.App, operands []string) error {
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	if !slices.Contains(engine.ExportFormats(), o.format) {
		return console.Usage("--format takes one of: %s", console.Joined(engine.ExportFormats()))
	}
	if o.all && o.asker != "" {
		return console.Usage("--all exports everything, so it can't be combined with --for")
	}
	scope, err := o.scope(a)
	if err != nil {
		return err
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	var taken engine.Exported
	write := func(w io.Writer) (err error) {
		taken, err = e.Export(a.Ctx, w, engine.ExportOptions{Format: o.format, All: o.all, Scope: scope})
		return err
	}
	err = hand(a, o.output, write, func() terminal.Phrase {
		return terminal.Both(
			fmt.Sprintf("已导出 %d 个会话，%d 条消息", taken.Sessions, taken.Messages),
			fmt.Sprintf("exported %s, %s", terminal.Amount(taken.Sessions, "session"), terminal.Amount(taken.Messages, "message")),
		)
	})
	tellChannels(a, taken.KnownChannels)
	return err
}

// hand writes an export to stdout, "-", or to a file, of which it says what is in
// it once it is written.
func hand(a *console.App, output string, write func(io.Writer) error, written func() terminal.Phrase) error {
	if output == "-" {
		return a.Buffered(write)
	}
	if err := engine.WriteFile(output, write); err != nil {
		return err
	}
	a.Say("%s → %s", written().In(a.Lang), terminal.Inline(output))
	return nil
}
