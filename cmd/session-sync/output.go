package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// clean makes text fit for a terminal: control characters and those that
// change the direction or hide what follows become visible marks.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF',
			r == '\u2028', r == '\u2029', 0xE0000 <= r && r <= 0xE007F:
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// oneLine is clean text without line breaks, at most width runes.
func oneLine(text string, width int) string {
	text = strings.Join(strings.Fields(clean(text)), " ")
	if r := []rune(text); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return text
}

// printJSON writes one value as indented JSON.
func (a *app) printJSON(v any) error {
	out := json.NewEncoder(a.stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	return out.Encode(v)
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
	if !p.a.terminal || now.Sub(p.start) < patience || now.Sub(p.last) < pace {
		return
	}
	p.last, p.shown = now, true
	fmt.Fprintf(p.a.stderr, "\r\x1b[K"+phrase{"已读 %d 份记录,新增 %d 条消息", "%d transcripts read, %d new messages"}.in(p.a.lang), transcripts, messages)
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.a.stderr, "\r\x1b[K")
	}
}
