package session

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"
)

// Item is one thing that a plugin found in a session: a decision, a todo, the
// report that closes one. All texts are redacted.
type Item struct {
	ID         string // public id, see [ItemID]
	Plugin     string
	Key        string // the plugin's own name for it, unique in its session
	Kind       string // decision, knowledge, preference, todo, or what else a plugin says
	Agent      string
	SessionKey string
	MessageID  string    // public id of the message that says it
	Time       time.Time // of that message, UTC; zero when unknown
	Channel    string    // likewise
	Sender     string
	Origin     Origin
	Evidence   string // a part of the message, verbatim
	Title      string // one line
	Body       string
	Owner      Owner
	Due        string // local: 2006-01-02, 2006-01-02T15:04 or empty
	Status     Status
	Resolves   string // Key of the item of this session that this one closes
	Tags       []string
	Score      int // 0 to 100
}

// MainScore is the least score of an item that is worth keeping unseen. What
// lies below is a suggestion.
const MainScore = 50

// Main reports whether an item is in the main tier. What others put into the
// chat never is, however sure a plugin may be.
func (it Item) Main() bool { return it.Score >= MainScore && !it.Origin.Foreign() }

// Kinds of items that the built-in plugins know.
const (
	ItemDecision   = "decision"
	ItemKnowledge  = "knowledge"
	ItemPreference = "preference"
	ItemTodo       = "todo"
)

// Owner is who has to do a todo.
type Owner string

// Owners; the zero value is nobody in particular.
const (
	OwnerUser  Owner = "user"
	OwnerAgent Owner = "agent"
	OwnerOther Owner = "other"
)

// Status is how far a todo is.
type Status string

// Statuses of items. A withdrawn item is to be forgotten.
const (
	StatusOpen      Status = "open"
	StatusDone      Status = "done"
	StatusCancelled Status = "cancelled"
	StatusWithdrawn Status = "withdrawn"
)

// Verdict is what a person said about an item: that it is done, cancelled, open
// again, or (StatusConfirmed) that a suggestion is right. It stays when plugins
// read the session anew.
type Verdict struct {
	Item   string // public id
	Status Status
	At     time.Time // UTC
}

// StatusConfirmed is the verdict that lifts a suggestion into the main tier.
const StatusConfirmed Status = "confirmed"

// Verdicts lists what a verdict may say.
func Verdicts() []Status {
	return []Status{StatusDone, StatusCancelled, StatusOpen, StatusConfirmed}
}

// ItemID is the public id of an item: 10 characters of a-z and 2-7. It is made
// of the message in which the plugin first used the key, so that it stays when
// the item is revised, its session gets another key, or everything is read anew.
func ItemID(plugin, firstMessage, key string) string {
	sum := sha256.Sum256([]byte(plugin + "\x00" + firstMessage + "\x00" + key))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:itemIDLength]
}

const itemIDLength = 10

// IsItemID reports whether s has the form of an [ItemID].
func IsItemID(s string) bool {
	return len(s) == itemIDLength && !slices.ContainsFunc([]byte(s), func(c byte) bool {
		return (c < 'a' || c > 'z') && (c < '2' || c > '7')
	})
}
