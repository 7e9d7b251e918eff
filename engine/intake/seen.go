package intake

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"maps"
	"strconv"

	"github.com/smallccwc/chronosync/engine/normalize"
	"github.com/smallccwc/chronosync/engine/session"
)

// seen remembers from one run to the next what needs no look: transcripts that
// were read to their end in their present state, and facts that were told
// before. With it the cost of a run grows with what is new; without it a run
// does the same, only slower. It holds keyed digests only.
type seen struct {
	mac     hash.Hash
	buf     []byte
	read    pairs // transcripts as the last run knew them, by their id
	reread  pairs // as this run knows them; others are gone
	windows pairs // facts by window
	before  pairs // the same as the last run left it
	// blank says that there are earlier runs of which nothing is remembered.
	blank bool
	// doubt says that something was learned which makes the source read
	// transcripts again that were read before; each has to be asked then.
	doubt bool
}

// seenMeta is where the archive keeps it.
const seenMeta = "seen"

// pairs are digests of states by digests of names.
type pairs map[uint64]uint64

// newSeen takes up what the last run remembered; first says that there was none.
func newSeen(key []byte, kept string, first bool) *seen {
	s := &seen{mac: hmac.New(sha256.New, Digester{key}.Sum("seen", nil)), read: pairs{}, reread: pairs{}, windows: pairs{}}
	data, err := base64.StdEncoding.DecodeString(kept)
	if err != nil || len(data) < 8 {
		s.blank = !first
		return s
	}
	read := binary.LittleEndian.Uint64(data)
	for at := uint64(0); len(data) >= 24; at++ {
		into := s.windows
		if at < read {
			into = s.read
		}
		into[binary.LittleEndian.Uint64(data[8:])] = binary.LittleEndian.Uint64(data[16:])
		data = data[16:]
	}
	s.before = maps.Clone(s.windows)
	return s
}

// String is what [newSeen] reads: the number of transcripts, then the pairs.
func (s *seen) String() string {
	read := s.reread
	if s.doubt {
		read = nil
	}
	data := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+16*(len(read)+len(s.windows))), uint64(len(read)))
	for _, list := range []pairs{read, s.windows} {
		for name, state := range list {
			data = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(data, name), state)
		}
	}
	return base64.StdEncoding.EncodeToString(data)
}

// news reports whether the next run should know something else than this one
// did.
func (s *seen) news() bool {
	return s.doubt || !maps.Equal(s.read, s.reread) || !maps.Equal(s.before, s.windows)
}

func (s *seen) digest(parts ...string) uint64 {
	s.mac.Reset()
	s.buf = s.buf[:0]
	for _, part := range parts {
		s.buf = binary.AppendUvarint(s.buf, uint64(len(part)))
		s.buf = append(s.buf, part...)
	}
	s.mac.Write(s.buf)
	return binary.LittleEndian.Uint64(s.mac.Sum(s.buf[:0]))
}

// transcript reports whether a transcript was done in this state.
func (s *seen) transcript(id, state string) bool {
	name := s.digest("transcript", id)
	known, found := s.read[name]
	if !found || s.doubt || known != s.state(state) {
		return false
	}
	s.reread[name] = known
	return true
}

// done remembers that a transcript was read to its end in this state.
func (s *seen) done(id, state string) {
	s.reread[s.digest("transcript", id)] = s.state(state)
}

// state digests a state of a transcript together with how it was read.
func (s *seen) state(state string) uint64 {
	return s.digest("state", state, strconv.Itoa(normalize.StateVersion))
}

// told reports whether the last that was told of a window is the same, and
// whether anything was told of it before. It remembers what is told now.
func (s *seen) told(f session.Facts) (same, known bool) {
	name := s.digest("window", f.Agent, f.SessionID)
	facts := s.digest("facts", f.Key, string(f.Kind), f.Channel, f.Messenger, f.Title, f.Peer)
	last, known := s.windows[name]
	if known && last == facts {
		return true, true
	}
	s.windows[name] = facts
	return false, known || s.blank
}
