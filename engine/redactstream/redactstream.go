package redactstream

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/smallccwc/chronosync/engine/redact"
)

// maxText is the longest text that the redaction commands take at once. Text is
// redacted whole, because a secret must not be cut in two.
const maxText = 256 << 20

// Options are the choices for text that is not the archive's.
type Options struct {
	// Lines says that the input is {"id","text"} lines and not one text. The id
	// may be any JSON value.
	Lines bool
	// Numbered tells different values apart, in the whole input: [EMAIL#2].
	Numbered bool
}

// Copy writes what in holds with placeholders; lines become {"id","redacted"}
// lines, in order. It reads until ctx ends. Errors name the line, never its text.
func Copy(ctx context.Context, rules *redact.Rules, in io.Reader, out io.Writer, opt Options) error {
	var number func(redact.Kind, string) int
	if opt.Numbered {
		number = numbering()
	}
	writer := bufio.NewWriterSize(out, 64<<10)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for r, err := range records(ctx, in, opt.Lines) {
		if err != nil {
			return errors.Join(err, writer.Flush())
		}
		redacted, _ := rules.RedactNumbered(*r.Text, number)
		if opt.Lines {
			err = encoder.Encode(struct {
				ID       json.RawMessage `json:"id"`
				Redacted string          `json:"redacted"`
			}{r.ID, redacted})
		} else {
			_, err = writer.WriteString(redacted)
		}
		if err != nil {
			return err
		}
	}
	return writer.Flush()
}

// numbering numbers the values of each kind, from 1, in the order in which they
// come.
func numbering() func(kind redact.Kind, value string) int {
	numbers := map[redact.Kind]map[string]int{}
	return func(kind redact.Kind, value string) int {
		if numbers[kind] == nil {
			numbers[kind] = map[string]int{}
		}
		of := numbers[kind]
		if of[value] == 0 {
			of[value] = len(of) + 1
		}
		return of[value]
	}
}

// Spot is where a rule finds something. It never holds the text.
type Spot struct {
	ID     json.RawMessage `json:"id,omitempty"` // of the record, where it has one
	Line   int             `json:"line"`         // of the text, from 1
	Column int             `json:"column"`       // in characters, from 1
	Length int             `json:"length"`       // in characters
	Start  int             `json:"start"`        // in bytes, from 0
	End    int             `json:"end"`          // likewise, behind it
	Kind   string          `json:"kind"`
	Rule   string          `json:"rule"`
}

// Explain tells what Copy would replace: the first findings up to limit, and how
// many there are.
func Explain(ctx context.Context, rules *redact.Rules, in io.Reader, lines bool, limit int) (spots []Spot, total int, err error) {
	spots = []Spot{}
	for r, err := range records(ctx, in, lines) {
		if err != nil {
			return spots, total, err
		}
		found := rules.Scan(*r.Text)
		total += len(found)
		found = found[:min(len(found), limit-len(spots))]
		spots = append(spots, r.spots(found)...)
	}
	return spots, total, nil
}

// spots turns findings, which are in order, into lines and columns.
func (r record) spots(found []redact.Finding) []Spot {
	var spots []Spot
	line, column, last := 1, 1, 0
	for _, f := range found {
		before := (*r.Text)[last:f.Start]
		if end := strings.LastIndexByte(before, '\n'); end >= 0 {
			line += strings.Count(before, "\n")
			column, before = 1, before[end+1:]
		}
		column += utf8.RuneCountInString(before)
		last = f.Start
		spots = append(spots, Spot{
			ID: r.ID, Line: line, Column: column, Length: utf8.RuneCountInString((*r.Text)[f.Start:f.End]),
			Start: f.Start, End: f.End, Kind: string(f.Kind), Rule: f.Rule,
		})
	}
	return spots
}

// Stats answers [Count].
type Stats struct {
	SchemaVersion  int            `json:"schema_version"`
	Texts          int            `json:"texts"`
	Bytes          int            `json:"bytes"`        // of the texts
	MaskedBytes    int            `json:"masked_bytes"` // of these, those that are replaced
	Redactions     map[string]int `json:"redactions"`
	RedactionRules map[string]int `json:"redaction_rules"`
}

// Count counts what Copy would replace, by kind and by rule.
func Count(ctx context.Context, rules *redact.Rules, in io.Reader, lines bool) (Stats, error) {
	s := Stats{SchemaVersion: 1, Redactions: map[string]int{}, RedactionRules: map[string]int{}}
	for r, err := range records(ctx, in, lines) {
		if err != nil {
			return s, err
		}
		s.Texts++
		s.Bytes += len(*r.Text)
		for _, f := range rules.Scan(*r.Text) {
			s.MaskedBytes += f.End - f.Start
			s.Redactions[string(f.Kind)]++
			s.RedactionRules[f.Rule]++
		}
	}
	return s, nil
}

// record is one text of an input. One that is no line has no id.
type record struct {
	ID   json.RawMessage `json:"id"`
	Text *string         `json:"text"`
}

// records reads the texts of an input until ctx ends: all of it is one text, or
// each line holds one. It ends with the first error.
func records(ctx context.Context, in io.Reader, lines bool) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		in, stop := interruptible(ctx, in)
		defer stop()
		if !lines {
			text, err := readText(in)
			yield(record{Text: &text}, err)
			return
		}
		reader := bufio.NewReaderSize(in, 64<<10)
		for number := 1; ; number++ {
			if err := ctx.Err(); err != nil {
				yield(record{}, err)
				return
			}
			line, err := readLine(reader)
			if err == io.EOF && len(line) == 0 {
				return
			}
			if err != nil && err != io.EOF {
				yield(record{}, fmt.Errorf("reading line %d: %w", number, err))
				return
			}
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			var r record
			if !utf8.Valid(line) || json.Unmarshal(line, &r) != nil || r.Text == nil {
				yield(r, fmt.Errorf("line %d is not a JSON object with id and text", number))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func readText(in io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxText+1))
	if err != nil {
		return "", fmt.Errorf("reading the text: %w", err)
	}
	if len(data) > maxText {
		return "", fmt.Errorf("reading the text: longer than %d MiB; redact it in parts that end with a line", maxText>>20)
	}
	return string(data), nil
}

// readLine reads up to and without the line feed, at most maxText bytes.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxText {
			return nil, fmt.Errorf("longer than %d MiB", maxText>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// interruptible reads from in until ctx ends. A read of a terminal or a pipe
// can't be called off, so it is left to a goroutine that ends with the input or
// with the program.
func interruptible(ctx context.Context, in io.Reader) (r io.Reader, stop func()) {
	out, feed := io.Pipe()
	go func() {
		_, err := io.Copy(feed, in)
		feed.CloseWithError(err)
	}()
	release := context.AfterFunc(ctx, func() { feed.CloseWithError(ctx.Err()) })
	return out, func() {
		release()
		out.Close()
	}
}
