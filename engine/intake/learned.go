package intake

import (
	"cmp"
	"encoding/json"

	"github.com/smallccwc/chronosync/engine/session"
)

// A source can learn after the fact where a chat took place: an index that was
// damaged is mended, an archive gets its key. Messages that were made without
// the knowledge are then made again, so that it does not matter in which steps
// a store was read. What was known once stays known: OpenClaw forgets keys.

// windowName tells the windows of all agents apart.
type windowName struct{ Agent, SessionID string }

// windowMark begins the names of the places that keep the facts of windows.
const windowMark = "#window/"

// cursorID is the place under which the facts of a window are kept.
func (n windowName) cursorID() string { return windowMark + n.Agent + "/" + n.SessionID }

// learned is what all runs together know of a window, redacted.
type learned struct {
	Key       string       `json:"key,omitempty"`
	Kind      session.Kind `json:"kind,omitempty"`
	Channel   string       `json:"channel,omitempty"`
	Messenger string       `json:"messenger,omitempty"`
	Peer      string       `json:"peer,omitempty"`
}

// with adds newer facts. Empty ones are unknown, and a key that OpenClaw's
// importer made up tells less than any other.
func (l learned) with(f session.Facts) learned {
	if l.Key == "" || session.ParseKey(f.Key).Kind != session.KindRecovered {
		l.Key = cmp.Or(f.Key, l.Key)
	}
	return learned{l.Key, cmp.Or(f.Kind, l.Kind), cmp.Or(f.Channel, l.Channel), cmp.Or(f.Messenger, l.Messenger), cmp.Or(f.Peer, l.Peer)}
}

// applied is f with what it does not tell itself.
func (l learned) applied(f session.Facts) session.Facts {
	f.Key, f.Kind, f.Channel, f.Messenger, f.Peer = l.Key, l.Kind, l.Channel, l.Messenger, l.Peer
	return f
}

// ground is what the messages of a transcript were made with, as far as other
// facts would have made them different: a channel that is only another one
// than before says nothing about the messages that are there already.
type ground struct {
	Window    windowName   `json:"w"`
	Kind      session.Kind `json:"k"`
	Channel   bool         `json:"c,omitempty"` // it was known
	Messenger bool         `json:"m,omitempty"`
	Peer      bool         `json:"p,omitempty"`
}

func (l learned) ground(n windowName) ground {
	key := session.ParseKey(l.Key)
	return ground{n, cmp.Or(l.Kind, key.Kind), l.Channel != "" || key.Channel != "", l.Messenger != "", l.Peer != ""}
}

// transcriptState is what the archive keeps with the cursor of a transcript.
type transcriptState struct {
	Ground     ground `json:"g"`
	Normalizer []byte `json:"n"`
}

// encoded is the JSON of one of the structs above.
func encoded(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil { // they have no values that JSON lacks
		panic(err)
	}
	return data
}
