package main

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

const foldCount = 5

// deal says which fold every conversation is in. Deal 0 takes them in turn, so
// that every fold has its share of dev and of either writer; others shuffle
// those that people wrote.
func deal(all []*conversation, seed uint64) []int {
	out := make([]int, len(all))
	n := 0
	for _, c := range all {
		if c.kind == isLabeled {
			n++
		}
	}
	for i := range out {
		out[i] = i % foldCount
	}
	if seed > 0 {
		random := rand.New(rand.NewPCG(seed, 5))
		random.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	for i, c := range all {
		if c.kind == isCut {
			out[i] = out[c.from]
		}
	}
	return out
}

// fold is what was trained without one fifth of the conversations.
type fold struct {
	model         *extract.Model
	first, scores [][]extract.Scores // of the fifth, by conversation, in the order of examples
}

// choice narrows what is trained on: which conversations, which columns of the
// second model, and whether there is one.
type choice struct {
	keep    func(i int) bool
	without []string
	onlyOne bool
}

// linearModels holds linear models by the folds they did not see.
type linearModels map[[2]int]*extract.Model

// pairKey names a linear model by the folds it did not see.
func pairKey(f, g int) [2]int { return [2]int{min(f, g), max(f, g)} }

// linears fits a linear model without every fold and every pair of folds.
func (d *dataset) linears(s settings, keep func(int) bool) linearModels {
	out := linearModels{}
	var lock sync.Mutex
	var wait sync.WaitGroup
	limit := make(chan struct{}, 2)
	for f := range foldCount {
		for g := f; g < foldCount; g++ {
			wait.Go(func() {
				limit <- struct{}{}
				defer func() { <-limit }()
				m := d.fitLinear(s, func(i int) bool { return d.foldOf[i] != f && d.foldOf[i] != g && (keep == nil || keep(i)) })
				lock.Lock()
				out[[2]int{f, g}] = m
				lock.Unlock()
			})
		}
	}
	wait.Wait()
	return out
}

// origin is the conversation that one is, or is a copy of.
func (d *dataset) origin(i int) int {
	if d.all[i].kind == isCut {
		return d.all[i].from
	}
	return i
}

func (d *dataset) fitLinear(s settings, use func(int) bool) *extract.Model {
	var talks []talk
	for i := range d.all {
		if use(i) {
			talks = append(talks, talk{d.origin(i), d.examples[i]})
		}
	}
	return fit(talks, s).quantize()
}

// forests fits the second model of every fold over given linear models.
func (d *dataset) forests(s settings, ch *choice, linear linearModels) []fold {
	out := make([]fold, foldCount)
	var wait sync.WaitGroup
	limit := make(chan struct{}, 2)
	for f := range foldCount {
		wait.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			of := func(i int) *extract.Model { return linear[pairKey(f, d.foldOf[i])] }
			train := func(i int) bool { return d.foldOf[i] != f && (ch.keep == nil || ch.keep(i)) }
			model := *linear[pairKey(f, f)]
			if !ch.onlyOne {
				d.fitForest(&model, s, ch.without, of, train)
			}
			out[f] = fold{&model, make([][]extract.Scores, len(d.all)), make([][]extract.Scores, len(d.all))}
			for i := range d.all {
				if d.foldOf[i] == f {
					out[f].first[i], out[f].scores[i] = d.judge(&model, i, ch.onlyOne)
				}
			}
		})
	}
	wait.Wait()
	return out
}

// fitForest adds the second model to m, over linear scores by models that did
// not see the conversation they score.
func (d *dataset) fitForest(m *extract.Model, s settings, without []string, of func(int) *extract.Model, use func(int) bool) {
	var rows [][]int32
	var table []*example
	for i := range d.all {
		if use(i) {
			for n, row := range d.rows(of(i), i) {
				if row != nil {
					rows = append(rows, row)
					table = append(table, d.examples[i][n])
				}
			}
		}
	}
	b := bin(rows)
	columns := d.columns(without)
	for k := range extract.Forested {
		b.boost(m, extract.Class(k), table, columns, s)
	}
}

