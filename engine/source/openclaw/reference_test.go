package openclaw

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// reference decodes a record the plain way, with a JSON library that makes a
// value of everything it meets: what [decoder.decode] has to equal, entry or
// reason, for any bytes.
type reference struct {
	entry session.Entry
	text  []byte
}

func (d *reference) decode(data []byte, seq int64) (session.Entry, source.Reason) {
	record := gjson.ParseBytes(data)
	switch {
	case tooDeep(data):
		return session.Entry{}, source.ReasonTooDeep
	case !gjson.ValidBytes(data), !record.IsObject():
		return session.Entry{}, source.ReasonBadJSON
	}
	d.entry = session.Entry{
		Seq: seq, Type: plainText(last(record, "type")), ID: plainText(last(record, "id")), Written: plainMoment(last(record, "timestamp")),
	}
	e := &d.entry
	if e.Type != "message" {
		return *e, ""
	}
	message := last(record, "message")
	if !message.IsObject() {
		return session.Entry{}, source.ReasonBadEvent
	}
	if reason := d.message(message); reason != "" {
		return session.Entry{}, reason
	}
	if e.ID == "" {
		e.ID = "n" + strconv.FormatInt(seq, 10) + "-" + testDigest([]byte(string(e.Role) + "\n" + e.Text))[:6]
	}
	return *e, ""
}

// last is the member of an object with this key, of equal ones the last.
func last(object gjson.Result, name string) (found gjson.Result) {
	if object.IsObject() {
		object.ForEach(func(key, value gjson.Result) bool {
			if key.Str == name {
				found = value
			}
			return true
		})
	}
	return found
}

func (d *reference) message(message gjson.Result) source.Reason {
	e := &d.entry
	e.Role = roles[last(message, "role").Str]
	e.Sent = plainMoment(last(message, "timestamp"))
	e.Tool = plainText(last(message, "toolName"))
	e.IdempotencyKey = plainText(last(message, "idempotencyKey"))
	e.Provenance = plainText(last(last(message, "provenance"), "kind"))
	if last(message, "MediaPath").Exists() {
		e.Media = 1
	}
	e.Media = max(e.Media, elements(last(message, "MediaPaths")))
	if e.Role == session.RoleAssistant && last(message, "provider").Str == "openclaw" {
		e.Synthetic = plainText(last(message, "model"))
	}
	d.metadata(last(message, "__openclaw"))
	return d.content(last(message, "content"))
}

func (d *reference) metadata(meta gjson.Result) {
	e := &d.entry
	e.Sender = session.Sender{
		ID:       plainText(last(meta, "senderId")),
		Name:     plainText(last(meta, "senderName")),
		Username: plainText(last(meta, "senderUsername")),
		Owner:    last(meta, "senderIsOwner").Type == gjson.True,
	}
	e.Media = max(e.Media, elements(last(meta, "media")))
	transport := last(meta, "transport")
	e.Channel = plainText(last(transport, "channel"))
	user := e.Role == session.RoleUser
	switch {
	case e.Channel != "":
	case last(transport, "clients").Exists():
		e.Hint = session.HintWeb
	case last(meta, "senderIsOwner").Exists():
		e.Hint = session.HintMessenger
	case user && strings.HasPrefix(e.IdempotencyKey, "channel-user:"):
		e.Hint = session.HintMessenger
	case user && strings.HasSuffix(e.IdempotencyKey, ":user"):
		e.Hint = session.HintWeb
	}
}

func elements(list gjson.Result) (n int) {
	if list.IsArray() {
		list.ForEach(func(_, _ gjson.Result) bool { n++; return true })
	}
	return n
}

func (d *reference) content(content gjson.Result) source.Reason {
	d.text = append(d.text[:0], unescaped(content)...)
	tooLong, pictures := content.Type == gjson.False, 0
	if content.IsArray() {
		content.ForEach(func(_, part gjson.Result) bool {
			switch value := last(part, "text"); last(part, "type").Str {
			case "text":
				tooLong = tooLong || value.Type == gjson.False
				if len(d.text) > 0 {
					d.text = append(d.text, '\n')
				}
				d.text = append(d.text, unescaped(value)...)
			case "image":
				pictures++
			}
			return true
		})
	}
	if tooLong || len(d.text) > maxText {
		return source.ReasonTextTooLong
	}
	d.entry.Media = max(d.entry.Media, pictures)
	d.entry.Text = string(bytes.ToValidUTF8(d.text, []byte("\uFFFD")))
	return ""
}

// unescaped is the text of a JSON string. gjson takes a lone surrogate and the
// escape behind it for a pair, so strings with surrogates go another way, which
// would make several U+FFFD of broken bytes in a row.
func unescaped(value gjson.Result) string {
	if strings.Contains(value.Raw, `\ud`) || strings.Contains(value.Raw, `\uD`) {
		var s string
		if json.Unmarshal([]byte(strings.ToValidUTF8(value.Raw, "\uFFFD")), &s) == nil {
			return s
		}
	}
	return value.Str
}

