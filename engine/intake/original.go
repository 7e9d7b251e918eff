package intake

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// The first session-sync left a shared_chat.json that can be the last place of
// messages which OpenClaw lost. It is read behind all sources, and only what none
// of them had goes into the archive.
//
// Such messages are told apart everywhere, and their origin is external, also in
// sessions that only the owner and the assistant talk in: the file lies where
// every program of the workspace can write, so nobody knows who said what stands
// in it. Plugins read them like all others; what they find is for that reason a
// suggestion at most, and todos of years ago stay out of the main list.

// importer is a sink that keeps what the archive lacks.
type importer struct {
	*sink
	now  time.Time
	held held // what other transcripts have of the window that is read
}

// Facts implements [source.Sink]. They tell nothing that a source did not, so what
// was last told of the window stays remembered.
func (i *importer) Facts(f session.Facts) error {
	i.told, i.applied = f, false
	return nil
}

// Begin implements [source.Sink].
func (i *importer) Begin(t source.Transcript) error {
	if err := i.sink.Begin(t); err != nil {
		return err
	}
	i.held = held{times: map[said]bool{}, words: map[session.Digest][]time.Time{}}
	return i.batch.Window(i.transcript.Agent, i.transcript.SessionID, func(m session.Message) error {
		if !m.Imported {
			i.held.add(m, i.wording(m.Role, m.Text))
		}
		return nil
	})
}

// Entry implements [source.Sink].
func (i *importer) Entry(e *session.Entry) error {
	m, spoken := i.normalizer.Next(e)
	if !spoken {
		return nil
	}
	unnumbered := func(string, uint64) int { return 0 }
	text, _ := i.text(m.Text, unnumbered)
	if m.Time.After(i.now) { // it would be the newest message for as long
		m.Time = time.Time{}
	}
	if i.held.has(m, i.wording(m.Role, text)) {
		return nil
	}
	m.Origin, m.Seq = session.OriginExternal, i.held.place(m.Time)
	return i.put(m)
}

// End implements [source.Sink]. A transcript that had nothing for us leaves no
// trace.
func (i *importer) End(cursor string) error {
	if i.writer == nil {
		return nil
	}
	return i.sink.End(cursor)
}

// wording digests redacted text in a form that does not depend on who redacted it
// and how the lines were broken.
func (i *importer) wording(role session.Role, text string) session.Digest {
	plain := anyPlaceholder.ReplaceAllLiteralString(text, "[]")
	return i.opt.Digest("wording\n" + string(role) + "\n" + strings.Join(strings.Fields(plain), ""))
}

var anyPlaceholder = regexp.MustCompile(`\[[A-Z][A-Z0-9_]*([#~][0-9a-z]+)?\]`)

// held is what the archive has of a window, but for imported messages.
type held struct {
	times map[said]bool
	words map[session.Digest][]time.Time
	order []standing
	last  int64 // the highest seq
}

// said is when a role spoke, in milliseconds since 1970.
type said struct {
	role session.Role
	at   int64
}

// standing is where a message stands.
type standing struct {
	at  time.Time
	seq int64
}

func (h *held) add(m session.Message, wording session.Digest) {
	h.times[said{m.Role, m.Time.UnixMilli()}] = true
	h.words[wording] = append(h.words[wording], m.Time)
	h.order = append(h.order, standing{m.Time, m.Seq})
	h.last = max(h.last, m.Seq)
}

// has reports whether m is one of them: the same role spoke at that moment, or
// said the same about then. The first session-sync may have taken the time when a
// row was written for the time when its words were sent, and it kept deliveries
// beside the replies that they repeat.
func (h *held) has(m session.Message, wording session.Digest) bool {
	const about = time.Hour
	if !m.Time.IsZero() && h.times[said{m.Role, m.Time.UnixMilli()}] {
		return true
	}
	return slices.ContainsFunc(h.words[wording], func(at time.Time) bool {
		return m.Time.IsZero() || at.IsZero() || m.Time.Sub(at).Abs() <= about
	})
}

// place is where a message of that time belongs: at the number of the first later
// one, before which its id sorts. Without a time it is behind all others.
func (h *held) place(at time.Time) int64 {
	if at.IsZero() {
		h.last++
		return h.last
	}
	for _, s := range h.order {
		if s.at.After(at) {
			return s.seq
		}
	}
	return h.last + 1
}
