package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/engine"
)

// Exit codes as they are promised.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitSkipped     = 3
	exitInterrupted = 130
)

// run carries out one command line and returns the exit code.
func run(ctx context.Context, args []string, w console.World) int {
	p := program()
	p.PluginCache = pluginCache
	return p.Run(ctx, args, w)
}

func commands() []console.Command { return program().Commands }

// outside is a world for one run, with a home directory of its own.
type outside struct {
	console.World
	out, err bytes.Buffer
}

func newOutside(t *testing.T) *outside {
	home := t.TempDir()
	o := &outside{}
	o.World = console.World{
		Stdin: strings.NewReader(""), Stdout: &o.out, Stderr: &o.err, Local: time.UTC,
		Env: func(name string) (string, bool) {
			value, set := map[string]string{"HOME": home, "OPENCLAW_STATE_DIR": home}[name]
			return value, set
		},
		Now: func() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) },
	}
	return o
}

// endless is an input that never gives anything, like a terminal where nobody
// types; it says when it is being read.
type endless struct{ read, end chan struct{} }

func (e endless) Read([]byte) (int, error) {
	close(e.read)
	<-e.end
	return 0, io.EOF
}

func TestInterrupted(t *testing.T) {
	t.Run("sync", func(t *testing.T) {
		o := newOutside(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if code := run(ctx, []string{"sync"}, o.World); code != exitInterrupted {
			t.Errorf("exit code is %d, want %d; %s", code, exitInterrupted, o.err.String())
		}
		if want := "session-sync: interrupted\nsession-sync: hint: what was saved stays; run it again to continue\n"; o.err.String() != want {
			t.Errorf("stderr is %q, want %q", o.err.String(), want)
		}
	})
	for _, args := range [][]string{{"redact"}, {"redact", "--jsonl"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			o := newOutside(t)
			in := endless{make(chan struct{}), make(chan struct{})}
			defer close(in.end)
			o.Stdin = in
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-in.read
				cancel()
			}()
			if code := run(ctx, args, o.World); code != exitInterrupted {
				t.Errorf("exit code is %d, want %d", code, exitInterrupted)
			}
		})
	}
}

// failing is a stdout that takes nothing.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestStdoutFails(t *testing.T) {
	tests := []struct {
		name string
		err  error
		args string
		code int
		say  string
	}{
		{"reader gone: text", syscall.EPIPE, "help", exitDone, ""},
		{"reader gone: JSON", syscall.EPIPE, "version --json", exitDone, ""},
		{"reader gone: sync", syscall.EPIPE, "sync", exitDone, ""},
		{"reader gone: redact", syscall.EPIPE, "redact", exitDone, ""},
		{"disk full: text", syscall.ENOSPC, "version", exitFailed, "writing to stdout"},
		{"disk full: sync", syscall.ENOSPC, "sync", exitFailed, "writing to stdout"},
		{"disk full: nothing to write", syscall.ENOSPC, "sync -q", exitDone, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newOutside(t)
			o.Stdin = strings.NewReader("text")
			o.Stdout = failing{fmt.Errorf("write: %w", test.err)}
			code := run(t.Context(), strings.Fields(test.args), o.World)
			if code != test.code {
				t.Errorf("exit code is %d, want %d", code, test.code)
			}
			if got := o.err.String(); !strings.Contains(got, test.say) || test.say == "" && got != "" {
				t.Errorf("stderr is %q, want %q in it", got, test.say)
			}
		})
	}
}

// TestCrash: a crash exits with 1, shows no stack, and nothing of a text.
func TestCrash(t *testing.T) {
	for _, args := range [][]string{{"list", "--since", "1h"}, {"list", "--since", "1h", "--json"}} {
		o := newOutside(t)
		o.Now = func() time.Time { panic(errors.New("words of a chat")) }
		if code := run(t.Context(), args, o.World); code != exitFailed {
			t.Errorf("%v: exit code is %d, want %d", args, code, exitFailed)
		}
		got := o.err.String()
		if !strings.Contains(got, "internal error") || strings.Contains(got, "words") || strings.Contains(got, "goroutine") {
			t.Errorf("%v: stderr is %q", args, got)
		}
		if asJSON := strings.HasPrefix(got, `{"code":"internal"`); asJSON != (len(args) == 4) {
			t.Errorf("%v: stderr is %q", args, got)
		}
	}
}

// TestProgress: only people who watch a sync see how far it is, and the line is
// gone before anything else is said.
func TestProgress(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		flags    []string
		want     string
	}{
		{"in English", true, []string{"--lang", "en"}, "transcripts read: 1, new messages: "},
		{"in Chinese", true, []string{"--lang", "zh"}, "已读 1 份记录，新增 "},
		{"no terminal", false, nil, ""},
		{"quiet", true, []string{"--quiet"}, ""},
		{"scheduled", true, []string{"--scheduled"}, ""},
		{"JSON", true, []string{"--json"}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := newOutside(t)
			home, _ := o.Env("HOME")
			state := filepath.Join(home, "openclaw")
			if err := engine.UnpackSample(t.Context(), state); err != nil {
				t.Fatal(err)
			}
			start, looks := o.Now(), atomic.Int64{}
			o.Now = func() time.Time { return start.Add(time.Duration(looks.Add(1)) * time.Second) } // each look at the clock takes a second
			o.Watched = test.terminal
			args := append([]string{"sync", "--state-dir", state, "--output", filepath.Join(home, "sync")}, test.flags...)
			if code := run(t.Context(), args, o.World); code != exitDone {
				t.Fatalf("exits with %d: %s", code, o.err.String())
			}
			const gone = "\r\x1b[K"
			got := o.err.String()
			if shows := strings.Contains(got, "\x1b"); shows != (test.want != "") || !strings.Contains(got, test.want) {
				t.Errorf("shows %q, want %q", got, test.want)
			}
			if test.want != "" && (!strings.HasSuffix(got, gone) || strings.Contains(got, "\n")) {
				t.Errorf("is not gone at the end: %q", got)
			}
		})
	}
}
