package normalize

import (
	"fmt"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
)

// fenced is a metadata block as OpenClaw writes it.
func fenced(head, body string) string { return head + "\n```json\n" + body + "\n```\n\n" }

var (
	fromCLI   = fenced(senderInfo, `{"label": "cli", "id": "cli"}`)
	fromPhone = fenced(conversationInfo, `{"message_id": "5", "sender_id": "9001", "sender": "Ann"}`) +
		fenced(senderInfo, `{"label": "Ann (9001)", "id": "9001", "name": "Ann", "username": "ann"}`)
)

const stamped = "[Sat 2026-03-14 12:00 GMT+8] "

func TestOpenEnvelope(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"nothing around", "hello", "hello"},
		{"web", fromCLI + stamped + "hello", "hello"},
		{"messenger", fromPhone + "hello", "hello"},
		{"stamp alone", stamped + "hello", "hello"},
		{"stamp and message id", stamped + "hello\n[message_id: 1a-2b]", "hello"},
		{"events", "System: [2026-03-14 12:00:00 GMT+8] one\nSystem: two\n\nhello", "hello"},
		{"events only", "System: [2026-03-14 12:00:00 GMT+8] one", ""},
		{"all metadata", fromPhone + fenced(threadStarter, `{"body":"x"}`) + fenced(repliedMessage, `{"body":"x"}`) +
			fenced(forwardedContext, `{"from":"x"}`) + fenced(chatHistory, `[{"body":"x"}]`) + "hello", "hello"},
		{"reply of 2026.7.1", fenced(replyTarget, `{"body":"x"}`) + "hello", "hello"},
		{"escaped fence inside", fenced(repliedMessage, "{\"body\":\"`\u200b``\"}") + "hello", "hello"},
		{"history in plain lines", "Recent chat (untrusted, chronological, newest last):\nBob: x\nAnn: y\n\nhello", "hello"},
		{"marked header with JSON", "Conversation info: ⟦openclaw:ctx⟧\n```json\n{\"sender\":\"Ann\"}\n```\nhello", "hello"},
		{"marked header with lines", "Context: ⟦openclaw:ctx⟧\na\nb\n\nhello", "hello"},
		{"internal context", internalOpen + "\na\n\nb\n" + internalClose + "\n\nhello", "hello"},
		{"memory plugin", untrustedContext + "\n" + memoryOpen + "\na\n" + memoryClose + "\n\nhello", "hello"},
		{"memory plugin without a header", memoryOpen + "\na\n" + memoryClose + "\nhello", "hello"},
		{"untrusted suffix", fromPhone + "hello\n\n" + untrustedContext + "\ntopic\n\nmore", "hello"},
		{"untrusted suffix and no words", fromPhone + untrustedContext + "\ntopic", ""},
		{"old header", "[Telegram Ann Example id:123 2026-01-02 10:00 UTC] hello\n[message_id: 123]", "hello"},
		{"old web header", "[WebChat 2026-01-02T10:00Z] hello", "hello"},

		{"user's bracket", "[Telegram fake id:1] hello", "[Telegram fake id:1] hello"},
		{"in the middle", "look:\n\n" + fromCLI + "bye", "look:\n\n" + fromCLI + "bye"},
		{"stamp typed on the phone", fromPhone + stamped + "hello", stamped + "hello"},
		{"stamp typed behind a stamp", fromCLI + stamped + stamped + "hello", stamped + "hello"},
		{"old header behind metadata", fromPhone + "[Slack Bo 2026-01-02 10:00 UTC] hello", "[Slack Bo 2026-01-02 10:00 UTC] hello"},
		{"message id typed on the phone", fromPhone + "hello\n[message_id: 5]", "hello\n[message_id: 5]"},
		{"metadata typed twice", fromPhone + fenced(senderInfo, `{"id":"1"}`) + "x", fenced(senderInfo, `{"id":"1"}`) + "x"},
		{"fence that is not JSON", fenced(senderInfo, "not so") + "x", fenced(senderInfo, "not so") + "x"},
		{"fence without an end", senderInfo + "\n```json\n{}\nhello", senderInfo + "\n```json\n{}\nhello"},
		{"header without a fence", senderInfo + "\nhello", senderInfo + "\nhello"},
		{"events without a blank line", "System: [2026-03-14 12:00:00 GMT+8] one\nhello", "System: [2026-03-14 12:00:00 GMT+8] one\nhello"},
		{"event without a time", "System: out of paper\n\nhello", "System: out of paper\n\nhello"},
		{"internal context without an end", internalOpen + "\nhello", internalOpen + "\nhello"},
		{"suffix header in a sentence", "what is " + untrustedContext + "\nfor", "what is " + untrustedContext + "\nfor"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, got := openEnvelope(clean(tt.text)); got != strings.TrimSpace(tt.want) {
				t.Errorf("got %q, want %q", got, strings.TrimSpace(tt.want))
			}
		})
	}
}

