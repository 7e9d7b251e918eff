package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// sessions is where the JSONL-era helpers put their files.
const sessions = "agents/main/sessions/"

// Session ids of the helpers' states.
const (
	idDirect = "11111111-1111-4111-8111-111111111111"
	idMain   = "22222222-2222-4222-8222-222222222222"
	idGroup  = "33333333-3333-4333-8333-333333333333"
	idOld    = "44444444-4444-4444-8444-444444444444"
	idRows   = "66666666-6666-4666-8666-666666666666"
)

const (
	keyDirect = "agent:main:telegram:direct:7001"
	keyMain   = "agent:main:main"
	keyGroup  = "agent:main:telegram:group:-100200300"
)

type object = map[string]any

func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func line(v any) string { return asJSON(v) + "\n" }

// moment is the nth second of the chats in the tests.
func moment(n int) time.Time {
	return time.Date(2026, 3, 14, 4, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Second)
}

func iso(n int) string { return moment(n).Format("2006-01-02T15:04:05.000Z") }

func header(id string) object {
	return object{"type": "session", "version": 3, "id": id, "timestamp": iso(0), "cwd": "/home/alice"}
}

// said is an entry of a person or the assistant in second n; its id is made of n.
func said(role string, n int, text string, more ...object) object {
	message := object{"role": role, "content": text, "timestamp": moment(n).UnixMilli()}
	if role == "assistant" {
		message["content"] = []any{object{"type": "text", "text": text}}
		message["provider"], message["model"] = "mock", "mock-1"
	}
	for _, fields := range more {
		for name, value := range fields {
			message[name] = value
		}
	}
	return object{"type": "message", "id": fmt.Sprintf("e%07d", n), "parentId": nil, "timestamp": iso(n), "message": message}
}

// mirror is the copy of what was delivered to the channel.
func mirror(n int, text string) object {
	return said("assistant", n, text, object{"provider": "openclaw", "model": "delivery-mirror", "api": "openclaw-transcript"})
}

func lines(records ...object) string {
	var all strings.Builder
	for _, r := range records {
		all.WriteString(line(r))
	}
	return all.String()
}

// chat is a transcript of n messages from second first on.
func chat(id string, first, n int) string {
	records := []object{header(id)}
	for i := range n {
		role := []string{"user", "assistant"}[i%2]
		records = append(records, said(role, first+i, fmt.Sprintf("message %d of %s 你好", i, id[:min(4, len(id))])))
	}
	return lines(records...)
}

// telegram is the index row of a session on a messenger.
func telegram(id, chatType string) object {
	return object{
		"sessionId": id, "updatedAt": moment(100).UnixMilli(), "chatType": chatType, "lastChannel": "telegram",
		"origin": object{"label": "Alice Lab id:7001", "provider": "telegram"},
	}
}

func web(id string) object {
	return object{"sessionId": id, "updatedAt": moment(100).UnixMilli(), "lastChannel": "webchat"}
}

// jsonlState writes a small state as releases up to 2026.7.1 leave it: two
// chats, one with a reset archive, and an agent of its own.
func jsonlState(w *world) {
	w.t.Helper()
	direct := telegram(idDirect, "direct")
	direct["usageFamilySessionIds"] = []string{idOld, idDirect}
	w.write(sessions+"sessions.json", asJSON(object{keyDirect: direct, keyMain: web(idMain)}))
	w.write(sessions+idDirect+".jsonl", lines(
		header(idDirect), said("user", 10, "第一条消息 first"), said("assistant", 11, "收到 got it"), mirror(12, "收到 got it"),
		said("user", 13, "second"), said("assistant", 14, "second answer"),
	))
	w.write(sessions+idMain+".jsonl", chat(idMain, 20, 4))
	w.write(sessions+idOld+".jsonl.reset.2026-03-14T04-00-05.000Z", chat(idOld, 1, 2))
	w.write("agents/work/sessions/sessions.json", asJSON(object{"agent:work:main": web(idGroup)}))
	w.write("agents/work/sessions/"+idGroup+".jsonl", chat(idGroup, 30, 2))
}

// packed compresses as OpenClaw does.
func packed(t testing.TB, data string) []byte {
	t.Helper()
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	must(t, err)
	defer encoder.Close()
	return encoder.EncodeAll([]byte(data), nil)
}

// long repeats text with numbers, so that no two parts are equal.
func long(text string, times int) string {
	var all strings.Builder
	for i := range times {
		fmt.Fprintf(&all, "%s%d ", text, i)
	}
	return strings.TrimSpace(all.String())
}
