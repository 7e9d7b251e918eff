package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

type linearSettings struct {
	rate, decay   float32
	around, facts float32 // how much the n-grams around and the facts weigh
	epochs        int
	positive      float32 // how much more a hit weighs than a miss
}

// linear is the first model: one weight a class and bucket.
type linear struct {
	weights []float32 // bucket*classes + class
	bias    [classes]float32
	shared  []bool // by bucket: learned from; the weights of others stay 0
	linearSettings
}

func (m *linear) scores(c *extract.Candidate) (out [classes]float32) {
	out = m.bias
	for _, p := range m.parts(c) {
		m.sum(&out, p.buckets, p.scale)
	}
	return out
}

// part is some features of a candidate and what each counts.
type part struct {
	buckets []uint32
	scale   float32
}

func (m *linear) parts(c *extract.Candidate) [5]part {
	around := m.around / root(len(c.Around)+len(c.Shared.Around))
	facts := m.facts / root(len(c.Facts)+len(c.Shared.Facts))
	return [...]part{
		{c.Own, 1 / root(len(c.Own))}, {c.Around, around}, {c.Shared.Around, around}, {c.Facts, facts}, {c.Shared.Facts, facts},
	}
}

func root(n int) float32 { return float32(math.Sqrt(float64(max(n, 1)))) }

func (m *linear) sum(out *[classes]float32, buckets []uint32, scale float32) {
	var part [classes]float32
	for _, b := range buckets {
		w := m.weights[int(b)*classes:]
		for k := range part {
			part[k] += w[k]
		}
	}
	for k := range part {
		out[k] += part[k] * scale
	}
}

// chances turns scores into probabilities. The classes that the second model
// judges exclude one another, for hardly any clause is labelled twice: one that is
// likely leaves less to the others. A preference is a kind of knowledge, so its
// class stands alone.
func chances(scores *[classes]float32) (out [classes]float32) {
	var odds [extract.Forested]float64
	sum := 1.0 // of nothing here
	for k := range odds {
		odds[k] = math.Exp(float64(min(scores[k], 30))) // a bound keeps the sum finite
		sum += odds[k]
	}
	for k := range odds {
		out[k] = float32(odds[k] / sum)
	}
	out[extract.ClassPreference] = float32(1 / (1 + math.Exp(-float64(scores[extract.ClassPreference]))))
	return out
}

// talk is what there is to learn from in a conversation or in a copy of it.
type talk struct {
	of       int // conversation
	examples []*example
}

// sharedBuckets tells which buckets more than one conversation has features in.
// What only one has says nothing of others, but would explain its labels in the
// place of what does.
func sharedBuckets(talks []talk) []bool {
	first := make([]int, extract.Buckets) // conversation, from 1
	shared := make([]bool, extract.Buckets)
	for _, t := range talks {
		for _, e := range t.examples {
			for _, buckets := range [...][]uint32{e.Own, e.Around, e.Facts, e.Shared.Around, e.Shared.Facts} {
				for _, b := range buckets {
					if first[b] == 0 {
						first[b] = t.of + 1
					}
					shared[b] = shared[b] || first[b] != t.of+1
				}
			}
		}
	}
	return shared
}

// fit trains by AdaGrad on the log loss of chances, the same for the same input.
func fit(talks []talk, all settings) *linear {
	s := all.linear
	m := &linear{weights: make([]float32, extract.Buckets*classes), shared: sharedBuckets(talks), linearSettings: s}
	var examples []*example
	for _, t := range talks {
		examples = append(examples, t.examples...)
	}
	squares := make([]float32, len(m.weights))
	var biasSquares [classes]float32
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(examples))
	var sums []float32
	for epoch := range s.epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, at := range order {
			e := examples[at]
			out := m.scores(e.Candidate)
			weight := all.weight(e)
			chance := chances(&out)
			var slope [classes]float32
			for k, p := range chance {
				if e.target[k] < 0 {
					continue
				}
				slope[k] = (p - float32(e.target[k])) * weight
				if e.target[k] == 1 {
					slope[k] *= s.positive
				}
				biasSquares[k] += slope[k] * slope[k]
				if biasSquares[k] > 0 {
					m.bias[k] -= s.rate * slope[k] / float32(math.Sqrt(float64(biasSquares[k]))+1e-6)
				}
			}
			for _, p := range m.parts(e.Candidate) {
				m.step(squares, p.buckets, slope, p.scale)
			}
		}
		if epoch == s.epochs/2 {
			sums = make([]float32, len(m.weights))
		}
		for i := range sums {
			sums[i] += m.weights[i]
		}
	}
	// The mean over the later epochs is steadier than any of them.
	for i := range sums {
		m.weights[i] = sums[i] / float32(s.epochs-s.epochs/2)
	}
	return m
}

func (m *linear) step(squares []float32, buckets []uint32, slope [classes]float32, scale float32) {
	for _, b := range buckets {
		if !m.shared[b] {
			continue
		}
		w := m.weights[int(b)*classes : int(b)*classes+classes]
		q := squares[int(b)*classes : int(b)*classes+classes]
		for k, g := range slope {
			if g == 0 {
				continue
			}
			g = g*scale + m.decay*w[k]
			q[k] += g * g
			w[k] -= m.rate * g / (float32(math.Sqrt(float64(q[k]))) + 1e-4)
		}
	}
}

// most is the greatest quantized weight. Few steps keep the packed modules small:
// with 31 they would have 50 KB more.
const most = 20

// quantize gives the model in the integers it is used in. One scale serves all
// weights; the few beyond it are cut.
func (m *linear) quantize() *extract.Model {
	sizes := make([]float32, 0, len(m.weights))
	for _, w := range m.weights {
		if w != 0 {
			sizes = append(sizes, max(w, -w))
		}
	}
	slices.Sort(sizes)
	limit := float32(1)
	if len(sizes) > 0 {
		limit = sizes[len(sizes)*9995/10000]
	}
	weights := make([]byte, extract.Buckets*extract.RowSize)
	for i, w := range m.weights {
		at := i/classes*extract.RowSize + i%classes
		weights[at] = byte(extract.Zero + int(math.Round(float64(max(-1, min(1, w/limit))*most))))
	}
	out := &extract.Model{Weights: string(weights), Ask: askEarly}
	for k, b := range m.bias {
		out.Bias[k] = int32(math.Round(float64(b) * 256))
	}
	for part, scale := range []float32{1, m.around, m.facts} {
		out.Scale[part] = int32(math.Round(float64(scale*limit/most) * 65536))
	}
	return out
}
