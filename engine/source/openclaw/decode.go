package openclaw

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// errEntry carries why an entry can't be used.
type errEntry struct{ reason source.Reason }

func (e errEntry) Error() string { return "entry not usable: " + string(e.reason) }

// reasonOf gives the reason inside an entry error, "" for other errors.
func reasonOf(err error) source.Reason {
	if entry, ok := errors.AsType[errEntry](err); ok {
		return entry.reason
	}
	return ""
}

// decoder turns the JSON of one record into an entry. It is the same JSON in
// JSONL lines and in database events.
type decoder struct {
	digest func([]byte) string
	entry  session.Entry
	text   []byte
}

// decode returns the entry for a record, valid until the next call; a header
// comes back as an entry of type "session" whose ID is the session id.
func (d *decoder) decode(data []byte, seq int64) (*session.Entry, error) {
	if tooDeep(data) {
		return nil, errEntry{source.ReasonTooDeep}
	}
	if !gjson.ValidBytes(data) {
		return nil, errEntry{source.ReasonBadJSON}
	}
	record := gjson.ParseBytes(data)
	if !record.IsObject() {
		return nil, errEntry{source.ReasonBadJSON}
	}
	d.entry = session.Entry{Seq: seq}
	e := &d.entry
	var message gjson.Result
	record.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "type":
			e.Type = text(value)
		case "id":
			e.ID = text(value)
		case "timestamp":
			e.Written = moment(value)
		case "message":
			message = value
		}
		return true
	})
	if e.Type != "message" {
		return e, nil
	}
	if !message.IsObject() {
		return nil, errEntry{source.ReasonBadEvent}
	}
	if err := d.message(message); err != nil {
		return nil, err
	}
	if e.ID == "" {
		// Transcripts of version 1 have no ids. The number alone would give
		// another message the same id after a rewrite of the file.
		e.ID = "n" + strconv.FormatInt(seq, 10) + "-" + d.digest([]byte(string(e.Role) + "\n" + e.Text))[:6]
	}
	return e, nil
}

func (d *decoder) message(message gjson.Result) error {
	e := &d.entry
	var content, provider, model gjson.Result
	message.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "role":
			e.Role = roles[value.Str]
		case "content":
			content = value
		case "timestamp":
			e.Sent = moment(value)
		case "provider":
			provider = value
		case "model":
			model = value
		case "toolName":
			e.Tool = text(value)
		case "idempotencyKey":
			e.IdempotencyKey = text(value)
		case "provenance":
			e.Provenance = text(value.Get("kind"))
		case "MediaPath":
			e.Media = max(e.Media, 1)
		case "MediaPaths":
			e.Media = max(e.Media, count(value))
		case "__openclaw":
			d.metadata(value)
		}
		return true
	})
	if e.Role == session.RoleAssistant && provider.Str == "openclaw" {
		e.Synthetic = text(model)
	}
	d.hint()
	return d.content(content)
}

// roles of OpenClaw that are messages. hookMessage, custom and bashExecution
// rows are context for the model, not speech.
var roles = map[string]session.Role{
	"user":       session.RoleUser,
	"assistant":  session.RoleAssistant,
	"toolResult": session.RoleTool,
	"system":     session.RoleSystem,
}

// metadata reads what OpenClaw itself notes about a row (since 2026.7.1).
func (d *decoder) metadata(meta gjson.Result) {
	e := &d.entry
	e.Sender = session.Sender{
		ID:       text(meta.Get("senderId")),
		Name:     text(meta.Get("senderName")),
		Username: text(meta.Get("senderUsername")),
		Owner:    meta.Get("senderIsOwner").Bool(),
	}
	e.Media = max(e.Media, count(meta.Get("media")))
	transport := meta.Get("transport")
	e.Channel = text(transport.Get("channel"))
	switch {
	case e.Channel != "":
	case transport.Get("clients").Exists():
		e.Hint = session.HintWeb
	case meta.Get("senderIsOwner").Exists():
		e.Hint = session.HintMessenger
	}
}

