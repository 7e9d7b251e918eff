package plugin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tetratelabs/wazero/sys"
)

// Problem says what kind of thing went wrong with a plugin.
type Problem string

// The problems of an [Error].
const (
	Refused     Problem = "refused"       // the module may not or can not run here
	Trap        Problem = "trap"          // it stopped in the middle
	OutOfFuel   Problem = "out of fuel"   // it took too long
	OutOfMemory Problem = "out of memory" // it stopped after it was denied memory beyond 64 MiB
	BadResult   Problem = "bad result"    // what it answered is not what the ABI asks for
	TooMuch     Problem = "too much"      // what it answered is more than the ABI lets through
)

// Error says what happened to a plugin. It is the only type of error for which
// a plugin is to blame.
type Error struct {
	Problem Problem
	Detail  string // names and numbers, never text of a message
	Output  string // what the plugin wrote to stdout and stderr; may hold chat text, so for its author only
}

func (e *Error) Error() string { return fmt.Sprintf("plugin: %s: %s", e.Problem, e.Detail) }

// TooMuch reports whether the plugin may do better with a part of the batch.
func (e *Error) TooMuch() bool { return e.Problem == TooMuch }

func refused(format string, arguments ...any) *Error {
	return &Error{Problem: Refused, Detail: fmt.Sprintf(format, arguments...)}
}

func badResult(format string, arguments ...any) *Error {
	return &Error{Problem: BadResult, Detail: fmt.Sprintf(format, arguments...)}
}

func tooMuch(format string, arguments ...any) *Error {
	return &Error{Problem: TooMuch, Detail: fmt.Sprintf(format, arguments...)}
}

// cause is an error of the engine without its stack trace.
func cause(err error) string {
	if exit := (*sys.ExitError)(nil); errors.As(err, &exit) {
		return fmt.Sprintf("it left with exit code %d", exit.ExitCode())
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}
