package source

import (
	"context"

	"github.com/smallccwc/chronosync/engine/session"
)

// Source is one kind of foreign store.
type Source interface {
	// Survey lists what there is by name, size and time, opening no
	// transcript. An error means that nothing can be read at all.
	Survey(ctx context.Context) (Survey, error)
	// Read hands everything that changed since the cursors to the sink. It
	// stops at the first error of the sink or the context.
	Read(ctx context.Context, cursors Cursors, sink Sink) error
}

// Survey is the state of a store as told by file names, sizes and times.
type Survey struct {
	// Fingerprint is equal for two surveys between which nothing changed, as
	// far as Settled.
	Fingerprint string
	// Settled is false when a file was modified so shortly before the last
	// read, or after it, that another change could bear the same time.
	Settled bool
	Stores  int // places that can hold sessions: session directories
}

// Kind names the form a transcript was stored in.
type Kind string

// Kinds, as counted in the report of a sync.
const (
	KindJSONL         Kind = "jsonl"         // live transcript
	KindOrphan        Kind = "jsonl-orphan"  // live transcript that no index row names
	KindReset         Kind = "archive-reset" // made by /new, /reset
	KindDeleted       Kind = "archive-deleted"
	KindBackup        Kind = "archive-bak"    // compaction backups and checkpoints
	KindImport        Kind = "import-archive" // left by OpenClaw's migration
	KindSQLite        Kind = "sqlite"
	KindSQLiteArchive Kind = "sqlite-archive"
	KindCold          Kind = "cold"
	KindOriginal      Kind = "original" // a session in the shared_chat.json of the first session-sync
)

// Transcript identifies one readable transcript.
type Transcript struct {
	// ID is stable for the place, unique within the source, and holds no
	// text of messages: "main/sessions/3f2a.jsonl".
	ID        string
	Kind      Kind
	Agent     string
	SessionID string
	Deleted   bool // the source deleted this session and kept an archive
	// Resumed: the entries that follow continue after the cursor; otherwise
	// they start at the beginning.
	Resumed bool
}

// Live reports whether a transcript of this kind can still grow and stands for
// a session that exists in the source.
func (k Kind) Live() bool {
	return k == KindJSONL || k == KindOrphan || k == KindSQLite || k == KindCold
}

// Cursors looks up where the last read of a transcript ended. The value is
// what the source gave to [Sink.End]; "" when it was never read.
type Cursors interface {
	Cursor(transcriptID string) string
	// Unchanged reports whether [Sink.Done] told that the transcript was read
	// in this state, and nothing was learned since that makes it be read again.
	Unchanged(transcriptID, state string) bool
}

// Sink takes what a source reads. Its errors stop the read.
type Sink interface {
	// Facts comes before the entries of the window, and also for windows
	// whose transcript did not change or is gone.
	Facts(f session.Facts) error
	// Begin starts a transcript; entries up to End belong to it.
	Begin(t Transcript) error
	// Entry is called in stored order. The entry may be reused after return.
	Entry(e *session.Entry) error
	// End commits the entries since Begin together with the cursor.
	End(cursor string) error
	// Cut ends the transcript without a cursor: it is read again next time.
	Cut() error
	// Done tells that a transcript was read to its end, without any damage, in
	// a state that the source can tell from every other. It saves questions for
	// cursors; a sink may forget it.
	Done(transcriptID, state string)
	// Mark keeps a cursor for a place that is no transcript, such as an index
	// or a database as a whole.
	Mark(id, cursor string) error
	// Skip names something that was found and not read.
	Skip(s Skip)
}
