package openclaw

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/smallccwc/chronosync/engine/source"
)

// fileName is what the name of a file in a session directory tells.
type fileName struct {
	kind      source.Kind
	sessionID string // by name; the header decides where there is one
	zstd      bool
}

var (
	// <base>.jsonl.reset.<ts>, with a generation and .zst since 2026.9. The
	// time is not read, so any that a later release writes is fine.
	archiveName = regexp.MustCompile(`^(.+)\.jsonl\.(reset|deleted|bak)\.[0-9][^/]*?(\.zst)?$`)
	// Leftovers of OpenClaw's repairs and of a compaction format used between
	// 2026.4 and 2026.6. All hold copies; what only they hold is kept too.
	repairName     = regexp.MustCompile(`^(.+)\.jsonl\.(?:migrated(?:\.\d+)?|pre-doctor-.+\.bak)$`)
	checkpointName = regexp.MustCompile(`^(.+)\.checkpoint\.[0-9A-Za-z-]+\.jsonl$`)
	importName     = regexp.MustCompile(`^(.+)\.jsonl\.imported-\d+$`)
	topicSuffix    = regexp.MustCompile(`-topic-[^/]+$`)
)

// classify tells transcripts by name; ok is false for everything else, such as
// run traces (.trajectory.jsonl), which hold prompts and are never read.
func classify(name string) (f fileName, ok bool) {
	if m := archiveName.FindStringSubmatch(name); m != nil {
		kinds := map[string]source.Kind{"reset": source.KindReset, "deleted": source.KindDeleted, "bak": source.KindBackup}
		return fileName{kind: kinds[m[2]], sessionID: baseID(m[1]), zstd: m[3] != ""}, true
	}
	if m := importName.FindStringSubmatch(name); m != nil && !isTrace(m[1]) {
		// <session key with ':' as '_'>.<old file name>
		_, id, found := strings.Cut(m[1], ".")
		if !found {
			id = m[1]
		}
		return fileName{kind: source.KindImport, sessionID: baseID(id)}, true
	}
	if m := repairName.FindStringSubmatch(name); m != nil {
		return fileName{kind: source.KindBackup, sessionID: baseID(m[1])}, true
	}
	if m := checkpointName.FindStringSubmatch(name); m != nil {
		return fileName{kind: source.KindBackup, sessionID: baseID(m[1])}, true
	}
	if base, found := strings.CutSuffix(name, ".jsonl.zst"); found && !isTrace(base) {
		return fileName{kind: source.KindReset, sessionID: baseID(base), zstd: true}, true
	}
	if base, found := strings.CutSuffix(name, ".jsonl"); found && base != "" && !isTrace(base) {
		return fileName{kind: source.KindJSONL, sessionID: baseID(base)}, true
	}
	return fileName{}, false
}

func isTrace(base string) bool { return strings.HasSuffix(base, ".trajectory") }

// baseID removes the topic of a forum transcript from its base name.
func baseID(base string) string { return topicSuffix.ReplaceAllString(base, "") }

// database file names by which a directory may hold an agent's database.
const (
	databaseName = "openclaw-agent.sqlite"
	indexName    = "sessions.json"
	legacyIndex  = "legacy-store.sessions.json.imported-" // + milliseconds
	importDir    = "session-sqlite-import-archive"
	coldDir      = "cold"
)

func isDatabase(name string) bool {
	return filepath.Ext(name) == ".sqlite" && !strings.HasPrefix(name, "incognito-")
}
