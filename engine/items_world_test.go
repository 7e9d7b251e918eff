package engine_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// itemsWorld is a world with two chats and the built-in plugins, at noon.
func itemsWorld(t testing.TB) *world {
	t.Helper()
	w := newWorld(t)
	w.now = w.now.Truncate(24 * time.Hour).Add(36 * time.Hour)
	talk(w)
	w.plugins = true
	return w
}

// toldWorld is such a world whose sessions the plugins have read, and found in
// them what a test says: so the files do not depend on the extractor.
func toldWorld(t testing.TB, found ...session.Item) *world {
	t.Helper()
	w := itemsWorld(t)
	w.plugins = false
	w.sync()
	w.plugins = true
	w.told(found...)
	return w
}

// told lets the built-in plugins have read all that the archive holds, and found
// these items.
func (w *world) told(found ...session.Item) {
	w.t.Helper()
	ctx := context.Background()
	list, err := wasmplugins.List()
	must(w.t, err)
	archive, err := store.Open(ctx, filepath.Join(w.home, "archive.db"), store.Options{})
	must(w.t, err)
	defer archive.Close()
	batch, err := archive.Begin(ctx)
	must(w.t, err)
	defer batch.Rollback()
	for _, p := range list.Plugins {
		all, err := archive.Due(ctx, p.Name, "none")
		must(w.t, err)
		for _, d := range all {
			x := store.Extraction{
				Plugin: p.Name, Version: p.Version + " UTC", Agent: d.Session.Agent, Key: d.Session.Key,
				Revision: d.Session.Revision, Seen: d.Session.Messages,
			}
			for _, it := range found {
				if it.Plugin == p.Name && it.SessionKey == d.Session.Key {
					x.Items = append(x.Items, it)
				}
			}
			must(w.t, batch.Extracted(x))
		}
	}
	must(w.t, batch.Commit(ctx))
}

// task is a todo of the main session, said in second n.
func task(key string, n int) session.Item {
	return session.Item{
		Plugin: "todo", Key: key, Kind: session.ItemTodo, SessionKey: keyMain, MessageID: askedID, Time: moment(n), Channel: "webchat",
		Origin: session.OriginOwner, Evidence: key, Title: key, Status: session.StatusOpen, Score: 80,
	}
}

// report closes a todo in second n.
func report(closes string, n int, status session.Status) session.Item {
	it := task("report on "+closes, n)
	it.Resolves, it.Status = closes, status
	return it
}

// settled is a decision of the main session.
func settled(key string, at time.Time) session.Item {
	it := task(key, 0)
	it.Plugin, it.Kind, it.Status, it.Time = "knowledge", session.ItemDecision, "", at
	return it
}

// listed is an item in todos.json or index.json.
type listed struct {
	ID, Title, Tier, Status string
	MessageID               string `json:"message_id"`
	SessionKey              string `json:"session_key"`
	Plugin, Evidence        string
}

// list reads todos.json and decisions/index.json of an output directory, by title.
func (w *world) list(dir string) map[string]listed {
	w.t.Helper()
	all := map[string]listed{}
	for _, name := range []string{"todos/todos.json", "decisions/index.json"} {
		var file struct{ Todos, Items []listed }
		must(w.t, json.Unmarshal([]byte(readFile(w.t, filepath.Join(dir, filepath.FromSlash(name)))), &file))
		for _, it := range append(file.Todos, file.Items...) {
			all[it.Title] = it
		}
	}
	return all
}

// wantListed checks what stands in the lists of the output directory: title and
// status, one after the other.
func (w *world) wantListed(want ...string) {
	w.t.Helper()
	got := w.list(w.out)
	for i := 0; i < len(want); i += 2 {
		it, there := got[want[i]]
		if !there || it.Status != want[i+1] {
			w.t.Errorf("%q is %q (listed: %t), want %q", want[i], it.Status, there, want[i+1])
		}
	}
	if len(got) != len(want)/2 {
		w.t.Errorf("listed are %v", got)
	}
}

func (w *world) todosPath() string { return filepath.Join(w.out, "todos", "todos.md") }

// edit changes todos.md as a person does, and says when it was saved.
func (w *world) edit(saved time.Time, old, new string) {
	w.t.Helper()
	text := readFile(w.t, w.todosPath())
	if strings.Count(text, old) != 1 {
		w.t.Fatalf("%q stands %d times in\n%s", old, strings.Count(text, old), text)
	}
	writeFile(w.t, w.todosPath(), strings.Replace(text, old, new, 1))
	must(w.t, os.Chtimes(w.todosPath(), saved, saved))
}

func (w *world) hash() string {
	w.t.Helper()
	return readFile(w.t, filepath.Join(w.out, ".last_hash"))
}
