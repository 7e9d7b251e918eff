package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	err := command(ctx, args, stdin, stdout, stderr)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintln(stderr, "bench:", err)
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

func command(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) > 0 {
		switch args[0] { // what bench starts as a child of itself
		case "floor":
			return floor(args[1:], stdout)
		case "patterns":
			return patterns(args[1:], stdin, stdout)
		case "builtin":
			return builtin(ctx, args[1:], stdin, stdout)
		}
	}
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	r, err := measure(ctx, o, stderr)
	if err != nil {
		return err
	}
	if o.json {
		return r.printJSON(stdout)
	}
	return r.printTable(stdout)
}

var errUsage = errors.New("wrong usage, -h shows how")

// options says what to measure and where.
type options struct {
	root      string // of the checkout
	dir       string // keeps corpora and takes what a run writes
	generator string // folder of the corpus generator
	redaction string // folder of the script that writes chat text
	runs      int
	json      bool
	files     corpus // in JSONL
	database  corpus // in SQLite
	chatMB    int    // of chat text
}

// parse reads the flags; asked for help, it prints it.
func parse(args []string, stdout io.Writer) (options, error) {
	o := options{root: "."}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	quick := flags.Bool("quick", false, "use corpora of a tenth of the size")
	flags.IntVar(&o.runs, "runs", 3, "`rounds` to take the median of")
	flags.StringVar(&o.dir, "dir", "", "`directory` for corpora and what a run writes, about 2 GB (default session-sync-bench in the user's cache)")
	flags.StringVar(&o.generator, "generator", filepath.Join("..", "shared", "corpus"), "`folder` of the corpus generator")
	flags.StringVar(&o.redaction, "redaction", filepath.Join("..", "shared", "redaction-bench"), "`folder` of the script that writes chat text")
	flags.BoolVar(&o.json, "json", false, "print JSON")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, "usage: go run ./bench [flags]")
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return o, fmt.Errorf("%w: %w", errUsage, err)
	case flags.NArg() > 0:
		return o, fmt.Errorf("%w: unexpected argument %q", errUsage, flags.Arg(0))
	case o.runs < 1:
		return o, fmt.Errorf("%w: -runs %d, and one round is the least", errUsage, o.runs)
	}
	// The generator counts in powers of 1024: 500M are 526 MB on disk.
	o.files = corpus{era: "jsonl", bytes: "500M", sessions: 2000}
	o.database = corpus{era: "sqlite", bytes: "200M", sessions: 800}
	o.chatMB = 20
	if *quick {
		o.files = corpus{era: "jsonl", bytes: "50M", sessions: 200}
		o.database = corpus{era: "sqlite", bytes: "20M", sessions: 80}
		o.chatMB = 2
	}
	if o.dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return o, fmt.Errorf("looking for the user's cache, name a place with -dir: %w", err)
		}
		o.dir = filepath.Join(cache, "session-sync-bench")
	}
	return o, nil
}
