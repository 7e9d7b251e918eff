package extract

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Forested is how many classes the second model judges; the rest stay with the
// first.
const Forested = int(ClassPreference)

// Model is what Command train makes: two quantised models and the limits of
// the tiers.
type Model struct {
	Digest  [32]byte // SHA-256 of the data it was trained on
	Weights []int8   // bucket*Classes + class
	Bias    Scores
	// Scale turns sums of weights into log odds, for the n-grams of the
	// candidate, those around it, and the facts: in 1/65536.
	Scale  [3]int32
	Base   Scores // of the forests
	Forest [Forested][]Node
	// Suggest and Keep are the scores from which an item is suggested and from
	// which it is in the main tier.
	Suggest, Keep Scores
}

// Node is one node of a tree in pre-order: the left child follows it. A leaf
// has Feature Leaf and holds log odds in 1/4096 in Limit.
type Node struct {
	Feature uint16
	Right   uint16 // offset to the right child
	Limit   int32  // left when the feature is at most this
}

// Leaf marks a node without children. Head stands before every tree and has in
// Limit how many nodes lie from it to the next.
const (
	Leaf = 0xffff
	Head = 0xfffe
)

const modelMagic = "SSEXTR1\n"

// errModel tells of a model file of another format.
var errModel = errors.New("reading the model: it is cut short or of another format; run make train")

// Append writes the model in the form that [ParseModel] reads.
func (m *Model) Append(dst []byte) []byte {
	dst = append(dst, modelMagic...)
	dst = append(dst, m.Digest[:]...)
	for _, w := range m.Weights {
		dst = append(dst, byte(w))
	}
	put := func(v int32) { dst = binary.LittleEndian.AppendUint32(dst, uint32(v)) }
	for _, scores := range []Scores{m.Bias, m.Base, m.Suggest, m.Keep} {
		for _, v := range scores {
			put(v)
		}
	}
	for _, v := range m.Scale {
		put(v)
	}
	for _, nodes := range m.Forest {
		put(int32(len(nodes)))
		for _, n := range nodes {
			dst = binary.LittleEndian.AppendUint16(dst, n.Feature)
			dst = binary.LittleEndian.AppendUint16(dst, n.Right)
			put(n.Limit)
		}
	}
	return dst
}

// ParseModel reads what [Model.Append] wrote and checks that every tree ends.
func ParseModel(data []byte) (*Model, error) {
	const head = len(modelMagic) + 32 + Buckets*int(Classes) + 4*(4*int(Classes)+3)
	if len(data) < head || string(data[:len(modelMagic)]) != modelMagic {
		return nil, errModel
	}
	m := &Model{}
	data = data[len(modelMagic):]
	data = data[copy(m.Digest[:], data):]
	m.Weights = make([]int8, Buckets*int(Classes))
	for i := range m.Weights {
		m.Weights[i] = int8(data[i])
	}
	data = data[len(m.Weights):]
	next := func() int32 {
		v := int32(binary.LittleEndian.Uint32(data))
		data = data[4:]
		return v
	}
	for _, scores := range []*Scores{&m.Bias, &m.Base, &m.Suggest, &m.Keep} {
		for k := range scores {
			scores[k] = next()
		}
	}
	for k := range m.Scale {
		m.Scale[k] = next()
	}
	for k := range m.Forest {
		if len(data) < 4 {
			return nil, errModel
		}
		n := int(uint32(next()))
		if n > len(data)/8 {
			return nil, errModel
		}
		for range n {
			m.Forest[k] = append(m.Forest[k], Node{
				Feature: binary.LittleEndian.Uint16(data),
				Right:   binary.LittleEndian.Uint16(data[2:]),
				Limit:   int32(binary.LittleEndian.Uint32(data[4:])),
			})
			data = data[8:]
		}
		if !sound(m.Forest[k]) {
			return nil, errModel
		}
	}
	return m, nil
}

// sound tells whether the heads lead from tree to tree, every inner node leads
// on to nodes behind it in its tree and every way ends in a leaf, so that no
// model file can make the walk run astray.
func sound(nodes []Node) bool {
	columns := len(Columns())
	for at := 0; at < len(nodes); {
		size := int(nodes[at].Limit)
		if nodes[at].Feature != Head || size < 2 || size > len(nodes)-at {
			return false
		}
		for i := at + 1; i < at+size; i++ {
			n := nodes[i]
			if n.Feature != Leaf && (int(n.Feature) >= columns || n.Right < 2 || i+int(n.Right) >= at+size) {
				return false
			}
		}
		at += size
	}
	return true
}

// linear gives the first model's scores of the candidates of one message.
func (m *Model) linear(cands []Candidate) []Scores {
	out := make([]Scores, len(cands))
	if len(cands) == 0 {
		return out
	}
	shared := cands[0].Shared
	around, facts := m.sum(shared.Around), m.sum(shared.Facts)
	for i := range cands {
		c := &cands[i]
		own, beside, said := m.sum(c.Own), m.sum(c.Around), m.sum(c.Facts)
		for k := range beside {
			beside[k] += around[k]
			said[k] += facts[k]
		}
		out[i] = m.Bias
		out[i].add(&own, m.Scale[0], len(c.Own))
		out[i].add(&beside, m.Scale[1], len(c.Around)+len(shared.Around))
		out[i].add(&said, m.Scale[2], len(c.Facts)+len(shared.Facts))
	}
	return out
}

// sums are weights added up, one a class.
type sums [Classes]int32

func (m *Model) sum(buckets []uint32) (out sums) {
	for _, b := range buckets {
		w := m.Weights[int(b)*int(Classes) : int(b)*int(Classes)+int(Classes)]
		for k := range out {
			out[k] += int32(w[k])
		}
	}
	return out
}

// add takes sums over n buckets in; the more there are, the less each counts.
func (s *Scores) add(part *sums, scale int32, n int) {
	root := int64(isqrt(uint64(max(n, 1)) << 16)) // in 1/256
	for k := range s {
		s[k] += int32(int64(part[k]) * int64(scale) / root)
	}
}

// isqrt is the integer square root.
func isqrt(n uint64) uint64 {
	if n == 0 {
		return 0
	}
	r := uint64(1) << ((bits.Len64(n) + 1) / 2)
	for {
		next := (r + n/r) / 2
		if next >= r {
			return r
		}
		r = next
	}
}

// Judge gives the second model's scores of one row of features. It starts from
// four fifths of the first model's; the classes it does not know keep those.
func (m *Model) Judge(row []int32) Scores {
	out := Scores(row[:Classes])
	for k, nodes := range m.Forest {
		sum := int32(0)
		for at := 0; at < len(nodes); at += int(nodes[at].Limit) {
			n := at + 1
			for nodes[n].Feature != Leaf {
				if row[nodes[n].Feature] <= nodes[n].Limit {
					n++
				} else {
					n += int(nodes[n].Right)
				}
			}
			sum += nodes[n].Limit
		}
		out[k] = out[k]*4/5 + m.Base[k] + sum/16
	}
	return out
}