func TestEnvelopeFacts(t *testing.T) {
	tests := []struct {
		name, text string
		want       envelope
	}{
		{"web", fromCLI + "x", envelope{identified: true, web: true, sender: session.Sender{ID: "cli"}}},
		{"control UI of 2026.2", fenced(conversationInfo, `{"message_id":"5","sender":"openclaw-control-ui"}`) + "x",
			envelope{identified: true, web: true, sender: session.Sender{Name: "openclaw-control-ui"}}},
		{"messenger", fromPhone + "x", envelope{identified: true, messenger: true, sender: session.Sender{ID: "9001", Name: "Ann", Username: "ann"}}},
		{"group", fenced(conversationInfo, `{"message_id":"5","sender_id":7,"is_group_chat":true}`) + "x",
			envelope{identified: true, messenger: true, group: true, sender: session.Sender{ID: "7"}}},
		{"forwarded", fenced(forwardedContext, `{"from":"Bo"}`) + "x", envelope{forwarded: true}},
		{"old header", "[Telegram Ann Example id:123 2026-01-02 10:00 UTC] x",
			envelope{identified: true, channel: "telegram", sender: session.Sender{ID: "123", Name: "Ann Example"}}},
		{"escaped name", fenced(senderInfo, "{\"id\":\"1\",\"name\":\"a`\u200b``b\"}") + "x",
			envelope{identified: true, sender: session.Sender{ID: "1", Name: "a```b"}}},
		{"odd types", fenced(senderInfo, `{"id":null,"name":["x"],"username":{}}`) + "x", envelope{identified: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := openEnvelope(tt.text)
			got.seen = nil
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// TestCleanRows: rows that say they were stored as typed are left alone.
func TestCleanRows(t *testing.T) {
	typed := fromPhone + stamped + "System: [2026-03-14 12:00:00 GMT+8] x"
	tests := []struct {
		name string
		e    session.Entry
		text string
		want string
	}{
		{"channel", session.Entry{Channel: "telegram"}, typed, typed},
		{"sender", session.Entry{Sender: session.Sender{ID: "1"}}, typed, typed},
		{"web hint", session.Entry{Hint: session.HintWeb}, typed, typed},
		{"messenger hint", session.Entry{Hint: session.HintMessenger}, typed, typed},
		{"provenance", session.Entry{Provenance: fromPerson}, typed, typed},
		{"client's key, no sender named", session.Entry{IdempotencyKey: "k"}, stamped + "x", stamped + "x"},
		{"client's key, sender named", session.Entry{IdempotencyKey: "k"}, fromCLI + stamped + "x", "x"},
		{"nothing", session.Entry{}, fromCLI + stamped + "x", "x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.e.Type, tt.e.Role, tt.e.Text = "message", session.RoleUser, tt.text
			m, _ := New(session.Facts{}, testOptions()).Next(&tt.e)
			if m.Text != tt.want {
				t.Errorf("got %q, want %q", m.Text, tt.want)
			}
		})
	}
}

// TestHostileBlocks: what costs time for each block must not look at all that
// follows it.
func TestHostileBlocks(t *testing.T) {
	const many = 50_000
	tests := []struct{ name, text string }{
		{"lines", strings.Repeat("a (untrusted, chronological):\n\n", many)},
		{"marked", strings.Repeat("a: ⟦openclaw:ctx⟧\n```json\n\n", many)},
		{"contexts", strings.Repeat(internalOpen+"\n"+internalClose+"\n", many)},
		{"events", "System: [2026-03-14 12:00:00 GMT+8] x\n" + strings.Repeat("System:\n", many)},
		{"brackets", "[cron:a" + strings.Repeat("[", many) + "] x"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := clean(tt.text)
			if _, got := openEnvelope(text); !strings.Contains(text, got) {
				t.Errorf("%d bytes that do not stand in the input", len(got))
			}
		})
	}
}
