package console

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

// completeName is the hidden command that the completion scripts call:
//
//	session-sync __complete WORD... LAST
//
// The words are those behind the program's name up to the cursor, without the
// shell's quotes; the last one is what is being typed, and may be empty. It
// prints one candidate a line, each perhaps with a tab and what it means in the
// language of the terminal. The last line is ":files" when the shell should
// offer file names, else ":none". It always exits with 0 and is silent on
// stderr: somebody is typing there.
const completeName = "__complete"

const (
	maxCandidates = 50
	// maxPatience is how long a key may seem dead while the archive is read.
	maxPatience = time.Second
)

// Candidate is a word that may stand where the cursor is.
type Candidate struct{ Word, About string }

// Words suggests words that need no explanation for the first operand.
func Words(words ...string) func(*App, []string) []Candidate {
	return func(_ *App, before []string) []Candidate {
		if len(before) > 0 {
			return nil
		}
		return plain(words...)
	}
}

func plain[T ~string](words ...T) []Candidate {
	var list []Candidate
	for _, word := range words {
		list = append(list, Candidate{Word: string(word)})
	}
	return list
}

// complete carries out __complete.
func (a *App) complete(words []string) error {
	if len(words) == 0 {
		words = []string{""}
	}
	before, last := words[:len(words)-1], words[len(words)-1]
	if last == `""` { // PowerShell's empty word
		last = ""
	}
	found, files := a.candidates(before, last)
	for _, c := range found[:min(len(found), maxCandidates)] {
		line := c.Word
		if c.About != "" {
			line += "\t" + terminal.OneLine(c.About, terminal.Columns)
		}
		fmt.Fprintln(a.Stdout, line)
	}
	directive := ":none"
	if files {
		directive = ":files"
	}
	fmt.Fprintln(a.Stdout, directive)
	return nil
}

// candidates are the words that begin with last and may stand behind before.
func (a *App) candidates(before []string, last string) (found []Candidate, files bool) {
	l, err := a.parse(before)
	if asker := l.flags.Lookup("for"); asker != nil {
		a.asker = asker.Value.String()
	}
	return a.complement(l.flags, err, last, func() []Candidate {
		switch {
		case len(l.command.Commands) > 0:
			return a.verbs(l.command)
		case l.command.Suggest != nil:
			return l.command.Suggest(a, l.operands)
		}
		return nil
	})
}

// complement completes the last word behind flags that were parsed, with the
// error that this gave: the value of a flag, a flag, or an operand.
func (a *App) complement(flags *pflag.FlagSet, err error, last string, operands func() []Candidate) (found []Candidate, files bool) {
	var open *pflag.ValueRequiredError
	name, value, joined := strings.Cut(last, "=")
	long, dashed := strings.CutPrefix(name, "--")
	ended := flags.ArgsLenAtDash() >= 0 // by "--"
	switch {
	case errors.As(err, &open):
		found, files = a.values(open.GetFlag())
		return fitting(found, "", last), files
	case err != nil:
		return nil, false
	case !ended && joined && dashed && flags.Lookup(long) != nil:
		found, files = a.values(flags.Lookup(long))
		return fitting(found, name+"=", value), files
	case !ended && strings.HasPrefix(last, "-"):
		return fitting(a.flagNames(flags), "", last), false
	}
	found = fitting(operands(), "", last)
	if len(found) == 0 && last == "" && !ended {
		found = a.flagNames(flags)
	}
	return found, false
}

// fitting are the candidates that begin with typed, with prefix before them.
func fitting(all []Candidate, prefix, typed string) []Candidate {
	var fit []Candidate
	for _, c := range all {
		if strings.HasPrefix(c.Word, typed) {
			fit = append(fit, Candidate{prefix + c.Word, c.About})
		}
	}
	return fit
}

func (a *App) verbs(of Command) []Candidate {
	var names []Candidate
	for _, c := range of.Commands {
		names = append(names, Candidate{c.Name, c.Summary.In(a.Lang)})
	}
	return names
}

