package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/smallccwc/chronosync/engine"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run checks the installation of this account and returns the exit code.
func run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		fmt.Fprintln(stderr, "check_install: takes no arguments; run: go run ./check_install")
		return 2
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "" // the places then have to be named by variables
	}
	diagnosis, err := engine.Checkup(context.Background(), engine.CheckupOptions{
		Options: engine.Options{Env: os.LookupEnv, OSHome: home, Now: time.Now, Local: time.Local},
		Source:  ".", Root: "/",
	})
	if err == nil {
		err = diagnosis.Write(stdout)
	}
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "check_install: %v\n", err)
		return 1
	case !diagnosis.OK:
		return 1
	}
	return 0
}
