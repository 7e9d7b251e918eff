package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/store"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// aviary is an installation whose chats hold canaries.
type aviary struct {
	*outside
	t    *testing.T
	home string // OpenClaw's state directory
	out  string
}

// newAviary puts canaries everywhere in an installation and syncs it. Items are
// those that the built-in plugins find in the chats, and their eggs. The archive
// has the key, unless it is "", and what more plants is there too.
func newAviary(t *testing.T, key string, more func(*aviary)) *aviary {
	t.Helper()
	f := &aviary{outside: newOutside(t), t: t}
	f.home, _ = f.Env("HOME")
	f.out = filepath.Join(f.home, "shared")
	if key != "" { // placeholders and ids are then the same
		f.write("session-sync/key", key)
	}
	for policy, settings := range policies() {
		f.write("policy-"+policy+".yaml", settings)
	}
	f.plant(coops())
	if more != nil {
		more(f)
	}
	f.sync()
	f.lay()
	f.sync("--full")
	return f
}

func (f *aviary) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *aviary) write(path, text string) {
	f.t.Helper()
	path = filepath.Join(f.home, filepath.FromSlash(path))
	f.must(os.MkdirAll(filepath.Dir(path), 0o700))
	f.must(os.WriteFile(path, []byte(text), 0o600))
}

func (f *aviary) read(path string) string {
	f.t.Helper()
	text, err := os.ReadFile(filepath.Join(f.home, filepath.FromSlash(path)))
	f.must(err)
	return string(text)
}

// told is what a command line says.
type told struct {
	out, err string
	code     int
}

func (f *aviary) run(args ...string) told {
	var out, err bytes.Buffer
	w := f.World
	w.Stdout, w.Stderr, w.Stdin = &out, &err, strings.NewReader("")
	code := run(f.t.Context(), args, w)
	return told{out.String(), err.String(), code}
}

func (f *aviary) sync(args ...string) {
	f.t.Helper()
	if got := f.run(append([]string{"sync", "-q", "--output", f.out}, args...)...); got.code != exitSkipped {
		f.t.Fatalf("sync exits with %d: %s", got.code, got.err)
	}
}

// plant writes chats as OpenClaw keeps them.
func (f *aviary) plant(chats []coop) {
	f.t.Helper()
	index, rows := map[string]object{}, map[string]string{}
	for _, c := range chats {
		dir := "agents/" + c.agent + "/"
		if index[dir] == nil {
			index[dir] = object{}
		}
		channel, title := session.ParseKey(c.key).Channel, c.word(ofOwner, "title")
		head := object{"type": "session", "version": 3, "id": c.id(), "timestamp": c.begun(), "cwd": "/" + c.word(ofNobody, "cwd")}
		entries := append([]object{head}, c.chat().entries...)
		if c.era == inDatabase {
			for _, entry := range entries {
				rows[dir] += asJSON(object{"key": c.key, "session": c.id(), "channel": channel, "title": title, "event": entry}) + "\n"
			}
			continue
		}
		var text strings.Builder
		if c.code == "tg" {
			text.WriteString("{broken " + c.word(ofNobody, "broken") + "\n")
		}
		for _, entry := range entries {
			text.WriteString(asJSON(entry) + "\n")
		}
		name := dir + "sessions/" + c.id() + ".jsonl"
		if c.era == inDeleted {
			name += ".deleted.2026-03-14T11-00-00.000Z"
		}
		f.write(name, text.String())
		row := object{"sessionId": c.id(), "updatedAt": c.begun().UnixMilli(), "lastChannel": channel}
		if kind := c.kind(); kind != session.KindHook && kind != session.KindTopic { // those show what was said first
			row["label"] = title
		}
		if c.era != inOrphan {
			index[dir][c.key] = row
		}
	}
	for dir, keys := range index {
		f.write(dir+"sessions/sessions.json", asJSON(keys))
	}
	for dir, lines := range rows {
		f.must(writeDatabase(filepath.Join(f.home, filepath.FromSlash(dir), "agent", "openclaw-agent.sqlite"), lines))
	}
}

// eggs are items of a chat as a plugin would find them that is taken in by
// everything: all are certain, and the agent's to do. Those of different chats
// say the same, and report on one another.
func (c coop) eggs() []session.Item {
	origins := map[string]session.Origin{ofOwner: session.OriginOwner, ofOther: session.OriginOther, ofOutside: session.OriginExternal}
	n := 0
	item := func(of, kind, title string) session.Item {
		n++
		what := "egg" + string(rune('a'+n))
		return session.Item{
			Plugin: "todo", Key: what, Kind: kind, Agent: c.agent, SessionKey: c.key, MessageID: c.id()[:8] + ":e0", Time: c.begun(),
			Channel: session.ParseKey(c.key).Channel, Sender: c.word(of, "sender"), Origin: origins[of], Evidence: "said " + c.word(of, what+"evidence"),
			Title: strings.ReplaceAll(title, "?", c.word(of, what)), Body: c.word(of, what+"body"), Tags: []string{c.word(of, what+"tag")},
			Owner: session.OwnerAgent, Status: session.StatusOpen, Score: 100,
		}
	}
	report := func(of, title, closes string) session.Item {
		it := item(of, session.ItemTodo, title)
		it.Status, it.Resolves, it.Time = session.StatusDone, closes, it.Time.Add(1)
		return it
	}
	decided := item(c.of, session.ItemDecision, "use ? for everything")
	decided.Plugin, decided.Owner, decided.Status = "knowledge", "", ""
	own, closed := item(ofOwner, session.ItemTodo, "renew the ? certificate"), item(ofOwner, session.ItemTodo, "order the ? cake")
	all := []session.Item{
		item(c.of, session.ItemTodo, "water the flowers behind the house"), item(c.of, session.ItemTodo, "call ? back"),
		own, closed, decided,
		report(c.of, "the ? certificate is renewed", own.Key), report(ofOwner, "the ? cake is ordered", closed.Key),
		report(c.of, "watered the flowers behind the house", ""), report(c.of, "? was done elsewhere", ""),
	}
	if c.of == ofOwner {
		all = append(all, report(ofOutside, "the ? certificate was renewed outside", own.Key))
	}
	return all
}

// lay puts the eggs into the archive, beside what the plugins found themselves.
func (f *aviary) lay() {
	f.t.Helper()
	ctx := context.Background()
	list, err := wasmplugins.List()
	f.must(err)
	archive, err := store.Open(ctx, filepath.Join(f.home, "session-sync", "archive.db"), store.Options{})
	f.must(err)
	defer archive.Close()
	batch, err := archive.Begin(ctx)
	f.must(err)
	defer batch.Rollback()
	for _, p := range list.Plugins {
		due, err := archive.Due(ctx, p.Name, "none")
		f.must(err)
		for _, d := range due {
			x := store.Extraction{
				Plugin: p.Name, Version: p.Version + " UTC", Agent: d.Session.Agent, Key: d.Session.Key, Revision: d.Session.Revision, Seen: d.Session.Messages,
			}
			for _, c := range coops() {
				if c.agent == x.Agent && c.key == x.Key {
					x.Items = slices.DeleteFunc(c.eggs(), func(it session.Item) bool { return it.Plugin != p.Name })
				}
			}
			f.must(batch.Extracted(x))
		}
	}
	f.must(batch.Commit(ctx))
}
