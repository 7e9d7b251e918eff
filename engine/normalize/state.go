package normalize

import (
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/session"
)

// ErrState says that a state was not written by this version. The window must
// be normalised again from its first entry.
var ErrState = errors.New("state is not of this version; read the window again from its start")

// MaxState is the size of the largest state, in bytes.
const MaxState = 1 + 1 + maxChannelName + 2 + digestSize*(maxReplies+maxKeyed)

// StateVersion is that of the states this version writes and reads.
const StateVersion = 1

const (
	digestSize = len(session.Digest{})
)

// State returns what [Resume] needs to go on with the entry after the last one.
//
// It is one byte of version, the channel of the turn (length and name), and
// two lists of digests (number and digests): replies, keyed entries.
func (n *Normalizer) State() []byte {
	state := make([]byte, 0, MaxState)
	state = append(state, StateVersion, byte(len(n.turn.channel)))
	state = append(state, n.turn.channel...)
	for _, r := range []ring{n.replies(), n.keyed} {
		state = append(state, byte(len(r)))
		for _, d := range r {
			state = append(state, d[:]...)
		}
	}
	return state
}

// Resume returns a Normalizer that goes on where the one that returned state
// stopped. The error is [ErrState] when state is of another version or damaged.
func Resume(f session.Facts, opt Options, state []byte) (*Normalizer, error) {
	if len(state) == 0 || state[0] != StateVersion {
		return nil, fmt.Errorf("resuming window %q: %w", f.SessionID, ErrState)
	}
	n := New(f, opt)
	d := decoder{rest: state[1:]}
	n.turn.channel = d.channel()
	n.turn.replies = d.ring(maxReplies)
	n.keyed = d.ring(maxKeyed)
	if d.broken || len(d.rest) > 0 {
		return nil, fmt.Errorf("resuming window %q: %w", f.SessionID, ErrState)
	}
	return n, nil
}

// decoder reads a state from the front. After the first thing that can't be,
// broken is set and everything reads as empty.
type decoder struct {
	rest   []byte
	broken bool
}

// take returns the next n bytes.
func (d *decoder) take(n int) []byte {
	if d.broken || len(d.rest) < n {
		d.broken = true
		return nil
	}
	taken := d.rest[:n]
	d.rest = d.rest[n:]
	return taken
}

// length returns the next byte, at most limit.
func (d *decoder) length(limit int) int {
	b := d.take(1)
	if d.broken || int(b[0]) > limit {
		d.broken = true
		return 0
	}
	return int(b[0])
}

func (d *decoder) channel() string {
	name := string(d.take(d.length(maxChannelName)))
	d.broken = d.broken || name != "" && !channelName(name)
	return name
}

func (d *decoder) ring(limit int) ring {
	raw := d.take(digestSize * d.length(limit))
	r := make(ring, 0, len(raw)/digestSize)
	for ; len(raw) > 0; raw = raw[digestSize:] {
		r = append(r, session.Digest(raw[:digestSize]))
	}
	return r
}
