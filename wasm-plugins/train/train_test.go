package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

func TestOverlap(t *testing.T) {
	cases := []struct {
		name, a, b string
		want       float64
	}{
		{"equal", "Porto it is", "porto it is!", 1},
		{"characters by two", "就用它", "好，就用它", 0.8},
		{"one in two", "a b", "b c", 0.5},
		{"nothing", "", "a", 0},
		{"contraction", "don't go", "dont go", 1},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := overlap(bagOf(c.a), bagOf(c.b)); got != c.want {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestMatch: one to one, the best overlap first, within message and group.
func TestMatch(t *testing.T) {
	labels := []label{{Type: "decision", bag: bagOf("we take the red one")}, {Type: "preference", Message: 1, bag: bagOf("no aisle seats")}}
	items := []prediction{
		{group: 0, bag: bagOf("take the red")}, {group: 0, bag: bagOf("we take the red one")},
		{group: 1, message: 1, bag: bagOf("no aisle seats")}, {group: 2, message: 1, bag: bagOf("no aisle seats")},
	}
	if got := match(labels, items); got[0] != 1 || got[1] != 2 {
		t.Errorf("matched %v, want [1 2]", got)
	}
	sum := tallies(labels, items)
	if sum[0] != (tally{hit: 1, wrong: 1}) || sum[1] != (tally{hit: 1}) || sum[2] != (tally{wrong: 1}) {
		t.Errorf("counted %v", sum)
	}
}

// TestChances: they grow with their score, take from one another and leave room
// for nothing at all, however large they are; a preference stands alone.
func TestChances(t *testing.T) {
	cases := []struct {
		name      string
		scores    [classes]float32
		high, low float32 // bounds of the first class
	}{
		{"nothing known", [classes]float32{}, 1.0 / 6, 1.0 / 6},
		{"alone", [classes]float32{3, -9, -9, -9, -9, 0}, 0.96, 0.95},
		{"beside an equal", [classes]float32{3, 3, -9, -9, -9, 0}, 0.49, 0.48},
		{"beside a preference", [classes]float32{3, -9, -9, -9, -9, 3}, 0.96, 0.95},
		{"out of bounds", [classes]float32{1e6, -1e6, 0, 0, 0, 0}, 1, 0.999},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := chances(&c.scores)
			if got[0] > c.high+1e-6 || got[0] < c.low-1e-6 {
				t.Errorf("%v, want %v to %v", got[0], c.low, c.high)
			}
			sum := float32(0)
			for _, p := range got[:extract.Forested] {
				sum += p
			}
			if sum > 1+1e-6 {
				t.Errorf("they add up to %v", sum)
			}
		})
	}
}

// TestSharedBuckets: one conversation alone shares nothing, however often it says it.
func TestSharedBuckets(t *testing.T) {
	says := func(own, beside uint32) *example {
		return &example{Candidate: &extract.Candidate{Own: []uint32{own}, Shared: &extract.Shared{Around: []uint32{beside}}}}
	}
	shared := sharedBuckets([]talk{{0, []*example{says(1, 2), says(1, 3)}}, {1, []*example{says(3, 4)}}, {2, []*example{says(4, 5)}}, {2, []*example{says(4, 5)}}})
	for bucket, want := range []bool{1: false, 2: false, 3: true, 4: true, 5: false} {
		if shared[bucket] != want {
			t.Errorf("bucket %d shared: %v, want %v", bucket, shared[bucket], want)
		}
	}
}

// invented writes a data set whose decisions all say "let us take".
func invented(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"dev.jsonl", "train/one.jsonl"} {
		var text bytes.Buffer
		for i := range 30 {
			thing := strings.Repeat(string(rune('a'+i%26)), 5)
			choice := "let us take the " + thing
			json.NewEncoder(&text).Encode(map[string]any{
				"id": fmt.Sprint(name, i), "lang": "en",
				"messages": []map[string]any{
					{"i": 0, "role": "user", "ts": "2026-03-02T09:12:00+08:00", "text": "what is a " + thing + "?"},
					{"i": 1, "role": "assistant", "ts": "2026-03-02T09:13:00+08:00", "text": "A kind of thing."},
					{"i": 2, "role": "user", "ts": "2026-03-02T09:14:00+08:00", "text": "I see. " + choice},
				},
				"labels": []map[string]any{{"i": 2, "type": "decision", "evidence": choice}},
			})
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestTrain: what is easy is learned, the same data gives the same bytes, and
// the model is read back as it was written.
func TestTrain(t *testing.T) {
	all, digest, err := load(invented(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 60 || len(digest) != 64 || !all[0].dev || all[30].dev {
		t.Fatalf("loaded %d conversations, digest %q", len(all), digest)
	}
	s := defaults()
	s.linear.epochs, s.forest.trees = 4, 12
	var models [2][]byte
	for i := range models {
		d := newDataset(slices.Concat(all, cuts(all)))
		linear := d.linears(s, nil)
		folds := d.forests(s, &choice{}, linear)
		if o := d.evaluate(folds, true); o.groups[0].f1() < 0.9 {
			t.Fatalf("decisions on unseen conversations: %v", o.groups[0])
		}
		models[i] = d.final(s, linear, folds).Append(nil)
	}
	if !bytes.Equal(models[0], models[1]) {
		t.Fatal("the same data gave two models")
	}
	m, err := extract.ParseModel(string(models[0]))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.Append(nil), models[0]) {
		t.Fatal("the model changes when it is read and written")
	}
}

// TestCuts: copies begin with later messages of a person that mean something
// alone, carry the labels of those, and are dealt to the folds of their originals.
func TestCuts(t *testing.T) {
	c := &conversation{ID: "c", dev: true, Messages: []message{
		{Role: "user", Text: "a or b?"}, {Role: "assistant", Text: "a"},
		{Role: "user", Text: "yes"}, {Role: "assistant", Text: "fine"},
		{Role: "user", Text: "we will all meet at the blue house"}, {Role: "assistant", Text: "good"}, {Role: "user", Text: "thanks"},
	}, Labels: []label{{Message: 2, Type: "decision", Evidence: "yes"}, {Message: 4, Type: "decision", Evidence: "we will all meet at the blue house"}}}
	c.fill()
	quiet := &conversation{kind: isQuiet}
	copies := cuts([]*conversation{quiet, c})
	var starts []string
	for _, cut := range copies {
		starts = append(starts, cut.Messages[0].Text)
		if cut.kind != isCut || cut.from != 1 || !cut.dev {
			t.Errorf("copy %+v", cut)
		}
	}
	if want := []string{c.Messages[4].Text, "thanks"}; !slices.Equal(starts, want) {
		t.Fatalf("copies begin with %q, want %q", starts, want)
	}
	if l := copies[0].Labels; len(l) != 1 || l[0].Message != 0 || len(copies[1].Labels) > 0 {
		t.Errorf("labels %+v and %+v", l, copies[1].Labels)
	}
	if c.Labels[1].Message != 4 {
		t.Error("cutting changed the original")
	}
	all := []*conversation{c, {}, {}, {}, {}, {}, {}, quiet}
	all = append(all, cuts(all)...)
	for seed := range uint64(4) {
		if of := deal(all, seed); of[8] != of[0] || of[9] != of[0] {
			t.Errorf("deal %d: copies in folds %v, the original in %d", seed, of[8:], of[0])
		}
	}
}

// TestPlain: every made-up message is whole, is the item it is labelled as, and
// is the same every time.
func TestPlain(t *testing.T) {
	talks := plain()
	seen := map[string]int{}
	for _, c := range talks {
		text := c.Messages[0].Text
		if text == "" || strings.ContainsAny(text, "{}|@#") {
			t.Errorf("made up %q", text)
		}
		if len(c.Labels) == 0 {
			seen[c.Lang]++
			continue
		}
		if c.Labels[0].Evidence != text || group(c.Labels[0].Type) < 0 {
			t.Errorf("%q is labelled %+v", text, c.Labels)
		}
		seen[c.Lang+" "+c.Labels[0].Type]++
	}
	if len(seen) != 12 {
		t.Errorf("made up %v, want five types and nothing in two languages", seen)
	}
	if !reflect.DeepEqual(talks, plain()) {
		t.Error("made up something else the second time")
	}
}

// TestNoData: without the data there is a message, no error and no model.
func TestNoData(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	model := filepath.Join(dir, "model.bin")
	if err := run(options{data: filepath.Join(dir, "none"), model: model}, &out); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(model); err == nil || !strings.Contains(out.String(), "stays as it is") {
		t.Fatalf("printed %q, model there: %v", out.String(), err == nil)
	}
}
