package main

import (
	"slices"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

// filterFlags are the filters that reading commands share.
type filterFlags struct {
	agent, channel, kind, since, until, asker, class string
	deleted                                          bool
}

func (s *filterFlags) add(flags *pflag.FlagSet) {
	s.addPlaces(flags)
	flags.StringVar(&s.kind, "kind", "", "`KIND` only this kind: main, direct, group, cron, ... / 只看这个类型：main、direct、group、cron 等")
	s.addTimes(flags)
	flags.StringVar(&s.class, "class", "", "`CLASS` all: noise too, or only one: heartbeat, command, ... / all 包括心跳等系统消息，或只看一类：heartbeat、command 等")
	flags.BoolVar(&s.deleted, "include-deleted", false, "deleted sessions too / 包括已删除的会话")
}

func (s *filterFlags) addPlaces(flags *pflag.FlagSet) {
	flags.StringVar(&s.agent, "agent", "", "`AGENT` only this agent / 只看这个智能体")
	flags.StringVar(&s.channel, "channel", "", "`CHANNEL` only this channel: telegram, webchat, ... / 只看这个渠道：telegram、webchat 等")
}

func (s *filterFlags) addTimes(flags *pflag.FlagSet) {
	flags.StringVar(&s.since, "since", "", "`TIME` from a time or age on: 2026-03-14, 24h, 7d / 起始时间：2026-03-14、24h、7d")
	flags.StringVar(&s.until, "until", "", "`TIME` before a time or age / 截止时间，不含")
	flags.Var(askerFlag{&s.asker}, "for", "`SESSION` answer only what this session may see / 只给出该会话可见的内容")
}

// askerFlag is the value of --for. An empty one, such as that of a variable which
// is not set, must not be taken for the owner, who sees everything.
type askerFlag struct{ name *string }

func (f askerFlag) Set(name string) error {
	if name == "" {
		return console.Usage("--for names no session; only who may see everything leaves it out")
	}
	*f.name = name
	return nil
}

func (f askerFlag) String() string {
	if f.name == nil {
		return ""
	}
	return *f.name
}

func (f askerFlag) Type() string { return "string" }

// scopeFlags are the filters of commands that answer with pages.
type scopeFlags struct {
	filterFlags
	next  string
	json  bool
	limit int
}

func (s *scopeFlags) add(flags *pflag.FlagSet) {
	s.filterFlags.add(flags)
	s.addPages(flags)
}

func (s *scopeFlags) addPages(flags *pflag.FlagSet) {
	addLimit(flags, &s.limit)
	flags.StringVar(&s.next, "next", "", "`TOKEN` where the page before ended / 下一页的标记")
	flags.BoolVar(&s.json, "json", false, "print JSON / 输出 JSON")
}

func addLimit(flags *pflag.FlagSet, limit *int) {
	flags.IntVarP(limit, "limit", "n", query.DefaultLimit, "`N` at most so many, up to 1000 (default 20) / 最多条数，不超过 1000（默认 20）")
}

func checkLimit(limit int) error {
	if limit < 1 || limit > query.MaxLimit {
		return console.Usage("--limit takes a number from 1 to %d", query.MaxLimit)
	}
	return nil
}

// scope turns the flags into what is asked of the archive.
func (s *scopeFlags) scope(a *console.App, named string) (query.Scope, error) {
	scope, err := s.filterFlags.scope(a)
	if err != nil {
		return scope, err
	}
	if err := checkLimit(s.limit); err != nil {
		return scope, err
	}
	scope.Session, scope.Limit, scope.Next = named, s.limit, s.next
	return scope, nil
}

func (s *filterFlags) scope(a *console.App) (query.Scope, error) {
	scope := query.Scope{
		Agent: s.agent, Channel: s.channel, Kind: session.Kind(s.kind), For: s.asker,
		Classes: s.class == "all", IncludeDeleted: s.deleted,
	}
	if s.kind != "" && !slices.Contains(session.Kinds(), session.Kind(s.kind)) {
		return scope, console.Usage("--kind takes one of: %s", console.Joined(session.Kinds()))
	}
	if class := session.Class(s.class); slices.Contains(session.Classes(), class) {
		scope.Class = class
	} else if s.class != "" && s.class != "all" {
		return scope, console.Usage("--class takes all, or one of: %s", console.Joined(session.Classes()))
	}
	var err error
	if scope.Since, err = query.Moment(s.since, a.Now(), a.Local); err != nil {
		return scope, console.Usage("--since: %v", err)
	}
	if scope.Until, err = query.Moment(s.until, a.Now(), a.Local); err != nil {
		return scope, console.Usage("--until: %v", err)
	}
	return scope, nil
}
