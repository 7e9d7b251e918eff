package openclaw

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

func decodeOne(t testing.TB, line string) (session.Entry, source.Reason) {
	t.Helper()
	d := decoder{digest: testDigest}
	e, err := d.decode([]byte(line), 7)
	if err != nil {
		return session.Entry{}, reasonOf(err)
	}
	return *e, ""
}

// message wraps fields of a message into an entry.
func message(fields string) string {
	return `{"type":"message","id":"e1","timestamp":"2026-03-01T10:00:01.5Z","message":{` + fields + `}}`
}

func TestDecodeText(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"string", `"hello"`, "hello"},
		{"parts", `[{"type":"text","text":"a"},{"type":"text","text":"b"}]`, "a\nb"},
		{"commentary is said too", `[{"type":"text","text":"a","textSignature":"{\"phase\":\"commentary\"}"},{"type":"text","text":"b"}]`, "a\nb"},
		{"thinking is private", `[{"type":"thinking","thinking":"no","text":"no"},{"type":"text","text":"a"}]`, "a"},
		{"tool calls are no speech", `[{"type":"toolCall","name":"x","arguments":{"text":"no"}},{"type":"toolUse","text":"no"},{"type":"functionCall","text":"no"}]`, ""},
		{"unknown parts and values", `[{"type":"new","text":"no"},7,null,"no",{"text":"no"},[{"type":"text","text":"no"}],{"type":"text","text":"a"}]`, "a"},
		{"of equal keys the last counts", `[{"type":"x","type":"text","text":"no","text":"yes"}]`, "yes"},
		{"an object is no content", `{"type":"text","text":"no"}`, ""},
		{"null", `null`, ""},
		{"escapes", `"a\n\t\"\\\/\u00e9"`, "a\n\t\"\\/é"},
		{"NUL and control characters", `"a\u0000b\u001bc"`, "a\x00b\x1bc"},
		{"surrogate pair", `"\ud83d\ude00"`, "😀"},
		{"surrogate pair in capitals", `"\uD83D\uDE00"`, "😀"},
		{"lone high surrogate", `"a\ud83d"`, "a\uFFFD"},
		{"lone low surrogate", `"\ude00z"`, "\uFFFDz"},
		{"high surrogate before another character", `"\ud83d\u4e2d"`, "\uFFFD中"},
		{"two high surrogates before a low one", `"\ud83d\ud83d\ude00"`, "\uFFFD😀"},
		{"an escaped backslash before ud", `"\\ud83d"`, `\ud83d`},
		{"lone surrogate in a part", `[{"type":"text","text":"\ud83d\u4e2d"}]`, "\uFFFD中"},
		{"broken UTF-8", "\"a\xff\xfeb\xe4\xb8\"", "a\uFFFDb\uFFFD"},
		{"Chinese", `"决定:用 PostgreSQL"`, "决定:用 PostgreSQL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, reason := decodeOne(t, message(`"role":"user","content":`+c.content))
			if reason != "" || e.Text != c.want {
				t.Errorf("got %q, %q, want %q", e.Text, reason, c.want)
			}
		})
	}
}

