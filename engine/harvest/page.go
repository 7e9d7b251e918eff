package harvest

import (
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Page is a part of a session's conversation, in order, as plugins see it.
type Page struct {
	messages []session.Message
	parts    []abi.Batch    // as much as plugins are shown at once
	at       map[string]int // by message id; made when it is first asked for
}

// maxSender is what plugins are shown of a name, in bytes. Who writes what older
// releases of OpenClaw put above a message can give any, and a batch has to have
// room for it beside the longest text.
const maxSender = 1 << 10

// NewPage prepares messages of a session for plugins; location is where their
// owner lives.
func NewPage(of abi.Session, messages []session.Message, location *time.Location) *Page {
	shown := make([]abi.Message, len(messages))
	for i := range messages {
		shown[i] = asShown(&messages[i], location)
	}
	return &Page{messages: messages, parts: abi.Batch{Session: of, Messages: shown}.Split()}
}

func asShown(m *session.Message, location *time.Location) abi.Message {
	shown := abi.Message{
		ID: m.ID, Role: string(m.Role), Sender: shortened(m.Sender), Channel: m.Channel,
		Origin: string(m.Origin), Class: string(m.Class), Text: m.Text,
	}
	if !m.Time.IsZero() {
		_, offset := m.Time.In(location).Zone()
		shown.Time, shown.Offset = m.Time.UnixMilli(), int32(offset)
	}
	return shown
}

func shortened(sender string) string {
	if len(sender) <= maxSender {
		return sender
	}
	return plaintext.Cut(sender, maxSender)
}

// Len is the number of messages.
func (p *Page) Len() int { return len(p.messages) }

func (p *Page) message(id string) (session.Message, bool) {
	if p.at == nil {
		p.at = make(map[string]int, len(p.messages))
		for i := range p.messages {
			p.at[p.messages[i].ID] = i
		}
	}
	i, there := p.at[id]
	if !there {
		return session.Message{}, false
	}
	return p.messages[i], true
}
