package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func redactCommand() console.Command {
	return console.Command{
		Name:     "redact",
		Operands: "[-]",
		Summary:  terminal.Both("去除文本中的密钥和个人信息", "take secrets and personal data out of text"),
		About: terminal.Both(
			"从标准输入读取文本，按设置中的规则去除密钥和个人信息后写到标准输出。用 --jsonl 时，每行输入是 {\"id\",\"text\"}，每行输出是 {\"id\",\"redacted\"}，顺序不变。--explain 改为列出每一处的行：列、字数、种类和规则，从不显示内容。",
			"Reads text from stdin and writes it to stdout with placeholders for secrets and personal data, by the rules of the settings. With --jsonl each line in is {\"id\",\"text\"} and each line out {\"id\",\"redacted\"}, in the same order. --explain lists line:column, length, kind and rule of each finding instead, never what was found.",
		),
		Examples: [2]string{"session-sync redact --explain < notes.txt", "session-sync redact --jsonl < texts.jsonl"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o redactOptions
			o.addFlags(flags)
			return o.run
		},
	}
}

type redactOptions struct {
	engine.RedactOptions
	explain, stats, rules, json bool
	limit                       int
}

func (o *redactOptions) addFlags(flags *pflag.FlagSet) {
	flags.BoolVar(&o.Lines, "jsonl", false, "one JSON object a line / 每行一个 JSON 对象")
	flags.BoolVar(&o.Numbered, "numbered", false, "tell different values apart: [EMAIL#2] / 用编号区分不同的值：[EMAIL#2]")
	flags.BoolVar(&o.explain, "explain", false, "only list what is found, by which rule / 只列出找到的位置和规则")
	flags.BoolVar(&o.stats, "stats", false, "only count what is found / 只统计数量")
	flags.BoolVar(&o.rules, "rules", false, "list the rules; reads nothing / 列出所有规则，不读取输入")
	flags.BoolVar(&o.json, "json", false, "the list or the counts as JSON / 以 JSON 输出列表或统计")
	addLimit(flags, &o.limit)
}

func (o *redactOptions) run(a *console.App, operands []string) error {
	if len(operands) == 1 && operands[0] == "-" {
		operands = nil
	}
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	switch chosen := slices.DeleteFunc([]bool{o.explain, o.stats, o.rules}, func(is bool) bool { return !is }); {
	case len(chosen) > 1:
		return console.Usage("--explain, --stats and --rules exclude one another")
	case len(chosen) == 0 && o.json:
		return console.Usage("--json goes with --explain, --stats or --rules; for JSON Lines there is --jsonl")
	}
	if err := checkLimit(o.limit); err != nil {
		return err
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	if !o.json { // as with errors, programs read one object
		warnOfUnused(a, e.Config)
	}
	switch {
	case o.explain:
		return o.printFindings(a, e)
	case o.stats:
		return o.printStats(a, e)
	case o.rules:
		return o.printRules(a, e)
	}
	return e.Redact(a.Ctx, a.Stdin, a.Stdout, o.RedactOptions)
}

func (o *redactOptions) printFindings(a *console.App, e *engine.Engine) error {
	found, err := e.Explain(a.Ctx, a.Stdin, o.Lines, o.limit)
	if err != nil {
		return err
	}
	if o.json {
		return a.PrintJSON(found)
	}
	var rows [][]string
	for _, s := range found.Findings {
		row := []string{fmt.Sprintf("%d:%d", s.Line, s.Column), strconv.Itoa(s.Length), s.Kind, s.Rule}
		if o.Lines {
			row = append([]string{terminal.OrDash(terminal.OneLine(string(s.ID), 40))}, row...)
		}
		rows = append(rows, row)
	}
	_, err = io.WriteString(a.Stdout, terminal.Table(rows))
	switch {
	case found.Total == 0:
		a.Say("%s", terminal.Both("没有找到需要去除的内容", "nothing was found").In(a.Lang))
	case found.Truncated:
		a.Say(terminal.Both("共 %d 处，显示了 %d 处；用 --limit 显示更多", "%d in all, %d shown; --limit shows more").In(a.Lang), found.Total, found.Returned)
	}
	return err
}

func (o *redactOptions) printStats(a *console.App, e *engine.Engine) error {
	stats, err := e.RedactStats(a.Ctx, a.Stdin, o.Lines)
	if err != nil {
		return err
	}
	if o.json {
		return a.PrintJSON(stats)
	}
	rows := [][]string{
		{terminal.Both("文本", "texts").In(a.Lang), strconv.Itoa(stats.Texts)},
		{terminal.Both("字节", "bytes").In(a.Lang), strconv.Itoa(stats.Bytes)},
		{terminal.Both("被替换的字节", "masked bytes").In(a.Lang), strconv.Itoa(stats.MaskedBytes)},
	}
	for _, counts := range []map[string]int{stats.Redactions, stats.RedactionRules} {
		rows = append(rows, nil)
		for _, name := range terminal.Ranked(counts) {
			rows = append(rows, []string{name, strconv.Itoa(counts[name])})
		}
	}
	_, err = io.WriteString(a.Stdout, terminal.Table(rows))
	return err
}

func (o *redactOptions) printRules(a *console.App, e *engine.Engine) error {
	list := e.Rules()
	if o.json {
		return a.PrintJSON(list)
	}
	var rows [][]string
	for _, r := range list.Rules {
		state, example := terminal.Both("启用", "on").In(a.Lang), ""
		if !r.On {
			state = terminal.Both("停用", "off").In(a.Lang)
		}
		if len(r.Examples) > 0 {
			example = terminal.OneLine(r.Examples[0], 60)
		}
		rows = append(rows, []string{r.Name, r.Kind, state, example})
	}
	_, err := io.WriteString(a.Stdout, terminal.Table(rows))
	return err
}
