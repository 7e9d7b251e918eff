package normalize

import (
	"regexp"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
)

// speech is a row with the question answered who spoke.
type speech struct {
	text    string
	class   session.Class
	origin  session.Origin
	person  bool   // typed by someone, not made by the runtime
	channel string // "" when the row does not tell
	sender  string
}

// Values of Entry.Provenance.
const (
	fromPerson  = "external_user"
	fromSession = "inter_session"
	fromSystem  = "internal_system"
)

// heardUser tells people from the prompts that OpenClaw stores in their place.
func (n *Normalizer) heardUser(e *session.Entry, text string) speech {
	if !attributed(e) {
		if s, made := n.heardRuntime(e, text); made {
			return s
		}
	}
	return n.heardPerson(e, text)
}

// attributed reports whether the source says which person wrote the row. No
// text can make such a row anything else. Hints are not enough: prompts of
// 2026.9.6 subagents carry the same metadata as direct messages of 2026.7.1.
func attributed(e *session.Entry) bool {
	switch e.Provenance {
	case fromPerson:
		return true
	case fromSession, fromSystem:
		return false
	}
	return e.Channel != "" || e.Sender.ID != "" || e.Sender.Name != "" || e.Sender.Username != ""
}

// heardPerson takes a person's words out of their envelope.
func (n *Normalizer) heardPerson(e *session.Entry, text string) speech {
	env, said := opened(e, text)
	if said == "" && text != "" && e.Media == 0 {
		return speech{text: text, class: session.ClassInternal, origin: session.OriginExternal}
	}
	s := speech{text: said, person: true, origin: n.originOf(e, env, said), channel: n.toldChannel(e, env)}
	if slashCommand.MatchString(said) {
		s.class = session.ClassCommand
	}
	s.sender = firstOf(e.Sender.Name, e.Sender.Username, e.Sender.ID, env.sender.Name, env.sender.Username, env.sender.ID)
	return s
}

// slashCommand is a whole message. With arguments it could as well be a skill
// that was asked for something worth keeping.
var slashCommand = regexp.MustCompile(`^/[A-Za-z][A-Za-z0-9_-]*(@[A-Za-z0-9_]+)?$`)

// opened removes the envelope where there can be one. Rows that carry the
// metadata of 2026.7.1 and later were stored as typed. A client's key alone is
// weaker evidence, so there an envelope counts when it names the sender.
func opened(e *session.Entry, text string) (envelope, string) {
	if attributed(e) || e.Hint != session.HintNone {
		return envelope{}, text
	}
	env, said := openEnvelope(text)
	if e.IdempotencyKey != "" && !env.identified {
		return envelope{}, text
	}
	return env, said
}

// originOf says how far a person's words can be trusted.
func (n *Normalizer) originOf(e *session.Entry, env envelope, said string) session.Origin {
	switch {
	case env.forwarded || quotesFence(said):
		return session.OriginExternal
	case n.kind.Shared() || env.group:
		if e.Sender.Owner {
			return session.OriginOwner
		}
		return session.OriginOther
	case n.automatic() && !attributed(e) && !env.identified:
		return session.OriginExternal
	}
	return session.OriginOwner
}

// automatic reports whether the session is not one that people talk in. They
// can; but there a row that names nobody was not typed.
func (n *Normalizer) automatic() bool {
	return n.kind == session.KindHook || n.kind == session.KindCron || n.kind == session.KindSubagent
}

// toldChannel is the channel as a person's row tells it without naming it.
func (n *Normalizer) toldChannel(e *session.Entry, env envelope) string {
	switch {
	case e.Hint == session.HintWeb || env.web:
		return session.ChannelWeb
	case e.Hint == session.HintMessenger:
		return n.messenger
	case env.channel != "":
		return env.channel
	case env.messenger:
		return n.messenger
	}
	return ""
}

// injected is the model name of rows with which the gateway itself answers
// slash commands.
const injected = "gateway-injected"

func heardAssistant(e *session.Entry, text string) speech {
	s := speech{text: text, origin: session.OriginAgent}
	switch {
	case e.Synthetic == injected:
		s.class = session.ClassCommand
	case strings.EqualFold(text, "NO_REPLY") || strings.EqualFold(text, "HEARTBEAT_OK"):
		s.class = session.ClassSilent
	}
	return s
}
