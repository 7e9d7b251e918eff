package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/spf13/pflag"

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

func addVerbose(flags *pflag.FlagSet, verbose *bool) {
	flags.BoolVarP(verbose, "verbose", "v", false, "tell more / 输出更多信息")
}

// counted is counts for JSON, an object also where nothing was counted.
func counted(counts map[string]int) map[string]int {
	if counts == nil {
		return map[string]int{}
	}
	return counts
}

// buffered runs write with a buffer before stdout.
func (a *app) buffered(write func(w io.Writer) error) error {
	out := bufio.NewWriterSize(a.stdout, 64<<10)
	if err := write(out); err != nil {
		return err
	}
	return out.Flush()
}
