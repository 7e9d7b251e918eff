package main

import (
	"math"
	"math/rand/v2"

	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

const classes = int(extract.Classes)

// example is a candidate with what the labels say of it: 1 yes, 0 no, -1 not
// told, because it overlaps a label without carrying it.
type example struct {
	*extract.Candidate
	talk   int // index of the conversation
	view   int
	target [classes]int8
	weight float32
}

type settings struct {
	rate, decay         float32
	around, facts       float32
	epochs              int
	positive, devWeight float32
}

// linear is the first model: one weight a class and bucket.
type linear struct {
	weights []float32 // bucket*classes + class
	bias    [classes]float32
	settings
}

func (m *linear) scores(c *extract.Candidate) (out [classes]float32) {
	out = m.bias
	m.sum(&out, c.Own, 1/root(len(c.Own)))
	m.sum(&out, c.Around, m.around/root(len(c.Around)))
	m.sum(&out, c.Facts, m.facts/root(len(c.Facts)))
	return out
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

// fit trains by AdaGrad on the logistic loss, the same for the same input.
func fit(examples []*example, s settings) *linear {
	m := &linear{weights: make([]float32, extract.Buckets*classes), settings: s}
	squares := make([]float32, len(m.weights))
	var biasSquares [classes]float32
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(examples))
	for epoch := range s.epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		_ = epoch
		for _, at := range order {
			e := examples[at]
			out := m.scores(e.Candidate)
			var slope [classes]float32
			for k := range out {
				if e.target[k] < 0 {
					continue
				}
				p := float32(1 / (1 + math.Exp(-float64(out[k]))))
				slope[k] = (p - float32(e.target[k])) * e.weight
				if e.target[k] == 1 {
					slope[k] *= s.positive
				}
				biasSquares[k] += slope[k] * slope[k]
				if biasSquares[k] > 0 {
					m.bias[k] -= s.rate * slope[k] / float32(math.Sqrt(float64(biasSquares[k]))+1e-6)
				}
			}
			m.step(squares, e.Own, slope, 1/root(len(e.Own)))
			m.step(squares, e.Around, slope, s.around/root(len(e.Around)))
			m.step(squares, e.Facts, slope, s.facts/root(len(e.Facts)))
		}
	}
	return m
}

func (m *linear) step(squares []float32, buckets []uint32, slope [classes]float32, scale float32) {
	for _, b := range buckets {
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
