package console

import (
	"io"
	"slices"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
)

// Command is one row of the table.
type Command struct {
	Name     string
	Operands string // as shown in the usage line
	Summary  terminal.Phrase
	About    terminal.Phrase
	Examples [2]string
	// Suggest completes the operand behind others; nil: there is nothing to
	// suggest.
	Suggest func(a *App, before []string) []Candidate
	// Setup registers the command's flags and returns what carries it out; nil
	// for one that is nothing without a verb.
	Setup    func(flags *pflag.FlagSet) Action
	Commands []Command // its verbs
}

// Action carries out a command with its operands.
type Action func(a *App, operands []string) error

// Flags are those of the command and those that all commands take.
func (c Command) Flags() *pflag.FlagSet {
	flags, _ := c.flags()
	(&globalFlags{}).add(flags)
	return flags
}

// OwnFlags are those of the command alone.
func (c Command) OwnFlags() *pflag.FlagSet {
	flags, _ := c.flags()
	return flags
}

// flags are those of the command alone, and what it does.
func (c Command) flags() (*pflag.FlagSet, Action) {
	flags := newFlags()
	flags.SetInterspersed(len(c.Commands) == 0)
	if c.Setup == nil {
		return flags, nil
	}
	return flags, c.Setup(flags)
}

// newFlags makes a flag set that leaves all printing to us.
func newFlags() *pflag.FlagSet {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.SortFlags = false
	flags.Usage = func() {}
	flags.SetOutput(io.Discard)
	return flags
}

// lookup finds a verb.
func (c Command) lookup(name string) (Command, bool) {
	for _, verb := range c.Commands {
		if verb.Name == name {
			return verb, true
		}
	}
	return Command{}, false
}

// owns reports whether the command or one of its verbs has a flag.
func (c Command) owns(flag string) bool {
	if flags, _ := c.flags(); flags.Lookup(flag) != nil {
		return true
	}
	return slices.ContainsFunc(c.Commands, func(verb Command) bool { return verb.owns(flag) })
}