// columns lists the columns of the second model outside the groups left out.
func (d *dataset) columns(without []string) []int {
	var out []int
	for i, name := range extract.Columns() {
		if !slices.Contains(without, name) {
			out = append(out, i)
		}
	}
	return out
}

// rows gives the second model's features of one conversation.
func (d *dataset) rows(linear *extract.Model, i int) [][]int32 {
	var out [][]int32
	for _, message := range extract.With(linear).Rows(d.all[i].messages, d.views[i]) {
		out = append(out, message...)
	}
	return out
}

// judge scores the candidates of one conversation by the first model and in the
// end. Those that the second model is not shown are below every limit.
func (d *dataset) judge(m *extract.Model, i int, onlyOne bool) (first, final []extract.Scores) {
	for _, row := range d.rows(m, i) {
		scores := extract.Scores{never, never, never, never, never, never}
		if row == nil {
			first, final = append(first, scores), append(final, scores)
			continue
		}
		first = append(first, extract.Scores(row[:classes]))
		if onlyOne {
			final = append(final, extract.Scores(row[:classes]))
		} else {
			for k := range extract.Class(extract.Forested) {
				scores[k] = m.Judge(row, k, never)
			}
			final = append(final, scores)
		}
	}
	return first, final
}

// ask gives for every class the first scores below which hardly anything comes to
// be found: of the candidate, and of the sentence it is a part of.
func (d *dataset) ask(folds []fold, limits extract.Scores) (split, ask extract.Scores) {
	const lose = 0.02
	for k := range extract.Forested {
		var whole, own []int32
		for i := range d.all {
			f := &folds[d.foldOf[i]]
			sentence := 0 // the candidate that is the sentence of what follows
			for n, scores := range f.scores[i] {
				if d.examples[i][n].Whole() {
					sentence = n
				}
				if scores[k] >= limits[k] {
					own = append(own, f.first[i][n][k])
					whole = append(whole, f.first[i][sentence][k])
				}
			}
		}
		slices.Sort(whole)
		slices.Sort(own)
		if n := len(own); n > 0 {
			split[k], ask[k] = whole[int(lose*float64(n))], own[int(lose*float64(n))]
		}
	}
	return split, ask
}

// final trains on everything; the trees learn from what the folds' linear
// models say of conversations they did not see.
func (d *dataset) final(s settings, linear linearModels, folds []fold) *extract.Model {
	everything := func(int) bool { return true }
	m := d.fitLinear(s, everything)
	d.fitForest(m, s, nil, func(i int) *extract.Model { return linear[pairKey(d.foldOf[i], d.foldOf[i])] }, everything)
	m.Suggest, m.Keep = d.tune(folds, everything)
	d.thrift(m, s, folds, m.Suggest)
	return m
}

// pick is a candidate and class that may become an item.
type pick struct {
	e     *example
	group int
	score int32
}

// picks lists what could be found in one conversation at the lowest limits.
func (d *dataset) picks(folds []fold, i int) []pick {
	var out []pick
	for n, scores := range folds[d.foldOf[i]].scores[i] {
		for k := range extract.Forested {
			if scores[k] >= lowestLimit {
				out = append(out, pick{d.examples[i][n], k, scores[k]})
			}
		}
	}
	return out
}

// askEarly shows the second model, while it is fitted, what is not hopeless.
var askEarly = extract.Scores{-5 * 256, -5 * 256, -5 * 256, -5 * 256, -5 * 256, never}

const (
	never        = extract.Never
	lowestLimit  = -4 * 256
	highestLimit = 6 * 256
	limitStep    = 64
)

