package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// phrase is text in both languages. It is a call and not a literal so that the
// compiler asks for both without the names of the fields.
func phrase(zh, en string) terminal.Phrase { return terminal.Phrase{ZH: zh, EN: en} }

// output is stdout. It keeps the first error, so that commands need not look
// at every line they print.
type output struct {
	to  io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.to.Write(p)
	o.err = err
	return n, err
}

// printJSON writes one value as indented JSON. Hidden characters are escaped:
// programs read the same value, and a terminal has nothing to act on.
func (a *app) printJSON(v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(v); err != nil {
		return err
	}
	_, err := a.stdout.Write(terminal.EscapeHidden(b.String()))
	return err
}

// buffered runs write with a buffer before stdout.
func (a *app) buffered(write func(w io.Writer) error) error {
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	if err := write(out); err != nil {
		return err
	}
	return out.Flush()
}

// clock shows a time to people, in the zone of the terminal.
func (a *app) clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(a.local).Format("2006-01-02 15:04")
}

// progress shows on a terminal how far a sync is: after a second, on one line
// that is gone at the end.
type progress struct {
	a     *app
	start time.Time
	last  time.Time
	shown bool
}

func (p *progress) update(transcripts, messages int) {
	now := p.a.now()
	const patience, pace = time.Second, 200 * time.Millisecond
	if now.Sub(p.start) < patience || now.Sub(p.last) < pace {
		return
	}
	p.last, p.shown = now, true
	line := phrase("已读 %d 份记录,新增 %d 条消息", "transcripts read: %d, new messages: %d").In(p.a.lang)
	fmt.Fprintf(p.a.stderr, "\r\x1b[K"+line, transcripts, messages)
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.a.stderr, "\r\x1b[K")
	}
}