func TestDecodeFields(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 1, 500e6, time.UTC)
	base := session.Entry{Seq: 7, ID: "e1", Type: "message", Written: at, Role: session.RoleUser}
	with := func(change func(*session.Entry)) session.Entry { e := base; change(&e); return e }
	for _, c := range []struct {
		name, fields string
		want         session.Entry
	}{
		{"plain", `"role":"user"`, base},
		{"roles", `"role":"toolResult","toolName":"exec","content":[{"type":"text","text":"out"}]`,
			with(func(e *session.Entry) { e.Role, e.Tool, e.Text = session.RoleTool, "exec", "out" })},
		{"context rows are no messages", `"role":"bashExecution","command":"x"`, with(func(e *session.Entry) { e.Role = "" })},
		{"a role of another type", `"role":{"user":1}`, with(func(e *session.Entry) { e.Role = "" })},
		{"milliseconds", `"role":"user","timestamp":1772359200123`,
			with(func(e *session.Entry) { e.Sent = time.UnixMilli(1772359200123).UTC() })},
		{"ISO time with offset", `"role":"user","timestamp":"2026-03-01T18:00:00+08:00"`,
			with(func(e *session.Entry) { e.Sent = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC) })},
		{"mirror", `"role":"assistant","provider":"openclaw","model":"delivery-mirror"`,
			with(func(e *session.Entry) { e.Role, e.Synthetic = session.RoleAssistant, "delivery-mirror" })},
		{"a model of that name", `"role":"assistant","provider":"other","model":"delivery-mirror"`,
			with(func(e *session.Entry) { e.Role = session.RoleAssistant })},
		{"provenance", `"role":"user","provenance":{"kind":"inter_session","sourceSessionKey":"k"}`,
			with(func(e *session.Entry) { e.Provenance = "inter_session" })},
		{"web by key", `"role":"user","idempotencyKey":"c-1:user"`,
			with(func(e *session.Entry) { e.IdempotencyKey, e.Hint = "c-1:user", session.HintWeb })},
		{"messenger by key", `"role":"user","idempotencyKey":"channel-user:v1:ff"`,
			with(func(e *session.Entry) { e.IdempotencyKey, e.Hint = "channel-user:v1:ff", session.HintMessenger })},
		{"key of a reply", `"role":"assistant","idempotencyKey":"c-1:user"`,
			with(func(e *session.Entry) { e.Role, e.IdempotencyKey = session.RoleAssistant, "c-1:user" })},
		{"messenger by metadata", `"role":"user","idempotencyKey":"x:user","__openclaw":{"senderIsOwner":false,"senderId":"7002","senderName":"Bob","senderUsername":"bob"}`,
			with(func(e *session.Entry) {
				e.IdempotencyKey, e.Hint = "x:user", session.HintMessenger
				e.Sender = session.Sender{ID: "7002", Name: "Bob", Username: "bob"}
			})},
		{"transport", `"role":"user","__openclaw":{"senderIsOwner":true,"transport":{"channel":"telegram"},"media":[{},{}]}`,
			with(func(e *session.Entry) { e.Channel, e.Sender.Owner, e.Media = "telegram", true, 2 })},
		{"web client", `"role":"user","__openclaw":{"senderIsOwner":true,"transport":{"clients":[{"id":"x"}]}}`,
			with(func(e *session.Entry) { e.Hint, e.Sender.Owner = session.HintWeb, true })},
		{"media path", `"role":"user","MediaPath":"/a"`, with(func(e *session.Entry) { e.Media = 1 })},
		{"media paths and pictures", `"role":"user","MediaPath":"/a","MediaPaths":["/a","/b"],"content":[{"type":"image","data":"x"}]`,
			with(func(e *session.Entry) { e.Media = 2 })},
		{"pictures", `"role":"user","content":[{"type":"image"},{"type":"text","text":"t"},{"type":"image"},{"type":"image"}]`,
			with(func(e *session.Entry) { e.Media, e.Text = 3, "t" })},
		{"media of another type", `"role":"user","MediaPaths":"x","__openclaw":{"media":{"a":1}}`, base},
		{"metadata of another type", `"role":"user","__openclaw":[1],"provenance":"x","toolName":{},"idempotencyKey":5`, base},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, reason := decodeOne(t, message(c.fields))
			if reason != "" || e != c.want {
				t.Errorf("%q\n got %+v\nwant %+v", reason, e, c.want)
			}
		})
	}
}

