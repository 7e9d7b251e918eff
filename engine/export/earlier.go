package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

// Earlier is a shared_chat.json of an earlier run, taken apart, so that sessions
// that did not change since need not be rendered again.
type Earlier struct {
	revision int64             // of the newest session in it
	texts    map[string][]byte // by the beginning of the text, up to sessionIDs
}

// sessionIDs is the member behind agent and key. No string can hold it, because
// quotes in strings are escaped.
const sessionIDs = `,"session_ids":`

// TakeApart returns the sessions of a file that [JSON] rendered with the same
// options when the newest revision was the given one. The result is nil, which
// holds nothing, unless the file still has the digest that [File.Digest] gave.
func TakeApart(file []byte, digest string, revision int64) *Earlier {
	stamp := bytes.Index(file, []byte(sessionsOpen))
	if !bytes.HasPrefix(file, []byte(jsonHead)) || stamp < 0 {
		return nil
	}
	sum := sha256.New()
	sum.Write([]byte(jsonHead))
	sum.Write(file[stamp:])
	if hex.EncodeToString(sum.Sum(nil)) != digest {
		return nil
	}
	e := &Earlier{revision: revision, texts: map[string][]byte{}}
	rest := file[stamp+len(sessionsOpen):]
	var name []byte
	for {
		open := bytes.Index(rest, []byte("\n{\"agent\":"))
		if open < 0 {
			break
		}
		rest = rest[open+1:]
		end := bytes.Index(rest, []byte(messagesClose))
		if end < 0 {
			break
		}
		name, _, _ = bytes.Cut(rest[:end], []byte(sessionIDs))
		e.texts[string(name)] = rest[:end+len(messagesClose)]
		rest = rest[end+len(messagesClose):]
	}
	// The last one may have been cut to fit.
	delete(e.texts, string(name))
	return e
}

// text is the rendering of a session, nil when it has to be rendered.
func (e *Earlier) text(s session.Session) []byte {
	if e == nil || s.Revision == 0 || s.Revision > e.revision {
		return nil
	}
	return e.texts[string(appendSessionName(nil, s))]
}

// lines are the messages of a session that only got new ones since: those that
// stand behind *from and were rendered, with *from moved behind them. None when
// all have to be rendered.
func (e *Earlier) lines(s session.Session, most int, from *int) [][]byte {
	if e == nil || s.Revision == 0 || s.Rewritten > e.revision {
		return nil
	}
	head, messages, found := bytes.Cut(e.texts[string(appendSessionName(nil, s))], []byte(messagesOpen+firstLine))
	if !found {
		return nil
	}
	lines := bytes.Split(bytes.TrimSuffix(messages, []byte(messagesClose)), []byte(nextLine))
	count := 0
	_, number, _ := bytes.Cut(head, []byte(messageCount))
	for _, digit := range number {
		if digit < '0' || digit > '9' {
			break
		}
		count = 10*count + int(digit-'0')
	}
	// Where some were left out, nobody knows which.
	if len(lines) != min(count, most) || count > s.Messages {
		return nil
	}
	first := count - len(lines)
	lines = lines[min(len(lines), max(0, *from-first)):]
	*from = max(*from, count)
	return lines
}

// messageCount is the member that tells how many messages a session has; no
// string can hold it.
const messageCount = `,"message_count":`

// appendSessionName appends what a session begins with.
func appendSessionName(b []byte, s session.Session) []byte {
	return plaintext.AppendMember(plaintext.AppendMember(append(b, '{'), "agent", s.Agent), "session_key", s.Key)
}
