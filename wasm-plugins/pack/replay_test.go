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

// found are the items that plugins have found in the end, by plugin and key.
type found map[[2]string]abi.Item

// read shows a conversation to plugins of a module as a host does: each batch to
// one after the other.
func read(t *testing.T, m *plugin.Module, plugins []string, parts []abi.Batch) found {
	t.Helper()
	items, texts, states := found{}, map[string]string{}, map[string][]byte{}
	earlier := func(id string) (string, bool) { text, there := texts[id]; return text, there }
	for _, part := range parts {
		for _, name := range plugins {
			part.Plugin, part.State = name, states[name]
			result, _, err := m.Run(t.Context(), part, earlier)
			if err != nil {
				t.Fatal(err)
			}
			states[name] = result.State
			items.add(name, result.Items)
		}
		for _, message := range part.Messages {
			texts[message.ID] = message.Text
		}
	}
	return items
}

func (f found) add(plugin string, items []abi.Item) {
	for _, it := range items {
		if it.Status == abi.StatusWithdrawn {
			delete(f, [2]string{plugin, it.Key})
			continue
		}
		f[[2]string{plugin, it.Key}] = it
	}
}

// difference is the first item, by key, that others have otherwise; "" for none.
func (f found) difference(others found) string {
	keys := slices.Concat(slices.Collect(maps.Keys(f)), slices.Collect(maps.Keys(others)))
	slices.SortFunc(keys, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for _, key := range slices.Compact(keys) {
		if !reflect.DeepEqual(f[key], others[key]) {
			return fmt.Sprintf("item %s\n%+v\n%+v", key, f[key], others[key])
		}
	}
	return ""
}

// TestReplay: however a conversation is cut into batches, whether or not the
// plugins keep their instance and are asked one after the other, the same items
// come out. The instance that is kept goes through all conversations in other
// orders each time, so that nothing of one could stay unnoticed in another.
func TestReplay(t *testing.T) {
	cache := t.TempDir()
	kept, fresh := opened(t, plugin.Options{CacheDir: cache, Pure: true}), opened(t, plugin.Options{CacheDir: cache})
	for _, path := range []string{"testdata/talks.jsonl", "../../../shared/extraction-bench/dev.jsonl"} {
		t.Run(filepath.Base(path), func(t *testing.T) { replay(t, kept, fresh, sample(t, path)) })
	}
}

func replay(t *testing.T, kept, fresh *plugin.Module, talks []abi.Batch) {
	random := rand.New(rand.NewPCG(1, uint64(len(talks))))
	both := []string{"knowledge", "todo"}
	want := make([]found, len(talks))
	items, batches := map[string]int{}, 0
	for i, whole := range talks {
		want[i] = read(t, fresh, both, []abi.Batch{whole}) // every plugin reads it by itself
		for key := range want[i] {
			items[key[0]]++
		}
	}
	if items["knowledge"] == 0 || items["todo"] == 0 {
		t.Error("nothing is found, so nothing is compared")
	}
	whole := func(whole abi.Batch) []abi.Batch { return []abi.Batch{whole} }
	for _, way := range []struct {
		name    string
		module  *plugin.Module
		plugins []string
		cut     func(abi.Batch) []abi.Batch
	}{
		{"in one go", kept, both, whole},
		{"in one go, the other way round", kept, []string{"todo", "knowledge"}, whole},
		{"one of them alone", kept, []string{"todo"}, whole},
		{"message by message", kept, both, func(whole abi.Batch) []abi.Batch { return cut(whole, 1, nil) }},
		{"in any batches", kept, both, func(whole abi.Batch) []abi.Batch { return cut(whole, 7, random) }},
		{"in any batches, each on an instance of its own", fresh, both, func(whole abi.Batch) []abi.Batch { return cut(whole, len(whole.Messages), random) }},
	} {
		for _, i := range random.Perm(len(talks)) {
			parts := way.cut(talks[i])
			batches += len(parts)
			got := read(t, way.module, way.plugins, parts)
			asked := maps.Clone(want[i])
			maps.DeleteFunc(asked, func(key [2]string, _ abi.Item) bool { return !slices.Contains(way.plugins, key[0]) })
			if different := asked.difference(got); different != "" {
				t.Errorf("%s, %s: %s", way.name, talks[i].Session.Key, different)
			}
		}
	}
	t.Logf("%d conversations, %v items, %d batches", len(talks), items, batches)
}
