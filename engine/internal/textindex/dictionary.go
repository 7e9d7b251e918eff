package textindex

import (
	"bytes"
	"encoding/binary"
	"sort"
)

// A dictionary holds the terms of one kind, sorted by their bytes, and where
// their posting lists stand:
//
//	uvarint length of groups, uvarint length of text, uvarint length of sizes
//	groups  for every 64th term: offset of the line feed before it in text
//	        (4 bytes), offset of its size in sizes (4), offset of its posting
//	        list (8), little endian
//	text    a line feed, then every term with a line feed behind it; none is
//	        inside a term, for it separates runs
//	sizes   for every term the length of its posting list as uvarint; the lists
//	        follow each other in the order of the terms
//
// So words that contain, begin with or end with something are found by one
// sweep over text, others by a binary search over groups.
const (
	groupTerms = 64
	groupBytes = 16

	// nearby is the distance in text up to which passing the sizes one by one
	// is faster than a search for the group.
	nearby = 1 << 10
)

type dictionaryWriter struct {
	terms  int
	groups []byte
	text   []byte
	sizes  []byte
}

// add appends a term whose list has size bytes at offset list.
func (w *dictionaryWriter) add(text []byte, list int64, size int) {
	if w.terms == 0 {
		w.text = append(w.text, '\n')
	}
	if w.terms%groupTerms == 0 {
		w.groups = binary.LittleEndian.AppendUint32(w.groups, uint32(len(w.text)-1))
		w.groups = binary.LittleEndian.AppendUint32(w.groups, uint32(len(w.sizes)))
		w.groups = binary.LittleEndian.AppendUint64(w.groups, uint64(list))
	}
	w.text = append(append(w.text, text...), '\n')
	w.sizes = appendUvarint(w.sizes, uint32(size))
	w.terms++
}

func (w *dictionaryWriter) bytes() []byte {
	dst := make([]byte, 0, 3*binary.MaxVarintLen32+len(w.groups)+len(w.text)+len(w.sizes)+sealBytes)
	dst = binary.AppendUvarint(dst, uint64(len(w.groups)))
	dst = binary.AppendUvarint(dst, uint64(len(w.text)))
	dst = binary.AppendUvarint(dst, uint64(len(w.sizes)))
	return append(append(append(dst, w.groups...), w.text...), w.sizes...)
}

type dictionary struct{ groups, text, sizes []byte }

func parseDictionary(data []byte) (*dictionary, error) {
	var lengths [3]uint64
	for i := range lengths {
		v, n := binary.Uvarint(data)
		if n <= 0 || v > uint64(len(data)) {
			return nil, ErrCorrupt
		}
		lengths[i], data = v, data[n:]
	}
	groups, text, sizes := lengths[0], lengths[1], lengths[2]
	if groups%groupBytes != 0 || groups+text+sizes != uint64(len(data)) {
		return nil, ErrCorrupt
	}
	d := &dictionary{groups: data[:groups], text: data[groups : groups+text], sizes: data[groups+text:]}
	if text > 0 && (groups == 0 || d.text[0] != '\n' || d.text[text-1] != '\n') {
		return nil, ErrCorrupt
	}
	return d, nil
}

// cursor stands before a term.
type cursor struct {
	dictionary *dictionary
	at         int    // of the line feed before the term
	size       int    // of the term's size in sizes
	list       uint64 // of its posting list
}

// extent is where a posting list stands.
type extent struct {
	at   uint64
	size uint64
}

// start returns a cursor before the first term.
func (d *dictionary) start() (cursor, error) {
	if len(d.text) == 0 {
		return cursor{dictionary: d}, nil
	}
	return d.group(0)
}

// group returns a cursor before the first term of a group.
func (d *dictionary) group(g int) (cursor, error) {
	entry := d.groups[g*groupBytes:]
	c := cursor{
		dictionary: d,
		at:         int(binary.LittleEndian.Uint32(entry)),
		size:       int(binary.LittleEndian.Uint32(entry[4:])),
		list:       binary.LittleEndian.Uint64(entry[8:]),
	}
	if c.at >= len(d.text)-1 || c.size >= len(d.sizes) || d.text[c.at] != '\n' {
		return c, ErrCorrupt
	}
	return c, nil
}

