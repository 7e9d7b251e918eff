package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

func decisionsCommand() console.Command {
	return console.Command{
		Name:    "decisions",
		Summary: terminal.Both("查看决定、知识和偏好", "what was decided, learned and preferred"),
		About: terminal.Both(
			"列出各个会话中作出的决定、得到的知识和表达的偏好，最近的在前，并注明出处。记错的可以用 session-sync todos cancel 去掉，建议可以用 session-sync todos confirm 确认。",
			"Lists what was decided, learned and wished in the sessions, the most recent first, each with the message that says it. What is wrong goes by session-sync todos cancel, a suggestion is confirmed by session-sync todos confirm.",
		),
		Examples: [2]string{"session-sync decisions --since 30d", "session-sync decisions --kind preference --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o itemFlags
			o.addPlaces(flags)
			flags.StringVar(&o.kind, "kind", "", "`decision|knowledge|preference` only this kind / 只看这一类")
			o.addTimes(flags)
			flags.BoolVar(&o.suggested, "suggested", false, "only suggestions, which nobody confirmed / 只看尚未确认的建议")
			flags.BoolVar(&o.all, "all", false, "suggestions and what was cancelled too / 包括建议和已取消的")
			o.addPages(flags)
			return o.decisions
		},
	}
}

func todosCommand() console.Command {
	return console.Command{
		Name:     "todos",
		Operands: "[VERB]",
		Summary:  terminal.Both("查看和处理待办", "what is still to do, and what to do about it"),
		About: terminal.Both(
			"列出各个会话中还没做的事：按截止日期排列，没有截止日期的排在后面，新的在前；每一条都注明出处。",
			"Lists what is still to do, by due date, then the newest of what has none, each with the message that says it.",
		),
		Examples: [2]string{"session-sync todos --overdue", "session-sync todos --format ics -o todos.ics"},
		Commands: []console.Command{
			verdictCommand("done", session.StatusDone, query.ChooseCurrent,
				terminal.Both("标为完成", "mark as done"), terminal.Both("已完成", "done"),
				terminal.Both("把待办标为已完成。", "Marks todos as done.")),
			verdictCommand("cancel", session.StatusCancelled, query.ChooseCurrent,
				terminal.Both("标为取消", "mark as cancelled"), terminal.Both("已取消", "cancelled"),
				terminal.Both("把待办或决定标为已取消：它不再列出。", "Marks todos or decisions as cancelled: they are not listed any more.")),
			verdictCommand("confirm", session.StatusConfirmed, query.ChooseSuggested,
				terminal.Both("确认一条建议", "confirm a suggestion"), terminal.Both("已确认", "confirmed"),
				terminal.Both("确认建议的待办或决定：它从此和其他的一起列出。", "Confirms suggested todos or decisions: from now on they are listed with the others.")),
			verdictCommand("reopen", session.StatusOpen, query.ChooseDone,
				terminal.Both("重新打开", "open again"), terminal.Both("已重新打开", "open again"),
				terminal.Both("重新打开已完成或取消的待办或决定。", "Opens todos or decisions again that are done or cancelled.")),
		},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o itemFlags
			o.addPlaces(flags)
			flags.StringVar(&o.owner, "owner", "", "`user|agent|other` only what one of them has to do / 只看由谁来做的")
			o.addTimes(flags)
			flags.BoolVar(&o.overdue, "overdue", false, "only what should have been done / 只看已逾期的")
			flags.BoolVar(&o.done, "done", false, "only what is done or cancelled / 只看已完成或取消的")
			flags.BoolVar(&o.suggested, "suggested", false, "only suggestions, which nobody confirmed / 只看尚未确认的建议")
			flags.BoolVar(&o.all, "all", false, "suggestions and what was cancelled too / 包括建议和已取消的")
			flags.StringVar(&o.format, "format", "", "`ics|obsidian|todotxt|csv` all of them for another program / 全部导出，供其他程序使用")
			flags.StringVarP(&o.output, "output", "o", "-", "`FILE` with --format: file to write; - is stdout (default) / 与 --format 同用：输出文件，- 为标准输出（默认）")
			o.addPages(flags)
			return o.todos
		},
	}
}

// itemFlags choose items.
type itemFlags struct {
	scopeFlags
	kind, owner, format, output   string
	overdue, done, suggested, all bool
}

