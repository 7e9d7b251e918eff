package main

import (
	"math"
	"math/rand/v2"
	"slices"
)

// tree is a regression tree as arrays: node i sends a row left when its feature
// is at most the limit; a leaf has feature -1.
type tree struct {
	feature []int
	limit   []int32
	left    []int
	right   []int
	value   []float64
}

func (t *tree) score(row []int32) float64 {
	n := 0
	for t.feature[n] >= 0 {
		if row[t.feature[n]] <= t.limit[n] {
			n = t.left[n]
		} else {
			n = t.right[n]
		}
	}
	return t.value[n]
}

type forestSettings struct {
	trees, depth, minLeaf int
	rate, columns, rows   float64
	lambda, minGain       float64
}

// binned is a table by columns, each value as the number of its bin.
type binned struct {
	columns [][]uint8
	limits  [][]int32
}

const maxBins = 48

func bin(rows [][]int32) *binned {
	b := &binned{}
	if len(rows) == 0 {
		return b
	}
	for f := range rows[0] {
		values := make([]int32, len(rows))
		for i := range rows {
			values[i] = rows[i][f]
		}
		sorted := slices.Clone(values)
		slices.Sort(sorted)
		var limits []int32
		distinct := slices.Compact(slices.Clone(sorted))
		if len(distinct) <= maxBins {
			limits = distinct
		} else {
			for q := 1; q <= maxBins; q++ {
				limits = append(limits, sorted[(len(sorted)-1)*q/maxBins])
			}
			limits = slices.Compact(limits)
		}
		column := make([]uint8, len(rows))
		for i, v := range values {
			at, _ := slices.BinarySearch(limits, v)
			column[i] = uint8(min(at, len(limits)-1))
		}
		b.columns = append(b.columns, column)
		b.limits = append(b.limits, limits)
	}
	return b
}

// boost fits trees to the logistic loss of one class.
func boost(b *binned, target []int8, weight []float32, s forestSettings) (trees []*tree, base float64) {
	n := len(target)
	var yes, sum float64
	var usable []int
	for i, y := range target {
		if y < 0 {
			continue
		}
		usable = append(usable, i)
		sum += float64(weight[i])
		yes += float64(weight[i]) * float64(y)
	}
	base = math.Log((yes + 1) / (sum - yes + 1))
	score := make([]float64, n)
	for i := range score {
		score[i] = base
	}
	grad, hess := make([]float64, n), make([]float64, n)
	random := rand.New(rand.NewPCG(3, 4))
	columns := make([]int, len(b.columns))
	for i := range columns {
		columns[i] = i
	}
	for range s.trees {
		for _, i := range usable {
			p := 1 / (1 + math.Exp(-score[i]))
			w := float64(weight[i])
			grad[i] = (p - float64(target[i])) * w
			hess[i] = max(p*(1-p), 1e-6) * w
		}
		var sample []int
		for _, i := range usable {
			if random.Float64() < s.rows {
				sample = append(sample, i)
			}
		}
		random.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
		g := grower{b, grad, hess, columns[:max(1, int(float64(len(columns))*s.columns))], s, &tree{}}
		g.grow(sample, s.depth)
		trees = append(trees, g.tree)
		g.spread(score, usable)
	}
	return trees, base
}

type grower struct {
	*binned
	grad, hess []float64
	use        []int
	s          forestSettings
	tree       *tree
}

func (g *grower) grow(rows []int, depth int) int {
	var sg, sh float64
	for _, i := range rows {
		sg += g.grad[i]
		sh += g.hess[i]
	}
	t := g.tree
	at := len(t.feature)
	t.feature = append(t.feature, -1)
	t.limit = append(t.limit, 0)
	t.left = append(t.left, 0)
	t.right = append(t.right, 0)
	t.value = append(t.value, -sg/(sh+g.s.lambda)*g.s.rate)
	if depth == 0 || len(rows) < 2*g.s.minLeaf {
		return at
	}
	feature, cut := g.split(rows, sg, sh)
	if feature < 0 {
		return at
	}
	var left, right []int
	for _, i := range rows {
		if g.columns[feature][i] <= cut {
			left = append(left, i)
		} else {
			right = append(right, i)
		}
	}
	l := g.grow(left, depth-1)
	r := g.grow(right, depth-1)
	t.feature[at], t.limit[at], t.left[at], t.right[at] = feature, g.limits[feature][cut], l, r
	return at
}

func (g *grower) split(rows []int, sg, sh float64) (feature int, cut uint8) {
	feature = -1
	best := g.s.minGain
	whole := sg * sg / (sh + g.s.lambda)
	for _, f := range g.use {
		var hg, hh [maxBins]float64
		var hn [maxBins]int
		column := g.columns[f]
		for _, i := range rows {
			k := column[i]
			hg[k] += g.grad[i]
			hh[k] += g.hess[i]
			hn[k]++
		}
		var lg, lh float64
		ln := 0
		for k := 0; k+1 < len(g.limits[f]); k++ {
			lg += hg[k]
			lh += hh[k]
			ln += hn[k]
			if ln < g.s.minLeaf || len(rows)-ln < g.s.minLeaf {
				continue
			}
			rg, rh := sg-lg, sh-lh
			if gain := lg*lg/(lh+g.s.lambda) + rg*rg/(rh+g.s.lambda) - whole; gain > best {
				best, feature, cut = gain, f, uint8(k)
			}
		}
	}
	return feature, cut
}

// spread adds the tree's values to the scores of all rows, sampled or not.
func (g *grower) spread(score []float64, rows []int) {
	t := g.tree
	for _, i := range rows {
		n := 0
		for t.feature[n] >= 0 {
			f := t.feature[n]
			if g.limits[f][g.columns[f][i]] <= t.limit[n] {
				n = t.left[n]
			} else {
				n = t.right[n]
			}
		}
		score[i] += t.value[n]
	}
}
