package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // time zones are named in settings, also where the system has none

	"golang.org/x/term"

	"github.com/smallccwc/chronosync/cmd/session-sync/memory"
	"github.com/smallccwc/chronosync/engine/config"
)

func main() {
	memory.Bound()
	// Without this a reader of stdout that ends early, such as head, would end
	// us by a signal; now the write fails, and run ends in order.
	signal.Ignore(syscall.SIGPIPE)
	// SIGTERM is how OpenClaw's scheduler ends a run that takes too long.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends a run that does not come to its end.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], world{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.LookupEnv, now: time.Now, local: time.Local,
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
	}))
}

// world is everything outside that a command sees.
type world struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	env            config.Lookup
	now            func() time.Time
	local          *time.Location
	terminal       bool // people watch stderr
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, w world) (code int) {
	a := &app{world: w, ctx: ctx, out: &output{to: w.stdout}}
	a.stdout = a.out
	defer func() {
		// Go's own crash would exit with 2, which means wrong usage. What was
		// thrown may hold text of a chat, so only its type is told.
		if crash := recover(); crash != nil {
			code = a.finish(fmt.Errorf("%w: %T", errCrash, crash))
		}
	}()
	return a.main(args)
}
