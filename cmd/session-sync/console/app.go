package console

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine/config"
)

// World is everything outside that a command sees.
type World struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Env            config.Lookup
	Now            func() time.Time
	Local          *time.Location
	Watched        bool // people watch stderr
}

// Program is what can be called.
type Program struct {
	Version  string
	Commands []Command // the table that usage, help and completion come from
}

// App is one run of a program.
type App struct {
	World
	Ctx  context.Context
	Lang string // of the terminal

	program Program
	out     *output // what Stdout of the world leads to
	command string  // "" until it is known
	global  globalFlags
	json    bool // JSON was asked for, so errors are JSON too
}

// Run carries out one command line and returns the exit code.
func (p Program) Run(ctx context.Context, args []string, w World) (code int) {
	a := &App{World: w, Ctx: ctx, program: p, out: &output{to: w.Stdout}}
	a.Stdout = a.out
	defer func() {
		// Go's own crash would exit with 2, which means wrong usage. What was
		// thrown may hold text of a chat, so only its type is told.
		if crash := recover(); crash != nil {
			code = a.finish(fmt.Errorf("%w: %T", errCrash, crash))
		}
	}()
	a.json = asksForJSON(args)
	return a.finish(a.perform(args))
}

// Perform carries out another command line in an environment of its own, as a
// part of this run.
func (a *App) Perform(args []string, stdout io.Writer, env config.Lookup) error {
	part := &App{World: a.World, Ctx: a.Ctx, program: a.program, out: a.out}
	part.Stdout, part.Env = stdout, env
	return part.perform(args)
}

// globalFlags work before and after the command.
type globalFlags struct {
	lang, settings, home, stateDir string
	help                           bool
}

func (g *globalFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&g.lang, "lang", g.lang, "`zh|en` language of the terminal / 终端语言")
	flags.StringVar(&g.settings, "config", g.settings, "`FILE` settings file / 设置文件")
	flags.StringVar(&g.home, "store", g.home, "`DIR` directory of archive and settings / 存档和设置所在的目录")
	flags.StringVar(&g.stateDir, "state-dir", g.stateDir, "`DIR` OpenClaw's state directory / OpenClaw 的状态目录")
	flags.BoolVarP(&g.help, "help", "h", g.help, "show help / 显示帮助")
}

// NamesPlaces reports whether the command line says where things are.
func (a *App) NamesPlaces() bool {
	return a.global.home != "" || a.global.stateDir != "" || a.global.settings != ""
}

// Command is one row of the table. Setup registers the command's flags and
// returns what carries it out.
type Command struct {
	Name     string
	Operands string // as shown in the usage line
	Summary  terminal.Phrase
	About    terminal.Phrase
	Examples [2]string
	Suggest  func(a *App) []Candidate // for the operand; nil: there is nothing to suggest
	Setup    func(flags *pflag.FlagSet) Action
}

// Flags are those of the command and those that all commands take.
func (c Command) Flags() *pflag.FlagSet {
	flags := newFlags(c.Name)
	if c.Setup != nil {
		c.Setup(flags)
	}
	(&globalFlags{}).add(flags)
	return flags
}

// Action carries out a command with its operands.
type Action func(a *App, operands []string) error

func (p Program) lookup(name string) (Command, bool) {
	for _, c := range p.Commands {
		if c.Name == name {
			return c, true
		}
	}
	return Command{}, false
}

// newFlags makes a flag set that leaves all printing to us.
func newFlags(name string) *pflag.FlagSet {
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	flags.SortFlags = false
	flags.Usage = func() {}
	flags.SetOutput(io.Discard)
	return flags
}

// perform carries out a command line.
func (a *App) perform(args []string) error {
	a.chooseLang()
	before := newFlags("session-sync")
	before.SetInterspersed(false)
	a.global.add(before)
	if err := before.Parse(args); err != nil {
		return a.program.flagError(err, before)
	}
	a.chooseLang()
	operands := before.Args()
	if len(operands) == 0 {
		return a.printOverview()
	}
	if operands[0] == completeName {
		return a.complete(operands[1:])
	}
	c, found := a.program.lookup(operands[0])
	if !found {
		return a.program.unknownCommand(operands[0])
	}
	a.command = c.Name
	flags := newFlags(c.Name)
	action := c.Setup(flags)
	a.global.add(flags)
	err := flags.Parse(operands[1:])
	a.chooseLang()
	if err != nil {
		return a.program.flagError(err, flags)
	}
	asked := flags.Lookup("json")
	a.json = asked != nil && asked.Value.String() == "true"
	return a.carryOut(c, action, flags.Args())
}

func (a *App) carryOut(c Command, action Action, operands []string) error {
	if err := a.checkLang(); err != nil {
		return err
	}
	if a.global.help {
		return a.printHelp(c)
	}
	return action(a, operands)
}

func (a *App) printOverview() error {
	if err := a.checkLang(); err != nil {
		return err
	}
	_, err := io.WriteString(a.Stdout, a.program.overview(a.Lang))
	return err
}

func (a *App) printHelp(c Command) error {
	_, err := io.WriteString(a.Stdout, help(c, a.Lang))
	return err
}

// asksForJSON looks for --json before anything is parsed, so that an error of
// parsing is JSON for those who read JSON.
func asksForJSON(args []string) bool {
	for _, arg := range args {
		if arg == "--" {
			return false
		}
		if arg == "--json" || arg == "--json=true" {
			return true
		}
	}
	return false
}

// chooseLang settles the language of the terminal as far as it is known before
// the settings are read.
func (a *App) chooseLang() {
	a.Lang = config.TerminalLang(a.global.lang, a.Env, "")
}

// checkLang refuses what chooseLang passes over. The variable is checked with
// the settings.
func (a *App) checkLang() error {
	switch a.global.lang {
	case "", config.LangChinese, config.LangEnglish:
		return nil
	}
	return Usage("--lang takes zh or en")
}
