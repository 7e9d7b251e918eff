package main

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

// examples builds the training table of one conversation.
func examples(views []extract.View, n int, c *conversation, s settings) []*example {
	var out []*example
	for _, v := range views {
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

func evalAt(all []*conversation, rows [][]scored, thr [5]float32, in func(int) bool) (t [5]tally, lang map[string]*tally) {
	lang = map[string]*tally{}
	for i, c := range all {
		if !in(i) {
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
func tune(all []*conversation, rows [][]scored, in func(int) bool) [5]float32 {
	thr := [5]float32{0, 0, 0, 0, 1}
	best := -1.0
	for pass := 0; pass < 2; pass++ {
		for k := 0; k < headline; k++ {
			keep := thr[k]
			for v := float32(-5); v <= 2.5; v += 0.3 {
				thr[k] = v
				t, _ := evalAt(all, rows, thr, in)
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
	f32 := func(p *float32, n string, v float64) {
		flag.Func(n, "", func(a string) error { _, err := fmt.Sscan(a, p); return err })
		*p = float32(v)
	}
	f32(&s.rate, "rate", 0.05)
	f32(&s.decay, "decay", 1e-4)
	f32(&s.around, "around", 0.5)
	f32(&s.facts, "facts", 2)
	f32(&s.positive, "positive", 1.5)
	f32(&s.devWeight, "dev", 1.5)
	neg := flag.Float64("neg", 1, "")
	seed := flag.Int("seed", 0, "")
	domain := flag.Bool("domain", false, "")
	first := flag.Bool("first", false, "")
	fs := forestSettings{minGain: 0}
	flag.IntVar(&fs.trees, "trees", 150, "")
	flag.IntVar(&fs.depth, "depth", 4, "")
	flag.IntVar(&fs.minLeaf, "leaf", 15, "")
	flag.Float64Var(&fs.rate, "shrink", 0.06, "")
	flag.Float64Var(&fs.columns, "cols", 0.15, "")
	flag.Float64Var(&fs.rows, "rows", 0.6, "")
	flag.Float64Var(&fs.lambda, "lambda", 3, "")
	flag.Parse()
	all, _, err := load(*dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	t0 := time.Now()
	x := extract.Reader()
	ex := make([][]*example, len(all))
	views := make([][]extract.View, len(all))
	total := 0
	for i, c := range all {
		views[i] = x.Views(c.messages)
		ex[i] = examples(views[i], i, c, s)
		total += len(ex[i])
	}
	fmt.Println("examples", total, time.Since(t0))
	rows := make([][]scored, len(all))
	perm := rand.New(rand.NewPCG(uint64(*seed), 1)).Perm(len(all))
	fold := func(i int) int { return perm[i] % 5 }
	scoresOf := func(m *linear, i int) [][]extract.Scores {
		out := make([][]extract.Scores, len(views[i]))
		for v := range views[i] {
			for c := range views[i][v].Candidates {
				o := m.scores(&views[i][v].Candidates[c])
				var q extract.Scores
				for k := range o {
					q[k] = int32(o[k] * 256)
				}
				out[v] = append(out[v], q)
			}
		}
		return out
	}
	train := func(skip ...int) *linear {
		var tr []*example
		for i := range all {
			if !slices.Contains(skip, fold(i)) {
				tr = append(tr, ex[i]...)
			}
		}
		return fit(tr, s)
	}
	models := map[[2]int]*linear{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	sem := make(chan bool, 2)
	for f := range 5 {
		for g := f; g < 5; g++ {
			wg.Go(func() {
				sem <- true
				defer func() { <-sem }()
				m := train(f, g)
				mu.Lock()
				models[[2]int{f, g}] = m
				mu.Unlock()
			})
		}
	}
	wg.Wait()
	fmt.Println("linear", time.Since(t0))
	for f := range 5 {
		wg.Go(func() {
			sem <- true
			defer func() { <-sem }()
			dense := make([][][][]int32, len(all))
			var table [][]int32
			var tex []*example
			for i := range all {
				g := fold(i)
				m := models[[2]int{min(f, g), max(f, g)}]
				dense[i] = x.Rows(all[i].messages, views[i], scoresOf(m, i))
				if g != f {
					n := 0
					for v := range dense[i] {
						for c := range dense[i][v] {
							if *domain {
								dense[i][v][c] = append(dense[i][v][c], map[bool]int32{true: 1}[all[i].dev])
							}
							table = append(table, dense[i][v][c])
							tex = append(tex, ex[i][n])
							n++
						}
					}
				}
			}
			b := bin(table)
			var forest [5][]*tree
			var base [5]float64
			for k := range 5 {
				y := make([]int8, len(tex))
				w := make([]float32, len(tex))
				for i, e := range tex {
					y[i], w[i] = e.target[k], e.weight
					if y[i] == 0 && !all[e.talk].dev {
						w[i] *= float32(*neg)
					}
				}
				forest[k], base[k] = boost(b, y, w, fs)
			}
			for i := range all {
				if fold(i) != f {
					continue
				}
				n := 0
				for v := range dense[i] {
					for c := range dense[i][v] {
						r := scored{e: ex[i][n]}
						if *domain {
							dense[i][v][c] = append(dense[i][v][c], map[bool]int32{true: 1}[all[i].dev])
						}
						for k := range 5 {
							o := base[k]
							for _, t := range forest[k] {
								o += t.score(dense[i][v][c])
							}
							r.score[k] = float32(o)
							if *first {
								r.score[k] = float32(dense[i][v][c][k]) / 256
							}
						}
						rows[i] = append(rows[i], r)
						n++
					}
				}
			}
		})
	}
	wg.Wait()
	fmt.Println("fit", time.Since(t0))
	for _, dev := range []bool{true, false} {
		var t [5]tally
		lang := map[string]*tally{}
		for f := range 5 {
			thr := tune(all, rows, func(i int) bool { return all[i].dev == dev && fold(i) != f })
			ft, fl := evalAt(all, rows, thr, func(i int) bool { return all[i].dev == dev && fold(i) == f })
			for k := range t {
				t[k].add(ft[k])
			}
			for l := range fl {
				if lang[l] == nil {
					lang[l] = &tally{}
				}
				lang[l].add(*fl[l])
			}
		}
		m := micro(t)
		bt, _ := evalAt(all, rows, tune(all, rows, func(i int) bool { return all[i].dev == dev }), func(i int) bool { return all[i].dev == dev })
		fmt.Printf("dev=%v best %.3f honest P %.3f R %.3f F %.3f |", dev, micro(bt).f1(), m.precision(), m.recall(), m.f1())
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