// count is the number of elements of an array, 0 of anything else.
func count(list gjson.Result) (n int) {
	if list.IsArray() {
		list.ForEach(func(_, _ gjson.Result) bool { n++; return true })
	}
	return n
}

// hint tells rows of 2026.7.1 apart: what came over a messenger has metadata,
// what came from the Control UI or the CLI has only a client's key.
func (d *decoder) hint() {
	e := &d.entry
	if e.Role != session.RoleUser || e.Channel != "" || e.Hint != session.HintNone {
		return
	}
	switch {
	case strings.HasPrefix(e.IdempotencyKey, "channel-user:"):
		e.Hint = session.HintMessenger
	case strings.HasSuffix(e.IdempotencyKey, ":user"):
		e.Hint = session.HintWeb
	}
}

// content joins the text parts. Thinking is private and tool calls are not
// speech; both are left out here, for good.
func (d *decoder) content(content gjson.Result) error {
	e := &d.entry
	d.text = d.text[:0]
	pictures := 0
	switch {
	case oversize(content):
		return errEntry{source.ReasonTextTooLong}
	case content.Type == gjson.String:
		d.text = append(d.text, unescaped(content)...)
	case content.IsArray():
		tooLong := false
		content.ForEach(func(_, part gjson.Result) bool {
			switch kind, value := textPart(part); kind {
			case "text":
				tooLong = tooLong || oversize(value)
				if len(d.text) > 0 {
					d.text = append(d.text, '\n')
				}
				d.text = append(d.text, unescaped(value)...)
			case "image":
				pictures++
			}
			return len(d.text) <= maxText
		})
		if tooLong {
			return errEntry{source.ReasonTextTooLong}
		}
	}
	if len(d.text) > maxText {
		return errEntry{source.ReasonTextTooLong}
	}
	e.Media = max(e.Media, pictures)
	e.Text = string(bytes.ToValidUTF8(d.text, replacement))
	return nil
}

// textPart reads what counts of one part. Of equal keys the last one counts, as
// everywhere in JSON that JavaScript reads.
func textPart(part gjson.Result) (kind string, value gjson.Result) {
	if !part.IsObject() {
		return "", value
	}
	part.ForEach(func(key, field gjson.Result) bool {
		switch key.Str {
		case "type":
			kind = field.Str
		case "text":
			value = field
		}
		return true
	})
	return kind, value
}

var replacement = []byte("\uFFFD")

// unescaped is the text of a JSON string. gjson takes a lone surrogate and the
// escape behind it for a pair, so strings with surrogates go the slow way.
func unescaped(value gjson.Result) string {
	if strings.Contains(value.Raw, `\ud`) || strings.Contains(value.Raw, `\uD`) {
		var s string
		if json.Unmarshal([]byte(value.Raw), &s) == nil {
			return s
		}
	}
	return value.Str
}

// oversize recognises what a shrinker left of a string beyond the bound.
func oversize(value gjson.Result) bool { return value.Type == gjson.False }

// text gives a short string field, valid UTF-8; other types are empty. Ids are
// cut at a length that no real one has.
func text(value gjson.Result) string {
	if value.Type != gjson.String {
		return ""
	}
	s := unescaped(value)
	if len(s) > maxField {
		s = s[:maxField]
	}
	return strings.ToValidUTF8(strings.Clone(s), "\uFFFD")
}

// moment reads an ISO time or milliseconds since 1970, in UTC; zero when it is
// neither or out of the range that a calendar year of four digits has.
func moment(value gjson.Result) time.Time {
	switch value.Type {
	case gjson.Number:
		const maxMillis = 253402300799999 // 9999-12-31T23:59:59.999Z
		if value.Num > 0 && value.Num <= maxMillis {
			return time.UnixMilli(int64(value.Num)).UTC()
		}
	case gjson.String:
		t, err := time.Parse(time.RFC3339Nano, value.Str)
		if t = t.UTC(); err == nil && t.Year() >= 1970 && t.Year() <= 9999 {
			return t
		}
	}
	return time.Time{}
}
