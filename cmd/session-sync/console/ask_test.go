package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

func TestConfirm(t *testing.T) {
	tests := []struct {
		name, answer string
		want         error
	}{
		{"yes", "y\n", nil},
		{"the whole word", " Yes \nmore", nil},
		{"in Chinese", "是\n", nil},
		{"no", "n\n", errDeclined},
		{"nothing", "\n", errDeclined},
		{"end of input", "", errDeclined},
		{"without an end", strings.Repeat("y", 1<<20), errDeclined},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var asked bytes.Buffer
			a := &App{World: World{Stdin: strings.NewReader(test.answer), Stderr: &asked, Answered: true}, Ctx: t.Context(), Lang: "en"}
			if err := a.Confirm(terminal.Both("好吗?", "Is it\nfine?")); !errors.Is(err, test.want) || test.want == nil && err != nil {
				t.Errorf("got %v, want %v", err, test.want)
			}
			if got := asked.String(); got != "Is it fine? [y/N] " {
				t.Errorf("asks %q", got)
			}
		})
	}
}

// TestConfirmWithoutPeople: where nobody can answer, nothing is asked, and a flag
// has to say it.
func TestConfirmWithoutPeople(t *testing.T) {
	a := &App{World: World{Stdin: strings.NewReader("y\n")}, Ctx: t.Context()}
	var wrong usageError
	if err := a.Confirm(terminal.Both("好吗?", "Is it fine?")); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "--yes") {
		t.Errorf("got %v", err)
	}
}

// TestConfirmInterrupted: a question that nobody answers can be called off.
func TestConfirmInterrupted(t *testing.T) {
	in, end := io.Pipe()
	defer end.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := &App{World: World{Stdin: in, Stderr: io.Discard, Answered: true}, Ctx: ctx}
	if err := a.Confirm(terminal.Both("好吗?", "Is it fine?")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