// flagNames are the flags that may still be given.
func (a *App) flagNames(flags *pflag.FlagSet) []Candidate {
	var names []Candidate
	flags.VisitAll(func(f *pflag.Flag) {
		if _, repeatable := f.Value.(pflag.SliceValue); f.Changed && !repeatable {
			return
		}
		_, meaning := terminal.Explained(f.Usage)
		names = append(names, Candidate{"--" + f.Name, meaning.In(a.Lang)})
		if f.Shorthand != "" {
			names = append(names, Candidate{"-" + f.Shorthand, meaning.In(a.Lang)})
		}
	})
	return names
}

// values are those that a flag may take: the words that its usage lists, or by
// its name, because a flag means the same for every command. files is true when
// it takes the name of a file or directory.
func (a *App) values(flag *pflag.Flag) (found []Candidate, files bool) {
	operand, _ := terminal.Explained(flag.Usage)
	if words := strings.Split(operand, "|"); len(words) > 1 {
		return plain(words...), false
	}
	switch flag.Name {
	case "kind":
		return plain(session.Kinds()...), false
	case "class":
		return append(plain("all"), plain(session.Classes()...)...), false
	case "format":
		return plain("json", "jsonl", "md"), false
	case "since", "until":
		return plain("24h", "7d", "30d"), false
	case "every":
		return plain("15m", "30m", "1h", "6h"), false
	case "session", "for":
		return a.sessionNames(), false
	case "agent":
		return a.placeNames(func(agent, _ string) string { return agent }), false
	case "channel":
		return a.placeNames(func(_, channel string) string { return channel }), false
	case "output", "config", "store", "state-dir":
		return nil, true
	}
	return nil, false
}

// Session suggests one of the newest sessions for the first operand.
func Session(a *App, before []string) []Candidate {
	if len(before) > 0 {
		return nil
	}
	return a.sessionNames()
}

// sessionNames are the newest sessions: by key, or where a shell could misread
// the key, by session id.
func (a *App) sessionNames() []Candidate {
	var names []Candidate
	a.Peek(func(ctx context.Context, q *query.Queries) error {
		page, err := q.List(ctx, query.ListRequest{Scope: query.Scope{Limit: query.MaxLimit}})
		for _, s := range page.Sessions {
			name := s.Key
			if !terminal.Harmless(name) && len(s.SessionIDs) > 0 {
				name = s.SessionIDs[len(s.SessionIDs)-1]
			}
			if terminal.Harmless(name) {
				names = append(names, Candidate{name, s.Title})
			}
		}
		return err
	})
	return names
}

// placeNames are the agents or channels of the newest sessions and messages. A
// session may mix channels, so that it alone does not tell all of them.
func (a *App) placeNames(of func(agent, channel string) string) []Candidate {
	var names []string
	a.Peek(func(ctx context.Context, q *query.Queries) error {
		newest := query.Scope{Limit: query.MaxLimit}
		sessions, err := q.List(ctx, query.ListRequest{Scope: newest})
		if err != nil {
			return err
		}
		messages, err := q.Last(ctx, query.LastRequest{Scope: newest, MaxBytes: 1})
		for _, s := range sessions.Sessions {
			names = append(names, of(s.Agent, s.Channel))
		}
		for _, m := range messages.Messages {
			names = append(names, of(m.Agent, m.Channel))
		}
		return err
	})
	names = slices.DeleteFunc(names, func(name string) bool { return !terminal.Harmless(name) })
	slices.Sort(names)
	return plain(slices.Compact(names)...)
}

// Peek lets ask read the archive if there is one, for a short time only, and as
// far as the session that the command line asks for may see it. Whatever is
// wrong with it, the other commands tell.
func (a *App) Peek(ask func(context.Context, *query.Queries) error) {
	ctx, cancel := context.WithTimeout(a.Ctx, maxPatience)
	defer cancel()
	if e, err := a.Open(""); err == nil {
		_ = e.Query(ctx, a.asker, func(q *query.Queries) error { return ask(ctx, q) })
	}
}
