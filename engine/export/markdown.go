package export

import (
	"context"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/plaintext"
	"github.com/smallccwc/chronosync/engine/session"
)

const (
	lastMessages = 5 // of every session come before older ones of any
	olderPage    = 8 // how many older ones of a session are looked at together
)

// Markdown renders shared_chat.md in at most MarkdownBytes: the last five
// messages of every session, newest sessions first, then further ones by
// recency, whichever session they are of. It stops at the first message that
// does not fit.
func Markdown(ctx context.Context, a Archive, opt Options) (*File, error) {
	opt = opt.withDefaults()
	w := wordsOf(opt.Lang)
	before, after := pageHead(w)
	stamp := func(synced time.Time) string {
		return synced.In(opt.Location).Format("2006-01-02T15:04:05")
	}
	p := page{
		archive: a,
		words:   w,
		room:    int(opt.MarkdownBytes) - len(before) - len(stamp(time.Time{})) - len(after),
	}
	if err := p.fill(ctx); err != nil {
		return nil, err
	}
	return &File{head: []byte(before), tail: [][]byte{p.appendTo([]byte(after))}, stamp: stamp}, nil
}

// page is a Markdown file in the making.
type page struct {
	archive  Archive
	words    words
	room     int // bytes left
	sections []*section
}

// section is a session on the page. Its messages are taken newest first.
type section struct {
	session session.Session
	head    []byte
	taken   []block // newest first
	waiting []block // read but not taken, oldest first
	unread  int     // the positions 1 to unread are not read yet
}

// block is a rendered message.
type block struct {
	text []byte
	// recency is the time of the message, or of the next later one in the
	// session that has a time.
	recency time.Time
}

func (p *page) fill(ctx context.Context) error {
	for s, err := range sessionsOf(ctx, p.archive) {
		if err != nil {
			return err
		}
		full, err := p.addSession(ctx, s)
		if err != nil || full {
			return err
		}
	}
	for {
		x, err := p.mostRecent(ctx)
		if err != nil || x == nil || !p.take(x) {
			return err
		}
	}
}

// addSession puts the last messages of a session on the page. It reports
// whether the page is full.
func (p *page) addSession(ctx context.Context, s session.Session) (full bool, err error) {
	if s, err = p.archive.Complete(ctx, s); err != nil {
		return false, err
	}
	x := &section{session: s, head: appendSection(nil, p.words, s), unread: s.Messages}
	if err := p.read(ctx, x, lastMessages); err != nil {
		return false, err
	}
	newest := x.waiting[len(x.waiting)-1]
	if len(x.head)+len(newest.text) > p.room {
		return true, nil
	}
	p.sections = append(p.sections, x)
	p.room -= len(x.head)
	for len(x.waiting) > 0 {
		if !p.take(x) {
			return true, nil
		}
	}
	return false, nil
}

// take moves the newest waiting message of a section onto the page if there is
// room for it.
func (p *page) take(x *section) bool {
	last := len(x.waiting) - 1
	if len(x.waiting[last].text) > p.room {
		return false
	}
	p.room -= len(x.waiting[last].text)
	x.taken = append(x.taken, x.waiting[last])
	x.waiting = x.waiting[:last]
	return true
}

// mostRecent returns the section whose next message is the most recent, nil
// when every message of every session is taken.
func (p *page) mostRecent(ctx context.Context) (*section, error) {
	var best *section
	var recency time.Time
	for _, x := range p.sections {
		if len(x.waiting) == 0 && x.unread > 0 {
			if err := p.read(ctx, x, olderPage); err != nil {
				return nil, err
			}
		}
		if len(x.waiting) == 0 {
			continue
		}
		next := x.waiting[len(x.waiting)-1].recency
		if best == nil || next.After(recency) {
			best, recency = x, next
		}
	}
	return best, nil
}

// read renders up to count more messages of a section. Rendered ones are
// bounded, stored ones are not, so only the former are kept.
func (p *page) read(ctx context.Context, x *section, count int) error {
	from := max(0, x.unread-count)
	position := from
	for m, err := range messagesOf(ctx, p.archive, x.session, from, x.unread) {
		if err != nil {
			return err
		}
		position++
		text := appendBlock(nil, p.words, x.session, m, position, maxContent)
		x.waiting = append(x.waiting, block{text: text, recency: m.Time})
	}
	x.unread = from
	later := x.session.Updated
	if n := len(x.taken); n > 0 {
		later = x.taken[n-1].recency
	}
	for i := len(x.waiting) - 1; i >= 0; i-- {
		if !plaintext.KnownTime(x.waiting[i].recency) {
			x.waiting[i].recency = later
		}
		later = x.waiting[i].recency
	}
	return nil
}

// appendTo appends the sections in their order, messages oldest first.
func (p *page) appendTo(b []byte) []byte {
	for _, x := range p.sections {
		b = append(b, x.head...)
		for i := len(x.taken) - 1; i >= 0; i-- {
			b = append(b, x.taken[i].text...)
		}
	}
	return b
}
