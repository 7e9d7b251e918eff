package authoring

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

const maxLine = 16 << 20 // bytes, the line feed included

// line is one that has something in it.
type line struct {
	number int    // from 1, empty lines counted
	text   []byte // valid until the next line; nil when it is too long
}

// lines gives the lines of in that are not blank. An error ends them.
func lines(in io.Reader) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		reader := bufio.NewReaderSize(in, 64<<10)
		var text []byte
		for number := 1; ; number++ {
			var err error
			text, err = appendLine(text[:0], reader)
			long := len(text) > maxLine
			if err != nil && !errors.Is(err, io.EOF) {
				yield(line{number: number}, err)
				return
			}
			given := line{number, text}
			if long {
				given.text = nil
			}
			if len(bytes.TrimSpace(text)) > 0 && !yield(given, nil) || err != nil {
				return
			}
		}
	}
}

// appendLine reads to the end of a line. Of one that is too long it keeps a byte
// more than is allowed.
func appendLine(text []byte, reader *bufio.Reader) ([]byte, error) {
	for {
		part, err := reader.ReadSlice('\n')
		text = append(text, part[:min(len(part), maxLine+1-len(text))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, err
		}
	}
}

// conversation is one that a plugin can be shown: the id of each message is its
// position in it.
type conversation struct {
	id      string
	batch   abi.Batch
	numbers []json.RawMessage // what the messages were called
}

// parseConversation reads a line that [Try] describes, or says what is wrong with
// it, without a word of what was said. Other fields than those that Try names are
// passed over, labels above all.
func parseConversation(l line) (talk conversation, problem string) {
	if l.text == nil {
		return conversation{}, fmt.Sprintf("it is longer than %d MiB", maxLine>>20)
	}
	var read struct {
		ID       string `json:"id"`
		Channel  string `json:"channel"`
		Messages []said `json:"messages"`
	}
	if json.Unmarshal(l.text, &read) != nil || read.ID == "" {
		return conversation{}, `it is not {"id":"...","messages":[...]}`
	}
	talk.id = read.ID
	talk.batch.Session = abi.Session{Agent: "main", Key: read.ID, Channel: read.Channel}
	for i, m := range read.Messages {
		if m.Role == string(session.RoleTool) || m.Role == string(session.RoleSystem) {
			continue
		}
		message, problem := m.message(len(talk.numbers))
		if problem != "" {
			return conversation{}, fmt.Sprintf("messages[%d]: %s", i, problem)
		}
		talk.batch.Messages = append(talk.batch.Messages, message)
		talk.numbers = append(talk.numbers, m.I)
	}
	return talk, ""
}

// said is one message of a conversation.
type said struct {
	I      json.RawMessage `json:"i"`
	Role   string          `json:"role"`
	TS     string          `json:"ts"`
	Sender string          `json:"sender"`
	Origin string          `json:"origin"`
	Text   string          `json:"text"`
}

func (m said) message(position int) (message abi.Message, problem string) {
	if !isNumber(m.I) {
		return message, "i is neither a number nor a string"
	}
	at, offset, ok := moment(m.TS)
	if !ok {
		return message, "ts is not like 2006-01-02T15:04:05+08:00"
	}
	message = abi.Message{
		ID: strconv.Itoa(position), Role: m.Role, Time: at, Offset: offset, Sender: m.Sender, Origin: m.Origin, Text: m.Text,
	}
	return message, complete(&message)
}

// isNumber tells what may stand as the i of a message.
func isNumber(raw json.RawMessage) bool {
	var v any
	_ = json.Unmarshal(raw, &v) // what is not there gives no value
	switch v.(type) {
	case float64, string:
		return true
	}
	return false
}

// moment reads a time with its offset; the empty one is unknown.
func moment(written string) (ms int64, offset int32, ok bool) {
	if written == "" {
		return 0, 0, true
	}
	at, err := time.Parse(time.RFC3339, written)
	if err != nil {
		return 0, 0, false
	}
	_, seconds := at.Zone()
	return at.UnixMilli(), int32(seconds), true
}

// complete says who is speaking where that follows from the role, and what is
// wrong with role or origin.
func complete(m *abi.Message) (problem string) {
	usual := map[string]session.Origin{
		string(session.RoleUser): session.OriginOwner, string(session.RoleAssistant): session.OriginAgent,
	}
	origin, known := usual[m.Role]
	if !known {
		return "the role is not user or assistant"
	}
	if m.Origin == "" {
		m.Origin = string(origin)
	}
	switch session.Origin(m.Origin) {
	case session.OriginOwner, session.OriginOther, session.OriginExternal, session.OriginAgent:
		return ""
	}
	return "the origin is not owner, other, external or agent"
}
