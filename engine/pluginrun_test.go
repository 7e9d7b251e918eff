package engine_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/internal/goguest"
)

// TestPluginFailsInTheMiddle lets one plugin fail in a session of several pages.
// What is kept then comes in the middle of the session: the other one goes on
// behind it with its state, and is shown every message once.
func TestPluginFailsInTheMiddle(t *testing.T) {
	if testing.Short() {
		t.Skip("builds Go modules")
	}
	w := newWorld(t)
	const messages = 30
	long := strings.Repeat("a quiet line of chat\n", 10_000) // 30 of them are more than a page of 4 MiB
	records := []object{header(idDirect)}
	for i := range messages {
		records = append(records, said("user", 10+i, long))
	}
	w.write(sessions+"sessions.json", asJSON(object{keyDirect: telegram(idDirect, "direct")}))
	w.write(sessions+idDirect+".jsonl", lines(records...))
	w.installBuilt("falls")
	w.installBuilt("counts")

	w.sync()
	w.wantPlugin("counts", messages, false)
	w.wantPlugin("falls", 0, true)

	w.appendTo(sessions+idDirect+".jsonl", line(said("user", 10+messages, "more")))
	w.sync()
	w.wantPlugin("counts", messages+1, false)
}

// install builds a plugin from testdata and installs it.
func (w *world) installBuilt(name string) {
	w.t.Helper()
	wasm, err := goguest.Build(filepath.Join("testdata", name))
	must(w.t, err)
	path := filepath.Join(w.root, name+".wasm")
	writeFile(w.t, path, string(wasm))
	_, err = w.engine().InstallPlugin(w.t.Context(), path, "")
	must(w.t, err)
}

// wantPlugin checks how many items a plugin has and whether it failed, which it
// did too seldom to be quarantined.
func (w *world) wantPlugin(name string, items int, failed bool) {
	w.t.Helper()
	list, err := w.engine().Plugins(w.t.Context())
	must(w.t, err)
	at := slices.IndexFunc(list, func(p engine.PluginInfo) bool { return p.Name == name })
	if at < 0 {
		w.t.Fatalf("there is no plugin %s", name)
	}
	if p := list[at]; p.Items != items || (p.Problem != "") != failed || p.Quarantined {
		w.t.Errorf("%s has %d items, the problem %q and is quarantined: %v; want %d and a failure: %v", name, p.Items, p.Problem, p.Quarantined, items, failed)
	}
}
