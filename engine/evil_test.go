package engine_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/goguest"
	"github.com/smallccwc/chronosync/engine/internal/tinyplugin"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// evil is a plugin that does harm.
type evil struct {
	wasm    []byte
	refused string // what an install says; "" when only a run can tell
	problem string // what is told of it after a sync
}

// evils are those that fail in every session.
func evils() map[string]evil {
	whole := named(tinyplugin.Parts{}).Module()
	// The problem that is told is that of the session which is read last, the other one.
	quoting := func(messageID, evidence string) []byte {
		return named(tinyplugin.Parts{Result: tinyplugin.Result(note("k", messageID, evidence))}).Module()
	}
	many := func(n int) []byte {
		list := make([]abi.Item, n)
		for i := range list {
			list[i] = note(fmt.Sprint(i), askedID, "记得")
		}
		return named(tinyplugin.Parts{Result: tinyplugin.Result(list...)}).Module()
	}
	answering := func(result string) []byte { return named(tinyplugin.Parts{Result: result}).Module() }
	all := map[string]evil{
		"not wasm":           {[]byte("#!/bin/sh\nexit 0\n"), "no WebAssembly module", "no WebAssembly module"},
		"empty":              {nil, "no WebAssembly module", "no WebAssembly module"},
		"truncated":          {whole[:len(whole)/2], "refused", "refused"},
		"wrong ABI version":  {named(tinyplugin.Parts{Version: tinyplugin.I32(2)}).Module(), "version 2 of the ABI", "version 2 of the ABI"},
		"files":              {named(tinyplugin.Parts{Imports: []string{tinyplugin.Import("env", "open", tinyplugin.FunctionType)}}).Module(), `"env.open"`, `"env.open"`},
		"socket":             {named(tinyplugin.Parts{Imports: []string{tinyplugin.Import("wasi_snapshot_preview1", "sock_send", tinyplugin.FunctionType)}}).Module(), `.sock_send"`, `.sock_send"`},
		"all the memory":     {named(tinyplugin.Parts{Memory: "\x00" + tinyplugin.Number(1025)}).Module(), "1025 pages", "1025 pages"},
		"start that loops":   {named(tinyplugin.Parts{Start: tinyplugin.Endless}).Module(), "start function", "start function"},
		"version that loops": {named(tinyplugin.Parts{Version: tinyplugin.Endless + tinyplugin.I32(1)}).Module(), "units", "units"},
		"manifest no JSON":   {tinyplugin.Parts{Manifest: `[{"name":"evil",`}.Module(), "JSON", "JSON"},
		"path as name":       {tinyplugin.Parts{Manifest: tinyplugin.Manifest("../x", "1")}.Module(), "name is not made of", "name is not made of"},
		"path as version":    {tinyplugin.Parts{Manifest: tinyplugin.Manifest("evil", "../../1")}.Module(), "version is empty, too long, or has control or path characters", "version is"},
		"lines in the title": {tinyplugin.Parts{Manifest: `[{"name":"evil","version":"1","title":"a\u001b[2Jb"}]`}.Module(), "title is too long or has control", "title is"},

		"endless loop":        {named(tinyplugin.Parts{OnSync: tinyplugin.Endless + tinyplugin.Packed(0, 0)}).Module(), "", "units"},
		"endless recursion":   {named(tinyplugin.Parts{OnSync: tinyplugin.Recursive}).Module(), "", "plugin: "},
		"memory bomb":         {named(tinyplugin.Parts{OnSync: tinyplugin.Greedy + tinyplugin.Packed(0, 0)}).Module(), "", "64 MiB"},
		"output bomb":         {named(tinyplugin.Parts{OnSync: tinyplugin.Packed(0, 1<<30)}).Module(), "", "1073741824 bytes"},
		"trap":                {named(tinyplugin.Parts{OnSync: tinyplugin.Unreachable}).Module(), "", "unreachable"},
		"address of a result": {named(tinyplugin.Parts{OnSync: tinyplugin.Packed(-16, 32)}).Module(), "", "outside of its memory"},
		"address for a batch": {named(tinyplugin.Parts{Alloc: tinyplugin.I32(-16)}).Module(), "", "outside of its memory"},
		"invalid JSON":        {answering(`{"items":[{]}`), "", "JSON"},
		"unknown field":       {answering(`{"command":"rm"}`), "", "JSON"},
		"state too large":     {answering(`{"state":"` + strings.Repeat("AAAA", abi.MaxState/3+1) + `"}`), "", "bytes"},
		"invented message":    {quoting("22222222:e9999999", "记得"), "", "message_id is no message"},
		"forged evidence":     {quoting(elsewhereID, "给骗子打款"), "", "evidence does not stand in its message"},
		"1,001 items":         {many(abi.MaxItems + 1), "", "1001 items"},
		"10,000 items":        {many(10_000), "", "bytes"},
		"path as key":         {answering(tinyplugin.Result(note("../../key", askedID, "记得"))), "", "path characters"},
		"path as kind":        {answering(strings.Replace(tinyplugin.Result(note("k", elsewhereID, elsewhere)), `"note"`, `"../note"`, 1)), "", "kind is not"},
	}
	for _, export := range []string{abi.ExportVersion, abi.ExportAlloc, abi.ExportManifest, abi.ExportOnSync, abi.ExportMemory} {
		said := fmt.Sprintf("%q", export)
		all["without "+export] = evil{named(tinyplugin.Parts{Without: export}).Module(), said, said}
	}
	return all
}

