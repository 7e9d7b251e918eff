package main

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/query"
)

func listCommand() console.Command {
	return console.Command{
		Name:    "list",
		Summary: terminal.Both("列出会话", "list the sessions"),
		About: terminal.Both(
			"列出存档中的会话，最近的在前。",
			"Lists the archived sessions, the most recent first.",
		),
		Examples: [2]string{"session-sync list --channel telegram", "session-sync list --since 7d --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var s scopeFlags
			s.add(flags)
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return listSessions(a, &s)
			}
		},
	}
}

func listSessions(a *console.App, s *scopeFlags) error {
	scope, err := s.scope(a, "")
	if err != nil {
		return err
	}
	page, err := ask(a, s.asker, func(q *query.Queries) (query.SessionPage, error) {
		return q.List(a.Ctx, query.ListRequest{Scope: scope})
	})
	if err != nil {
		return err
	}
	if s.json {
		return a.PrintJSON(page)
	}
	err = a.Buffered(func(w io.Writer) error {
		for _, s := range page.Sessions {
			deleted := ""
			if s.Deleted {
				deleted = terminal.Both("（已删除）", " (deleted)").In(a.Lang)
			}
			fmt.Fprintf(w, "%s  %s%s\n", terminal.Inline(s.Key), terminal.OneLine(s.Title, 60), deleted)
			messages := terminal.Both(fmt.Sprintf("%d 条消息", s.MessageCount), terminal.Amount(s.MessageCount, "message")).In(a.Lang)
			fmt.Fprintf(w, "  %s · %s · %s · %s\n", terminal.ClockOf(s.LastUpdated, a.Local), s.Kind, terminal.OrDash(s.Channel), messages)
		}
		return nil
	})
	tellMore(a, page.Answer)
	return err
}

// ask puts one question to the archive. Its answer is printed afterwards: who
// reads it may be slow, and must not keep a sync from committing.
func ask[T any](a *console.App, asker string, question func(*query.Queries) (T, error)) (answer T, err error) {
	e, err := a.Open("")
	if err != nil {
		return answer, err
	}
	err = e.Query(a.Ctx, asker, func(q *query.Queries) (err error) {
		answer, err = question(q)
		return err
	})
	return answer, err
}

// tellMore tells people that a page is not all.
func tellMore(a *console.App, e query.Answer) {
	switch {
	case e.Total == 0:
		a.Say("%s", terminal.Both("没有符合条件的内容", "nothing fits").In(a.Lang))
		tellChannels(a, e.KnownChannels)
	case e.Truncated:
		a.Say(terminal.Both("共 %d 项，显示了 %d 项；下一页：--next %s", "%d in all, %d shown; next page: --next %s").In(a.Lang), e.Total, e.Returned, e.Next)
	}
}

// tellChannels tells people who named a channel that is not there what there is.
func tellChannels(a *console.App, known []string) {
	var names []string
	for _, name := range known {
		names = append(names, terminal.OneLine(name, 40))
	}
	if len(names) > 0 {
		a.Say(terminal.Both("没有这个渠道；现有的渠道：%s", "there is no such channel; there are: %s").In(a.Lang), console.Joined(names))
	}
}