func TestDecodeTimes(t *testing.T) {
	for _, value := range []string{
		"0", "-5", "1e300", "253402300800000", "null", `"yesterday"`, `"1969-12-31T23:59:59Z"`, `"1970-01-01T05:00:00+08:00"`,
		`"9999-12-31T23:59:59-12:00"`, `"10000-01-01T00:00:00Z"`, `"1772359200000"`, "{}", "true",
	} {
		t.Run(value, func(t *testing.T) {
			e, reason := decodeOne(t, `{"type":"message","timestamp":`+value+`,"message":{"role":"user","timestamp":`+value+`}}`)
			if reason != "" || !e.Written.IsZero() || !e.Sent.IsZero() {
				t.Errorf("%q: got %v, %v", reason, e.Written, e.Sent)
			}
		})
	}
	e, _ := decodeOne(t, message(`"role":"user","timestamp":253402300799999`))
	if e.Sent.Year() != 9999 {
		t.Errorf("got %v", e.Sent)
	}
}

func TestDecodeOtherRecords(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       session.Entry
	}{
		{"header", header("s1"), session.Entry{Seq: 7, Type: "session", ID: "s1", Written: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)}},
		{"compaction", `{"type":"compaction","id":"c","summary":"no"}`, session.Entry{Seq: 7, Type: "compaction", ID: "c"}},
		{"reset", `{"type":"reset","id":"r","reason":"new"}`, session.Entry{Seq: 7, Type: "reset", ID: "r"}},
		{"unknown", `{"type":"to-come","id":5,"message":{"role":"user","content":"no"}}`, session.Entry{Seq: 7, Type: "to-come"}},
		{"no type", `{}`, session.Entry{Seq: 7}},
		{"of equal keys the last counts", `{"type":"x","id":"1","type":"y","id":"2"}`, session.Entry{Seq: 7, Type: "y", ID: "2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if e, reason := decodeOne(t, c.line); reason != "" || e != c.want {
				t.Errorf("%q\n got %+v\nwant %+v", reason, e, c.want)
			}
		})
	}
}

func TestDecodeMakesIDs(t *testing.T) {
	line := func(text string) string {
		return `{"type":"message","message":{"role":"user","content":` + quote(text) + `}}`
	}
	one, _ := decodeOne(t, line("one"))
	again, _ := decodeOne(t, line("one"))
	two, _ := decodeOne(t, line("two"))
	if one.ID == "" || one.ID != again.ID || one.ID == two.ID {
		t.Errorf("got %q, %q, %q", one.ID, again.ID, two.ID)
	}
	if strings.Contains(one.ID, "one") {
		t.Errorf("id %q holds text", one.ID)
	}
	long, _ := decodeOne(t, `{"type":"message","id":"`+strings.Repeat("中", maxField)+`","message":{"role":"user"}}`)
	if len(long.ID) > maxField+3 || !utf8.ValidString(long.ID) {
		t.Errorf("id of %d bytes", len(long.ID))
	}
}

func TestDecodeRefuses(t *testing.T) {
	nested := func(n int) string {
		return message(`"role":"user","content":"x","y":` + strings.Repeat("[", n) + strings.Repeat("]", n))
	}
	for _, c := range []struct {
		name, line string
		want       source.Reason
	}{
		{"nothing", "", source.ReasonBadJSON},
		{"no JSON", `{"type":"message"`, source.ReasonBadJSON},
		{"two values", `{} {}`, source.ReasonBadJSON},
		{"an array", `[{"type":"message"}]`, source.ReasonBadJSON},
		{"a string", `"message"`, source.ReasonBadJSON},
		{"no message", `{"type":"message","message":"x"}`, source.ReasonBadEvent},
		{"just deep enough", nested(maxDepth - 2), ""},
		{"too deep", nested(maxDepth - 1), source.ReasonTooDeep},
		{"far too deep", strings.Repeat(`{"a":`, 200_000), source.ReasonTooDeep},
		{"brackets in strings do not count", message(`"role":"user","content":` + quote(strings.Repeat(`[{\"`, 5000))), ""},
		{"text at the bound", message(`"role":"user","content":"` + strings.Repeat("x", maxText) + `"`), ""},
		{"text too long", message(`"role":"user","content":"` + strings.Repeat("x", maxText+1) + `"`), source.ReasonTextTooLong},
		{"text too long in parts", message(`"role":"user","content":[{"type":"text","text":"` + strings.Repeat("x", maxText-1) + `"},{"type":"text","text":"xx"}]`), source.ReasonTextTooLong},
		{"text that was left out", message(`"role":"user","content":[{"type":"text","text":false}]`), source.ReasonTextTooLong},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, reason := decodeOne(t, c.line); reason != c.want {
				t.Errorf("got %q, want %q", reason, c.want)
			}
		})
	}
}

