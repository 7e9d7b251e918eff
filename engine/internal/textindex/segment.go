package textindex

import (
	"encoding/binary"
	"fmt"
)

// Segment is a set of documents that can be searched. It loads its parts when
// they are needed and keeps them. It is for one goroutine at a time.
type Segment struct {
	load         func(part int) ([]byte, error)
	docs         int
	columns      columns
	listBytes    uint64
	dictionaries [kinds]*dictionary
	blocks       map[uint64][]byte

	// The block that was used last: lists are read in their order.
	block       []byte
	blockNumber uint64

	joined   []byte   // scratch for a list that stands in several blocks
	ordinals []uint32 // scratch
}

// Open opens the segment whose parts load returns by their index in [Parts].
// What load returns must not change afterwards. Besides the errors of load
// there are [ErrCorrupt] and [ErrFormat].
func Open(load func(part int) ([]byte, error)) (*Segment, error) {
	s := &Segment{load: load, blocks: map[uint64][]byte{}}
	data, err := s.part(partDocs)
	if err != nil {
		return nil, err
	}
	if err := s.parseHead(data); err != nil {
		return nil, inPart(partDocs, err)
	}
	return s, nil
}

// Len returns the number of documents.
func (s *Segment) Len() int { return s.docs }

func (s *Segment) parseHead(data []byte) error {
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return ErrCorrupt
	}
	if string(data[n:n+int(length)]) != Format {
		return ErrFormat
	}
	data = data[n+int(length):]
	var numbers [2]uint64
	for i := range numbers {
		v, n := binary.Uvarint(data)
		if n <= 0 {
			return ErrCorrupt
		}
		numbers[i], data = v, data[n:]
	}
	columns, err := parseColumns(data, numbers[0])
	s.docs, s.listBytes, s.columns = int(numbers[0]), numbers[1], columns
	return err
}

// part loads a part and checks it.
func (s *Segment) part(part int) ([]byte, error) {
	data, err := s.load(part)
	if err != nil {
		return nil, inPart(part, err)
	}
	end := len(data) - sealBytes
	if end < 0 || binary.LittleEndian.Uint32(data[end:]) != checksum(part, data[:end]) {
		return nil, inPart(part, ErrCorrupt)
	}
	return data[:end], nil
}

func inPart(part int, err error) error {
	return fmt.Errorf("reading part %d of a text index: %w", part, err)
}

func (s *Segment) dictionary(kind class) (*dictionary, error) {
	if s.dictionaries[kind] == nil {
		part := partTerms + int(kind)
		data, err := s.part(part)
		if err != nil {
			return nil, err
		}
		if s.dictionaries[kind], err = parseDictionary(data); err != nil {
			return nil, inPart(part, err)
		}
	}
	return s.dictionaries[kind], nil
}

// list returns a posting list, valid until the next call.
func (s *Segment) list(e extent) ([]byte, error) {
	if e.size > uint64(bitmapBytes(s.docs)) || e.at > s.listBytes || e.size > s.listBytes-e.at {
		return nil, ErrCorrupt
	}
	if err := s.useBlock(e.at / blockBytes); err != nil {
		return nil, err
	}
	at := e.at % blockBytes
	if at+e.size <= uint64(len(s.block)) {
		return s.block[at : at+e.size], nil
	}
	s.joined = append(s.joined[:0], s.block[at:]...)
	for uint64(len(s.joined)) < e.size {
		if err := s.useBlock(s.blockNumber + 1); err != nil {
			return nil, err
		}
		missing := e.size - uint64(len(s.joined))
		s.joined = append(s.joined, s.block[:min(missing, uint64(len(s.block)))]...)
	}
	return s.joined, nil
}

func (s *Segment) useBlock(number uint64) error {
	if s.block != nil && s.blockNumber == number {
		return nil
	}
	block := s.blocks[number]
	if block == nil {
		part := partLists + int(number)
		var err error
		if block, err = s.part(part); err != nil {
			return err
		}
		if uint64(len(block)) != min(blockBytes, s.listBytes-number*blockBytes) {
			return inPart(part, ErrCorrupt)
		}
		s.blocks[number] = block
	}
	s.block, s.blockNumber = block, number
	return nil
}
