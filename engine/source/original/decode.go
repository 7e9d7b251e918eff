package original

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/smallccwc/chronosync/engine/internal/jsonscan"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// Bounds. Past one the file or the message is skipped, counted and named.
const (
	maxFile  = 256 << 20 // bytes of a file
	maxText  = 4 << 20   // bytes of one message's text
	maxID    = 256       // bytes of a session id
	maxDepth = 1000      // nesting

	// Of all files together. Hundreds are many for people; hundreds of thousands
	// would fit into a file, and kept a sync busy for minutes.
	maxSessions = 10_000
)

// chat is a session with at least one message.
type chat struct {
	id       string
	messages []message
}

type message struct {
	role session.Role
	text string
	at   time.Time // UTC; zero when unknown
}

// sessionsOf finds the sessions in a file and checks all of its JSON. It is
// false for what the first session-sync can't have written.
func sessionsOf(data []byte) (sessions jsonscan.Value, known bool) {
	s := jsonscan.New(bytes.TrimPrefix(data, []byte("\uFEFF")), maxDepth)
	for key := range s.Members {
		if string(key) == "sessions" {
			sessions = s.Value()
		}
	}
	kind := sessions.Kind()
	return sessions, s.Done() && (kind == jsonscan.Array || kind == jsonscan.Object)
}

// sessions hands on a list of sessions, or sessions by their ids.
func (r *reader) sessions(list jsonscan.Value) (err error) {
	take := func(value jsonscan.Value, id string) {
		if err == nil {
			err = r.take(value, id)
		}
	}
	s := jsonscan.New(list, maxDepth)
	if list.Kind() == jsonscan.Object {
		for key := range s.Members {
			take(s.Value(), validText(key))
		}
		return err
	}
	for range s.Elements {
		take(s.Value(), "")
	}
	return err
}

// take hands on one session: an object with messages, or under its id also the
// messages alone. One without any message is nothing.
func (r *reader) take(value jsonscan.Value, id string) error {
	messages := value
	if value.Kind() == jsonscan.Object {
		messages = nil
		s := jsonscan.New(value, maxDepth)
		for key := range s.Members {
			switch string(key) {
			case "id", "session_id", "sessionId":
				if own := textOf(s.Value()); own != "" {
					id = own
				}
			case "messages":
				messages = s.Value()
			}
		}
	}
	// Files of topics are named <id>-topic-<n>, and the script knew file names.
	id, _, _ = strings.Cut(id, "-topic-")
	if !plausibleID(id) || messages.Kind() != jsonscan.Array {
		r.skips[source.ReasonUnknownShape]++
		return nil
	}
	found := chat{id: id}
	s := jsonscan.New(messages, maxDepth)
	for range s.Elements {
		m, reason := r.message(s.Value())
		if reason != "" {
			r.skips[reason]++
			continue
		}
		found.messages = append(found.messages, m)
	}
	if len(found.messages) == 0 {
		return nil
	}
	if *r.left == 0 {
		r.skips[source.ReasonTooMany]++
		return nil
	}
	*r.left--
	return r.session(found)
}

// plausibleID accepts what can be a session id. It is only ever used as text.
func plausibleID(id string) bool {
	return id != "" && len(id) <= maxID && !strings.ContainsFunc(id, unicode.IsControl)
}

// roles by the names that OpenClaw gives them and by ours.
var roles = map[string]session.Role{
	"user":       session.RoleUser,
	"assistant":  session.RoleAssistant,
	"toolResult": session.RoleTool,
	"tool":       session.RoleTool,
	"system":     session.RoleSystem,
}

func (r *reader) message(value jsonscan.Value) (m message, reason source.Reason) {
	var content jsonscan.Value
	s := jsonscan.New(value, maxDepth)
	for key := range s.Members {
		switch string(key) {
		case "role":
			m.role = roles[textOf(s.Value())]
		case "content":
			content = s.Value()
		case "timestamp":
			m.at = moment(s.Value(), r.Location)
		}
	}
	m.text = contentOf(content)
	switch kind := content.Kind(); {
	case m.role == "" || kind != jsonscan.String && kind != jsonscan.Array:
		return m, source.ReasonBadEvent
	case len(m.text) > maxText:
		return m, source.ReasonTextTooLong
	}
	return m, ""
}

// contentOf is a string, or the text parts of a list joined with line feeds.
// Thinking and tool calls are not speech.
func contentOf(content jsonscan.Value) string {
	if content.Kind() == jsonscan.String {
		return textOf(content)
	}
	var parts []string
	s := jsonscan.New(content, maxDepth)
	for range s.Elements {
		part := s.Value()
		text := part
		if part.Kind() == jsonscan.Object {
			text = nil
			if kind := part.Get("type"); kind == nil || kind.Is("text") {
				text = part.Get("text")
			}
		}
		if text.Kind() == jsonscan.String {
			parts = append(parts, textOf(text))
		}
	}
	return strings.Join(parts, "\n")
}

// textOf is what a string stands for, valid UTF-8; "" for another value.
func textOf(value jsonscan.Value) string { return validText(value.AppendText(nil)) }

func validText(text []byte) string { return strings.ToValidUTF8(string(text), "\uFFFD") }

// moment reads an ISO time, in location when it names no zone, or seconds or
// milliseconds since 1970; zero when it is neither, or not of the years 1970 to
// 9999.
func moment(value jsonscan.Value, location *time.Location) time.Time {
	text := textOf(value)
	if value.Kind() == jsonscan.Number {
		text = string(value)
	}
	t := numbered(text)
	// A blank for the T is ISO's too, and Python's.
	if len(text) > len(time.DateOnly) && text[len(time.DateOnly)] == ' ' {
		text = text[:len(time.DateOnly)] + "T" + text[len(time.DateOnly)+1:]
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} { // both with fractions
		if t.IsZero() {
			t, _ = time.ParseInLocation(layout, text, location)
		}
	}
	if t = t.UTC().Truncate(time.Millisecond); t.Year() < 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

// numbered reads a number of seconds or milliseconds.
func numbered(text string) time.Time {
	// As seconds this is in the year 5138, as milliseconds in 1973.
	const firstMillis, lastMillis = 1e11, 253402300799999
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || !(n > 0 && n <= lastMillis):
		return time.Time{}
	case n < firstMillis:
		n *= 1000
	}
	return time.UnixMilli(int64(math.Round(n))) // 1773461489.776 has no exact form
}