// javaScript is the text of a message as encoding/json reads it, which treats
// surrogates, broken UTF-8 and equal keys as JavaScript does.
func javaScript(line []byte) (text string, ok bool) {
	var record map[string]json.RawMessage
	var fields map[string]json.RawMessage
	if json.Unmarshal(line, &record) != nil || json.Unmarshal(record["message"], &fields) != nil || fields == nil {
		return "", false
	}
	content := fields["content"]
	if json.Unmarshal(content, &text) == nil {
		return text, true
	}
	var parts []json.RawMessage
	if json.Unmarshal(content, &parts) != nil {
		return "", true
	}
	for _, part := range parts {
		var f map[string]json.RawMessage
		var kind, value string
		if json.Unmarshal(part, &f) != nil || json.Unmarshal(f["type"], &kind) != nil || kind != "text" {
			continue
		}
		_ = json.Unmarshal(f["text"], &value)
		if text != "" {
			text += "\n"
		}
		text += value
	}
	return text, true
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		header("s"), user("a", "hello"), reply("b", "你好"), message(`"role":"user","content":"\ud83d\u4e2d\u0000"`), `{}`, `[`, "",
		message(`"role":"assistant","content":[{"type":"thinking"},{"type":"text","text":"a"},{"type":"text","text":"\ud83d"},{"type":"image"}]`),
		message(`"role":"user","__openclaw":{"transport":{"channel":"t"},"media":[1]},"MediaPaths":["x"],"timestamp":1772359200000`),
		`{"type":"message","message":{"role":"user","content":"no id"}}`, "{\"type\":\"message\",\"message\":{\"role\":\"user\",\"content\":\"\xff\"}}",
		strings.Repeat(`{"a":`, 1200), `{"type":"x","type":"message","message":1,"message":{"content":["a",{"type":"text","text":false}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		d := decoder{digest: testDigest}
		e, err := d.decode(line, 3)
		if err != nil {
			if reasonOf(err) == "" {
				t.Fatalf("error without a reason: %v", err)
			}
			return
		}
		for _, s := range []string{e.ID, e.Type, e.Text, e.Tool, e.Synthetic, e.Provenance, e.IdempotencyKey, e.Channel, e.Sender.ID, e.Sender.Name, e.Sender.Username} {
			if !utf8.ValidString(s) || len(s) > 3*len(line)+64 {
				t.Errorf("text %q", s)
			}
		}
		if e.Type == "message" && e.ID == "" {
			t.Error("message without an id")
		}
		if e.Type != "message" {
			return
		}
		// encoding/json makes one U+FFFD of each broken byte, we of each run.
		squeeze := func(s string) string {
			for strings.Contains(s, "\uFFFD\uFFFD") {
				s = strings.ReplaceAll(s, "\uFFFD\uFFFD", "\uFFFD")
			}
			return s
		}
		if want, ok := javaScript(line); ok && utf8.Valid(line) && squeeze(e.Text) != squeeze(want) {
			t.Errorf("text %q, encoding/json has %q", e.Text, want)
		}
		kept := *e
		second, err := d.decode(bytes.Clone(line), 3)
		if err != nil || *second != kept {
			t.Errorf("decoded again: %+v, %v, want %+v", second, err, kept)
		}
	})
}
