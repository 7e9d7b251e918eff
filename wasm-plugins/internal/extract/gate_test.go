package extract

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// readTalks reads conversations in the form of the labelled data set.
func readTalks(t *testing.T, path string) (talks [][]Message) {
	t.Helper()
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("no labelled conversations beside the checkout: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	roles := map[string]Role{"user": User, "assistant": Agent, "tool": Tool}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var c struct {
			Messages []struct {
				Role string    `json:"role"`
				At   time.Time `json:"ts"`
				Text string    `json:"text"`
			} `json:"messages"`
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		var talk []Message
		for i, m := range c.Messages {
			_, offset := m.At.Zone()
			talk = append(talk, Message{ID: fmt.Sprint(i), Role: roles[m.Role], Text: m.Text, At: Moment{m.At.Unix(), int32(offset)}})
		}
		talks = append(talks, talk)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return talks
}

// dataSets are the committed sample and, where they are, the labelled sets.
func dataSets() map[string][]string {
	shared := filepath.Join("..", "..", "..", "..", "shared", "extraction-bench")
	return map[string][]string{
		"sample": {filepath.Join("testdata", "sample.jsonl")},
		"dev":    {filepath.Join(shared, "dev.jsonl")},
		"train":  {filepath.Join(shared, "train", "writer-a.jsonl"), filepath.Join(shared, "train", "writer-b.jsonl")},
	}
}

func found(x *Extractor, talk []Message) map[string]Item {
	s, items := x.Session(), map[string]Item{}
	for _, m := range talk {
		s.Add(m)
	}
	apply(items, s.Settle())
	return items
}

// TestGate compares with classifying everything: what passes the gate and the
// limits behind it gives the same items but for a few, counted here.
func TestGate(t *testing.T) {
	x := extractor(t)
	everything := *x.model
	everything.Gate = ""
	for k := range everything.Ask {
		everything.Ask[k] = math.MinInt32
	}
	all := With(&everything)
	for name, paths := range dataSets() {
		t.Run(name, func(t *testing.T) {
			lost, added, total, passed, sentences := 0, 0, 0, 0, 0
			for _, path := range paths {
				for _, talk := range readTalks(t, path) {
					some, more := found(x, talk), found(all, talk)
					total += len(more)
					for key := range more {
						if _, ok := some[key]; !ok {
							lost++
						}
					}
					for key := range some {
						if _, ok := more[key]; !ok {
							added++
						}
					}
					p, n := passing(x, talk)
					passed, sentences = passed+p, sentences+n
				}
			}
			t.Logf("of %d items %d lost, %d others found; %d of %d sentences passed", total, lost, added, passed, sentences)
			if lost*10 > total+10 || added*50 > total {
				t.Errorf("of %d items %d are lost and %d others found, want at most one in ten and one in fifty", total, lost, added)
			}
		})
	}
}

// passing counts the sentences that pass the gate, and all of them.
func passing(x *Extractor, talk []Message) (passed, all int) {
	var turns [2]turn
	var before *heard
	for i, m := range talk {
		t := &turns[i%2]
		x.listen(t, m, before)
		before = &t.heard
		for _, s := range t.sentences {
			passed += int(boolBit(s.passed != 0))
			all++
		}
	}
	return passed, all
}

// TestBatches: real conversations give the same items message by message, in
// random batches and in one go.
func TestBatches(t *testing.T) {
	x := extractor(t)
	for name, paths := range dataSets() {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(8, 8))
			for _, path := range paths {
				for n, talk := range readTalks(t, path) {
					want := fmt.Sprint(found(x, talk))
					for _, most := range []int{1, 9} {
						if got := fmt.Sprint(inBatches(t, x, r, talk, most)); got != want {
							t.Fatalf("conversation %d in batches of up to %d:\n%s\nin one go:\n%s", n, most, got, want)
						}
					}
				}
			}
		})
	}
}

// inBatches reads a talk through a written state after every batch.
func inBatches(t *testing.T, x *Extractor, r *rand.Rand, talk []Message, most int) map[string]Item {
	t.Helper()
	items := map[string]Item{}
	state := x.Session().State()
	for len(talk) > 0 {
		n := min(1+r.IntN(most), len(talk))
		s, err := x.Resume(state)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range talk[:n] {
			s.Add(m)
		}
		apply(items, s.Settle())
		if again := s.Settle(); len(again) > 0 {
			t.Fatalf("settling twice gives %d changes", len(again))
		}
		state, talk = s.State(), talk[n:]
	}
	return items
}