// groupOffset is where in text a group begins.
func (d *dictionary) groupOffset(g int) int {
	return int(binary.LittleEndian.Uint32(d.groups[g*groupBytes:]))
}

// next returns the term and the list that the cursor stands before and moves
// behind them; nil at the end.
func (c *cursor) next() ([]byte, extent, error) {
	rest := c.dictionary.text[min(c.at+1, len(c.dictionary.text)):]
	if len(rest) == 0 {
		return nil, extent{}, nil
	}
	text := rest[:bytes.IndexByte(rest, '\n')]
	list, err := c.pass(1)
	c.at += 1 + len(text)
	return text, list, err
}

// pass moves behind the sizes of some terms and returns the list of the last.
func (c *cursor) pass(terms int) (extent, error) {
	var last extent
	sizes := c.dictionary.sizes
	for range terms {
		if c.size >= len(sizes) {
			return last, ErrCorrupt
		}
		size, n := uint64(sizes[c.size]), 1
		if size >= 0x80 {
			if size, n = binary.Uvarint(sizes[c.size:]); n <= 0 {
				return last, ErrCorrupt
			}
		}
		last = extent{at: c.list, size: size}
		c.size += n
		c.list += size
	}
	return last, nil
}

// seek moves forward to the term that holds the byte at a position in text.
func (c *cursor) seek(position int) error {
	d := c.dictionary
	if position-c.at > nearby {
		groups := len(d.groups) / groupBytes
		g := sort.Search(groups, func(g int) bool { return d.groupOffset(g) >= position }) - 1
		if g >= 0 && d.groupOffset(g) > c.at {
			var err error
			if *c, err = d.group(g); err != nil {
				return err
			}
		}
	}
	if position <= c.at {
		return ErrCorrupt
	}
	passed := d.text[c.at+1 : position]
	if _, err := c.pass(bytes.Count(passed, []byte{'\n'})); err != nil {
		return err
	}
	c.at += 1 + bytes.LastIndexByte(passed, '\n')
	return nil
}

// each hands over the lists of all terms that fit a pattern, with their levels.
func (d *dictionary) each(p *pattern, yield func(Level, extent) error) error {
	switch {
	case len(d.text) == 0:
		return nil
	case p.openLeft:
		return d.sweep(p, yield)
	}
	return d.searchRange(p, yield)
}

// searchRange finds the terms that are or begin with the pattern's text.
func (d *dictionary) searchRange(p *pattern, yield func(Level, extent) error) error {
	var damaged error
	above := sort.Search(len(d.groups)/groupBytes, func(g int) bool {
		c, err := d.group(g)
		if err != nil {
			damaged = err
			return true
		}
		text, _, err := c.next()
		if err != nil {
			damaged = err
		}
		return bytes.Compare(text, p.text) >= 0
	})
	if damaged != nil {
		return damaged
	}
	c, err := d.group(max(above-1, 0))
	if err != nil {
		return err
	}
	for {
		text, list, err := c.next()
		switch {
		case err != nil:
			return err
		case text == nil:
			return nil
		case bytes.Compare(text, p.text) < 0:
			continue
		case !bytes.HasPrefix(text, p.text) || !p.openRight && len(text) > len(p.text):
			return nil
		}
		if err := yield(p.level(true, len(text) == len(p.text)), list); err != nil {
			return err
		}
	}
}

// sweep finds the terms that contain or end with the pattern's text.
func (d *dictionary) sweep(p *pattern, yield func(Level, extent) error) error {
	c, err := d.start()
	if err != nil {
		return err
	}
	needle := p.text
	if !p.openRight {
		needle = append(bytes.Clone(needle), '\n')
	}
	for from := 1; ; {
		i := bytes.Index(d.text[from:], needle)
		if i < 0 {
			return nil
		}
		hit := from + i
		if err := c.seek(hit); err != nil {
			return err
		}
		end := hit + bytes.IndexByte(d.text[hit:], '\n')
		start := c.at + 1
		list, err := c.pass(1)
		if err != nil {
			return err
		}
		if err := yield(p.level(hit == start, end == hit+len(p.text)), list); err != nil {
			return err
		}
		if c.at, from = end, end+1; from >= len(d.text) {
			return nil
		}
	}
}
