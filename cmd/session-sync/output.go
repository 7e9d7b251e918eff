package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

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

// hidden reports whether a character does something else than show itself:
// ends or rewrites lines, changes direction, or is invisible. Joiners and the
// zero width space are left alone: emoji and some scripts need them.
func hidden(r rune) bool {
	switch {
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
		return true
	case r == 0x2028, r == 0x2029, 0x2060 <= r && r <= 0x206F: // separators; invisible operators
		return true
	case r == 0xFEFF, 0xFFF9 <= r && r <= 0xFFFB, 0xE0000 <= r && r <= 0xE007F: // byte order mark; annotations; tags
		return true
	}
	return false
}

// clean makes text fit for a terminal: hidden characters other than line feeds
// and tabs become visible marks, and so do broken bytes.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && hidden(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// inline is clean text with spaces for line breaks and tabs.
func inline(text string) string {
	return strings.NewReplacer("\n", " ", "\t", " ").Replace(clean(text))
}

// oneLine is inline text of at most width runes, with single spaces.
func oneLine(text string, width int) string {
	text = strings.Join(strings.Fields(inline(text)), " ")
	if r := []rune(text); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return text
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
	_, err := a.stdout.Write(escapeHidden(b.String()))
	return err
}

// escapeHidden expects JSON, in which all of them but line feeds stand within
// strings.
func escapeHidden(text string) []byte {
	escaped := make([]byte, 0, len(text))
	for _, r := range text {
		if r == '\n' || !hidden(r) {
			escaped = append(escaped, string(r)...)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			escaped = fmt.Appendf(escaped, `\u%04x`, unit)
		}
	}
	return escaped
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
	line := phrase{"已读 %d 份记录,新增 %d 条消息", "transcripts read: %d, new messages: %d"}.in(p.a.lang)
	fmt.Fprintf(p.a.stderr, "\r\x1b[K"+line, transcripts, messages)
}

func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.a.stderr, "\r\x1b[K")
	}
}
