package abi

import (
	"strconv"
	"time"
)

// Version is what [ExportVersion] returns. A host runs plugins of its own
// version only.
const Version = 1

// Exports of a plugin. All but [ExportInitialize] are required, and so is the
// memory "memory".
const (
	ExportVersion    = "ss_abi"      // func() i32: [Version]
	ExportAlloc      = "ss_alloc"    // func(n i32) i32: where n bytes of a batch may be written
	ExportManifest   = "ss_manifest" // func() i64: the JSON of a list of [Manifest]
	ExportOnSync     = "ss_on_sync"  // func() i64: takes the batch that was written, returns the JSON of a [Result]
	ExportInitialize = "_initialize" // func(): called once before all others, when present
	ExportMemory     = "memory"
)

// An i64 that a plugin returns is pointer<<32 | length, both in bytes. What it
// points to stays as it is until the next call.

// Limits, in bytes.
const (
	MaxState    = 1 << 20   // of [Batch.State] and [Result.State]
	MaxBatch    = 256 << 10 // without its state and the name of the plugin
	MaxText     = 192 << 10 // of [Message.Text]: hosts cut longer ones
	MaxResult   = 1 << 20   // without its state
	MaxManifest = 64 << 10  // of the list
	MaxPlugins  = 8         // of a module
	MaxItems    = 1000      // of a [Result]
)

// MainScore is the least [Item.Score] of an item that hosts show without being
// asked.
const MainScore = 50

// Manifest says what a plugin is.
type Manifest struct {
	Name    string `json:"name"`    // a-z, 0-9 and dashes, at most 40
	Version string `json:"version"` // of the plugin; another one is started from the beginning
	Title   string `json:"title,omitempty"`
	About   string `json:"about,omitempty"`
}

// Batch is what a plugin is shown: new messages of one session, in their order,
// with what it kept itself after the last ones.
type Batch struct {
	Session  Session
	Plugin   string // the name of the one that is asked
	State    []byte // nil in the first batch of a session
	Messages []Message
}

// Session is where messages were said. Everything is redacted.
type Session struct {
	Agent    string
	Key      string
	Channel  string
	Kind     string // main, direct, group, topic, channel, webchat, cron, hook, subagent, other
	Title    string
	TimeZone string // an IANA name, "" when unknown
}

// Message is one message, redacted.
type Message struct {
	ID      string
	Role    string // user or assistant
	Time    int64  // milliseconds since 1970 UTC; 0 when unknown
	Offset  int32  // of local time to UTC at Time, seconds
	Sender  string // "" when it is the owner or the agent
	Channel string // "" when it is the session's
	Origin  string // owner, other, external, agent
	Class   string // "" for conversation
	Text    string
}

// Result is what a plugin answers.
type Result struct {
	State []byte `json:"state,omitempty"` // Base64 in JSON
	Items []Item `json:"items,omitempty"`
	Log   string `json:"log,omitempty"` // for the author; at most 64 KiB are kept
}

// Item is what a plugin found. It replaces an earlier one of the same session
// with the same Key, so that a later message can revise or withdraw one.
type Item struct {
	Key       string   `json:"key"`
	Kind      string   `json:"kind"`       // such as decision, knowledge, preference, todo
	MessageID string   `json:"message_id"` // a message of this or an earlier batch of the session
	Evidence  string   `json:"evidence"`   // a part of its text, verbatim
	Title     string   `json:"title"`
	Body      string   `json:"body,omitempty"`
	Owner     string   `json:"owner,omitempty"`    // user, agent or other
	Due       string   `json:"due,omitempty"`      // 2006-01-02 or 2006-01-02T15:04, local time
	Status    string   `json:"status,omitempty"`   // open, done, cancelled or withdrawn
	Resolves  string   `json:"resolves,omitempty"` // the Key of the item that this one closes
	Tags      []string `json:"tags,omitempty"`
	Score     int      `json:"score"` // 0 to 100: how sure the plugin is; below [MainScore] the item is a suggestion
}

// Error says what is wrong with the bytes of a batch.
type Error struct {
	Offset  int
	Problem string
}

func (e *Error) Error() string { return "batch, byte " + strconv.Itoa(e.Offset) + ": " + e.Problem }

// Owners and Statuses are what [Item.Owner] and [Item.Status] may be.
var (
	Owners   = []string{"", "user", "agent", "other"}
	Statuses = []string{"", "open", "done", "cancelled", StatusWithdrawn}
)

// StatusWithdrawn takes an item back. Nothing but its Key is looked at.
const StatusWithdrawn = "withdrawn"

// The layouts of [Item.Due], as package time has them.
const (
	DueDate   = "2006-01-02"
	DueMinute = "2006-01-02T15:04"
)

// IsDue reports whether s is a day or a minute in the one form in which it would
// be written again.
func IsDue(s string) bool {
	for _, layout := range []string{DueDate, DueMinute} {
		if due, err := time.Parse(layout, s); err == nil && due.Format(layout) == s {
			return true
		}
	}
	return false
}
