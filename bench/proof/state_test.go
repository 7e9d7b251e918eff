package proof

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

type object = map[string]any

func line(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // only maps and strings
	}
	return string(data) + "\n"
}

// epoch is when the chats of the tests begin.
var epoch = time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC)

// moment is when the nth message is written.
func moment(n int) time.Time { return epoch.Add(time.Duration(n) * 5 * time.Millisecond) }

func stamp(n int) string { return moment(n).Format("2006-01-02T15:04:05.000Z") }

func header(id string, n int) object {
	return object{"type": "session", "version": 3, "id": id, "timestamp": stamp(n), "cwd": "/home/alice"}
}

// spoken is the nth message as OpenClaw stores it.
func spoken(n int) object {
	message := object{"role": "user", "content": text(n), "timestamp": moment(n).UnixMilli()}
	if n%2 == 1 {
		message["role"] = "assistant"
		message["content"] = []any{object{"type": "text", "text": text(n)}}
		message["provider"], message["model"] = "mock", "mock-1"
	}
	return object{"type": "message", "id": fmt.Sprintf("e%07d", n), "parentId": nil, "timestamp": stamp(n), "message": message}
}

const textForm = "message %d of the test 第几条消息\nits second line"

// text is what the nth message says. Some are longer than what OpenClaw keeps
// uncompressed in a database.
func text(n int) string {
	s := fmt.Sprintf(textForm, n)
	if n%7 == 0 {
		s += strings.Repeat(" and more of it 还有更多", 100)
	}
	return s
}

// number reads from a text which one it is; a text that is not whole or not one
// of ours has none.
func number(content string) (n int, whole bool) {
	if _, err := fmt.Sscanf(content, "message %d ", &n); err != nil {
		return 0, false
	}
	return n, content == text(n)
}

func sessionID(n int) string { return fmt.Sprintf("%08d-1111-4111-8111-111111111111", n) }

// telegram is the index row of a chat.
func telegram(id string, family []string, n int) object {
	return object{
		"sessionId": id, "updatedAt": moment(n).UnixMilli(), "chatType": "direct", "lastChannel": "telegram",
		"usageFamilySessionIds": family, "origin": object{"label": "Alice Lab", "provider": "telegram"},
	}
}

// smallState is a state of a few hundred messages in a few sessions.
type smallState struct {
	dir  string
	next int // number of the next message
}

const smallSessions = 12

func newSmallState(t testing.TB, state string) *smallState {
	t.Helper()
	s := &smallState{dir: filepath.Join(state, "agents", "main", "sessions")}
	must(t, os.MkdirAll(s.dir, 0o700))
	index := object{}
	for i := range smallSessions {
		id := sessionID(i)
		index[fmt.Sprintf("agent:main:telegram:direct:user%d", i)] = telegram(id, []string{id}, i)
		must(t, os.WriteFile(s.transcript(i), []byte(line(header(id, i))), 0o600))
	}
	must(t, os.WriteFile(filepath.Join(s.dir, "sessions.json"), []byte(line(index)), 0o600))
	s.grow(t, 30*smallSessions)
	return s
}

func (s *smallState) transcript(i int) string { return filepath.Join(s.dir, sessionID(i)+".jsonl") }

// grow appends messages to all sessions in turn.
func (s *smallState) grow(t testing.TB, messages int) {
	t.Helper()
	for range messages {
		appendTo(t, s.transcript(s.next%smallSessions), line(spoken(s.next)))
		s.next++
	}
}

func appendTo(t testing.TB, path, content string) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = file.WriteString(content)
	must(t, err)
	must(t, file.Close())
}
