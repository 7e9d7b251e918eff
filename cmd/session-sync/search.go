package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

func searchCommand() console.Command {
	return console.Command{
		Name:     "search",
		Operands: "QUERY",
		Summary:  terminal.Both("搜索消息，中英文皆可", "search the messages, in Chinese and English"),
		About: terminal.Both(
			"查找包含所有词的消息，不区分大小写和全角半角，词的一部分也能找到；引号中的内容作为整体查找。整词在前，其次是词的开头，再次是词的中间；同等情况下新的在前。命中的部分以 « » 标出。",
			"Finds the messages that contain all the words, whatever their case and width, parts of words too; \"quotes\" make a phrase. Whole words come first, then beginnings of words, then parts; among equals the newest. What matches is marked by « ».",
		),
		Examples: [2]string{"session-sync search 部署 nginx --since 30d", "session-sync search '\"rate limit\"' --channel telegram --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var s searchFlags
			s.add(flags)
			return s.run
		},
	}
}

type searchFlags struct {
	scopeFlags
	session, role string
	exact         bool
	context       int
	snippet       int
}

func (s *searchFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&s.exact, "exact", false, "the query is one text exactly as typed / 完全按输入的文字查找")
	flags.StringVar(&s.session, "session", "", "`SESSION` only in this session / 只在这个会话中查找")
	flags.StringVar(&s.role, "role", "", "`user|assistant` only what one of them said / 只看用户或助手说的")
	flags.IntVarP(&s.context, "context", "C", 0, "`N` messages before and after each, up to 20 / 前后各显示几条消息，不超过 20")
	flags.IntVar(&s.snippet, "snippet", query.DefaultSnippet, "`N` characters of each message (default 160) / 每条显示的字数（默认 160）")
	s.scopeFlags.add(flags)
}

func (s *searchFlags) run(a *console.App, operands []string) error {
	request, err := s.request(a, operands)
	if err != nil {
		return err
	}
	page, err := ask(a, s.asker, func(q *query.Queries) (query.SearchPage, error) { return q.Search(a.Ctx, request) })
	if err != nil {
		return err
	}
	if s.json {
		return a.PrintJSON(page)
	}
	err = a.Buffered(func(w io.Writer) error {
		for _, hit := range page.Messages {
			printHit(a, w, hit)
		}
		return nil
	})
	if page.TotalAtMost && page.Truncated {
		a.Say(terminal.Both("至多 %d 项，显示了 %d 项；下一页：--next %s", "at most %d in all, %d shown; next page: --next %s").In(a.Lang), page.Total, page.Returned, page.Next)
	} else {
		tellMore(a, page.Answer)
	}
	return err
}

func (s *searchFlags) request(a *console.App, operands []string) (query.SearchRequest, error) {
	if len(operands) == 0 {
		return query.SearchRequest{}, console.Usage("search takes what to look for")
	}
	scope, err := s.scope(a, s.session)
	if err != nil {
		return query.SearchRequest{}, err
	}
	role := session.Role(s.role)
	switch role {
	case "", session.RoleUser, session.RoleAssistant:
	default:
		return query.SearchRequest{}, console.Usage("--role takes user or assistant")
	}
	return query.SearchRequest{
		Scope: scope, Query: strings.Join(operands, " "), Exact: s.exact, Role: role, Snippet: s.snippet, Context: s.context,
	}, nil
}

// printHit shows a result to people, with what was said around it.
func printHit(a *console.App, w io.Writer, hit query.Hit) {
	for _, m := range hit.Before {
		printMessage(a, w, m)
	}
	printMessage(a, w, query.Message{
		ID: hit.ID, Role: hit.Role, Content: hit.Snippet, Timestamp: hit.Timestamp, Channel: hit.Channel, Sender: hit.Sender,
		Origin: hit.Origin, Class: hit.Class, Imported: hit.Imported, Agent: hit.Agent, SessionKey: hit.SessionKey,
	})
	for _, m := range hit.After {
		printMessage(a, w, m)
	}
	if len(hit.Before)+len(hit.After) > 0 {
		fmt.Fprintln(w, "--")
	}
}