func (o *itemFlags) decisions(a *console.App, operands []string) error {
	r, err := o.request(a, operands)
	if err != nil {
		return err
	}
	return o.list(a, func(q *query.Queries) (query.ItemPage, error) { return q.Decisions(a.Ctx, r) })
}

func (o *itemFlags) todos(a *console.App, operands []string) error {
	r, err := o.request(a, operands)
	if err != nil {
		return err
	}
	if o.format != "" {
		return o.write(a, r)
	}
	if o.output != "-" {
		return console.Usage("--output goes with --format")
	}
	return o.list(a, func(q *query.Queries) (query.ItemPage, error) { return q.Todos(a.Ctx, r) })
}

// write hands todos to another program.
func (o *itemFlags) write(a *console.App, r query.ItemRequest) error {
	switch {
	case !slices.Contains(engine.TodoFormats(), o.format):
		return console.Usage("--format takes one of: %s", console.Joined(engine.TodoFormats()))
	case o.json || o.next != "" || o.limit != query.DefaultLimit:
		return console.Usage("--format writes all there is; it takes no --json, --limit or --next")
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	var written int
	write := func(w io.Writer) (err error) {
		written, err = e.WriteTodos(a.Ctx, w, o.format, r)
		return err
	}
	return hand(a, o.output, write, func() terminal.Phrase {
		return terminal.Both(fmt.Sprintf("已导出 %d 项待办", written), "exported "+terminal.Amount(written, "todo"))
	})
}

// request turns the flags into what is asked of the archive.
func (o *itemFlags) request(a *console.App, operands []string) (r query.ItemRequest, err error) {
	if err := console.NoOperands(operands); err != nil {
		return r, err
	}
	chosen := map[query.Choice]bool{
		query.ChooseOverdue: o.overdue, query.ChooseDone: o.done, query.ChooseSuggested: o.suggested, query.ChooseAll: o.all,
	}
	for choice, is := range chosen {
		switch {
		case is && r.Choice != "":
			return r, console.Usage("--all, --done, --overdue and --suggested exclude one another")
		case is:
			r.Choice = choice
		}
	}
	if kinds := []string{"", session.ItemDecision, session.ItemKnowledge, session.ItemPreference}; !slices.Contains(kinds, o.kind) {
		return r, console.Usage("--kind takes decision, knowledge or preference")
	}
	r.Kind, r.Owner = o.kind, session.Owner(o.owner)
	if owners := []session.Owner{"", session.OwnerUser, session.OwnerAgent, session.OwnerOther}; !slices.Contains(owners, r.Owner) {
		return r, console.Usage("--owner takes user, agent or other")
	}
	r.Scope, err = o.scope(a, "")
	return r, err
}

func (o *itemFlags) list(a *console.App, question func(*query.Queries) (query.ItemPage, error)) error {
	page, err := ask(a, o.asker, question)
	if err != nil {
		return err
	}
	if o.json {
		return a.PrintJSON(page)
	}
	err = a.Buffered(func(w io.Writer) error {
		for _, it := range page.Items {
			printItem(a, w, it)
		}
		return nil
	})
	tellMore(a, page.Answer)
	if page.Total == 0 && !o.suggested && !o.all {
		a.Say("%s", terminal.Both("不太确定的另有列表：--suggested", "what is not certain has a list of its own: --suggested").In(a.Lang))
	}
	return err
}

// printItem shows an item to people: what it is, the words that say so behind a
// bar, and where they stand.
func printItem(a *console.App, w io.Writer, it query.Item) {
	line := label(it).In(a.Lang) + "  " + terminal.OneLine(it.Title, 200)
	if it.Due != "" {
		line += "  " + fmt.Sprintf(terminal.Both("（截止 %s）", "(due %s)").In(a.Lang), strings.Replace(it.Due, "T", " ", 1))
	}
	for _, mark := range marks(it) {
		line += "  [" + mark.In(a.Lang) + "]"
	}
	fmt.Fprintln(w, line+foreignMark(a, it.Origin))
	if quote := terminal.OneLine(it.Evidence, 400); quote != terminal.OneLine(it.Title, 400) {
		fmt.Fprintln(w, "  │ "+quote)
	}
	who := it.Sender
	if who == "" {
		who = string(it.Origin)
	}
	fmt.Fprintf(w, "  %s · %s · %s · %s · %s\n", it.ID, terminal.ClockOf(it.Timestamp, a.Local), terminal.OneLine(who, 40), terminal.OrDash(it.Channel), terminal.Inline(it.MessageID))
	for _, by := range []struct {
		report *query.Report
		words  terminal.Phrase
	}{{it.ClosedBy, terminal.Both("结果：", "then: ")}, {it.PossiblyClosed, terminal.Both("可能已完成：", "possibly done: ")}} {
		if by.report != nil {
			fmt.Fprintf(w, "  → %s%s · %s%s\n", by.words.In(a.Lang), terminal.OneLine(by.report.Evidence, 200),
				terminal.Inline(by.report.MessageID), foreignMark(a, by.report.Origin))
		}
	}
}

// label is what an item is, or how far it is.
func label(it query.Item) terminal.Phrase {
	switch {
	case it.Kind == session.ItemKnowledge:
		return terminal.Both("知识", "knowledge")
	case it.Kind == session.ItemPreference:
		return terminal.Both("偏好", "preference")
	case it.Kind == session.ItemDecision:
		return terminal.Both("决定", "decision")
	case it.Status == session.StatusDone:
		return terminal.Both("[x]", "[x]")
	case it.Status == session.StatusCancelled:
		return terminal.Both("[-]", "[-]")
	}
	return terminal.Both("[ ]", "[ ]")
}

// marks are what has to be known before an item is believed or acted upon.
func marks(it query.Item) (list []terminal.Phrase) {
	if it.Overdue {
		list = append(list, terminal.Both("已逾期", "overdue"))
	}
	if it.Owner != "" {
		list = append(list, map[session.Owner]terminal.Phrase{
			session.OwnerUser:  terminal.Both("你来做", "yours"),
			session.OwnerAgent: terminal.Both("助手来做", "the agent's"),
			session.OwnerOther: terminal.Both("他人来做", "somebody else's"),
		}[it.Owner])
	}
	if it.Kind != session.ItemTodo && it.Status == session.StatusCancelled {
		list = append(list, terminal.Both("已取消", "cancelled"))
	}
	if it.SameAs != "" {
		list = append(list, terminal.Both("同 "+it.SameAs, "same as "+it.SameAs))
	}
	if it.Tier == query.TierSuggested {
		list = append(list, terminal.Both("建议", "suggestion"))
	}
	return list
}

// verdictCommand is a verb of todos by which people say what they know of items.
// suggest is which of them it completes.
func verdictCommand(name string, status session.Status, suggest query.Choice, summary, outcome, about terminal.Phrase) console.Command {
	return console.Command{
		Name: name, Operands: "ID...", Summary: summary,
		About: terminal.Both(
			about.ZH+"ID 是列表中显示的编号，也可以只写开头至少 4 个字母。你的选择一直有效，直到以后有消息表明情况变了。",
			about.EN+" An ID is as the lists show it, or at least the first 4 letters of it. What you say stands until a later message says otherwise.",
		),
		Examples: [2]string{"session-sync todos " + name + " ID", "session-sync todos " + name + " ID ID --json"},
		Suggest: func(a *console.App, before []string) (ids []console.Candidate) {
			a.Peek(func(ctx context.Context, q *query.Queries) error {
				page, err := q.Todos(ctx, query.ItemRequest{Choice: suggest})
				for _, it := range page.Items {
					if !slices.Contains(before, it.ID) {
						ids = append(ids, console.Candidate{Word: it.ID, About: strings.TrimSpace(foreignMark(a, it.Origin) + " " + it.Title)})
					}
				}
				return err
			})
			return ids
		},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error { return judge(a, operands, status, outcome, *asJSON) }
		},
	}
}

// judged is what todos done --json and its like print.
type judged struct {
	query.Envelope
	Items []engine.JudgedItem `json:"items"`
}

func judge(a *console.App, ids []string, status session.Status, outcome terminal.Phrase, asJSON bool) error {
	if len(ids) == 0 {
		return console.Usage("name at least one item by its id")
	}
	e, err := a.Open("")
	if err != nil {
		return err
	}
	list, err := e.Judge(a.Ctx, ids, status)
	if err != nil {
		return err
	}
	if asJSON {
		return a.PrintJSON(judged{query.Envelope{SchemaVersion: 1, Total: len(list), Returned: len(list)}, list})
	}
	for _, it := range list {
		fmt.Fprintf(a.Stdout, terminal.Both("%s：%s  %s%s\n", "%s: %s  %s%s\n").In(a.Lang), outcome.In(a.Lang), it.ID, terminal.OneLine(it.Title, 200), foreignMark(a, it.Origin))
	}
	return nil
}
