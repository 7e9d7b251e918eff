package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

// app is one run of the program.
type app struct {
	world
	ctx     context.Context
	out     *output // what stdout of the world leads to
	lang    string  // of the terminal
	command string  // "" until it is known

	global globalFlags
	json   bool // JSON was asked for, so errors are JSON too
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

// command is one row of the table. setup registers the command's flags and
// returns what carries it out.
type command struct {
	name     string
	operands string // as shown in the usage line
	summary  terminal.Phrase
	about    terminal.Phrase
	examples [2]string
	suggest  func(a *app) []candidate // for the operand; nil: there is nothing to suggest
	setup    func(flags *pflag.FlagSet) action
}

// action carries out a command with its operands.
type action func(a *app, operands []string) error

// commands is the table that usage, help and completion come from.
func commands() []command {
	return []command{
		syncCommand(), statusCommand(), listCommand(), showCommand(), lastCommand(), searchCommand(),
		exportCommand(), redactCommand(), doctorCommand(), configCommand(), demoCommand(), completionCommand(),
		versionCommand(), helpCommand(),
	}
}

func lookup(name string) (command, bool) {
	for _, c := range commands() {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// newFlags makes a flag set that leaves all printing to us.
func newFlags(name string) *pflag.FlagSet {
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	flags.SortFlags = false
	flags.Usage = func() {}
	flags.SetOutput(io.Discard)
	return flags
}

// main carries out a command line and returns the exit code.
func (a *app) main(args []string) int {
	a.json = asksForJSON(args)
	return a.finish(a.perform(args))
}

// perform carries out a command line.
func (a *app) perform(args []string) error {
	a.chooseLang()
	before := newFlags("session-sync")
	before.SetInterspersed(false)
	a.global.add(before)
	if err := before.Parse(args); err != nil {
		return flagError(err, before)
	}
	a.chooseLang()
	operands := before.Args()
	if len(operands) == 0 {
		return a.printOverview()
	}
	if operands[0] == completeName {
		return a.complete(operands[1:])
	}
	c, found := lookup(operands[0])
	if !found {
		return unknownCommand(operands[0])
	}
	a.command = c.name
	flags := newFlags(c.name)
	action := c.setup(flags)
	a.global.add(flags)
	err := flags.Parse(operands[1:])
	a.chooseLang()
	if err != nil {
		return flagError(err, flags)
	}
	asked := flags.Lookup("json")
	a.json = asked != nil && asked.Value.String() == "true"
	return a.carryOut(c, action, flags.Args())
}

func (a *app) carryOut(c command, action action, operands []string) error {
	if err := a.checkLang(); err != nil {
		return err
	}
	if a.global.help {
		return a.printHelp(c)
	}
	return action(a, operands)
}

func (a *app) printOverview() error {
	if err := a.checkLang(); err != nil {
		return err
	}
	_, err := io.WriteString(a.stdout, overview(a.lang))
	return err
}

func (a *app) printHelp(c command) error {
	_, err := io.WriteString(a.stdout, help(c, a.lang))
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
func (a *app) chooseLang() {
	a.lang = config.TerminalLang(a.global.lang, a.env, "")
}

// checkLang refuses what chooseLang passes over. The variable is checked with
// the settings.
func (a *app) checkLang() error {
	switch a.global.lang {
	case "", config.LangChinese, config.LangEnglish:
		return nil
	}
	return usage("--lang takes zh or en")
}

// open finds the installation and reads the settings. A settings file that is
// named has to be there.
func (a *app) open(output string) (*engine.Engine, error) {
	if err := a.checkNamedSettings(); err != nil {
		return nil, err
	}
	return a.openPlaces(output)
}

func (a *app) checkNamedSettings() error {
	if path := a.global.settings; path != "" {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return &config.Error{
				Path: path, Problem: "there is no such file, but --config names it",
				Hint: "session-sync config init creates one",
			}
		}
	}
	return nil
}

// openPlaces is open for the command that makes the settings file.
func (a *app) openPlaces(output string) (*engine.Engine, error) {
	e, err := engine.Open(a.options(output))
	if err != nil {
		return nil, err
	}
	a.lang = e.Config.TerminalLang
	return e, nil
}

// options are what the engine needs to know of the world and the flags.
func (a *app) options(output string) engine.Options {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	if value, set := a.env("HOME"); set && value != "" {
		home = value
	}
	settings := a.global.settings
	if abs, err := filepath.Abs(settings); err == nil && settings != "" {
		settings = abs
	}
	return engine.Options{
		Flags: config.Flags{
			Lang:     config.Flag{Name: "--lang", Value: a.global.lang},
			Output:   config.Flag{Name: "--output", Value: output},
			Home:     config.Flag{Name: "--store", Value: a.global.home},
			StateDir: config.Flag{Name: "--state-dir", Value: a.global.stateDir},
		},
		Settings: settings, Env: a.env, OSHome: home, Now: a.now, Local: a.local, Version: version(),
	}
}

// hint prints what to do next on stderr.
func (a *app) hint(text string) {
	a.say(phrase("提示:%s", "hint: %s").In(a.lang), terminal.Clean(text))
}

// say prints a line of prose on stderr.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stderr, "session-sync: "+format+"\n", args...)
}
