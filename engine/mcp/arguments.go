package mcp

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

// Bounds of arguments.
const (
	maxText      = 1000 // bytes of one argument
	defaultLimit = 10
	maxLimit     = 50

	maxTokens = 5000
)

// request is what a call asks for.
type request struct {
	asker, query, session, agent, channel string
	since, until, next, kind, owner, list string
	exact                                 bool
	limit, tokens                         int
	textBytes                             int // of a message that is shown alone
}

// argument is one that tools take.
type argument struct {
	name, about string
	required    bool
	choices     []string           // of a text; nil for any
	least, most int                // of a number
	into        func(*request) any // a *string, *int or *bool
}

func forArgument() argument {
	return argument{name: "for", into: func(r *request) any { return &r.asker },
		about: "Key of the session you answer in (当前会话的会话键), such as agent:main:telegram:group:-100. Required where groups are archived. A group sees only itself."}
}

func queryArgument() argument {
	return argument{name: "query", required: true, into: func(r *request) any { return &r.query },
		about: `Words that all have to be there, in Chinese or English (关键词); "quotes" make a phrase.`}
}

func exactArgument() argument {
	return argument{name: "exact", into: func(r *request) any { return &r.exact },
		about: "Take the query as one text, exactly as it is."}
}

func sessionArgument() argument {
	return argument{name: "session", into: func(r *request) any { return &r.session },
		about: "Only this session: its key, its id or the beginning of one."}
}

func subjectArgument() argument {
	return argument{name: "session", required: true, into: func(r *request) any { return &r.session },
		about: "Key or id of a session, or the id of one message to get it in full (会话键或消息 id)."}
}

func kindArgument() argument {
	return argument{name: "kind", into: func(r *request) any { return &r.kind },
		choices: []string{session.ItemDecision, session.ItemKnowledge, session.ItemPreference}, about: "Only this kind."}
}

func ownerArgument() argument {
	return argument{name: "owner", into: func(r *request) any { return &r.owner },
		choices: []string{string(session.OwnerUser), string(session.OwnerAgent), string(session.OwnerOther)}, about: "Only what one of them has to do."}
}

func listArgument(about string, choices ...query.Choice) argument {
	a := argument{name: "list", about: about, into: func(r *request) any { return &r.list }}
	for _, choice := range choices {
		a.choices = append(a.choices, string(choice))
	}
	return a
}

// placeArguments choose by where something was said.
func placeArguments() []argument {
	return []argument{
		{name: "agent", about: "Only this agent.", into: func(r *request) any { return &r.agent }},
		{name: "channel", about: "Only this channel (渠道): telegram, webchat, ...", into: func(r *request) any { return &r.channel }},
	}
}

// pageArguments choose by time, and a page.
func pageArguments() []argument {
	return []argument{
		{name: "since", about: "From a time or an age on: 2026-03-14, 2026-03-14T09:30, 24h, 7d.", into: func(r *request) any { return &r.since }},
		{name: "until", about: "Before a time or an age.", into: func(r *request) any { return &r.until }},
		{name: "limit", about: "At most so many results; 10 if not given.", least: 1, most: maxLimit, into: func(r *request) any { return &r.limit }},
		{name: "next", about: "The next of the page before.", into: func(r *request) any { return &r.next }},
	}
}

func tokensArgument() argument {
	return argument{name: "max_tokens", least: query.LeastMaxTokens, most: maxTokens, into: func(r *request) any { return &r.tokens },
		about: "At most so many tokens; 2000 if not given."}
}

// schema describes an argument as JSON Schema.
func (a argument) schema() map[string]any {
	s := map[string]any{"description": a.about}
	switch a.into(&request{}).(type) {
	case *string:
		s["type"] = "string"
		if a.choices != nil {
			s["enum"] = a.choices
		}
	case *int:
		s["type"], s["minimum"], s["maximum"] = "integer", a.least, a.most
	case *bool:
		s["type"] = "boolean"
	}
	return s
}

// inputSchema describes the arguments of a tool.
func inputSchema(takes []argument) map[string]any {
	properties := map[string]any{}
	var required []string
	for _, a := range takes {
		properties[a.name] = a.schema()
		if a.required {
			required = append(required, a.name)
		}
	}
	schema := map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

// parse reads the arguments of a call. What is null or an empty text counts as
// not given: models send that.
func parse(takes []argument, raw json.RawMessage) (request, error) {
	r := request{limit: defaultLimit, tokens: query.DefaultMaxTokens, textBytes: maxShown}
	given := map[string]json.RawMessage{}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &given); err != nil {
			return r, argumentError{"the arguments are no JSON object"}
		}
	}
	var names []string
	for _, a := range takes {
		names = append(names, a.name)
		value := given[a.name]
		delete(given, a.name)
		if len(value) > 0 && string(value) != "null" {
			if err := a.read(&r, value); err != nil {
				return r, err
			}
		}
		if text, is := a.into(&r).(*string); is && a.required && *text == "" {
			return r, argumentError{a.name + " is missing"}
		}
	}
	if len(given) > 0 {
		return r, argumentError{"there is an argument that the tool does not take; it takes " + strings.Join(names, ", ")}
	}
	return r, nil
}

// read puts the value of an argument where it belongs.
func (a argument) read(r *request, value json.RawMessage) error {
	wrong := func(format string, args ...any) error {
		return argumentError{a.name + " " + fmt.Sprintf(format, args...)}
	}
	switch to := a.into(r).(type) {
	case *string:
		switch err := json.Unmarshal(value, to); {
		case err != nil:
			return wrong("takes a text")
		case len(*to) > maxText:
			return wrong("takes at most %d bytes", maxText)
		case a.choices != nil && *to != "" && !slices.Contains(a.choices, *to):
			return wrong("takes one of: %s", strings.Join(a.choices, ", "))
		}
	case *int:
		var number float64 // some write 10.0
		if err := json.Unmarshal(value, &number); err != nil || number != math.Trunc(number) || number < float64(a.least) || number > float64(a.most) {
			return wrong("takes a whole number from %d to %d", a.least, a.most)
		}
		*to = int(number)
	case *bool:
		if err := json.Unmarshal(value, to); err != nil {
			return wrong("takes true or false")
		}
	}
	return nil
}

// scope is what the arguments choose.
func (r request) scope(now time.Time, zone *time.Location) (query.Scope, error) {
	s := query.Scope{Agent: r.agent, Channel: r.channel, Session: r.session, For: r.asker, Limit: r.limit, Next: r.next}
	var err error
	if s.Since, err = query.Moment(r.since, now, zone); err != nil {
		return s, argumentError{"since: " + err.Error()}
	}
	if s.Until, err = query.Moment(r.until, now, zone); err != nil {
		return s, argumentError{"until: " + err.Error()}
	}
	return s, nil
}
