package session

import "time"

// Digest is a keyed digest of text that was not redacted yet. It tells whether
// two texts are equal and nothing else.
type Digest [8]byte

// Hint is what an entry says about its channel when it does not name it.
type Hint uint8

// Hints.
const (
	HintNone      Hint = iota
	HintMessenger      // came over a messenger; which one, the window's facts tell
	HintWeb            // came from the Control UI, the CLI or an API client
)

// Sender is the person who wrote a user entry. Empty fields are unknown.
type Sender struct {
	ID       string
	Name     string
	Username string
	Owner    bool // true only where the source says so
}

// Entry is one record of a transcript, decoded but not interpreted.
//
// Text is valid UTF-8 (lone surrogates and broken bytes are U+FFFD) and may
// hold control characters. Strings are only valid until the next entry is read
// unless cloned.
type Entry struct {
	Seq  int64  // number of the record in its transcript; the header is 0
	ID   string // id as stored; made from Seq and content where the source has none
	Type string // as stored: message, compaction, reset, leaf, session_info, ...

	Role Role   // only for messages
	Text string // text parts joined with a line feed, without thinking and tool calls
	Tool string // name of the tool, for tool results

	Written time.Time // when the row was written, UTC; zero when unknown
	Sent    time.Time // the message's own time, UTC; zero when unknown

	Synthetic      string // "", "delivery-mirror", "gateway-injected"
	Provenance     string // "", "external_user", "inter_session", "internal_system"
	IdempotencyKey string
	Channel        string // where the entry itself names it
	Hint           Hint
	Sender         Sender
	Media          int // pictures and files that came with the message
}

// Facts is what a source knows about a window beside its entries. All strings
// are as stored, not redacted. Zero values mean unknown.
type Facts struct {
	Agent     string
	SessionID string
	Key       string // session key; "" when unknown
	Kind      Kind   // where the source says more than the key does, else ""
	Channel   string // channel of the session: telegram, webchat, ...
	Messenger string // a channel other than webchat that the session was seen on
	Title     string
	Peer      string // name of the other person in a direct chat
}

// Message is one normalised entry. Before redaction Text, Sender and Channel
// are as stored; whatever comes out of the archive is redacted.
type Message struct {
	ID        string // public id: first 8 characters of the session id, ':', entry id
	SessionID string
	EntryID   string
	Seq       int64
	Role      Role
	Text      string // line feeds only, trimmed
	Time      time.Time
	Channel   string
	Sender    string
	Origin    Origin
	Class     Class
	// Digest is of role and text as the source has them. What comes out of the
	// archive has none.
	Digest Digest
	// Imported: no source has it any more, only a file that the first
	// session-sync wrote. Only what comes out of the archive tells it.
	Imported bool
}

// Session is (agent, session key) with its windows, as the archive knows it.
type Session struct {
	Agent      string
	Key        string   // redacted where it held personal data
	SessionIDs []string // windows, oldest first
	Channel    string
	Kind       Kind
	Title      string
	Deleted    bool      // every window was deleted in the source
	Messages   int       // number of messages under the filter that was asked with
	Updated    time.Time // time of the newest of them
	// Revision grows whenever anything of the session changes in the archive;
	// Rewritten is the Revision at which more changed than that messages came
	// in behind all others. Only lists that say so tell them.
	Revision, Rewritten int64
}

// PublicID is the id that people and programs use for a message. It never
// changes, also when the session gets another key.
func PublicID(sessionID, entryID string) string {
	if r := []rune(sessionID); len(r) > 8 {
		sessionID = string(r[:8])
	}
	return sessionID + ":" + entryID
}