// decode chooses items as the extractor does: the surest first, none over another.
func (d *dataset) decode(picks []pick, i int, limits extract.Scores) []prediction {
	var claims []pick
	for _, p := range picks {
		if p.score >= limits[p.group] {
			claims = append(claims, p)
		}
	}
	slices.SortStableFunc(claims, func(a, b pick) int {
		return cmp.Compare(b.score-limits[b.group], a.score-limits[a.group])
	})
	var taken []pick
	var out []prediction
	for _, p := range claims {
		over := func(o pick) bool {
			return o.e.message == p.e.message && o.e.Start < p.e.End && p.e.Start < o.e.End
		}
		if slices.ContainsFunc(taken, over) {
			continue
		}
		taken = append(taken, p)
		text := d.all[i].messages[p.e.message].Text[p.e.Start:p.e.End]
		out = append(out, prediction{message: p.e.message, group: p.group, text: text, bag: p.e.bag, score: p.score})
	}
	return out
}

// devWorth is how many times the F1 on dev counts while limits are tuned.
const devWorth = 10

// tune chooses the limits of both tiers: the suggested tier for the best F1 on
// dev, whose labels are the more complete, and, with less weight, on train, which
// is as sparse in items as sessions are; the main tier for the greatest recall at a
// precision of at least mainPrecision on dev.
func (d *dataset) tune(folds []fold, use func(int) bool) (suggest, keep extract.Scores) {
	picks := make([][]pick, len(d.all))
	for i := range d.all {
		if use(i) {
			picks[i] = d.picks(folds, i)
		}
	}
	count := func(limits extract.Scores, dev bool, g int) tally {
		var sum tally
		for i, c := range d.all {
			if !use(i) || c.kind != isLabeled || c.dev != dev {
				continue
			}
			for k, t := range tallies(c.Labels, d.decode(picks[i], i, limits)) {
				if g < 0 && k < headline || g == k {
					sum.add(t)
				}
			}
		}
		return sum
	}
	suggest[extract.ClassCancelled] = 256
	suggest[extract.ClassPreference] = math.MaxInt32
	for range 2 {
		for g := range groupNames {
			suggest[g] = steady(func(v int32) float64 {
				limits := suggest
				limits[g] = v
				of := -1
				if g >= headline {
					of = g
				}
				return devWorth*count(limits, true, of).f1() + count(limits, false, of).f1()
			})
		}
	}
	keep = d.mainLimits(suggest, picks, use)
	return suggest, keep
}

// steady finds the limit with the greatest worth in the middle of its
// neighbors: a single best point is mostly luck.
func steady(worth func(int32) float64) int32 {
	const reach = 3
	var at []float64
	for v := int32(-3 * 256); v <= 2*256; v += limitStep {
		at = append(at, worth(v))
	}
	best, where := -1.0, 0
	for i := reach; i+reach < len(at); i++ {
		sum := 0.0
		for _, f := range at[i-reach : i+reach+1] {
			sum += f
		}
		if sum > best {
			best, where = sum, i
		}
	}
	return -3*256 + int32(where)*limitStep
}

// What the main tier must hold while it is tuned; a little more than promised,
// for limits chosen on some conversations do worse on others.
const mainPrecision = 0.84

// mainLimits finds the one limit, since scores are log odds in every group, at
// which what stands above it is just precise enough on dev.
func (d *dataset) mainLimits(suggest extract.Scores, picks [][]pick, use func(int) bool) extract.Scores {
	type found struct {
		score int32
		hit   bool
	}
	var all []found
	for i, c := range d.all {
		if !use(i) || c.kind != isLabeled || !c.dev {
			continue
		}
		items := d.decode(picks[i], i, suggest)
		hit := make([]bool, len(items))
		for _, at := range match(c.Labels, items) {
			if at >= 0 {
				hit[at] = true
			}
		}
		for n, it := range items {
			all = append(all, found{it.score, hit[n]})
		}
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(b.score, a.score) })
	limit, hits := int32(highestLimit), 0
	for n, f := range all {
		if f.hit {
			hits++
		}
		if ratio(hits, n+1) >= mainPrecision && n >= 10 {
			limit = f.score
		}
	}
	keep := suggest
	for g := range keep {
		keep[g] = max(suggest[g], limit)
	}
	return keep
}
