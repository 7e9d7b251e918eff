package session

import "strings"

// Parts is what a session key says about its session.
type Parts struct {
	Agent   string // "" for legacy keys without the agent prefix
	Kind    Kind
	Channel string // messenger named in the key, "" when none
}

// CanonicalKey removes the run suffix of scheduled jobs
// (`agent:<agent>:cron:<job>:run:<id>`). Where a window has both keys the one
// with the suffix is an alias.
func CanonicalKey(key string) string {
	if head, _, found := strings.Cut(key, ":run:"); found && strings.Contains(head, ":cron:") {
		return head
	}
	return key
}

// UnknownKey is the key given to a window whose real key no source tells.
func UnknownKey(agent, sessionID string) string {
	return "agent:" + agent + ":unknown:" + sessionID
}

// IsUnknownKey reports whether key was made by [UnknownKey].
func IsUnknownKey(key string) bool {
	rest := strings.SplitN(key, ":", 4)
	return len(rest) == 4 && rest[0] == "agent" && rest[2] == "unknown"
}

// ParseKey reads a session key from the left and leaves alone what it does not
// know. Shapes observed in 2026.3.13 to
// 2026.9.6.
func ParseKey(key string) Parts {
	p := Parts{Kind: KindOther}
	rest := key
	if after, found := strings.CutPrefix(key, "agent:"); found {
		p.Agent, rest, _ = strings.Cut(after, ":")
	}
	first, tail, _ := strings.Cut(rest, ":")
	if kind, known := plainKinds[first]; known {
		p.Kind = kind
		if kind == KindWebchat {
			p.Channel = ChannelWeb
		}
		return p
	}
	// <channel>:[<account>:]<what>:<id>[:topic|thread:<id>]; peer ids may hold
	// colons themselves, so only the first two parts can be the chat's sort.
	what, after, _ := strings.Cut(tail, ":")
	if _, known := chatKinds[what]; !known {
		what, after, _ = strings.Cut(after, ":")
	}
	kind, known := chatKinds[what]
	if !known {
		return p
	}
	p.Channel, p.Kind = first, kind
	if kind.Shared() && (strings.Contains(after, ":topic:") || strings.Contains(after, ":thread:")) {
		p.Kind = KindTopic
	}
	return p
}

var plainKinds = map[string]Kind{
	"main":      KindMain,
	"dashboard": KindWebchat,
	"webchat":   KindWebchat,
	"hook":      KindHook,
	"cron":      KindCron,
	"subagent":  KindSubagent,
	"recovered": KindRecovered,
	"openai":    KindAPI,
	"direct":    KindDirect,
	"dm":        KindDirect,
	"acp":       KindOther,
	"explicit":  KindOther,
	"unknown":   KindOther,
}

// room is what channels were called in older releases.
var chatKinds = map[string]Kind{
	"direct":  KindDirect,
	"dm":      KindDirect,
	"group":   KindGroup,
	"channel": KindChannel,
	"room":    KindChannel,
}
