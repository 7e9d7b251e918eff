package mcp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/query"
	"github.com/smallccwc/chronosync/engine/session"
)

// fake is an installation with one session.
type fake struct {
	groups    bool
	text      string // of every message
	messages  int
	err       error
	statusFor func(context.Context) (any, error) // nil for a plain one

	running, most atomic.Int64
}

const mainKey = "agent:main:main"

func (f *fake) Groups(context.Context) (bool, error) { return f.groups, f.err }

func (f *fake) QueryForAgent(_ context.Context, _ string, ask func(*query.Queries) error) error {
	if f.err != nil {
		return f.err
	}
	return ask(&query.Queries{Archive: archived{f: f}, Now: func() time.Time { return time.UnixMilli(0) }})
}

func (f *fake) Status(ctx context.Context, _ int) (any, error) {
	running := f.running.Add(1)
	defer f.running.Add(-1)
	for most := f.most.Load(); running > most && !f.most.CompareAndSwap(most, running); most = f.most.Load() {
	}
	if f.statusFor != nil {
		return f.statusFor(ctx)
	}
	return map[string]bool{"synced": true}, nil
}

// archived is the archive of a fake. What the tests do not ask for it can't do.
type archived struct {
	query.Archive
	f *fake
}

func (a archived) session() session.Session {
	return session.Session{Agent: "main", Key: mainKey, SessionIDs: []string{"aaaa1111"}, Kind: session.KindMain, Channel: "webchat", Messages: a.f.messages}
}

func (a archived) message(i int) session.Message {
	return session.Message{ID: fmt.Sprintf("aaaa1111:m%d", i), Role: session.RoleUser, Text: a.f.text, Origin: session.OriginExternal, Time: time.UnixMilli(int64(1 + i)).UTC()}
}

func (a archived) Find(_ context.Context, name string, _ func(session.Session) bool, _ int) ([]session.Session, error) {
	if name != mainKey {
		return nil, nil
	}
	return []session.Session{a.session()}, nil
}

func (a archived) Sessions(context.Context, query.Filter, query.Page) ([]session.Session, int, error) {
	return []session.Session{a.session()}, 1, nil
}

func (a archived) Messages(_ context.Context, _ query.Filter, p query.Page) iter.Seq2[session.Message, error] {
	return func(yield func(session.Message, error) bool) {
		for i := p.Skip; i < min(a.f.messages, p.Skip+p.Limit); i++ {
			if !yield(a.message(i), nil) {
				return
			}
		}
	}
}

func (a archived) Recent(_ context.Context, _ query.Filter, p query.Page, yield func(session.Session, session.Message) error) (int, error) {
	for i := a.f.messages - 1; i >= 0 && p.Limit > 0; i-- {
		if m := a.message(i); p.Before.IsZero() || !m.Time.After(p.Before) {
			if p.Skip > 0 {
				p.Skip--
				continue
			}
			p.Limit--
			if err := yield(a.session(), m); err != nil {
				return 0, err
			}
		}
	}
	return a.f.messages, nil
}

func (a archived) Message(_ context.Context, id string, _ func(session.Session) bool) (session.Session, session.Message, error) {
	if m := a.message(0); m.ID == id {
		return a.session(), m, nil
	}
	return session.Session{}, session.Message{}, query.ErrUnknownMessage
}

func (a archived) Channels(_ context.Context, _ query.Filter, most, newest int) ([]query.Channel, int, error) {
	var all []query.Channel
	for i := range most {
		c := query.Channel{Name: fmt.Sprintf("channel-%d", i), Messages: a.f.messages}
		for n := range min(newest, a.f.messages) {
			c.Newest = append(c.Newest, query.Said{Session: a.session(), Message: a.message(n)})
		}
		all = append(all, c)
	}
	return all, most, nil
}

func (a archived) Board(context.Context, func(session.Session) bool, bool) (query.Board, error) {
	return query.Board{}, nil
}

