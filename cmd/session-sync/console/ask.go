package console

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// errDeclined ends a command to which people said no.
var errDeclined = errors.New("not confirmed; nothing was changed")

// AddYes registers the flag that answers what [App.Confirm] would ask.
func AddYes(flags *pflag.FlagSet, yes *bool) {
	flags.BoolVarP(yes, "yes", "y", false, "do not ask / 不询问")
}

// Confirm asks people whether to go on; nil is yes. Where nobody can be asked
// that is a usage error, because then a flag has to say so.
func (a *App) Confirm(question terminal.Phrase) error {
	if !a.Answered {
		return Usage("nobody can be asked here; say --yes if it is to be done")
	}
	fmt.Fprintf(a.Stderr, "%s [y/N] ", terminal.Inline(question.In(a.Lang)))
	// A read of a terminal can't be called off: it is left to a goroutine that
	// ends with the input or with the program.
	answered := make(chan string, 1)
	go func() {
		const longest = 100
		answer, _ := bufio.NewReader(io.LimitReader(a.Stdin, longest)).ReadString('\n')
		answered <- answer
	}()
	select {
	case <-a.Ctx.Done():
		return a.Ctx.Err()
	case answer := <-answered:
		if slices.Contains([]string{"y", "yes", "是", "好"}, strings.ToLower(strings.TrimSpace(answer))) {
			return nil
		}
		return errDeclined
	}
}
