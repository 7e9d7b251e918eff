package export

import (
	"bytes"
	"context"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// The layout around sessions and messages; each of them begins a line.
const (
	jsonHead      = `{"schema_version":1,`
	sessionsOpen  = `"sessions":[`
	sessionsClose = "\n]}\n"
	messagesOpen  = `,"messages":[`
	messagesClose = "\n]}"
	firstLine     = "\n"
	nextLine      = ",\n"
)

// memberBytes is what a message usually takes beside its text.
const memberBytes = 256

// JSON renders shared_chat.json: newest sessions first, of each the last
// MessagesPerSession messages, oldest first, in at most JSONBytes. It stops at
// the first message that does not fit; the session it belongs to keeps its
// newer ones. A session that lacks messages is marked as truncated. What did not
// change since opt.Earlier is taken from there.
func JSON(ctx context.Context, a Archive, opt Options) (*File, error) {
	opt = opt.withDefaults()
	body := [][]byte{[]byte(sessionsOpen)}
	room := int(opt.JSONBytes) - len(jsonHead) - len(jsonStamp(time.Time{})) - len(sessionsOpen) - len(sessionsClose)
	separator := firstLine
	for s, err := range sessionsOf(ctx, a) {
		if err != nil {
			return nil, err
		}
		text, full := opt.Earlier.text(s), false
		if text == nil || len(separator)+len(text) > room {
			if text, full, err = sessionWithin(ctx, a, s, opt, room-len(separator)); err != nil {
				return nil, err
			}
		}
		if text != nil {
			body = append(body, []byte(separator), text)
			room -= len(separator) + len(text)
			separator = nextLine
		}
		if full {
			break
		}
	}
	body = append(body, []byte(sessionsClose))
	return &File{head: []byte(jsonHead), tail: body, stamp: jsonStamp}, nil
}

func jsonStamp(synced time.Time) string { return `"last_sync":"` + plaintext.ISOTime(synced) + `",` }

// sessionWithin renders a session in at most room bytes. The text is nil when
// there is no room for any of it; full says that room was lacking.
func sessionWithin(ctx context.Context, a Archive, s session.Session, opt Options, room int) (text []byte, full bool, err error) {
	if s, err = a.Complete(ctx, s); err != nil {
		return nil, false, err
	}
	headSize := func(truncated bool) int {
		return len(appendSessionHead(nil, s, truncated)) + len(messagesClose)
	}
	smallest := headSize(true)
	lines, size := [][]byte{}, 0
	dropOldest := func() {
		size -= len(nextLine) + len(lines[0])
		lines, full = lines[1:], true
	}
	add := func(line []byte) {
		// A single message of more than half the bound is left out instead of
		// taking the place of everything else: anyone who can post to a
		// webhook can write one.
		if int64(len(line)) > opt.JSONBytes/2 {
			return
		}
		lines, size = append(lines, line), size+len(nextLine)+len(line)
		for len(lines) > 0 && smallest+size-len(firstLine) > room {
			dropOldest()
		}
	}
	from := max(0, s.Messages-opt.MessagesPerSession)
	for _, line := range opt.Earlier.lines(s, opt.MessagesPerSession, &from) {
		add(line)
	}
	for m, err := range messagesOf(ctx, a, s, from, s.Messages) {
		if err != nil {
			return nil, false, err
		}
		add(appendMessage(make([]byte, 0, len(m.Text)+memberBytes), m, ownChannel(s, m)))
	}
	// "false" takes a byte more than "true", which only counts when nothing
	// had to go.
	for len(lines) > 0 && headSize(len(lines) < s.Messages)+size-len(firstLine) > room {
		dropOldest()
	}
	if len(lines) == 0 && (full || smallest > room) {
		return nil, true, nil
	}
	text = appendSessionHead(make([]byte, 0, smallest+size), s, len(lines) < s.Messages)
	if len(lines) > 0 {
		text = append(append(text, firstLine...), bytes.Join(lines, []byte(nextLine))...)
	}
	return append(text, messagesClose...), full, nil
}

// appendSessionHead appends a session up to and with the bracket that opens
// its messages.
func appendSessionHead(b []byte, s session.Session, truncated bool) []byte {
	b = appendSessionName(b, s)
	b = plaintext.AppendName(b, "session_ids")
	b = append(b, '[')
	for i, id := range s.SessionIDs {
		if i > 0 {
			b = append(b, ',')
		}
		b = plaintext.AppendString(b, id)
	}
	b = append(b, ']')
	b = plaintext.AppendMember(b, "channel", s.Channel)
	b = plaintext.AppendMember(b, "kind", string(s.Kind))
	b = plaintext.AppendMember(b, "title", s.Title)
	b = plaintext.AppendNumber(b, "message_count", s.Messages)
	b = plaintext.AppendTime(b, "last_updated", s.Updated)
	b = plaintext.AppendBool(b, "truncated", truncated)
	return append(b, messagesOpen...)
}

// appendMessage appends a message as an object; an empty channel is left out.
func appendMessage(b []byte, m session.Message, channel string) []byte {
	return append(appendMessageMembers(append(b, '{'), m, channel), '}')
}

func appendMessageMembers(b []byte, m session.Message, channel string) []byte {
	b = plaintext.AppendMember(b, "id", m.ID)
	b = plaintext.AppendMember(b, "role", string(m.Role))
	b = plaintext.AppendMember(b, "content", m.Text)
	b = plaintext.AppendTime(b, "timestamp", m.Time)
	b = plaintext.AppendOptional(b, "channel", channel)
	b = plaintext.AppendOptional(b, "sender", m.Sender)
	b = plaintext.AppendMember(b, "origin", string(m.Origin))
	b = plaintext.AppendOptional(b, "class", string(m.Class))
	if m.Imported {
		b = plaintext.AppendBool(b, "imported", true)
	}
	return b
}

// appendRecord appends a message as a record of its own, with what a reader
// needs to know of its session.
func appendRecord(b []byte, s session.Session, m session.Message) []byte {
	channel := m.Channel
	if channel == "" {
		channel = s.Channel
	}
	b = append(b, '{')
	b = plaintext.AppendMember(b, "agent", s.Agent)
	b = plaintext.AppendMember(b, "session_key", s.Key)
	b = plaintext.AppendMember(b, "channel", channel)
	b = plaintext.AppendMember(b, "kind", string(s.Kind))
	b = plaintext.AppendMember(b, "title", s.Title)
	return append(appendMessageMembers(b, m, ""), '}')
}
