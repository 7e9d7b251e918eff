package engine_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/internal/tinyplugin"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/store"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Messages of the chat that plugins are shown in the tests.
const (
	askedID, asked   = "22222222:e0000020", "记得明天给客户回电话"
	repliedID        = "22222222:e0000021"
	elsewhereID      = "11111111:e0000010"
	elsewhere        = "the meeting is on Friday"
	directFile       = sessions + idDirect + ".jsonl"
	goodName, goodIs = "good", "k 记得 " + askedID
)

// talk writes a chat with one task in it, and one of another session.
func talk(w *world) {
	w.t.Helper()
	w.write(sessions+"sessions.json", asJSON(object{keyMain: web(idMain), keyDirect: telegram(idDirect, "direct")}))
	w.write(mainFile, lines(header(idMain), said("user", 20, asked), said("assistant", 21, "好的,记下了")))
	w.write(directFile, lines(header(idDirect), said("user", 10, elsewhere), said("assistant", 11, "noted")))
}

// note is an item that quotes a message.
func note(key, messageID, evidence string) abi.Item {
	return abi.Item{Key: key, Kind: "note", MessageID: messageID, Evidence: evidence, Title: key + " " + evidence, Score: 80}
}

// good is a plugin that finds one item, which quotes the task.
func good() tinyplugin.Parts {
	return tinyplugin.Parts{
		Manifest: tinyplugin.Manifest(goodName, "1"),
		When:     tinyplugin.Key(keyMain), Result: tinyplugin.Result(note("k", askedID, "记得")),
	}
}

// named is a plugin "evil" of version 1.
func named(p tinyplugin.Parts) tinyplugin.Parts {
	p.Manifest = tinyplugin.Manifest("evil", "1")
	return p
}

// moduleFile writes a module where a person would have it.
func (w *world) moduleFile(wasm []byte) string {
	w.t.Helper()
	path := filepath.Join(w.root, "a plugin.wasm")
	writeFile(w.t, path, string(wasm))
	return path
}

func (w *world) tryInstall(wasm []byte) (engine.PluginInfo, error) {
	return w.engine().InstallPlugin(context.Background(), w.moduleFile(wasm), "")
}

func (w *world) install(p tinyplugin.Parts) engine.PluginInfo {
	w.t.Helper()
	info, err := w.tryInstall(p.Module())
	must(w.t, err)
	return info
}

// shelve puts a module on the shelf as it is, past what an install refuses.
func (w *world) shelve(name, version string, wasm []byte) {
	w.t.Helper()
	s, err := shelf.Open(filepath.Join(w.home, "plugins"))
	must(w.t, err)
	_, err = s.Install(shelf.Plugin{Name: name, Version: version}, wasm)
	must(w.t, err)
}

// plugin is what is known of a plugin.
func (w *world) plugin(name string) engine.PluginInfo {
	w.t.Helper()
	list, err := w.engine().Plugins(context.Background())
	must(w.t, err)
	for _, info := range list {
		if info.Name == name {
			return info
		}
	}
	w.t.Fatalf("there is no plugin %q", name)
	return engine.PluginInfo{}
}

// archive opens the archive for a look.
func (w *world) archive() *store.Store {
	w.t.Helper()
	archive, err := store.Open(context.Background(), filepath.Join(w.home, "archive.db"), store.Options{ReadOnly: true})
	must(w.t, err)
	return archive
}

// items are those that the archive has of a plugin.
func (w *world) items(plugin string) (found []session.Item) {
	w.t.Helper()
	archive := w.archive()
	defer archive.Close()
	for it, err := range archive.Items(context.Background(), store.ItemFilter{Plugins: []string{plugin}}) {
		must(w.t, err)
		found = append(found, it)
	}
	return found
}

// wantItems checks the titles and messages of what the archive has of a plugin.
func (w *world) wantItems(plugin string, want ...string) {
	w.t.Helper()
	var got []string
	for _, it := range w.items(plugin) {
		got = append(got, it.Title+" "+it.MessageID)
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		w.t.Errorf("plugin %q found %q, want %q", plugin, got, want)
	}
}

// pluginState is what the archive keeps for a plugin and a session.
func (w *world) pluginState(plugin, key string) string {
	w.t.Helper()
	archive := w.archive()
	defer archive.Close()
	state, err := archive.PluginState(context.Background(), plugin, "main", key)
	must(w.t, err)
	return string(state)
}

// wantSkip checks that a report tells of a plugin and of nothing else.
func wantSkip(t testing.TB, r engine.Report, plugin string, reason source.Reason, sessions int) {
	t.Helper()
	want := source.Skip{Where: "plugin " + plugin, Reason: reason, Count: sessions}
	if len(r.Skipped) != 1 || r.Skipped[0].Skip != want {
		t.Errorf("skipped %+v, want %+v", r.Skipped, want)
	}
	if all, _ := r.Unread(); all != 1 {
		t.Errorf("%d things count as unread", all)
	}
}

// sharedBut is the content of the output directory, without a plugin's own files
// and the time of the sync.
func (w *world) sharedBut(plugin string) map[string]string {
	w.t.Helper()
	found := map[string]string{}
	must(w.t, filepath.WalkDir(w.out, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			if err == nil && entry.Name() == plugin {
				return fs.SkipDir
			}
			return err
		}
		rel, err := filepath.Rel(w.out, path)
		if err == nil {
			found[filepath.ToSlash(rel)] = untimed(readFile(w.t, path))
		}
		return err
	}))
	return found
}

// shelved are the files of the installed plugins.
func (w *world) shelved() (names []string) {
	w.t.Helper()
	entries, err := os.ReadDir(filepath.Join(w.home, "plugins"))
	if err != nil && !os.IsNotExist(err) {
		w.t.Fatal(err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// withTitle is the good plugin, whose item has another title.
func withTitle(title string) tinyplugin.Parts {
	it := note("k", askedID, "记得")
	it.Title = title
	p := good()
	p.Result = tinyplugin.Result(it)
	return p
}
