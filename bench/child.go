package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// child is a program to measure. Its environment is env and no more.
type child struct {
	path   string
	args   []string
	env    []string
	stdin  string    // a file, "" for none
	stdout io.Writer // nil for none
}

// cost is what one child took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // bytes, 0 where the system does not tell
}

// against is the processor time against that of another, 0 where a coarse clock
// has not seen that.
func (c cost) against(least cost) float64 {
	if least.cpu <= 0 {
		return 0
	}
	return c.cpu.Seconds() / least.cpu.Seconds()
}

// run starts the child, waits for it and returns what it took.
func (c child) run(ctx context.Context) (cost, error) {
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Env = append([]string{}, c.env...) // nil would be our own
	cmd.Stdout, cmd.Stderr = c.stdout, &stderr
	if c.stdin != "" {
		in, err := os.Open(c.stdin)
		if err != nil {
			return cost{}, err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return cost{}, c.failed(err, stderr.String())
	}
	ended := cmd.ProcessState
	return cost{wall: wall, cpu: ended.UserTime() + ended.SystemTime(), peak: peak(ended)}, nil
}

// failed says which child failed and what it said last.
func (c child) failed(err error, stderr string) error {
	name := strings.Join(append([]string{filepath.Base(c.path)}, c.args...), " ")
	if said := strings.TrimSpace(stderr); said != "" {
		return fmt.Errorf("running %q: %w: %s", name, err, said)
	}
	return fmt.Errorf("running %q: %w", name, err)
}

// tool runs a program that is not measured, in dir and with our environment.
func tool(ctx context.Context, dir, path string, args ...string) error {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return child{path: path, args: args}.failed(err, string(out))
	}
	return nil
}
