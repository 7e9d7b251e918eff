package terminal

import (
	"fmt"
	"io"
	"time"
)

// Progress shows on a terminal how far some work is: after a second, on one
// line that is gone at the end.
type Progress struct {
	to          io.Writer
	now         func() time.Time
	start, last time.Time
	shown       bool
}

// Begin is progress of work that begins now.
func Begin(to io.Writer, now func() time.Time) *Progress {
	return &Progress{to: to, now: now, start: now()}
}

// Show puts text in place of what was shown before, unless that is too recent.
func (p *Progress) Show(text string) {
	now := p.now()
	const patience, pace = time.Second, 200 * time.Millisecond
	if now.Sub(p.start) < patience || now.Sub(p.last) < pace {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprint(p.to, "\r\x1b[K"+text)
}

// End takes away what is shown.
func (p *Progress) End() {
	if p.shown {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}
