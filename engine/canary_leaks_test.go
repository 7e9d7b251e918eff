package engine_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestExcerptOfBefore: excerpts that weaker rules left hold no half of a secret
// that better ones would not know, neither in the tables nor in the bytes of the
// archive, and a full sync brings none back.
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
	complain(t, "excerpts of before", h.inArchive(t, archive))
	_, err := w.trySync(fullSync)
	must(t, err)
	complain(t, "excerpts read again", h.inArchive(t, archive))
	h.clean(t, "bytes of the archive", []byte(readFile(t, archive)))
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
	complain(t, "names of files", h.inArchive(t, filepath.Join(w.home, "archive.db")))
	h.clean(t, "last_run.json", []byte(readFile(t, filepath.Join(w.home, "last_run.json"))))
}

// weakSettings switch all rules off.
func weakSettings() string {
	return "include_tools: true\nredact:\n  disable: [" + strings.Join(weak().Disable, ", ") + "]\n"
}
