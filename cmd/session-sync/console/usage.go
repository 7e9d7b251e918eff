package console

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/config"
)

// usageError is a command line that can't be carried out.
type usageError struct {
	problem string
	hint    terminal.Phrase // beside where the usage is explained
}

func (e usageError) Error() string { return e.problem }

// Usage is the error of a command line that can't be carried out.
func Usage(format string, args ...any) error {
	return usageError{problem: fmt.Sprintf(format, args...)}
}

// Joined lists the values that a flag takes.
func Joined[T ~string](values []T) string {
	var names []string
	for _, value := range values {
		names = append(names, string(value))
	}
	return strings.Join(names, ", ")
}

// NoOperands refuses operands for commands that take none.
func NoOperands(operands []string) error {
	if len(operands) > 0 {
		return Usage("unexpected argument %q", terminal.Typed(operands[0]))
	}
	return nil
}

// unknownCommand is the error of a word that is no verb of the command at path.
func unknownCommand(path string, c Command, name string) error {
	var names []string
	for _, verb := range c.Commands {
		names = append(names, verb.Name)
	}
	within := path
	if path != "" {
		within += " "
	}
	meant := didYouMean("没有这个命令", "session-sync "+within, config.Nearest(name, names))
	return usageError{fmt.Sprintf("unknown command %q", within+terminal.Typed(name)), meant}
}

// flagError says what is wrong with a flag in words of our own: those of the
// parser quote whatever stands where a number should.
func (p Program) flagError(err error, flags *pflag.FlagSet) error {
	var told usageError
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &unknown):
		return p.unknownFlag(unknown, flags)
	case errors.As(err, &empty):
		return Usage("--%s needs a value", empty.GetFlag().Name)
	case errors.As(err, &wrong):
		takes := map[string]string{"bool": "true or false", "int": "a whole number", "duration": "a length of time such as 30s or 5m"}[wrong.GetFlag().Value.Type()]
		return Usage("--%s takes %s", wrong.GetFlag().Name, takes)
	}
	return Usage("a flag is written --name, --name value or --name=value")
}

// noFlag begins the Chinese hint to an unknown flag.
const noFlag = "没有这个选项"

func (p Program) unknownFlag(unknown *pflag.NotExistError, flags *pflag.FlagSet) error {
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return usageError{"unknown flag -" + terminal.Typed(name), didYouMean(noFlag, "", "")}
	}
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	hint := didYouMean(noFlag, "--", config.Nearest(name, names))
	if flags.Lookup("json") == nil && (Command{Commands: p.Commands}).owns(name) {
		hint = terminal.Both("命令自己的选项写在命令后面。", "flags of a command stand after it;")
	}
	return usageError{"unknown flag " + terminal.Flag(name), hint}
}

// didYouMean names what was probably meant. In Chinese it says what is wrong, too:
// the error itself is in English.
func didYouMean(wrong, prefix, name string) terminal.Phrase {
	if name == "" {
		return terminal.Both(wrong+"。", "")
	}
	return terminal.Both(wrong+"，是不是 "+prefix+name+"？", "did you mean "+prefix+name+"?")
}
