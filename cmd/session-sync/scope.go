package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

// scopeFlags are the filters that reading commands share.
type scopeFlags struct {
	agent, channel, kind, since, until, asker, next string
	class                                           string
	deleted, json                                   bool
	limit                                           int
}

func (s *scopeFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&s.agent, "agent", "", "only this `agent` / 只看这个智能体")
	flags.StringVar(&s.channel, "channel", "", "only this `channel`: telegram, webchat, ... / 只看这个渠道")
	flags.StringVar(&s.kind, "kind", "", "only this `kind`: main, direct, group, cron, ... / 只看这个类型")
	flags.StringVar(&s.since, "since", "", "`time` or age: 2026-03-14, 24h, 7d / 起始时间")
	flags.StringVar(&s.until, "until", "", "`time` or age, excluded / 截止时间")
	flags.StringVar(&s.asker, "for", "", "answer only what this `session` may see / 只给出该会话可见的内容")
	flags.StringVar(&s.class, "class", "", "`all`: heartbeats, prompts and other noise too / 包括心跳等系统消息")
	flags.BoolVar(&s.deleted, "include-deleted", false, "deleted sessions too / 包括已删除的会话")
	flags.IntVarP(&s.limit, "limit", "n", query.DefaultLimit, "at most this `number`, up to 1000 / 最多条数")
	flags.StringVar(&s.next, "next", "", "`token` of the next page / 下一页的标记")
	flags.BoolVar(&s.json, "json", false, "print JSON / 输出 JSON")
}

// scope turns the flags into what is asked of the archive.
func (s *scopeFlags) scope(a *app, named string) (query.Scope, error) {
	scope := query.Scope{
		Agent: s.agent, Channel: s.channel, Kind: session.Kind(s.kind), Session: named, For: s.asker,
		Classes: s.class == "all", IncludeDeleted: s.deleted, Limit: s.limit, Next: s.next,
	}
	if s.kind != "" && !slices.Contains(session.Kinds(), session.Kind(s.kind)) {
		return scope, usage(fmt.Errorf("--kind takes one of: %s", joinKinds()), "")
	}
	if s.class != "" && s.class != "all" {
		return scope, usage(errors.New("--class takes: all"), "")
	}
	if s.limit < 1 {
		return scope, usage(errors.New("--limit takes a number from 1 to 1000"), "")
	}
	var err error
	if scope.Since, err = moment(s.since, a.now(), a.local); err != nil {
		return scope, usage(fmt.Errorf("--since: %w", err), "")
	}
	if scope.Until, err = moment(s.until, a.now(), a.local); err != nil {
		return scope, usage(fmt.Errorf("--until: %w", err), "")
	}
	return scope, nil
}

func joinKinds() string {
	var names []string
	for _, kind := range session.Kinds() {
		names = append(names, string(kind))
	}
	return strings.Join(names, ", ")
}

// moment reads a point in time: a date, a time, or an age such as 24h or 7d.
func moment(text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if days, found := strings.CutSuffix(text, "d"); found {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if age, err := time.ParseDuration(text); err == nil && age >= 0 {
		return now.Add(-age), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("write a date like 2026-03-14, a time like 2026-03-14T09:30, or an age like 24h or 7d")
}
