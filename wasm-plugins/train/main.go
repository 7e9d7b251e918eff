package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// examples builds the training table of one conversation.
func examples(x *extract.Extractor, n int, c *conversation, s settings) []*example {
	var out []*example
	for _, v := range x.Views(c.messages) {
		text := c.messages[v.Message].Text
		best := make([]float64, len(c.Labels))
		over := make([][]float64, len(v.Candidates))
		for i := range v.Candidates {
			bag := bagOf(text[v.Candidates[i].Start:v.Candidates[i].End])
			over[i] = make([]float64, len(c.Labels))
			for l, want := range c.Labels {
				if want.Message == v.Message {
					over[i][l] = overlap(bag, bagOf(want.Evidence))
					best[l] = max(best[l], over[i][l])
				}
			}
		}
		for i := range v.Candidates {
			e := &example{Candidate: &v.Candidates[i], talk: n, view: v.Message, weight: 1}
			if c.dev {
				e.weight = s.devWeight
			}
			for l, want := range c.Labels {
				if over[i][l] == 0 {
					continue
				}
				for _, k := range classesOf(want.Type) {
					switch f := over[i][l]; {
					case f >= 0.5 && f >= best[l]-0.3:
						e.target[k] = 1
					case f >= 0.3 && e.target[k] == 0:
						e.target[k] = -1
					}
				}
			}
			out = append(out, e)
		}
	}
	return out
}

func classesOf(kind string) []extract.Class {
	switch kind {
	case "decision":
		return []extract.Class{extract.ClassDecision}
	case "knowledge":
		return []extract.Class{extract.ClassKnowledge}
	case "preference":
		return []extract.Class{extract.ClassKnowledge, extract.ClassPreference}
	case "todo-open":
		return []extract.Class{extract.ClassOpen}
	case "todo-done":
		return []extract.Class{extract.ClassDone}
	case "todo-cancelled":
		return []extract.Class{extract.ClassCancelled}
	}
	return nil
}

type scored struct {
	e     *example
	score [5]float32
}

// decode picks items greedily.
func decode(c *conversation, rows []scored, thr [5]float32) []prediction {
	type pick struct {
		at, k int
		m     float32
	}
	var picks []pick
	for i, r := range rows {
		for k := range r.score {
			if r.score[k] >= thr[k] {
				picks = append(picks, pick{i, k, r.score[k] - thr[k]})
			}
		}
	}
	slices.SortStableFunc(picks, func(a, b pick) int { return cmp.Compare(b.m, a.m) })
	var out []prediction
	var taken []*example
	for _, p := range picks {
		e := rows[p.at].e
		if slices.ContainsFunc(taken, func(o *example) bool { return o.view == e.view && o.Start < e.End && e.Start < o.End }) {
			continue
		}
		taken = append(taken, e)
		out = append(out, prediction{message: e.view, group: p.k, text: c.messages[e.view].Text[e.Start:e.End]})
	}
	return out
}

func evalAt(all []*conversation, rows [][]scored, thr [5]float32, dev bool) (t [5]tally, lang map[string]*tally) {
	lang = map[string]*tally{}
	for i, c := range all {
		if c.dev != dev {
			continue
		}
		x := tallies(c.Labels, decode(c, rows[i], thr))
		if lang[c.Lang] == nil {
			lang[c.Lang] = &tally{}
		}
		for k := range x {
			t[k].add(x[k])
			if k < headline {
				lang[c.Lang].add(x[k])
			}
		}
	}
	return
}

func micro(t [5]tally) tally {
	var m tally
	for k := range headline {
		m.add(t[k])
	}
	return m
}

// tune coordinate-descends thresholds on dev.
func tune(all []*conversation, rows [][]scored, dev bool) [5]float32 {
	thr := [5]float32{0, 0, 0, 0, 1}
	best := -1.0
	for pass := 0; pass < 2; pass++ {
		for k := 0; k < headline; k++ {
			keep := thr[k]
			for v := float32(-5); v <= 2.5; v += 0.3 {
				thr[k] = v
				t, _ := evalAt(all, rows, thr, dev)
				if f := micro(t).f1(); f > best {
					best, keep = f, v
				}
			}
			thr[k] = keep
		}
	}
	return thr
}

func main() {
	dir := flag.String("data", "../shared/extraction-bench", "")
	var s settings
	flag.IntVar(&s.epochs, "epochs", 12, "")
	f32 := func(p *float32, n string, v float64) { flag.Func(n, "", func(a string) error { _, err := fmt.Sscan(a, p); return err }); *p = float32(v) }
	f32(&s.rate, "rate", 0.15)
	f32(&s.decay, "decay", 1e-4)
	f32(&s.around, "around", 0.5)
	f32(&s.facts, "facts", 1)
	f32(&s.positive, "positive", 1.5)
	f32(&s.devWeight, "dev", 1.5)
	flag.Parse()
	all, _, err := load(*dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	t0 := time.Now()
	x := extract.Reader()
	ex := make([][]*example, len(all))
	total := 0
	for i, c := range all {
		ex[i] = examples(x, i, c, s)
		total += len(ex[i])
	}
	fmt.Println("examples", total, time.Since(t0))
	rows := make([][]scored, len(all))
	var wg sync.WaitGroup
	sem := make(chan bool, 2)
	for fold := range 5 {
		wg.Go(func() {
			sem <- true
			defer func() { <-sem }()
			var tr []*example
			for i := range all {
				if i%5 != fold {
					tr = append(tr, ex[i]...)
				}
			}
			m := fit(tr, s)
			for i := range all {
				if i%5 == fold {
					for _, e := range ex[i] {
						o := m.scores(e.Candidate)
						rows[i] = append(rows[i], scored{e, [5]float32(o[:5])})
					}
				}
			}
		})
	}
	wg.Wait()
	fmt.Println("fit", time.Since(t0))
	for _, dev := range []bool{true, false} {
		thr := tune(all, rows, dev)
		t, lang := evalAt(all, rows, thr, dev)
		m := micro(t)
		fmt.Printf("dev=%v thr=%v micro P %.3f R %.3f F %.3f |", dev, thr, m.precision(), m.recall(), m.f1())
		for k := range t {
			fmt.Printf(" %s %.3f", groupNames[k], t[k].f1())
		}
		for _, l := range []string{"zh", "en", "mix"} {
			if lang[l] != nil {
				fmt.Printf(" %s %.3f", l, lang[l].f1())
			}
		}
		fmt.Println()
	}
	fmt.Println(time.Since(t0))
}
