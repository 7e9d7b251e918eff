package normalize

import (
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
)

// mirrored is the model name of rows that repeat what was delivered to a
// channel. In 2026.3.13 some texts exist only as such a row.
const mirrored = "delivery-mirror"

// How much is remembered. A mirror follows the reply it repeats, so even a
// turn with more replies finds its copies among the last ones.
const (
	maxReplies = 128
	maxKeyed   = 32
	maxWaiting = 64 << 10 // bytes of replies without a digest
)

// turn is what is known since the last user row.
type turn struct {
	channel string // it was opened on; "" when the row did not tell
	replies ring   // digests of squashed assistant texts

	// Replies that have no digest yet, one behind the other, and where each
	// ends. Most turns are over before a mirror or the state asks for one.
	waiting []byte
	ends    []int
}

// start begins a turn. The channel becomes part of the state, so only names
// that can't be anything but a channel's are remembered.
func (t *turn) start(channel string) {
	if !channelName(channel) {
		channel = ""
	}
	// Cloned because it outlives the entry.
	*t = turn{channel: strings.Clone(channel), replies: t.replies[:0], waiting: t.waiting[:0], ends: t.ends[:0]}
}

// maxChannelName is the longest channel name that is remembered, in bytes.
const maxChannelName = 32

// channelName reports whether name is an identifier as channel plugins have
// it: lower case letters and hyphens.
func channelName(name string) bool {
	other := func(r rune) bool { return (r < 'a' || r > 'z') && r != '-' }
	return name != "" && len(name) <= maxChannelName && !strings.ContainsFunc(name, other)
}

// repeatsTurn reports whether a mirror says what a reply of its turn said, and
// remembers replies.
func (n *Normalizer) repeatsTurn(e *session.Entry, text string) bool {
	if e.Role != session.RoleAssistant {
		return false
	}
	if e.Synthetic == mirrored {
		return slices.Contains(n.replies(), n.replyDigest(text))
	}
	t := &n.turn
	t.waiting = append(t.waiting, text...)
	t.ends = append(t.ends, len(t.waiting))
	if len(t.waiting) > maxWaiting {
		n.replies()
	}
	return false
}

// replies are the digests of the turn's last replies.
func (n *Normalizer) replies() ring {
	t := &n.turn
	start := 0
	for _, end := range t.ends {
		t.replies.add(n.replyDigest(string(t.waiting[start:end])), maxReplies)
		start = end
	}
	t.waiting, t.ends = t.waiting[:0], t.ends[:0]
	return t.replies
}

// replyDigest is what a reply and its mirror have in common.
func (n *Normalizer) replyDigest(text string) session.Digest {
	return n.opt.Digest("reply\n" + squash(text))
}

// repeatsKeyed reports whether the same role said the same under the same
// idempotency key a short while ago: a retry that was stored twice.
func (n *Normalizer) repeatsKeyed(e *session.Entry, text session.Digest) bool {
	if e.IdempotencyKey == "" {
		return false
	}
	// text is a digest over role and text already.
	d := n.opt.Digest("key\n" + e.IdempotencyKey + "\n" + string(text[:]))
	if slices.Contains(n.keyed, d) {
		return true
	}
	n.keyed.add(d, maxKeyed)
	return false
}

// ring is a list of digests, oldest first, that forgets from the front.
type ring []session.Digest

func (r *ring) add(d session.Digest, limit int) {
	if len(*r) == limit {
		copy(*r, (*r)[1:])
		(*r)[limit-1] = d
		return
	}
	*r = append(*r, d)
}
