package authoring

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/sdk/abi"
)

const mostBroken = 5 // lines that a [BrokenError] describes

// answer is the line that says what was found in a conversation.
type answer struct {
	ID    string `json:"id"`
	Items []row  `json:"items"`
}

// row is one item of an [answer].
type row struct {
	I     json.RawMessage `json:"i"`
	Type  string          `json:"type"`
	Text  string          `json:"text"`
	Owner string          `json:"owner,omitempty"`
	Due   string          `json:"due,omitempty"`
	Tier  string          `json:"tier"`
}

// BrokenError says which lines [Try] left out. All others were answered.
type BrokenError struct {
	Lines []BrokenLine // the first few
	Total int
}

// BrokenLine is a line that is no conversation.
type BrokenLine struct {
	Number  int // from 1
	Problem string
}

func (e *BrokenError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "left out %d lines that are no conversations: ", e.Total)
	for i, line := range e.Lines {
		if i > 0 {
			text.WriteString("; ")
		}
		fmt.Fprintf(&text, "line %d: %s", line.Number, line.Problem)
	}
	if more := e.Total - len(e.Lines); more > 0 {
		fmt.Fprintf(&text, "; and %d more", more)
	}
	return text.String()
}

// Try shows conversations to plugins and writes what they found. A line of in is
//
//	{"id":"a","messages":[{"i":0,"role":"user","ts":"2026-03-02T09:00:00+08:00","text":"就用它"}]}
//
// where i is a number or a string, ts may be missing, and channel beside id, as
// well as sender and origin (owner, other, external, agent) in a message, may be
// there. Only messages of the roles user and assistant are shown. The line of out
// that answers it is
//
//	{"id":"a","items":[{"i":0,"type":"decision","text":"就用它","owner":"user","due":"2026-03-03","tier":"main"}]}
//
// with the evidence as text, in the order in which it was said. The type is the
// kind, for todos todo-open, todo-done or todo-cancelled: a todo that was closed
// gives a row for either message. The tier is main or suggested.
//
// Lines longer than 16 MiB and those that are no conversation are left out; the
// error is then, in the end, a [*BrokenError]. The first error of a plugin ends
// the run.
func Try(ctx context.Context, modules []Runner, in io.Reader, out io.Writer) error {
	var broken BrokenError
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for line, err := range lines(in) {
		if err != nil {
			return fmt.Errorf("reading line %d: %w", line.number, err)
		}
		talk, problem := parseConversation(line)
		if problem != "" {
			broken.add(line.number, problem)
			continue
		}
		rows, err := talk.try(ctx, modules)
		if err != nil {
			return fmt.Errorf("line %d: %w", line.number, err)
		}
		if err := encoder.Encode(answer{talk.id, rows}); err != nil {
			return fmt.Errorf("writing what line %d gave: %w", line.number, err)
		}
	}
	if broken.Total > 0 {
		return &broken
	}
	return nil
}

func (e *BrokenError) add(number int, problem string) {
	if e.Total++; len(e.Lines) < mostBroken {
		e.Lines = append(e.Lines, BrokenLine{number, problem})
	}
}

// try gives the rows of all plugins. It is never nil.
func (c conversation) try(ctx context.Context, modules []Runner) ([]row, error) {
	var items []abi.Item
	for _, module := range modules {
		found, err := find(ctx, module, c.batch)
		if err != nil {
			return nil, fmt.Errorf("plugin %q: %w", module.Name(), err)
		}
		items = append(items, found.changes()...)
	}
	inOrder(items, c.batch.Messages)
	rows := make([]row, 0, len(items))
	for _, item := range items {
		rows = append(rows, c.row(item))
	}
	return rows, nil
}

func (c conversation) row(item abi.Item) row {
	at, _ := strconv.Atoi(item.MessageID) // parse made it
	judged := session.Item{Score: item.Score, Origin: session.Origin(c.batch.Messages[at].Origin)}
	tier := "suggested"
	if judged.Main() {
		tier = "main"
	}
	return row{I: c.numbers[at], Type: typeName(item), Text: item.Evidence, Owner: item.Owner, Due: item.Due, Tier: tier}
}
