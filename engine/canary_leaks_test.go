package engine_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
)

// leaks are places by why canaries are seen there.
type leaks map[string]string

// knownLeaks are the places where a secret can still be seen: what its owner
// typed or set comes back to him, half of one stays in an excerpt that was cut
// under weaker rules, and keys stay in names of files. A place that leaks no
// longer has to go from the list.
func knownLeaks() leaks {
	const (
		key     = "an unknown key is shown, its first 40 characters"
		value   = "a wrong value is shown when it has at most 24 characters"
		name    = "the wrong name of a kind or rule is shown in whole"
		typed   = "what was typed is shown, its first 40 characters"
		halved  = "of an excerpt that was cut in the middle of a secret, the half that is left looks like nothing"
		dropped = "a text that a full sync replaces stays on free pages and, until sync --reindex, as words of the index"
		file    = "in names of files people are looked for; the rules for text pass over keys behind an underscore"
	)
	return leaks{
		"settings: a key": key, "settings: a key of a group": key, "settings: a key of a rule": key,
		"settings: a word": value, "settings: the language": value, "settings: a time zone": value, "settings: a pattern": value,
		"settings: what is switched": name, "settings: what is enabled": name,
		"command: SECRET": typed, "command: list SECRET": typed, "command: list --SECRET": typed,
		"command: help SECRET": typed,
		"excerpts of before":   halved, "bytes of excerpts of before": dropped,
	}
}

// complain fails the test when canaries were found in a place that is not
// known to leak, and when none was found where it is.
func (l leaks) complain(t testing.TB, place string, found map[prey]bool) {
	t.Helper()
	why, known := l[place]
	if !known {
		complain(t, place, found)
	} else if len(found) == 0 {
		t.Errorf("%q is in the list of known leaks (%s), but it leaks nothing", place, why)
	}
}

// TestExcerptOfBefore: an excerpt that weaker rules left ends in the middle of
// a secret. A full sync mends the message, as long as OpenClaw has the source,
// but not what the archive still holds of its old text.
func TestExcerptOfBefore(t *testing.T) {
	few := sample(flock(t), 10)
	h := newHunter(t, few)
	w := newWorld(t)
	w.env[knownVariable] = knownValue()
	plantExcerpts(w, few)
	w.configure(weakSettings())
	w.sync()
	w.configure(flockSettings)
	w.sync()
	archive := filepath.Join(w.home, "archive.db")
	knownLeaks().complain(t, "excerpts of before", h.inArchive(t, archive))
	_, err := w.trySync(engine.SyncOptions{Full: true})
	must(t, err)
	found := h.inArchive(t, archive)
	h.find([]byte(readFile(t, archive)), found)
	knownLeaks().complain(t, "bytes of excerpts of before", found)
	w.exportClean(t, h, "json")
}

// TestKeysInNamesOfFiles: session keys become names of files when OpenClaw
// migrates, and those of webhooks can hold a key.
func TestKeysInNamesOfFiles(t *testing.T) {
	all := flock(t)
	h := newHunter(t, all)
	w := newWorld(t)
	for i, key := range keys(all) {
		w.write("agents/main/session-sqlite-import-archive/agent_main_hook_"+key+".88888888.jsonl.imported-1795324699364",
			lines(said("user", i, "planted"))+"{broken\n")
	}
	w.sync()
	found := h.inArchive(t, filepath.Join(w.home, "archive.db"))
	h.find([]byte(readFile(t, filepath.Join(w.home, "last_run.json"))), found)
	complain(t, "keys in names of files", found)
}

// weakSettings switch all rules off.
func weakSettings() string {
	return "include_tools: true\nredact:\n  disable: [" + strings.Join(weak().Disable, ", ") + "]\n"
}
