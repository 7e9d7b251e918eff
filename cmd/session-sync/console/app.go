package console

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

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
	Answered       bool // and can answer on stdin
}

// Program is what can be called.
type Program struct {
	Version     string
	Commands    []Command // the table that usage, help and completion come from
	PluginCache string    // of compiled plugins; "" for the one beside the archive
}

// App is one run of a program.
type App struct {
	World
	Ctx  context.Context
	Lang string // of the terminal

	program Program
	out     *output // what Stdout of the world leads to
	command string  // its names; "" until it is known
	global  globalFlags
	json    bool   // JSON was asked for, so errors are JSON too
	asker   string // the session that words are completed for, see --for
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
	if flags.Lookup("lang") == nil { // a command may mean another language by it
		flags.StringVar(&g.lang, "lang", g.lang, "`zh|en` language of the terminal / 终端语言")
	}
	flags.StringVar(&g.settings, "config", g.settings, "`FILE` settings file / 设置文件")
	flags.StringVar(&g.home, "store", g.home, "`DIR` directory of archive and settings / 存档和设置所在的目录")
	flags.StringVar(&g.stateDir, "state-dir", g.stateDir, "`DIR` OpenClaw's state directory / OpenClaw 的状态目录")
	flags.BoolVarP(&g.help, "help", "h", g.help, "show help / 显示帮助")
}

// NamesPlaces reports whether the command line says where things are.
func (a *App) NamesPlaces() bool {
	return a.global.home != "" || a.global.stateDir != "" || a.global.settings != ""
}

// perform carries out a command line.
func (a *App) perform(args []string) error {
	a.chooseLang()
	if len(args) > 0 && args[0] == completeName {
		return a.complete(args[1:])
	}
	l, err := a.parse(args)
	a.command = l.path
	if err != nil {
		return a.program.flagError(err, l.flags)
	}
	asked := l.flags.Lookup("json")
	a.json = asked != nil && asked.Value.String() == "true"
	if err := a.checkLang(); err != nil {
		return err
	}
	if a.global.help || l.action == nil {
		return a.printHelp(l.path, l.command)
	}
	return l.action(a, l.operands)
}

// line is a command line as far as it was understood.
type line struct {
	path     string // names of the command, "" for the program itself
	command  Command
	flags    *pflag.FlagSet
	action   Action // nil when only help can be shown
	operands []string
}

// parse finds the command that a line names. The error is the parser's, or a
// usageError.
func (a *App) parse(args []string) (l line, err error) {
	l.command.Commands = a.program.Commands
	for {
		before := l.flags
		l.flags, l.action = l.command.flags()
		a.global.add(l.flags)
		markGiven(before, l.flags)
		err = l.flags.Parse(args)
		a.chooseLang()
		l.operands = l.flags.Args()
		if err != nil || len(l.command.Commands) == 0 || len(l.operands) == 0 {
			return l, err
		}
		next, found := l.command.lookup(l.operands[0])
		if !found {
			return l, unknownCommand(l.path, l.command, l.operands[0])
		}
		if own := ownFlag(l.flags); own != "" {
			return l, Usage("--%s does not go with %s; its flags stand behind it", own, next.Name)
		}
		l.path = strings.TrimSpace(l.path + " " + next.Name)
		l.command, args = next, l.operands[1:]
	}
}

// markGiven marks flags that were given before a command, and are known behind
// it too, as given.
func markGiven(before, flags *pflag.FlagSet) {
	if before == nil {
		return
	}
	before.VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			flags.Lookup(f.Name).Changed = true
		}
	})
}

// ownFlag is a flag that was given and that not all commands have.
func ownFlag(flags *pflag.FlagSet) (name string) {
	global := Command{}.Flags()
	flags.Visit(func(f *pflag.Flag) {
		if global.Lookup(f.Name) == nil {
			name = f.Name
		}
	})
	return name
}

// asksForJSON looks for --json before anything is parsed, so that an error of
// parsing is JSON for those who read JSON.
func asksForJSON(args []string) bool {
	for _, arg := range args {
		if arg == "--" {
			return false
		}
		if name, value, given := strings.Cut(arg, "="); name == "--json" {
			asked, _ := strconv.ParseBool(value)
			return asked || !given
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
