package openclaw

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/internal/jsonscan"
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
	digest     func([]byte) string
	spokenOnly bool // see [Options]
	entry      session.Entry
	record     record
	text       []byte
}

// record is what counts of the JSON of one record. Of equal keys the last one
// counts, as everywhere in JSON that JavaScript reads.
type record struct {
	kind, id, timestamp jsonscan.Value
	message             messageFields
}

// messageFields are the members of a record's message.
type messageFields struct {
	found                                   bool // it is there and an object
	role, content, timestamp                jsonscan.Value
	provider, model, toolName               jsonscan.Value
	idempotencyKey, provenance              jsonscan.Value
	mediaPath, mediaPaths, openclawMetadata jsonscan.Value
}

// decode returns the entry for a record, valid until the next call; a header
// comes back as an entry of type "session" whose ID is the session id.
func (d *decoder) decode(data []byte, seq int64) (*session.Entry, error) {
	if reason := d.record.scan(data); reason != "" {
		return nil, errEntry{reason}
	}
	r := &d.record
	d.entry = session.Entry{Seq: seq, Type: field(r.kind), ID: field(r.id), Written: moment(r.timestamp)}
	e := &d.entry
	if e.Type != "message" {
		return e, nil
	}
	if !r.message.found {
		return nil, errEntry{source.ReasonBadEvent}
	}
	if err := d.message(&r.message); err != nil {
		return nil, err
	}
	if e.ID == "" {
		// Transcripts of version 1 have no ids. The number alone would give
		// another message the same id after a rewrite of the file.
		e.ID = "n" + strconv.FormatInt(seq, 10) + "-" + d.digest([]byte(string(e.Role) + "\n" + e.Text))[:6]
	}
	return e, nil
}

// scan finds the members of a record and checks all of its JSON, in one pass.
func (r *record) scan(data []byte) source.Reason {
	*r = record{}
	s := jsonscan.New(data, maxDepth)
	object := s.Kind() == jsonscan.Object
	for key := range s.Members {
		switch string(key) {
		case "type":
			r.kind = s.Value()
		case "id":
			r.id = s.Value()
		case "timestamp":
			r.timestamp = s.Value()
		case "message":
			r.message.scan(s)
		}
	}
	switch {
	case object && s.Done():
		return ""
	case tooDeep(data):
		return source.ReasonTooDeep
	}
	return source.ReasonBadJSON
}

func (m *messageFields) scan(s *jsonscan.Scanner) {
	*m = messageFields{found: s.Kind() == jsonscan.Object}
	for key := range s.Members {
		if wanted := m.member(string(key)); wanted != nil {
			*wanted = s.Value()
		}
	}
}

// member is where the value of a key belongs, nil for keys without a use.
func (m *messageFields) member(key string) *jsonscan.Value {
	switch key {
	case "role":
		return &m.role
	case "content":
		return &m.content
	case "timestamp":
		return &m.timestamp
	case "provider":
		return &m.provider
	case "model":
		return &m.model
	case "toolName":
		return &m.toolName
	case "idempotencyKey":
		return &m.idempotencyKey
	case "provenance":
		return &m.provenance
	case "MediaPath":
		return &m.mediaPath
	case "MediaPaths":
		return &m.mediaPaths
	case "__openclaw":
		return &m.openclawMetadata
	}
	return nil
}

