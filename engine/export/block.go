package export

import (
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// maxContent is the size in bytes of the longest content that shared_chat.md
// holds whole.
const maxContent = 8 << 10

// hardBreak ends every field but the last of a message.
const hardBreak = "  \n"

// pageHead returns what stands before and after the time of the last sync.
func pageHead(w words) (before, after string) {
	before = "# " + w.title + "\n\n<!-- " + w.notice + " -->\n\n> " + w.synced
	return before, "\n\n---\n"
}

// appendSection appends the heading and the list of a session.
func appendSection(b []byte, w words, s session.Session) []byte {
	b = appendValue(append(b, "\n## "+w.session...), newestID(s))
	b = strconv.AppendInt(append(b, "\n\n- "+w.count...), int64(s.Messages), 10)
	updated := "-"
	if plaintext.KnownTime(s.Updated) {
		updated = s.Updated.UTC().Format("2006-01-02T15:04:05")
	}
	b = append(b, "\n- "+w.updated+updated+"\n"...)
	if session.ParseKey(s.Key).Agent != s.Agent {
		b = appendValue(append(b, "- "+w.agent...), s.Agent)
		b = append(b, '\n')
	}
	separator := "- "
	for _, fact := range []struct{ name, value string }{
		{w.channel, s.Channel}, {w.kind, string(s.Kind)}, {w.key, s.Key}, {w.name, s.Title},
	} {
		if fact.value == "" {
			continue
		}
		b = appendValue(append(b, separator+fact.name...), fact.value)
		separator = " · "
	}
	if separator != "- " {
		b = append(b, '\n')
	}
	return b
}

// appendBlock appends one message. Content of more than limit bytes is cut and
// marked.
func appendBlock(b []byte, w words, s session.Session, m session.Message, position, limit int) []byte {
	b = strconv.AppendInt(append(b, "\n### "+w.message...), int64(position), 10)
	b = append(b, '\n')
	b = appendField(b, "role", string(m.Role))
	b = appendKnownField(b, "sender", m.Sender)
	b = appendKnownField(b, "channel", ownChannel(s, m))
	b = appendKnownField(b, "class", string(m.Class))
	if !expectedOrigin(m) {
		b = appendField(b, "origin", string(m.Origin))
	}
	if m.Imported {
		b = appendField(b, "imported", w.imported)
	}
	text := strings.ToValidUTF8(m.Text, "\uFFFD")
	if len(text) > limit {
		b = appendContent(b, plaintext.Cut(text, limit))
		b = append(b, "**truncated:** "+w.cutMark(len(text), m.ID)+hardBreak...)
	} else {
		b = appendContent(b, text)
	}
	timestamp := "-"
	if plaintext.KnownTime(m.Time) {
		timestamp = plaintext.ISOTime(m.Time)
	}
	return append(b, "**timestamp:** "+timestamp+"\n"...)
}

// expectedOrigin reports whether the role alone tells the origin. Everything
// else is marked, right before the text it belongs to.
func expectedOrigin(m session.Message) bool {
	switch m.Role {
	case session.RoleUser:
		return m.Origin == session.OriginOwner
	case session.RoleAssistant:
		return m.Origin == session.OriginAgent
	}
	return false
}

func appendField(b []byte, name, value string) []byte {
	b = appendValue(append(b, "**"+name+":** "...), value)
	return append(b, hardBreak...)
}

func appendKnownField(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	return appendField(b, name, value)
}

// appendContent appends one line of text behind the field name, and more lines
// as a quote below it.
func appendContent(b []byte, text string) []byte {
	b = append(b, "**content:** "...)
	if !strings.Contains(text, "\n") {
		return append(appendLine(b, text), hardBreak...)
	}
	b = append(b, hardBreak...)
	for line := range strings.SplitSeq(text, "\n") {
		b = append(appendLine(append(b, "> "...), line), '\n')
	}
	return append(b, '\n')
}
