package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

func showCommand() console.Command {
	return console.Command{
		Name:     "show",
		Operands: "SESSION | MESSAGE-ID",
		Summary:  terminal.Both("显示一个会话的消息", "show the messages of one session"),
		About: terminal.Both(
			"按时间顺序显示一个会话的消息。SESSION 是会话键、会话 id 或它的开头；也可以给出一条消息的 id，显示它的全文。",
			"Shows the messages of one session, oldest first. SESSION is its key, its session id or the beginning of one; the id of a message shows that message in full.",
		),
		Examples: [2]string{"session-sync show agent:main:main", "session-sync show agent:main:main --limit 50 --json"},
		Suggest:  console.Session,
		Setup: func(flags *pflag.FlagSet) console.Action {
			var s messageFlags
			s.add(flags)
			return func(a *console.App, operands []string) error {
				named, err := s.named(operands)
				if err != nil {
					return err
				}
				if named == "" {
					return console.Usage("show takes one session or message id")
				}
				return printMessages(a, &s, named, func(q *query.Queries, scope query.Scope) (query.MessagePage, error) {
					page, err := q.Show(a.Ctx, query.ShowRequest{Scope: scope, MaxBytes: s.maxBytes})
					if errors.Is(err, query.ErrUnknownSession) && strings.Contains(named, ":") {
						return s.one(a, q, named)
					}
					return page, err
				})
			}
		},
	}
}

func lastCommand() console.Command {
	return console.Command{
		Name:     "last",
		Operands: "[SESSION]",
		Summary:  terminal.Both("显示最新的消息", "show the newest messages"),
		About: terminal.Both(
			"显示某个渠道、智能体或会话的最新消息，最新的在前。",
			"Shows the newest messages of a channel, an agent or a session, newest first.",
		),
		Examples: [2]string{"session-sync last --channel telegram -n 1", "session-sync last agent:main:main --json"},
		Suggest:  console.Session,
		Setup: func(flags *pflag.FlagSet) console.Action {
			var s messageFlags
			s.add(flags)
			return func(a *console.App, operands []string) error {
				named, err := s.named(operands)
				if err != nil {
					return err
				}
				return printMessages(a, &s, named, func(q *query.Queries, scope query.Scope) (query.MessagePage, error) {
					return q.Last(a.Ctx, query.LastRequest{Scope: scope, MaxBytes: s.maxBytes})
				})
			}
		},
	}
}

// messageFlags are those of the commands that print messages.
type messageFlags struct {
	scopeFlags
	session  string
	maxBytes int
}

func (s *messageFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&s.session, "session", "", "`SESSION` in place of the argument / 会话，代替参数")
	s.scopeFlags.add(flags)
	flags.IntVar(&s.maxBytes, "max-bytes", query.DefaultMaxBytes, "`N` cut each text after so many bytes (default 4000) / 每条文字最多字节数（默认 4000）")
}

// named is the session that operand or flag name, "" when neither does.
func (s *messageFlags) named(operands []string) (string, error) {
	switch {
	case len(operands) > 1:
		return "", console.Usage("unexpected argument %q", terminal.Typed(operands[1]))
	case len(operands) == 0:
		return s.session, nil
	case s.session != "":
		return "", console.Usage("name the session as argument or by --session, not both")
	}
	return operands[0], nil
}

func printMessages(a *console.App, s *messageFlags, named string, question func(*query.Queries, query.Scope) (query.MessagePage, error)) error {
	if s.maxBytes < 1 {
		return console.Usage("--max-bytes takes a number from 1")
	}
	scope, err := s.scope(a, named)
	if err != nil {
		return err
	}
	page, err := ask(a, s.asker, func(q *query.Queries) (query.MessagePage, error) { return question(q, scope) })
	if err != nil {
		return err
	}
	if s.json {
		return a.PrintJSON(page)
	}
	err = a.Buffered(func(w io.Writer) error {
		for _, m := range page.Messages {
			printMessage(a, w, m)
		}
		return nil
	})
	tellMore(a, page.Answer)
	return err
}

// one shows a single message, in full unless a bound was asked for.
func (s *messageFlags) one(a *console.App, q *query.Queries, id string) (query.MessagePage, error) {
	const whole = 8 << 20 // more than a text can have
	maxBytes := whole
	if s.maxBytes != query.DefaultMaxBytes {
		maxBytes = s.maxBytes
	}
	page, err := q.Message(a.Ctx, id, s.asker, maxBytes)
	if errors.Is(err, query.ErrUnknownMessage) {
		err = query.ErrUnknownSession // most names with a colon are session keys
	}
	return page, err
}

// importedMark stands beside messages that no source has any more.
func importedMark() terminal.Phrase {
	return terminal.Both("[来自旧版 session-sync]", "[from the earlier session-sync]")
}

// printMessage shows one message to people: a line about it, then its text
// behind a bar that no text can take away.
func printMessage(a *console.App, w io.Writer, m query.Message) {
	who := string(m.Role)
	if m.Sender != "" {
		who += " " + terminal.OneLine(m.Sender, 40)
	}
	line := fmt.Sprintf("%s  %s  %s  %s", terminal.ClockOf(m.Timestamp, a.Local), who, terminal.OrDash(m.Channel), terminal.Inline(m.ID))
	line += foreignMark(a, m.Origin)
	if m.Imported {
		line += "  " + importedMark().In(a.Lang)
	}
	if m.Class != session.ClassNone {
		line += "  [" + string(m.Class) + "]"
	}
	fmt.Fprintln(w, line)
	printQuoted(w, m.Content)
	if m.Truncated {
		fmt.Fprintf(w, terminal.Both("  …[已截断，全文：session-sync show %s]\n", "  …[cut, in full: session-sync show %s]\n").In(a.Lang), terminal.Inline(m.ID))
	}
}

// foreignMark is the mark of what is not of the owner or the assistant, "" for
// all else.
func foreignMark(a *console.App, origin session.Origin) string {
	if !origin.Foreign() {
		return ""
	}
	return "  " + trust(origin).In(a.Lang)
}

// printQuoted prints somebody's text behind the bar.
func printQuoted(w io.Writer, text string) {
	for line := range strings.SplitSeq(terminal.Clean(text), "\n") {
		fmt.Fprintln(w, "  │ "+line)
	}
}
