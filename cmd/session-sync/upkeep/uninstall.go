package upkeep

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Uninstalled is what uninstall --json prints.
type Uninstalled struct {
	SchemaVersion int           `json:"schema_version"`
	DryRun        bool          `json:"dry_run"`
	Traces        []Trace       `json:"traces"`
	Kept          []engine.Kept `json:"kept"`
}

// Trace is one thing that uninstall removes.
type Trace struct {
	Kind    string `json:"kind"`    // schedule, mcp-server or program
	Where   string `json:"where"`   // its path, id or name
	Outcome string `json:"outcome"` // planned, removed, renamed or failed
	Left    string `json:"left"`    // where it was renamed to, "" otherwise
	Error   string `json:"error"`   // "" unless it failed
	ByHand  string `json:"by_hand"` // command that removes it
}

// Uninstall is the command that takes the program out of OpenClaw and the system.
func Uninstall() console.Command {
	return console.Command{
		Name:    "uninstall",
		Summary: terminal.Both("卸载，保留存档", "take it out, and keep the archive"),
		About: terminal.Both(
			"移除定时同步、OpenClaw 中的 MCP 服务，以及 install.sh 安装的程序。存档、密钥、设置和共享文件都保留，并说明它们在哪里。--dry-run 只显示。没有终端时需要 --yes。",
			"Removes the scheduled sync, the MCP server among OpenClaw's, and the program where install.sh put it. Archive, key, settings and shared files stay, and it says where they are. --dry-run only shows. Without a terminal it takes --yes.",
		),
		Examples: [2]string{"session-sync uninstall --dry-run", "session-sync uninstall --yes"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o uninstallOptions
			console.AddYes(flags, &o.yes)
			flags.BoolVar(&o.dryRun, "dry-run", false, "only tell what would be done / 只预演，不写入")
			flags.BoolVar(&o.json, "json", false, "print JSON / 输出 JSON")
			return o.run
		},
	}
}

type uninstallOptions struct{ yes, dryRun, json bool }

func (o *uninstallOptions) run(a *console.App, operands []string) error {
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	u, err := open(a)
	if err != nil {
		return err
	}
	traces, kept := u.Traces(a.Ctx), u.Keeps()
	if err := a.Ctx.Err(); err != nil {
		return err
	}
	if !o.dryRun && !o.yes && len(traces) > 0 {
		show := func() {
			for _, trace := range traces {
				fmt.Fprintln(a.Stderr, "  "+named(a, Trace{Kind: string(trace.Kind), Where: trace.Where}))
			}
		}
		if err := ask(a, show, terminal.Both("移除这些吗？存档保留。", "Remove these? The archive stays.")); err != nil {
			return err
		}
	}
	outcome := Uninstalled{1, o.dryRun, []Trace{}, kept}
	var left []string
	for _, trace := range traces {
		t := Trace{Kind: string(trace.Kind), Where: trace.Where, Outcome: "planned", ByHand: trace.ByHand}
		if !o.dryRun {
			carryOut(a, u, trace, &t)
		}
		if t.Outcome == "failed" {
			left = append(left, t.Kind+" "+t.Where)
		}
		outcome.Traces = append(outcome.Traces, t)
	}
	if o.json {
		err = a.PrintJSON(outcome)
	} else {
		o.print(a, outcome)
	}
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%w: %s", engine.ErrLeft, strings.Join(left, ", "))
	}
	return err
}

// carryOut removes a trace and notes what came of it. One that stays does not
// keep the others from being removed.
func carryOut(a *console.App, u *engine.Upkeep, trace engine.Trace, t *Trace) {
	left, err := u.RemoveTrace(a.Ctx, trace)
	switch {
	case err != nil:
		t.Outcome, t.Error = "failed", engine.Mask()(err.Error())
	case left != "":
		t.Outcome, t.Left = "renamed", left
	default:
		t.Outcome = "removed"
	}
}

// named calls a trace by what it is and where.
func named(a *console.App, t Trace) string {
	kind := map[string]terminal.Phrase{
		string(engine.TraceJob):     terminal.Both("定时同步", "scheduled sync"),
		string(engine.TraceServer):  terminal.Both("MCP 服务", "MCP server"),
		string(engine.TraceProgram): terminal.Both("程序", "program"),
	}[t.Kind]
	return kind.In(a.Lang) + terminal.Both("：", ": ").In(a.Lang) + terminal.OneLine(t.Where, 300)
}

func (o *uninstallOptions) print(a *console.App, done Uninstalled) {
	said := map[string]terminal.Phrase{
		"planned": terminal.Both("将移除", "would remove"),
		"removed": terminal.Both("已移除", "removed"),
		"renamed": terminal.Both("已改名（正在运行，请稍后删除）", "renamed, because it runs; delete it later"),
		"failed":  terminal.Both("未能移除", "not removed"),
	}
	for _, t := range done.Traces {
		fmt.Fprintf(a.Stdout, "%s  %s\n", said[t.Outcome].In(a.Lang), named(a, t))
		if t.Left != "" {
			fmt.Fprintln(a.Stdout, "    "+terminal.Inline(t.Left))
		}
		if t.Error != "" {
			fmt.Fprintf(a.Stdout, terminal.Both("    原因：%s\n    手动移除：%s\n", "    why: %s\n    by hand: %s\n").In(a.Lang), terminal.OneLine(t.Error, 300), terminal.Inline(t.ByHand))
		}
	}
	if len(done.Traces) == 0 {
		fmt.Fprintln(a.Stdout, terminal.Both("没有需要移除的内容", "there is nothing to remove").In(a.Lang))
	}
	o.printKept(a, done.Kept)
}

// printKept says where the rest is and how to delete it. Nothing here does: it
// may be the only copy.
func (o *uninstallOptions) printKept(a *console.App, kept []engine.Kept) {
	if len(kept) == 0 {
		return
	}
	names := map[string]terminal.Phrase{
		"archive": terminal.Both("存档", "archive"), "key": terminal.Both("密钥", "key"), "settings": terminal.Both("设置", "settings"),
		"shared_files": terminal.Both("共享文件", "shared files"), "skill": terminal.Both("技能目录", "skill folder"), "program": terminal.Both("程序", "program"),
	}
	fmt.Fprintln(a.Stdout, terminal.Both("\n保留，不再需要时可手动删除：", "\nkept; delete by hand what nobody needs any more:").In(a.Lang))
	var rows [][]string
	for _, k := range kept {
		remove := engine.CommandLine("rm", "-r", k.Path)
		switch k.Kind {
		case "shared_files": // people may have chosen a directory with files of their own
			remove = k.Path
		case "skill":
			remove = "npx skills remove session-sync -g  |  " + remove
		}
		rows = append(rows, []string{"  " + names[k.Kind].In(a.Lang), terminal.Inline(remove)})
	}
	fmt.Fprint(a.Stdout, terminal.Table(rows))
}
