package openclaw

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/source"
)

// fileName is what the name of a file in a session directory tells.
type fileName struct {
	kind      source.Kind
	sessionID string // by name; the header decides where there is one
	zstd      bool
}

// classify tells transcripts by name; ok is false for everything else. Run
// traces hold whole prompts and are never read, whatever was made of them.
func classify(name string) (f fileName, ok bool) {
	at := strings.LastIndex(name, transcriptExt)
	if at <= 0 {
		return fileName{}, false
	}
	base, tail := name[:at], name[at+len(transcriptExt):]
	kind, ok := kindOf(tail)
	if head, found := cutCheckpoint(base); found && kind == source.KindJSONL {
		base, kind = head, source.KindBackup
	}
	if !ok || strings.HasSuffix(base, ".trajectory") {
		return fileName{}, false
	}
	id := base
	if before, topic, found := strings.Cut(base, "-topic-"); found && before != "" && topic != "" {
		id = before // the transcript of one forum topic
	}
	if kind == source.KindImport {
		// <session key with ':' as '_'>.<id>: keys can hold dots, ids that
		// OpenClaw makes do not.
		id = cmp.Or(id[strings.LastIndexByte(id, '.')+1:], id)
	}
	return fileName{kind: kind, sessionID: validUTF8(id), zstd: strings.HasSuffix(tail, ".zst")}, true
}

// kindOf tells the form of a transcript by what its name has behind .jsonl.
// Archives bear a time, and since 2026.9 a generation and .zst; the time is not
// read, so any that a later release writes is fine. The leftovers of repairs
// hold copies; what only they hold is kept too.
func kindOf(tail string) (source.Kind, bool) {
	switch {
	case tail == "":
		return source.KindJSONL, true
	case tail == ".zst", numbered(tail, ".reset."):
		return source.KindReset, true
	case numbered(tail, ".deleted."):
		return source.KindDeleted, true
	case numbered(tail, ".imported-"):
		return source.KindImport, true
	case numbered(tail, ".bak."), tail == ".migrated", numbered(tail, ".migrated."),
		strings.HasPrefix(tail, ".pre-doctor-") && strings.HasSuffix(tail, ".bak"):
		return source.KindBackup, true
	}
	return "", false
}

// numbered reports whether a digit follows the prefix.
func numbered(tail, prefix string) bool {
	rest, found := strings.CutPrefix(tail, prefix)
	return found && rest != "" && rest[0] >= '0' && rest[0] <= '9'
}

// cutCheckpoint removes `.checkpoint.<uuid>`, the mark of a compaction format
// used between 2026.4 and 2026.6.
func cutCheckpoint(base string) (head string, found bool) {
	at := strings.LastIndex(base, ".checkpoint.")
	if at <= 0 || strings.Contains(base[at+len(".checkpoint."):], ".") {
		return base, false
	}
	return base[:at], true
}

// validUTF8 makes text out of a name: bytes that are no UTF-8 are written in
// hexadecimal, so that different names stay different.
func validUTF8(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var b strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&b, "%%%02x", name[0])
		} else {
			b.WriteRune(r)
		}
		name = name[size:]
	}
	return b.String()
}

// Names that OpenClaw gives to what lies in an agent's directories.
const (
	transcriptExt = ".jsonl"
	databaseName  = "openclaw-agent.sqlite"
	indexName     = "sessions.json"
	legacyIndex   = "legacy-store.sessions.json.imported-" // + milliseconds
	importDir     = "session-sqlite-import-archive"
	coldDir       = "cold"
)

func isDatabase(name string) bool {
	return filepath.Ext(name) == ".sqlite" && !strings.HasPrefix(name, "incognito-")
}
