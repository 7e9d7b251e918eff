package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // time zones are named in settings, also where the system has none

	"golang.org/x/term"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/memory"
	"github.com/smallccwc/chronosync/cmd/session-sync/plugincmd"
	"github.com/smallccwc/chronosync/cmd/session-sync/upkeep"
	"github.com/smallccwc/chronosync/engine/manifest"
)

func main() { os.Exit(execute(program())) }

// execute runs a program as this process and returns the exit code.
func execute(p console.Program) int {
	memory.Bound()
	// Without this a reader of stdout that ends early, such as head, would end
	// us by a signal; now the write fails, and run ends in order.
	signal.Ignore(syscall.SIGPIPE)
	// SIGTERM is how OpenClaw's scheduler ends a run that takes too long.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends a run that does not come to its end.
	context.AfterFunc(ctx, stop)
	return p.Run(ctx, os.Args[1:], console.World{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Env: os.LookupEnv, Now: time.Now, Local: time.Local,
		Watched:  term.IsTerminal(int(os.Stderr.Fd())),
		Answered: term.IsTerminal(int(os.Stderr.Fd())) && term.IsTerminal(int(os.Stdin.Fd())),
	})
}

// program is the table of what can be called.
func program() console.Program {
	return console.Program{Version: manifest.Version, Commands: []console.Command{
		syncCommand(), upkeep.Watch(), statusCommand(), listCommand(), showCommand(), lastCommand(), searchCommand(),
		briefCommand(), decisionsCommand(), todosCommand(), plugincmd.Command(),
		exportCommand(), redactCommand(), upkeep.Cron(), mcpCommand(), doctorCommand(), configCommand(), upkeep.Uninstall(), demoCommand(), console.Completion(),
		capabilitiesCommand(), versionCommand(), console.Help(),
	}}
}