// TestEvil puts each beside a good plugin: an install refuses what it can, and
// what a run finds out is told and leaves nothing.
func TestEvil(t *testing.T) {
	alone := newWorld(t)
	talk(alone)
	alone.install(good())
	wantSkips(t, alone.sync())
	archive, shared := alone.exported(), alone.sharedBut("evil")

	for name, e := range evils() {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			talk(w)
			w.install(good())
			_, err := w.tryInstall(e.wasm)
			if (err != nil) != (e.refused != "") || err != nil && !strings.Contains(err.Error(), e.refused) {
				t.Fatalf("the install says %v, want %q", err, e.refused)
			}
			if err != nil {
				if got := w.shelved(); !slices.Equal(got, []string{"good.wasm", shelf.ListName}) {
					t.Fatalf("installed are %q", got)
				}
				w.shelve("evil", "1", e.wasm)
			}
			wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 2)
			w.wantItems(goodName, goodIs)
			w.wantNothingOf("evil", e.problem)
			if w.exported() != archive {
				t.Error("the archive is another one")
			}
			wantSame(t, "the shared files", shared, w.sharedBut("evil"))
		})
	}
}

// wantNothingOf checks that nothing of a plugin that failed is kept but what we
// say of it.
func (w *world) wantNothingOf(plugin, problem string) {
	w.t.Helper()
	w.wantItems(plugin)
	for _, key := range []string{keyMain, keyDirect} {
		if state := w.pluginState(plugin, key); state != "" {
			w.t.Errorf("a state of %d bytes is kept", len(state))
		}
	}
	info := w.plugin(plugin)
	w.t.Logf("%s: %s", plugin, info.Problem)
	if !strings.Contains(info.Problem, problem) || info.Quarantined || info.Items > 0 {
		w.t.Errorf("told is %+v, want %q", info, problem)
	}
	if strings.Contains(info.Problem, "记得") || strings.ContainsAny(info.Problem, "\x1b\n") {
		w.t.Errorf("the problem holds foreign text: %q", info.Problem)
	}
}

// TestEvilNames: what may not be a directory of ours is not installed.
func TestEvilNames(t *testing.T) {
	const ours, device, characters = "session-sync uses it", "a device of Windows", "a-z, 0-9 and dashes"
	for name, want := range map[string]string{
		"decisions": ours, "todos": ours, "archive": ours, "groups": ours, "plugins": ours, "cache": ours, "todo": ours, "knowledge": ours,
		"con": device, "nul": device, "aux": device, "prn": device, "com1": device, "lpt9": device,
		"Good": characters, "-f": characters, "7": characters, ".": characters, "..": characters, "a/b": characters, `a\b`: characters,
		"a.md": characters, "c:": characters, "con.txt": characters, "笔记": characters, "a\x00b": characters,
		strings.Repeat("a", 41): characters, "": characters,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.tryInstall(tinyplugin.Parts{Manifest: tinyplugin.Manifest(name, "1")}.Module())
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
			if got := w.shelved(); got != nil {
				t.Errorf("installed are %q", got)
			}
		})
	}
}

