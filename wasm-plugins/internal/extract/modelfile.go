package extract

import "encoding/binary"

// Append writes the model in the form that [ParseModel] reads.
func (m *Model) Append(dst []byte) []byte {
	dst = append(dst, modelMagic...)
	dst = append(dst, m.Digest[:]...)
	dst = append(dst, m.Gate...)
	dst = append(dst, m.Weights...)
	put := func(v int32) { dst = binary.LittleEndian.AppendUint32(dst, uint32(v)) }
	for _, limits := range m.Pass {
		for _, v := range limits {
			put(v)
		}
	}
	for _, scores := range []Scores{m.Bias, m.Split, m.Ask, m.Base, m.Suggest, m.Keep} {
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

// modelHead is the length of what stands before the forests.
const modelHead = len(modelMagic) + 32 + int(Groups)*GateSize + Buckets*RowSize + 4*(2*int(Groups)+6*int(Classes)+3)

// ParseModel reads what [Model.Append] wrote and checks that every tree ends.
// The weights stay where they are.
func ParseModel(data string) (*Model, error) {
	if len(data) < modelHead || data[:len(modelMagic)] != modelMagic {
		return nil, errModel
	}
	m := &Model{}
	take := func(n int) (part string) { part, data = data[:n], data[n:]; return part }
	number := func() int32 {
		b := take(4)
		return int32(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
	}
	take(len(modelMagic))
	copy(m.Digest[:], take(len(m.Digest)))
	m.Gate, m.Weights = take(int(Groups)*GateSize), take(Buckets*RowSize)
	for g := range m.Pass {
		for role := range m.Pass[g] {
			m.Pass[g][role] = number()
		}
	}
	for _, scores := range []*Scores{&m.Bias, &m.Split, &m.Ask, &m.Base, &m.Suggest, &m.Keep} {
		for k := range scores {
			scores[k] = number()
		}
	}
	for k := range m.Scale {
		m.Scale[k] = number()
	}
	columns := uint16(len(Columns()))
	for k := range m.Forest {
		if len(data) < 4 {
			return nil, errModel
		}
		n := int(uint32(number()))
		if n > len(data)/8 {
			return nil, errModel
		}
		m.Forest[k] = make([]Node, n)
		for i := range m.Forest[k] {
			first := uint32(number())
			m.Forest[k][i] = Node{uint16(first), uint16(first >> 16), number()}
		}
		if !sound(m.Forest[k], columns) {
			return nil, errModel
		}
	}
	return m, nil
}

// sound tells whether the heads lead from tree to tree, every inner node leads
// on to nodes behind it in its tree and every way ends in a leaf, so that no
// model file can make the walk run astray.
func sound(nodes []Node, columns uint16) bool {
	for at := 0; at < len(nodes); {
		size := int(nodes[at].Limit)
		if nodes[at].Feature != Head || size < 2 || size > len(nodes)-at {
			return false
		}
		for i := at + 1; i < at+size; i++ {
			n := nodes[i]
			if n.Feature != Leaf && (n.Feature >= columns || n.Right < 2 || i+int(n.Right) >= at+size) {
				return false
			}
		}
		at += size
	}
	return true
}
