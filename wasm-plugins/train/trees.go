package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

type forestSettings struct {
	trees, depth, minLeaf int
	rate, columns, rows   float64 // of each step: how far, over how many columns and rows
	lambda                float64
	quiet                 float64 // weight of "nothing here" in train, which left some facts out
}

// binned is a table by columns, each value as the number of its bin.
type binned struct {
	rows    [][]int32
	columns [][]uint8
	limits  [][]int32
}

const maxBins = 48

func bin(rows [][]int32) *binned {
	b := &binned{rows: rows}
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

// boost fits the trees of one class to the logistic loss, from four fifths of
// the first model's score on, and appends them to m.
func (b *binned) boost(m *extract.Model, class extract.Class, table []*example, columns []int, s settings) {
	var usable []int
	weight := make([]float64, len(table))
	score := make([]float64, len(table))
	for i, e := range table {
		if e.target[class] < 0 {
			continue
		}
		usable = append(usable, i)
		score[i] = float64(b.rows[i][class]) / 256 * 4 / 5
		weight[i] = float64(s.weight(e))
		if !e.dev && e.target[class] == 0 {
			weight[i] *= s.forest.quiet
		}
	}
	random := rand.New(rand.NewPCG(3, uint64(class)))
	columns = slices.Clone(columns)
	g := grower{binned: b, s: s.forest, grad: make([]float64, len(table)), hess: make([]float64, len(table))}
	for range s.forest.trees {
		var sample []int
		for _, i := range usable {
			p := 1 / (1 + math.Exp(-score[i]))
			g.grad[i] = (p - float64(table[i].target[class])) * weight[i]
			g.hess[i] = max(p*(1-p), 1e-6) * weight[i]
			if random.Float64() < s.forest.rows {
				sample = append(sample, i)
			}
		}
		random.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
		g.use = columns[:max(1, int(float64(len(columns))*s.forest.columns))]
		g.nodes = nil
		g.grow(sample, s.forest.depth)
		for _, i := range usable {
			score[i] += float64(leafOf(g.nodes, b.rows[i])) / 4096
		}
		head := extract.Node{Feature: extract.Head, Limit: int32(len(g.nodes) + 1)}
		m.Forest[class] = append(append(m.Forest[class], head), g.nodes...)
	}
	bound(m.Forest[class])
}

// bound writes into the head of every tree how much it and those after it can
// add at most, rounded up to the units of scores.
func bound(nodes []extract.Node) {
	var heads, most []int
	for at := 0; at < len(nodes); at += int(nodes[at].Limit) {
		best := int32(math.MinInt32)
		for _, n := range nodes[at+1 : at+int(nodes[at].Limit)] {
			if n.Feature == extract.Leaf {
				best = max(best, n.Limit)
			}
		}
		heads, most = append(heads, at), append(most, int(best))
	}
	left := 0
	for i := len(heads) - 1; i >= 0; i-- {
		left += most[i]
		nodes[heads[i]].Right = uint16(min(max(left, 0)/16+2, math.MaxUint16))
	}
}

// leafOf walks one tree.
func leafOf(nodes []extract.Node, row []int32) int32 {
	n := 0
	for nodes[n].Feature != extract.Leaf {
		if row[nodes[n].Feature] <= nodes[n].Limit {
			n++
		} else {
			n += int(nodes[n].Right)
		}
	}
	return nodes[n].Limit
}

// grower grows one tree in pre-order, as package extract walks it.
type grower struct {
	*binned
	grad, hess []float64
	use        []int
	s          forestSettings
	nodes      []extract.Node
}

func (g *grower) grow(rows []int, depth int) {
	var sg, sh float64
	for _, i := range rows {
		sg += g.grad[i]
		sh += g.hess[i]
	}
	at := len(g.nodes)
	value := -sg / (sh + g.s.lambda) * g.s.rate
	g.nodes = append(g.nodes, extract.Node{Feature: extract.Leaf, Limit: int32(math.Round(value * 4096))})
	if depth == 0 || len(rows) < 2*g.s.minLeaf {
		return
	}
	feature, cut := g.split(rows, sg, sh)
	if feature < 0 {
		return
	}
	var left, right []int
	for _, i := range rows {
		if g.columns[feature][i] <= cut {
			left = append(left, i)
		} else {
			right = append(right, i)
		}
	}
	g.grow(left, depth-1)
	g.nodes[at] = extract.Node{Feature: uint16(feature), Right: uint16(len(g.nodes) - at), Limit: g.limits[feature][cut]}
	g.grow(right, depth-1)
}

func (g *grower) split(rows []int, sg, sh float64) (feature int, cut uint8) {
	feature = -1
	best := 0.0
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
