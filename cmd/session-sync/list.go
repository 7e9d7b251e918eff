package main

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/query"
)

func listCommand() command {
	return command{
		name:    "list",
		summary: phrase("列出会话", "list the sessions"),
		about: phrase(
			"列出存档中的会话,最近的在前。",
			"Lists the archived sessions, the most recent first.",
		),
		examples: [2]string{"session-sync list --channel telegram", "session-sync list --since 7d --json"},
		setup: func(flags *pflag.FlagSet) action {
			var s scopeFlags
			s.add(flags)
			return func(a *app, operands []string) error {
				if err := noOperands(operands); err != nil {
					return err
				}
				return a.list(&s)
			}
		},
	}
}

func (a *app) list(s *scopeFlags) error {
	scope, err := s.scope(a, "")
	if err != nil {
		return err
	}
	page, err := ask(a, s.asker, func(q *query.Queries) (query.SessionPage, error) {
		return q.List(a.ctx, query.ListRequest{Scope: scope})
	})
	if err != nil {
		return err
	}
	if s.json {
		return a.printJSON(page)
	}
	err = a.buffered(func(w io.Writer) error {
		for _, s := range page.Sessions {
			deleted := ""
			if s.Deleted {
				deleted = phrase(" (已删除)", " (deleted)").In(a.lang)
			}
			fmt.Fprintf(w, "%s  %s%s\n", terminal.Inline(s.Key), terminal.OneLine(s.Title, 60), deleted)
			messages := phrase(fmt.Sprintf("%d 条消息", s.MessageCount), terminal.Amount(s.MessageCount, "message")).In(a.lang)
			fmt.Fprintf(w, "  %s · %s · %s · %s\n", terminal.ClockOf(s.LastUpdated, a.local), s.Kind, terminal.OrDash(s.Channel), messages)
		}
		return nil
	})
	a.more(page.Envelope)
	return err
}

// ask puts one question to the archive. Its answer is printed afterwards: who
// reads it may be slow, and must not keep a sync from committing.
func ask[T any](a *app, asker string, question func(*query.Queries) (T, error)) (answer T, err error) {
	e, err := a.open("")
	if err != nil {
		return answer, err
	}
	err = e.Query(a.ctx, asker, func(q *query.Queries) (err error) {
		answer, err = question(q)
		return err
	})
	return answer, err
}

// more tells people that a page is not all.
func (a *app) more(e query.Envelope) {
	switch {
	case e.Total == 0:
		a.say("%s", phrase("没有符合条件的内容", "nothing fits").In(a.lang))
	case e.Truncated:
		a.say(phrase("共 %d 项,显示了 %d 项;下一页:--next %s", "%d in all, %d shown; next page: --next %s").In(a.lang), e.Total, e.Returned, e.Next)
	}
}
