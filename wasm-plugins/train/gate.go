package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

type gateSettings struct {
	rate, decay float64
	epochs      int
	orders      int        // how many runs are averaged
	positive    float64    // how much more a sentence with an item weighs
	lose        [2]float64 // share of the sentences with items that may be lost, by role
}

// gateStep is what one unit of the gate's weights is in log odds.
const gateStep = 1.0 / 24

// gateExample is a sentence with how far the models, which did not see its
// conversation, are from finding an item in it: from 0 on they do.
type gateExample struct {
	*extract.Sentence
	margin [extract.Groups]int32
	kind   kind
}

// gateExamples lists the sentences of conversation i, message by message.
func (d *dataset) gateExamples(folds []fold, limits extract.Scores, i int) []gateExample {
	var out []gateExample
	at := 0
	for v := range d.views[i] {
		view := &d.views[i][v]
		first := len(out)
		for n := range view.Sentences {
			out = append(out, gateExample{&view.Sentences[n], [extract.Groups]int32{never, never}, d.all[i].kind})
		}
		for range view.Candidates {
			scores := &folds[d.foldOf[i]].scores[i][at]
			e := &out[first+d.examples[i][at].Sentence]
			at++
			for k := range extract.Forested {
				if scores[k] != never {
					g := extract.GroupOf(extract.Class(k))
					e.margin[g] = max(e.margin[g], scores[k]-limits[k])
				}
			}
		}
	}
	return out
}

// fitGates trains by AdaGrad on the logistic loss and gives the weights of all
// groups as the model file has them.
func fitGates(table []gateExample, s settings) (gates string) {
	for group := range extract.Groups {
		gates += fitGate(table, group, s)
	}
	return gates
}

func fitGate(table []gateExample, group extract.Group, s settings) string {
	g := s.gate
	sums := make([]float64, extract.GateSize)
	for order := range g.orders {
		addGate(sums, table, group, s, uint64(order))
	}
	out := make([]byte, len(sums))
	for f, sum := range sums {
		mean := sum / float64(g.orders*(g.epochs-g.epochs/2))
		out[f] = byte(int8(math.Round(max(-127, min(127, mean/gateStep)))))
	}
	return string(out)
}

// addGate adds the weights after each of the later epochs of one run.
func addGate(sums []float64, table []gateExample, group extract.Group, s settings, seed uint64) {
	g := s.gate
	weights, squares := make([]float64, extract.GateSize), make([]float64, extract.GateSize)
	random := rand.New(rand.NewPCG(4, seed))
	order := random.Perm(len(table))
	for epoch := range g.epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, at := range order {
			e := &table[at]
			score := 0.0
			scale := 1 / math.Sqrt(float64(len(e.Gate)))
			for _, f := range e.Gate {
				score += weights[f] * scale
			}
			wanted := 1 / (1 + math.Exp(-float64(e.margin[group])/128))
			slope := (1/(1+math.Exp(-score)) - wanted) * float64(s.kinds[e.kind])
			if slope < 0 {
				slope *= g.positive
			}
			for _, f := range e.Gate {
				step := slope*scale + g.decay*weights[f]
				squares[f] += step * step
				weights[f] -= g.rate * step / (math.Sqrt(squares[f]) + 1e-4)
			}
		}
		if epoch >= g.epochs/2 {
			for f, w := range weights {
				sums[f] += w
			}
		}
	}
}

// thrift fits the gates and the limits below which nothing is looked at closely,
// for m and for the folds.
func (d *dataset) thrift(m *extract.Model, s settings, folds []fold, limits extract.Scores) {
	m.Gate, m.Pass = d.gate(s, folds, limits)
	m.Split, m.Ask = d.ask(folds, limits)
	for f := range folds {
		own := folds[f].model
		own.Pass, own.Split, own.Ask = m.Pass, m.Split, m.Ask
	}
}

// gate fits gates to what the second models find, for every fold without its
// conversations and one over all. The limits are such that no more than the
// settings allow is lost of what is found in labelled conversations that a gate did not
// see.
func (d *dataset) gate(s settings, folds []fold, limits extract.Scores) (whole string, pass [extract.Groups][2]int32) {
	tables := make([][]gateExample, len(d.all))
	var all []gateExample
	for i := range d.all {
		tables[i] = d.gateExamples(folds, limits, i)
		all = append(all, tables[i]...)
	}
	var found [extract.Groups][2][]int32
	for f := range folds {
		var table []gateExample
		for i := range d.all {
			if d.foldOf[i] != f {
				table = append(table, tables[i]...)
			}
		}
		own := folds[f].model
		own.Gate = fitGates(table, s)
		for i := range d.all {
			for _, e := range tables[i] {
				for group := range extract.Groups {
					if d.foldOf[i] == f && e.kind == isLabeled && e.margin[group] >= 0 {
						found[group][e.Role] = append(found[group][e.Role], own.GateScore(group, e.Gate))
					}
				}
			}
		}
	}
	for group := range found {
		for role, scores := range found[group] {
			slices.Sort(scores)
			if n := len(scores); n > 0 {
				pass[group][role] = scores[int(s.gate.lose[role]*float64(n))]
			}
		}
	}
	return fitGates(all, s), pass
}
