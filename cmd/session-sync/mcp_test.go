package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/tidwall/gjson"
)

// agent is a client of session-sync mcp.
type agent struct {
	t    *testing.T
	in   io.WriteCloser
	out  *os.File
	said *bufio.Reader
	exit chan int
}

// serve starts session-sync mcp, with flags.
func serve(ctx context.Context, t *testing.T, o *outside, flags ...string) *agent {
	t.Helper()
	in, toServer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	fromServer, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w := o.World
	w.Stdin, w.Stdout = in, out
	s := &agent{t: t, in: toServer, out: fromServer, said: bufio.NewReader(fromServer), exit: make(chan int, 1)}
	go func() { s.exit <- run(ctx, append([]string{"mcp"}, flags...), w) }()
	t.Cleanup(func() {
		for _, file := range []io.Closer{in, toServer, fromServer, out} {
			file.Close()
		}
	})
	s.ask(`"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}`)
	return s
}

// ask sends a request and returns the answer.
func (s *agent) ask(request string) gjson.Result {
	s.t.Helper()
	if _, err := fmt.Fprintf(s.in, `{"jsonrpc":"2.0","id":1,%s}`+"\n", request); err != nil {
		s.t.Fatal(err)
	}
	line, err := s.said.ReadString('\n')
	if err != nil {
		s.t.Fatal(err)
	}
	return gjson.Parse(line)
}

func (s *agent) last() gjson.Result {
	return s.ask(`"method":"tools/call","params":{"name":"last"}`).Get("result.content.0.text|@fromstr")
}

// TestServerSeesSyncs: what is synced while a server runs is in its next answer,
// and the server does not keep a sync from its work.
func TestServerSeesSyncs(t *testing.T) {
	o := newOutside(t)
	home, _ := o.Env("HOME")
	sessions := filepath.Join(home, "agents", "main", "sessions")
	if err := os.MkdirAll(sessions, 0o700); err != nil {
		t.Fatal(err)
	}
	s := serve(t.Context(), t, o)
	if got := s.last().Get("code").String(); got != "no-archive" {
		t.Errorf("before the first sync: %q", got)
	}
	const head = `{"type":"session","version":3,"id":"chat-1","timestamp":"2026-03-14T04:00:00.000Z"}` + "\n"
	text := head
	for i, content := range []string{"one", "two", "three"} {
		text += fmt.Sprintf(`{"type":"message","id":"m%d","parentId":null,"timestamp":"2026-03-14T04:0%d:00.000Z","message":{"role":"user","content":%q}}`+"\n", i, i, content)
		if err := os.WriteFile(filepath.Join(sessions, "chat-1.jsonl"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code := run(t.Context(), []string{"sync", "-q", "--output", filepath.Join(home, "out")}, o.World); code != exitDone {
			t.Fatalf("sync exits with %d: %s", code, o.err.String())
		}
		if got := s.last().Get("messages.0.content").String(); got != content {
			t.Errorf("the newest message is %q, want %q", got, content)
		}
	}
	if err := s.in.Close(); err != nil {
		t.Fatal(err)
	}
	if code := <-s.exit; code != exitDone || o.err.Len() > 0 {
		t.Errorf("exits with %d: %s", code, o.err.String())
	}
}

// TestServerEnds: a signal and a client that is gone are its ordinary ends.
func TestServerEnds(t *testing.T) {
	t.Run("signal", func(t *testing.T) {
		o := newOutside(t)
		ctx, cancel := context.WithCancel(t.Context())
		s := serve(ctx, t, o)
		cancel()
		if code := <-s.exit; code != exitDone || o.err.Len() > 0 {
			t.Errorf("exits with %d: %s", code, o.err.String())
		}
	})
	t.Run("client is gone", func(t *testing.T) {
		o := newOutside(t)
		s := serve(t.Context(), t, o)
		s.out.Close()
		if _, err := io.WriteString(s.in, `{"jsonrpc":"2.0","id":2,"method":"ping"}`+"\n"); err != nil {
			t.Fatal(err)
		}
		if code := <-s.exit; code != exitDone || o.err.Len() > 0 {
			t.Errorf("exits with %d: %s", code, o.err.String())
		}
	})
}
