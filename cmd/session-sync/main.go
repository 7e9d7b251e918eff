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

	"github.com/smallccwc/chronosync/engine/config"
)

func main() {
	// SIGTERM is how OpenClaw's scheduler ends a run that takes too long.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], world{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		env: os.LookupEnv, now: time.Now, local: time.Local,
		terminal: term.IsTerminal(int(os.Stderr.Fd())),
	})
	stop()
	os.Exit(code)
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
	a := &app{world: w, ctx: ctx}
	defer func() {
		// Go's own crash would exit with 2, which means wrong usage.
		if crash := recover(); crash != nil {
			fmt.Fprintf(w.stderr, "session-sync: internal error: %T; please report it with the command you ran\n", crash)
			code = exitFailed
		}
	}()
	return a.main(args)
}
