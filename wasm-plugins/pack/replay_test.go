package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/sdk/abi"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

// talk is a conversation of the samples.
type talk struct {
	ID       string
	Messages []struct{ Role, Origin, Sender, TS, Text string }
}

// session is the conversation as a host shows it.
func (c talk) session(t *testing.T) abi.Batch {
	t.Helper()
	batch := abi.Batch{Session: abi.Session{Agent: "main", Key: "agent:main:" + c.ID, TimeZone: "Asia/Shanghai"}}
	for i, m := range c.Messages {
		shown := abi.Message{ID: fmt.Sprintf("3f2a8c1e:%s-%d", c.ID, i), Role: m.Role, Origin: cmp.Or(m.Origin, "owner"), Sender: m.Sender, Text: m.Text}
		if m.Role == "assistant" {
			shown.Origin = "agent"
		}
		if m.TS != "" {
			at, err := time.Parse(time.RFC3339, m.TS)
			if err != nil {
				t.Fatal(err)
			}
			_, offset := at.Zone()
			shown.Time, shown.Offset = at.UnixMilli(), int32(offset)
		}
		batch.Messages = append(batch.Messages, shown)
	}
	return batch
}

// sample reads conversations, one a line.
func sample(t *testing.T, path string) (all []abi.Batch) {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not beside this checkout", filepath.Base(path))
	}
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var c talk
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c.session(t))
	}
	return all
}

// cut divides a conversation into batches of so many messages, or at random into
// such of at most as many.
func cut(whole abi.Batch, most int, random *rand.Rand) (parts []abi.Batch) {
	for rest := whole.Messages; len(rest) > 0; {
		n := min(most, len(rest))
		if random != nil {
			n = 1 + random.IntN(n)
		}
		part := whole
		part.Messages, rest = rest[:n], rest[n:]
		parts = append(parts, part)
	}
	return parts
}

// found are the items that a plugin has found in the end, by key.
type found map[string]abi.Item

// read shows a conversation to a plugin as a host does.
func read(t *testing.T, m *plugin.Module, parts []abi.Batch) found {
	t.Helper()
	items, texts := found{}, map[string]string{}
	earlier := func(id string) (string, bool) { text, there := texts[id]; return text, there }
	var state []byte
	for _, part := range parts {
		part.State = state
		result, _, err := m.Run(t.Context(), part, earlier)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range result.Items {
			if it.Status == abi.StatusWithdrawn {
				delete(items, it.Key)
				continue
			}
			items[it.Key] = it
		}
		state = result.State
		for _, message := range part.Messages {
			texts[message.ID] = message.Text
		}
	}
	return items
}

// difference is the first item, by key, that others have otherwise; "" for none.
func (f found) difference(others found) string {
	keys := slices.Concat(slices.Collect(maps.Keys(f)), slices.Collect(maps.Keys(others)))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		if !reflect.DeepEqual(f[key], others[key]) {
			return fmt.Sprintf("item %s\n%+v\n%+v", key, f[key], others[key])
		}
	}
	return ""
}

// TestReplay: however a conversation is cut into batches, and whether or not the
// plugin keeps its instance, the same items come out. The instance that is kept
// goes through all conversations in other orders each time, so that nothing of
// one could stay unnoticed in another.
func TestReplay(t *testing.T) {
	list, err := wasmplugins.List()
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for _, p := range list.Plugins {
		wasm, err := p.Module()
		if err != nil {
			t.Fatal(err)
		}
		open := func(pure bool) *plugin.Module {
			m, err := plugin.Open(t.Context(), wasm, plugin.Options{CacheDir: cache, Pure: pure})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := m.Close(); err != nil {
					t.Error(err)
				}
			})
			return m
		}
		kept, fresh := open(true), open(false)
		for _, path := range []string{"testdata/talks.jsonl", "../../../shared/extraction-bench/dev.jsonl"} {
			t.Run(p.Name+"/"+filepath.Base(path), func(t *testing.T) { replay(t, kept, fresh, sample(t, path)) })
		}
	}
}

func replay(t *testing.T, kept, fresh *plugin.Module, talks []abi.Batch) {
	random := rand.New(rand.NewPCG(1, uint64(len(talks))))
	want := make([]found, len(talks))
	items, batches := 0, 0
	for i, whole := range talks {
		want[i] = read(t, fresh, []abi.Batch{whole})
		items += len(want[i])
	}
	if items == 0 {
		t.Error("nothing is found, so nothing is compared")
	}
	for _, way := range []struct {
		name   string
		module *plugin.Module
		cut    func(abi.Batch) []abi.Batch
	}{
		{"in one go", kept, func(whole abi.Batch) []abi.Batch { return []abi.Batch{whole} }},
		{"message by message", kept, func(whole abi.Batch) []abi.Batch { return cut(whole, 1, nil) }},
		{"in any batches", kept, func(whole abi.Batch) []abi.Batch { return cut(whole, 7, random) }},
		{"in any batches, each on an instance of its own", fresh, func(whole abi.Batch) []abi.Batch { return cut(whole, len(whole.Messages), random) }},
	} {
		for _, i := range random.Perm(len(talks)) {
			parts := way.cut(talks[i])
			batches += len(parts)
			got := read(t, way.module, parts)
			if different := want[i].difference(got); different != "" {
				t.Errorf("%s, %s: %s", way.name, talks[i].Session.Key, different)
			}
		}
	}
	t.Logf("%d conversations, %d items, %d batches", len(talks), items, batches)
}
