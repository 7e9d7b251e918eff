package extract

// Role says who speaks.
type Role uint8

// The roles of a message. Tool output is context only and never evidence.
const (
	User Role = iota
	Agent
	Tool
	System
)

// Origin says whose words a message carries.
type Origin uint8

// The origins of a message, as the archive records them.
const (
	Owner Origin = iota
	Other
	External
	FromAgent
)

// foreign tells whether the words are those of anybody but the owner and the
// agent: they are never certain, and take nothing from what is.
func (o Origin) foreign() bool { return o == Other || o == External }

// Moment is an instant with the local offset it was lived in.
type Moment struct {
	Unix   int64 // seconds since 1970, UTC
	Offset int32 // seconds east of UTC
}

// Message is one redacted message of a session.
type Message struct {
	ID     string
	Role   Role
	Origin Origin
	At     Moment
	Text   string
}

// Type is the kind of an item.
type Type uint8

// The types of items. TodoDone and TodoCancelled close the item they name in
// [Item.Closes], when it is of this session.
const (
	Decision Type = iota
	Knowledge
	Preference
	TodoOpen
	TodoDone
	TodoCancelled
)

// Tier says how sure an item is.
type Tier uint8

// Suggested items are worth a look; Main items are worth keeping unseen.
const (
	Suggested Tier = iota
	Main
)

// Doer is who has to do a todo.
type Doer uint8

// The doers of a todo: nobody for other types, the account holder, the agent,
// or anybody else.
const (
	Nobody Doer = iota
	ByUser
	ByAgent
	ByOther
)

// Item is one thing found. Its key is stable: the same words of the same
// message give the same key in every run.
type Item struct {
	Key     string
	Type    Type
	Tier    Tier
	Message string // ID of the message
	Start   int    // evidence is Text[Start:End] of the message
	End     int
	Text    string // the evidence
	About   string // the proposal that a short answer accepts, else empty
	Doer    Doer
	Due     string // "2006-01-02", "2006-01-02T15:04" or empty
	Closes  string // key of the open todo that this report closes, else empty
}

// Change sets an item, or withdraws it when what followed spoke against it.
type Change struct {
	Item      Item
	Withdrawn bool
}
