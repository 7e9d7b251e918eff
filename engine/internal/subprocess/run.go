package subprocess

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Call is a program with its arguments and bounds.
type Call struct {
	Path    string
	Args    []string
	Env     []string // KEY=VALUE; nil for ours
	Input   string
	Limit   time.Duration // 0 for [DefaultLimit]
	MaxSize int           // of stdout, in bytes; 0 for [DefaultSize]
}

// Bounds where a call names none. One call of openclaw took 2 to 6 s, on a busy
// machine up to 40.
const (
	DefaultLimit = 2 * time.Minute
	DefaultSize  = 1 << 20
)

// What can be wrong with a program that ran, see [Error].
var (
	ErrTimeout = errors.New("took too long and was ended")
	ErrTooMuch = errors.New("printed too much and was ended")
)

// Error is a program that did not do what it was called for.
type Error struct {
	Command string // name of the program and the arguments before the first flag
	Exit    int    // -1 when it did not end by itself
	Detail  string // the last lines that it printed on stderr, fit to show; "" for none
	Stdout  []byte // what it printed until then
	Cause   error  // why it did not run or did not end by itself; nil when Exit says it
}

func (e *Error) Error() string {
	text := e.Command + ": "
	if e.Cause != nil {
		text += e.Cause.Error()
	} else {
		text += fmt.Sprintf("exit code %d", e.Exit)
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Run runs a program to its end and returns what it printed on stdout. The error
// is the context's, or an [*Error].
func Run(ctx context.Context, call Call) ([]byte, error) {
	limit, size := call.Limit, call.MaxSize
	if limit == 0 {
		limit = DefaultLimit
	}
	if size == 0 {
		size = DefaultSize
	}
	timed, stop := context.WithTimeoutCause(ctx, limit, fmt.Errorf("%w after %s", ErrTimeout, limit))
	defer stop()
	bounded, end := context.WithCancelCause(timed)
	defer end(nil)
	cmd := exec.CommandContext(bounded, call.Path, call.Args...)
	stdout, stderr := &head{left: size, full: func() { end(ErrTooMuch) }}, &tail{}
	cmd.Env, cmd.Stdout, cmd.Stderr = call.Env, stdout, stderr
	cmd.Stdin = strings.NewReader(call.Input)
	endWithChildren(cmd)
	cmd.WaitDelay = time.Second // what it started may hold the pipes
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case bounded.Err() == nil && (err == nil || errors.Is(err, exec.ErrWaitDelay)):
		return stdout.kept.Bytes(), nil // a child that lives on is no failure
	}
	failed := &Error{Command: named(call), Exit: -1, Detail: Shown(stderr.kept), Stdout: stdout.kept.Bytes(), Cause: err}
	var exited *exec.ExitError
	switch {
	case bounded.Err() != nil:
		failed.Cause = context.Cause(bounded)
	case errors.As(err, &exited) && exited.Exited():
		failed.Exit, failed.Cause = exited.ExitCode(), nil
	}
	return nil, failed
}

// named is how errors call a call: what stands behind the first flag can be long
// and can be anything.
func named(call Call) string {
	words := []string{strings.TrimSuffix(filepath.Base(call.Path), ".exe")}
	for _, arg := range call.Args {
		if strings.HasPrefix(arg, "-") || len(words) == 4 {
			break
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// head keeps the beginning of an output and says when there is more.
type head struct {
	kept bytes.Buffer
	left int
	full func()
}

func (h *head) Write(p []byte) (int, error) {
	keep := p[:min(len(p), h.left)]
	h.kept.Write(keep)
	if h.left -= len(keep); len(keep) < len(p) {
		h.full()
	}
	return len(p), nil
}

// tail keeps the end of an output.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	const most = 16 << 10
	t.kept = append(t.kept, p[max(0, len(p)-most):]...)
	if over := len(t.kept) - most; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}