func options(f *fake) Options {
	return Options{
		Version: "test", Local: time.UTC, Now: func() time.Time { return time.UnixMilli(0) },
		Open:    func() (Archive, error) { return f, nil },
		Explain: func(err error) Failure { return Failure{"other", err.Error(), "a hint"} },
	}
}

// client is the other end of a server's pipes.
type client struct {
	t      *testing.T
	in     io.WriteCloser
	out    io.Closer
	theirs io.Closer // the server's end of out
	lines  *bufio.Reader
	ended  chan error
	stop   context.CancelFunc
}

// begin starts a server and, unless raw, the session.
func begin(t *testing.T, f *fake, raw bool) *client {
	t.Helper()
	serverIn, in, err := os.Pipe()
	must(t, err)
	out, serverOut, err := os.Pipe()
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	c := &client{t: t, in: in, out: out, theirs: serverOut, lines: bufio.NewReader(out), ended: make(chan error, 1), stop: stop}
	go func() { c.ended <- Serve(ctx, serverIn, serverOut, options(f)) }()
	t.Cleanup(func() {
		stop()
		for _, file := range []io.Closer{in, out, serverIn, serverOut} {
			file.Close()
		}
	})
	if !raw {
		c.send(`{"jsonrpc":"2.0","id":"begin","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`)
		c.send(`{"jsonrpc":"2.0","method":"notifications/initialized"}`)
		if got := c.next(); got.Error != nil {
			t.Fatalf("initialize: %+v", got)
		}
	}
	return c
}

func (c *client) send(line string) {
	c.t.Helper()
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		c.t.Fatal(err)
	}
}

// reply is one line of the server.
type reply struct {
	Version string          `json:"jsonrpc"`
	ID      any             `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   *struct {
		Code    int
		Message string
	}
}

func (c *client) next() reply {
	c.t.Helper()
	line, err := c.lines.ReadString('\n')
	if err != nil {
		c.t.Fatalf("reading an answer: %v", err)
	}
	return parseReply(c.t, line)
}

func parseReply(t *testing.T, line string) (r reply) {
	t.Helper()
	if err := json.Unmarshal([]byte(line), &r); err != nil || r.Version != "2.0" || (r.Error == nil) == (r.Result == nil) {
		t.Fatalf("%v: %q", err, line)
	}
	return r
}

// close ends the input, and returns what the server says until it ends.
func (c *client) close() (rest []reply) {
	c.t.Helper()
	must(c.t, c.in.Close())
	must(c.t, <-c.ended)
	must(c.t, c.theirs.Close())
	said, err := io.ReadAll(c.lines)
	must(c.t, err)
	for line := range strings.Lines(string(said)) {
		rest = append(rest, parseReply(c.t, line))
	}
	return rest
}

func call1(id any, tool, arguments string) string {
	named, _ := json.Marshal(id)
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"tools/call","params":{"name":%q,"arguments":%s}}`, named, tool, arguments)
}

// answered is a tool's result.
type answered struct {
	Content []struct{ Type, Text string }
	Failed  bool `json:"isError"`
}

// call asks a tool, whose answer is one text that holds JSON.
func (c *client) call(tool, arguments string) (json.RawMessage, bool) {
	c.t.Helper()
	c.send(call1(1, tool, arguments))
	r := c.next()
	if r.Error != nil {
		c.t.Fatalf("%s: %+v", tool, r.Error)
	}
	var a answered
	must(c.t, json.Unmarshal(r.Result, &a))
	if len(a.Content) != 1 || a.Content[0].Type != "text" || !json.Valid([]byte(a.Content[0].Text)) {
		c.t.Fatalf("%s: not one JSON text: %s", tool, r.Result)
	}
	if len(r.Result) > maxResult {
		c.t.Errorf("%s: %d bytes", tool, len(r.Result))
	}
	return json.RawMessage(a.Content[0].Text), a.Failed
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func into[T any](t *testing.T, data json.RawMessage) (v T) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v: %s", err, strings.ToValidUTF8(string(data), "?"))
	}
	return v
}
