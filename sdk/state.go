package sdk

import (
	"encoding/binary"
	"errors"
	"strconv"
)

// Strings reads a state that [Context.SetStrings] wrote; nil when there is none.
// The error is for a state of another shape and names the byte: raise
// [Manifest.Version] when the shape changes, so that no old state is seen.
func (c *Context) Strings() ([]string, error) {
	var list []string
	for rest := c.state; len(rest) > 0; {
		at := strconv.Itoa(len(c.state) - len(rest))
		if len(rest) < 4 {
			return nil, errors.New("state, byte " + at + ": a length is cut off")
		}
		n := binary.LittleEndian.Uint32(rest)
		rest = rest[4:]
		if uint64(n) > uint64(len(rest)) {
			return nil, errors.New("state, byte " + at + ": a string is cut off")
		}
		list = append(list, string(rest[:n]))
		rest = rest[n:]
	}
	return list, nil
}

// SetStrings keeps a list of strings as the state, each behind its length in
// four bytes.
func (c *Context) SetStrings(list []string) {
	var state []byte
	for _, s := range list {
		state = binary.LittleEndian.AppendUint32(state, uint32(len(s)))
		state = append(state, s...)
	}
	c.state = state
}