func (d *decoder) message(m *messageFields) error {
	e := &d.entry
	e.Role = roles[field(m.role)]
	if d.spokenOnly && e.Role != session.RoleUser && e.Role != session.RoleAssistant {
		return nil
	}
	e.Sent = moment(m.timestamp)
	e.Tool = field(m.toolName)
	e.IdempotencyKey = field(m.idempotencyKey)
	e.Provenance = field(m.provenance.Get("kind"))
	if m.mediaPath.Kind() != jsonscan.None {
		e.Media = 1
	}
	e.Media = max(e.Media, count(m.mediaPaths))
	d.metadata(m.openclawMetadata)
	if e.Role == session.RoleAssistant && m.provider.Is("openclaw") {
		e.Synthetic = field(m.model)
	}
	d.hint()
	return d.content(m.content)
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
func (d *decoder) metadata(meta jsonscan.Value) {
	e := &d.entry
	e.Sender = session.Sender{
		ID:       field(meta.Get("senderId")),
		Name:     field(meta.Get("senderName")),
		Username: field(meta.Get("senderUsername")),
		Owner:    meta.Get("senderIsOwner").Kind() == jsonscan.True,
	}
	e.Media = max(e.Media, count(meta.Get("media")))
	transport := meta.Get("transport")
	e.Channel = field(transport.Get("channel"))
	switch {
	case e.Channel != "":
	case transport.Get("clients").Kind() != jsonscan.None:
		e.Hint = session.HintWeb
	case meta.Get("senderIsOwner").Kind() != jsonscan.None:
		e.Hint = session.HintMessenger
	}
}

// count is the number of elements of an array, 0 of anything else.
func count(list jsonscan.Value) (n int) {
	s := jsonscan.New(list, maxDepth)
	for range s.Elements {
		n++
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
func (d *decoder) content(content jsonscan.Value) error {
	e := &d.entry
	d.text = content.AppendText(d.text[:0])
	tooLong := oversize(content)
	pictures := 0
	s := jsonscan.New(content, maxDepth)
	for range s.Elements {
		kind, value := textPart(s)
		switch {
		case kind.Is("image"):
			pictures++
		case kind.Is("text"):
			tooLong = tooLong || oversize(value)
			if len(d.text) > 0 {
				d.text = append(d.text, '\n')
			}
			d.text = value.AppendText(d.text)
		}
		if len(d.text) > maxText {
			break
		}
	}
	if tooLong || len(d.text) > maxText {
		return errEntry{source.ReasonTextTooLong}
	}
	e.Media = max(e.Media, pictures)
	e.Text = validText(d.text)
	return nil
}

// textPart reads what counts of the next part; nothing when it is no object.
func textPart(s *jsonscan.Scanner) (kind, value jsonscan.Value) {
	for key := range s.Members {
		switch string(key) {
		case "type":
			kind = s.Value()
		case "text":
			value = s.Value()
		}
	}
	return kind, value
}

// oversize recognises what a shrinker left of a string beyond the bound.
func oversize(value jsonscan.Value) bool { return value.Kind() == jsonscan.False }

// field gives a short string field, valid UTF-8; other types are empty. Ids are
// cut at a length that no real one has.
func field(value jsonscan.Value) string {
	text := value.AppendText(make([]byte, 0, shortField))
	return validText(text[:min(len(text), maxField)])
}

// shortField is the length of fields that cost one allocation, the string.
const shortField = 64

// validText is text with one U+FFFD in the place of each run of broken bytes.
func validText(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	return string(bytes.ToValidUTF8(text, []byte("\uFFFD")))
}

// moment reads an ISO time or milliseconds since 1970, in UTC; zero when it is
// neither or out of the range that a calendar year of four digits has.
func moment(value jsonscan.Value) time.Time {
	switch value.Kind() {
	case jsonscan.Number:
		const maxMillis = 253402300799999                  // 9999-12-31T23:59:59.999Z
		millis, _ := strconv.ParseFloat(string(value), 64) // beyond its range it is infinite
		if millis > 0 && millis <= maxMillis {
			return time.UnixMilli(int64(millis)).UTC()
		}
	case jsonscan.String:
		t, err := time.Parse(time.RFC3339Nano, string(value.AppendText(make([]byte, 0, shortField))))
		if t = t.UTC(); err == nil && t.Year() >= 1970 && t.Year() <= 9999 {
			return t
		}
	}
	return time.Time{}
}

// valid reports whether data is one JSON value that nests no deeper than an
// entry may.
func valid(data []byte) bool {
	s := jsonscan.New(data, maxDepth)
	s.Skip()
	return s.Done()
}