func plainText(value gjson.Result) string {
	if value.Type != gjson.String {
		return ""
	}
	s := unescaped(value)
	return strings.ToValidUTF8(s[:min(len(s), maxField)], "\uFFFD")
}

func plainMoment(value gjson.Result) time.Time {
	switch value.Type {
	case gjson.Number:
		if value.Num > 0 && value.Num < 253402300800000 {
			return time.UnixMilli(int64(value.Num)).UTC()
		}
	case gjson.String:
		t, err := time.Parse(time.RFC3339Nano, unescaped(value))
		if t = t.UTC(); err == nil && t.Year() >= 1970 && t.Year() <= 9999 {
			return t
		}
	}
	return time.Time{}
}

// recordSeeds are records of all sorts, sound and damaged.
func recordSeeds() []string {
	return []string{
		header("s"), user("a", "hello"), reply("b", "你好"), `{}`, `[`, "", `[{"type":"message"}]`, `"x"`, " {\n} ", "{}{}", `{"type":"message"}`,
		message(`"role":"user","content":"\ud83d\u4e2d\u0000\ud83d\ude00"`),
		message(`"role":"assistant","content":[{"type":"thinking","text":"no"},{"type":"text","text":"a\n"},{"type":"text","text":"\ud83d"},{"type":"image"}]`),
		message(`"role":"assistant","provider":"openclaw","model":"delivery-mirror","content":"a","stopReason":null,"usage":{"cost":-1.5e-3}`),
		message(`"role":"toolResult","toolName":"exec","content":[{"type":"text","text":"out"},7,null,[{"type":"text"}]],"isError":false`),
		message(`"role":"user","__openclaw":{"transport":{"channel":"t"},"media":[1],"senderIsOwner":true,"senderId":"1","senderName":"A"},"MediaPaths":["x"],"timestamp":1772359200000`),
		message(`"role":"user","__openclaw":{"transport":{"clients":[]}},"MediaPath":"x","timestamp":1.5e3,"provenance":{"kind":"inter_session"}`),
		message(`"role":"user","idempotencyKey":"channel-user:v1","timestamp":"2026-03-01T18:00:00+08:00"`), message(`"role":"user","idempotencyKey":"c:user"`),
		message(`"ro\u006ce":"us\u0065r","c\u006fntent":"\u0041\/"`), `{"\u0074ype":"mess\u0061ge","id":"\ud83d","message":{"role":"user"}}`,
		`{"type":"message","message":{"role":"user","content":"no id"}}`, "{\"type\":\"message\",\"id\":\"\xff\xff\\ud83d\",\"message\":{\"role\":\"user\",\"content\":\"\xff\xfe\\ude00\xe4\"}}",
		`{"type":"x","type":"message","message":1,"message":{"role":"x","role":"user","content":["a",{"type":"x","type":"text","text":1,"text":false}]}}`,
		strings.Repeat(`{"a":`, 1200), strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth), "[01" + strings.Repeat("[", maxDepth+1),
		message(`"role":"user","content":"a` + "\n" + `b"`), message(`"role":"user","content":"\x"`), message(`"role":"user","content":"a",`),
		message(`"role":"user","content":{"type":"text","text":"no"},"provenance":"{\"kind\":\"x\"}"`),
	}
}

func checkAsReference(t *testing.T, line []byte) {
	t.Helper()
	want, wantReason := (&reference{}).decode(line, 7)
	if got, reason := decodeOne(t, string(line)); got != want || reason != wantReason {
		t.Fatalf("%q\n got %q %+v\nwant %q %+v", line, reason, got, wantReason, want)
	}
	spoken := decoder{digest: testDigest, spokenOnly: true}
	got, err := spoken.decode(line, 7)
	switch {
	case err != nil: // nothing is damaged that is not damaged otherwise
		if reason := reasonOf(err); reason != wantReason {
			t.Fatalf("%q: spoken only: got %q, want %q", line, reason, wantReason)
		}
	case got.Type != "message" || got.Role == session.RoleUser || got.Role == session.RoleAssistant:
		if *got != want || wantReason != "" {
			t.Fatalf("%q\nspoken only: got %+v\nwant %q %+v", line, *got, wantReason, want)
		}
	case wantReason != "" && wantReason != source.ReasonTextTooLong:
		t.Fatalf("%q: spoken only: got no error, want %q", line, wantReason)
	case got.Text != "" || got.Tool != "" || got.Media != 0 || got.ID == "":
		t.Fatalf("%q: spoken only: got %+v", line, *got)
	}
}

// TestDecodeAsReference compares records as they are, cut anywhere, and with a
// byte changed anywhere.
func TestDecodeAsReference(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, seed := range recordSeeds() {
		checkAsReference(t, []byte(seed))
		for range min(len(seed), 200) {
			checkAsReference(t, []byte(seed[:random.IntN(len(seed))]))
			changed := []byte(seed)
			changed[random.IntN(len(changed))] = `"\{}[]:,0e u`[random.IntN(12)]
			checkAsReference(t, changed)
		}
	}
}

func FuzzDecodeAsReference(f *testing.F) {
	for _, seed := range recordSeeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(checkAsReference)
}
