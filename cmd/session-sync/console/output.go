package console

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"sync"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// output is stdout. It keeps the first error, so that commands need not look
// at every line they print. A server may leave a write behind that hangs.
type output struct {
	to    io.Writer
	mu    sync.Mutex
	first error
}

func (o *output) Write(p []byte) (int, error) {
	if err := o.err(); err != nil {
		return 0, err
	}
	n, err := o.to.Write(p)
	if err != nil {
		o.mu.Lock()
		o.first = err
		o.mu.Unlock()
	}
	return n, err
}

func (o *output) err() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.first
}

// PrintJSON writes one value as [JSON].
func (a *App) PrintJSON(v any) error {
	text, err := JSON(v)
	if err != nil {
		return err
	}
	_, err = a.Stdout.Write(text)
	return err
}

// JSON is a value as commands print it, indented. Hidden characters are escaped:
// programs read the same value, and a terminal has nothing to act on.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return terminal.EscapeHidden(b.String()), nil
}

// Buffered runs write with a buffer before stdout.
func (a *App) Buffered(write func(w io.Writer) error) error {
	out := bufio.NewWriterSize(a.Stdout, 64<<10)
	if err := write(out); err != nil {
		return err
	}
	return out.Flush()
}

// Say prints a line of prose on stderr.
func (a *App) Say(format string, args ...any) {
	fmt.Fprintf(a.Stderr, "session-sync: "+format+"\n", args...)
}

// hint prints what to do next on stderr.
func (a *App) hint(text string) {
	a.Say(terminal.Both("提示：%s", "hint: %s").In(a.Lang), terminal.Clean(text))
}
