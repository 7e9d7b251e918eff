package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
)

// app is one run of the program.
type app struct {
	world
	ctx  context.Context
	lang string // of the terminal

	global globalFlags
	json   bool // the command was asked for JSON, so errors are JSON too
}

// globalFlags work before and after the command.
type globalFlags struct {
	lang, settings, home, stateDir string
	help                           bool
}

func (g *globalFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&g.lang, "lang", g.lang, "`zh|en`, language of the terminal / 终端语言")
	flags.StringVar(&g.settings, "config", g.settings, "settings `file` / 设置文件")
	flags.StringVar(&g.home, "store", g.home, "`dir` of archive and settings / 存档目录")
	flags.StringVar(&g.stateDir, "state-dir", g.stateDir, "OpenClaw's state `dir` / OpenClaw 状态目录")
	flags.BoolVarP(&g.help, "help", "h", g.help, "show help / 显示帮助")
}

// command is one row of the table. setup registers the command's flags and
// returns what carries it out.
type command struct {
	name     string
	operands string // as shown in the usage line
	summary  phrase
	about    phrase
	examples [2]string
	setup    func(flags *pflag.FlagSet) action
}

// action carries out a command with its operands.
type action func(a *app, operands []string) error

// commands is the table that usage, help and completion come from.
func commands() []command {
	return []command{
		syncCommand(), statusCommand(), listCommand(), showCommand(), lastCommand(),
		exportCommand(), redactCommand(), configCommand(), versionCommand(), helpCommand(),
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

func (a *app) main(args []string) int {
	a.lang = config.TerminalLang("", a.env, "")
	before := newFlags("session-sync")
	before.SetInterspersed(false)
	a.global.add(before)
	if err := before.Parse(args); err != nil {
		return a.finish(usage(err, ""))
	}
	a.chooseLang()
	operands := before.Args()
	if len(operands) == 0 {
		fmt.Fprint(a.stdout, a.overview())
		return exitDone
	}
	c, found := lookup(operands[0])
	if !found {
		return a.finish(unknownCommand(operands[0]))
	}
	flags := newFlags(c.name)
	action := c.setup(flags)
	a.global.add(flags)
	err := flags.Parse(operands[1:])
	a.chooseLang()
	if asked := flags.Lookup("json"); asked != nil {
		a.json = asked.Value.String() == "true"
	}
	if err != nil {
		return a.finish(usage(err, c.name))
	}
	if a.global.help {
		fmt.Fprint(a.stdout, a.help(c))
		return exitDone
	}
	return a.finish(action(a, flags.Args()))
}

// chooseLang settles the language of the terminal as far as it is known before
// the settings are read.
func (a *app) chooseLang() {
	a.lang = config.TerminalLang(a.global.lang, a.env, "")
}

// open finds the installation and reads the settings.
func (a *app) open(output string) (*engine.Engine, error) {
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	if value, set := a.env("HOME"); set && value != "" {
		home = value
	}
	if a.global.settings != "" {
		if _, err := os.Stat(a.global.settings); errors.Is(err, os.ErrNotExist) {
			return nil, &config.Error{Path: a.global.settings, Key: "--config", Problem: "there is no such file"}
		}
	}
	e, err := engine.Open(engine.Options{
		Flags: config.Flags{
			Lang:     config.Flag{Name: "--lang", Value: a.global.lang},
			Output:   config.Flag{Name: "--output", Value: output},
			Home:     config.Flag{Name: "--store", Value: a.global.home},
			StateDir: config.Flag{Name: "--state-dir", Value: a.global.stateDir},
		},
		Settings: a.global.settings, Env: a.env, OSHome: home, Now: a.now, Local: a.local, Version: version(),
	})
	if err != nil {
		return nil, err
	}
	a.lang = e.Config.TerminalLang
	return e, nil
}

// noOperands refuses operands for commands that take none.
func noOperands(operands []string) error {
	if len(operands) > 0 {
		return usage(fmt.Errorf("unexpected argument %q", clip(operands[0])), "")
	}
	return nil
}

// clip shortens what a user typed for an error message.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// say prints a line of prose on stderr.
func (a *app) say(format string, args ...any) {
	fmt.Fprintf(a.stderr, "session-sync: "+strings.TrimSuffix(format, "\n")+"\n", args...)
}
