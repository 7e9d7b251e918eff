package normalize

import (
	"strconv"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// Options says how to normalise.
type Options struct {
	// Digest is the keyed digest of the archive. It is required.
	Digest func(text string) session.Digest
	// IncludeTools keeps tool results, whole: whoever redacts them cuts them.
	IncludeTools bool
}

// Normalizer makes messages of the entries of one window. It is not safe for
// concurrent use.
type Normalizer struct {
	opt       Options
	facts     session.Facts
	kind      session.Kind
	channel   string // of entries that tell nothing about theirs
	messenger string // what HintMessenger stands for

	turn  turn
	keyed ring // digests of the last entries with an idempotency key
}

// New returns a Normalizer for a window read from its first entry.
func New(f session.Facts, opt Options) *Normalizer {
	key := session.ParseKey(f.Key)
	n := &Normalizer{opt: opt, facts: f, kind: f.Kind, channel: f.Channel}
	if n.kind == "" {
		n.kind = key.Kind
	}
	if n.channel == "" {
		n.channel = key.Channel
	}
	n.messenger = firstMessenger(f.Messenger, key.Channel, f.Channel, unnamed)
	return n
}

// Next returns the message that e stands for. It returns false when there is
// nothing to archive: e is no message, is empty, repeats another entry, or is
// a tool result that was not asked for.
//
// Entries must come in stored order. The strings of the message may share
// memory with those of the entry.
func (n *Normalizer) Next(e *session.Entry) (session.Message, bool) {
	s, spoken := n.hear(e)
	if !spoken {
		return session.Message{}, false
	}
	if s.text == "" {
		if e.Media == 0 {
			return session.Message{}, false
		}
		s.text = "[media: " + strconv.Itoa(e.Media) + "]"
	}
	// Of the entry as stored: how it is interpreted depends on what is known of
	// its window, and that can grow.
	digest := n.opt.Digest(string(e.Role) + "\n" + e.Text)
	if n.repeatsKeyed(e, digest) || n.repeatsTurn(e, s.text) {
		return session.Message{}, false
	}
	return session.Message{
		ID:        session.PublicID(n.facts.SessionID, e.ID),
		SessionID: n.facts.SessionID,
		EntryID:   e.ID,
		Seq:       e.Seq,
		Role:      e.Role,
		Text:      s.text,
		Time:      spokenAt(e),
		Channel:   s.channel,
		Sender:    s.sender,
		Origin:    s.origin,
		Class:     s.class,
		Digest:    digest,
	}, true
}

// hear interprets an entry by its role.
func (n *Normalizer) hear(e *session.Entry) (speech, bool) {
	if e.Type != "message" {
		return speech{}, false
	}
	var s speech
	switch e.Role {
	case session.RoleUser:
		s = n.heardUser(e, clean(e.Text))
		n.turn.start(firstOf(e.Channel, s.channel))
	case session.RoleAssistant:
		s = heardAssistant(e, clean(e.Text))
	case session.RoleTool:
		if !n.opt.IncludeTools {
			return speech{}, false
		}
		s = speech{text: clean(e.Text), class: session.ClassTool, origin: session.OriginExternal}
	default:
		return speech{}, false
	}
	if s.channel = n.channelOf(e, s); s.channel == unnamed {
		s.channel = ""
	}
	s.sender = n.senderOf(s)
	return s, true
}

// spokenAt is the time a message was sent for people, who can be seconds ahead
// of the store, and the time the row was written for all others.
func spokenAt(e *session.Entry) time.Time {
	at, other := e.Written, e.Sent
	if e.Role == session.RoleUser {
		at, other = e.Sent, e.Written
	}
	if at.IsZero() {
		at = other
	}
	return at.UTC()
}

// channelOf resolves a message's channel: what the entry says, what the turn
// was opened on, what is known of the session.
func (n *Normalizer) channelOf(e *session.Entry, s speech) string {
	switch {
	case e.Channel != "":
		return e.Channel
	case s.channel != "":
		return s.channel
	case e.Role != session.RoleUser && n.turn.channel != "":
		return n.turn.channel
	}
	return n.channel
}

// senderOf names the person who spoke, "" for everything else and for web
// rows, whose sender is the client program.
func (n *Normalizer) senderOf(s speech) string {
	switch {
	case !s.person || s.channel == session.ChannelWeb:
		return ""
	case s.sender == "" && n.kind == session.KindDirect:
		return n.facts.Peer
	}
	return s.sender
}

// unnamed stands for a messenger whose name no source tells. It keeps a turn
// from being taken for one of the session's own channel; messages get "".
const unnamed = "-"

// firstMessenger returns the first name of a channel that is not the web.
func firstMessenger(names ...string) string {
	for _, name := range names {
		if name != "" && name != session.ChannelWeb {
			return name
		}
	}
	return ""
}

// firstOf returns the first string that is not empty.
func firstOf(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}