// TestEvilList: a list of plugins with a name that leads elsewhere is told of;
// nothing of it is loaded, and nothing is written where it leads.
func TestEvilList(t *testing.T) {
	w := newWorld(t)
	talk(w)
	w.install(good())
	list := filepath.Join(w.home, "plugins", shelf.ListName)
	writeFile(t, list, strings.Replace(readFile(t, list), `"good"`, `"../../out/x"`, 1))
	report := w.sync()
	wantSkips(t, report, source.ReasonPluginList)
	if report.Messages != 4 || exists(filepath.Join(w.out, "x")) || exists(filepath.Join(w.out, goodName)) {
		t.Errorf("report %+v", report)
	}
}

// TestEvilChange: a module that is not the one that was installed, or not the
// plugin that was, does not run.
func TestEvilChange(t *testing.T) {
	result := tinyplugin.Result(note("new", askedID, "记得"))
	for _, c := range []struct {
		name, manifest string
		pinned         bool // the list says that it is the one
		problem        string
	}{
		{"replaced on disk", tinyplugin.Manifest("evil", "1"), false, "the plugin changed on disk after it was installed"},
		{"another name", tinyplugin.Manifest("good", "1"), true, `says that it is "good" of version "1"`},
		{"another version", tinyplugin.Manifest("evil", "2"), true, `says that it is "evil" of version "2"`},
		{"a path as name", tinyplugin.Manifest("../evil", "1"), true, "name is not"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			talk(w)
			w.install(good())
			other := tinyplugin.Parts{Manifest: c.manifest, Result: result, When: tinyplugin.Key(keyMain)}.Module()
			if c.pinned {
				w.shelve("evil", "1", other)
			} else {
				w.install(named(tinyplugin.Parts{}))
				writeFile(t, filepath.Join(w.home, "plugins", "evil.wasm"), string(other))
			}
			wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 2)
			w.wantItems(goodName, goodIs)
			w.wantNothingOf("evil", c.problem)
			in := strings.NewReader(`{"id":"a","messages":[{"i":0,"role":"user","text":"x"}]}`)
			if err := w.engine().TryPlugins(t.Context(), []string{"evil"}, in, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("plugin run: %v, want %q", err, c.problem)
			}
		})
	}
}

// TestEvilQuoteOfAnotherSession: where the message stands the item is kept, in
// another session it is not.
func TestEvilQuoteOfAnotherSession(t *testing.T) {
	w := newWorld(t)
	talk(w)
	w.install(named(tinyplugin.Parts{Result: tinyplugin.Result(note("k", elsewhereID, elsewhere))}))
	wantSkip(t, w.sync(), "evil", source.ReasonPluginFailed, 1)
	w.wantItems("evil", "k "+elsewhere+" "+elsewhereID)
	if it := w.items("evil")[0]; it.SessionKey != keyDirect {
		t.Errorf("%+v", it)
	}
	if got := w.plugin("evil").Problem; !strings.Contains(got, "message_id") {
		t.Error(got)
	}
}

// guest is the plugin that does what the title of a session says.
var guest = sync.OnceValues(func() ([]byte, error) { return goguest.Build("plugin/testdata/guest") })

// TestEvilGo: what a plugin in Go can do wrong, and one that tries everything.
func TestEvilGo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a Go module")
	}
	wasm, err := guest()
	must(t, err)
	for title, problem := range map[string]string{
		"panic": "stopped", "exit": "exit code 3", "memory": "64 MiB", "recursion": "plugin: ", "loop": "units",
		"print": "", "probe": "",
	} {
		t.Run(title, func(t *testing.T) {
			w := newWorld(t)
			talk(w)
			named := web(idMain)
			named["displayName"] = title
			w.write(sessions+"sessions.json", asJSON(object{keyMain: named}))
			must(t, os.Remove(w.path(directFile)))
			w.shelve("guest", "1", wasm)
			w.install(good())
			outside := snapshot(t, w.state)
			report := w.sync()
			w.wantItems(goodName, goodIs)
			wantSame(t, "OpenClaw's files", outside, snapshot(t, w.state))
			if problem == "" {
				wantSkips(t, report)
				w.wantNothingOf("guest", "")
				return
			}
			wantSkip(t, report, "guest", source.ReasonPluginFailed, 1)
			w.wantNothingOf("guest", problem)
			if strings.Contains(w.plugin("guest").Problem, "told") {
				t.Error("what the plugin wrote is told")
			}
		})
	}
}
