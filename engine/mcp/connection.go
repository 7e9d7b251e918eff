package mcp

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	protocol "github.com/modelcontextprotocol/go-sdk/mcp"
)

// mostCalls is how many calls are under way at once. Nothing is read while there
// are so many, so that a client that sends more fills its pipe and not our
// memory.
const mostCalls = 8

var errEnded = errors.New("the session has ended")

// stream is the transport: one message a line, read from in and written to out.
// The SDK's own ends a session at the first line that is no message, and takes in
// calls without bound.
type stream struct {
	in  io.Reader
	out io.Writer
}

// Connect implements [protocol.Transport]. The connection ends with ctx.
func (s stream) Connect(ctx context.Context) (protocol.Connection, error) {
	c := &connection{
		end:      ctx.Done(),
		closed:   make(chan struct{}),
		incoming: make(chan incoming),
		outgoing: make(chan outgoing),
		room:     make(chan struct{}, mostCalls),
		calls:    map[jsonrpc.ID]bool{},
	}
	// A read of a pipe or a write to one can't be called off: these two are left
	// behind when they hang, and end with the streams or the program.
	go c.readAll(bufio.NewReaderSize(s.in, 64<<10))
	go c.writeAll(s.out)
	return c, nil
}

type incoming struct {
	line []byte
	err  error
}

type outgoing struct {
	line    []byte
	written chan<- error
}

// connection implements [protocol.Connection].
type connection struct {
	end      <-chan struct{} // of the whole server
	closing  sync.Once
	closed   chan struct{}
	incoming chan incoming
	outgoing chan outgoing
	room     chan struct{} // one in it for each call that is not answered

	begun bool // the client said so; only Read knows

	mu    sync.Mutex
	calls map[jsonrpc.ID]bool // whose answer is not on its way, and whether it was cancelled
}

func (c *connection) readAll(in *bufio.Reader) {
	for {
		line, err := readLine(in)
		select {
		case c.incoming <- incoming{line, err}:
		case <-c.closed:
			return
		}
		if err != nil && !errors.Is(err, errLongLine) {
			return
		}
	}
}

func (c *connection) writeAll(out io.Writer) {
	for {
		select {
		case next := <-c.outgoing:
			_, err := out.Write(next.line)
			next.written <- err
		case <-c.closed:
			return
		}
	}
}

// Read returns the next request that is worth handling.
func (c *connection) Read(context.Context) (jsonrpc.Message, error) {
	for {
		select {
		case next := <-c.incoming:
			message, err := c.accept(next)
			if message != nil || err != nil {
				return message, err
			}
		case <-c.closed:
			return nil, io.EOF
		}
	}
}

// accept returns the request on a line, and nothing for a line that is passed
// over.
func (c *connection) accept(next incoming) (jsonrpc.Message, error) {
	line := bytes.TrimSpace(next.line)
	switch {
	case errors.Is(next.err, errLongLine):
		return nil, c.refuse(jsonrpc.CodeParseError, next.err.Error())
	case next.err != nil:
		return nil, c.last(next.err)
	case len(line) == 0:
		return nil, nil
	}
	message, problem := decode(line)
	if problem != nil {
		return nil, c.refuse(problem.Code, problem.Message)
	}
	request, is := message.(*jsonrpc.Request)
	switch {
	case is && request.IsCall():
		return c.acceptCall(request)
	case is && c.worthHandling(request):
		return request, nil
	}
	return nil, nil // we ask nothing of clients, so that answers mean nothing
}

// worthHandling reports whether a notification changes anything: they wait in a
// queue of the SDK's that has no bound.
func (c *connection) worthHandling(notification *jsonrpc.Request) bool {
	switch notification.Method {
	case "notifications/initialized":
		first := !c.begun
		c.begun = true
		return first
	case "notifications/cancelled":
		return c.cancel(notification.Params)
	}
	return false
}

// cancel marks a call as cancelled, and reports whether it is under way and was
// not yet.
func (c *connection) cancel(params json.RawMessage) bool {
	var cancelled struct {
		ID any `json:"requestId"`
	}
	if err := json.Unmarshal(params, &cancelled); err != nil {
		return false
	}
	id, err := jsonrpc.MakeID(cancelled.ID)
	if err != nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before, underWay := c.calls[id]
	if underWay {
		c.calls[id] = true
	}
	return underWay && !before
}

// acceptCall waits until another call may be under way. The SDK would not answer
// a call with the id of another one.
func (c *connection) acceptCall(call *jsonrpc.Request) (jsonrpc.Message, error) {
	if !c.takeRoom() {
		return nil, io.EOF
	}
	c.mu.Lock()
	_, twice := c.calls[call.ID]
	if !twice {
		c.calls[call.ID] = false
	}
	c.mu.Unlock()
	if twice {
		<-c.room
		return nil, c.refuse(jsonrpc.CodeInvalidRequest, "a call with this id is under way")
	}
	return call, nil
}

// last waits for the answers to all calls before it hands on why there is no
// more to read: the SDK then drops what is not answered.
func (c *connection) last(err error) error {
	for range mostCalls {
		if !c.takeRoom() {
			break
		}
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	return fmt.Errorf("reading what the client sends: %w", err)
}

// takeRoom waits for room for a call; false means that the connection ends.
func (c *connection) takeRoom() bool {
	select {
	case c.room <- struct{}{}:
		return true
	case <-c.closed:
	case <-c.end:
	}
	return false
}

// refuse answers a line that is no message: nobody knows whose call it was.
func (c *connection) refuse(code int64, why string) error {
	line, err := json.Marshal(struct {
		Version string         `json:"jsonrpc"`
		ID      *string        `json:"id"`
		Error   *jsonrpc.Error `json:"error"`
	}{Version: "2.0", Error: &jsonrpc.Error{Code: code, Message: why}})
	if err != nil {
		return err
	}
	return c.send(line)
}

// Write sends a message. Each answer makes room for another call.
func (c *connection) Write(_ context.Context, message jsonrpc.Message) error {
	if answer, is := message.(*jsonrpc.Response); is {
		c.mu.Lock()
		delete(c.calls, answer.ID) // the client may use it again once it reads the answer
		c.mu.Unlock()
		defer func() { <-c.room }()
		answer.Error = protocolError(answer.Error)
	}
	line, err := jsonrpc.EncodeMessage(message)
	if err != nil {
		return fmt.Errorf("encoding an answer: %w", err)
	}
	return c.send(line)
}

func (c *connection) send(line []byte) error {
	written := make(chan error, 1)
	select {
	case c.outgoing <- outgoing{append(line, '\n'), written}:
	case <-c.closed:
		return errEnded
	case <-c.end:
		return errEnded
	}
	select {
	case err := <-written:
		return err
	case <-c.end: // the client does not read
		return errEnded
	}
}

// Close implements [protocol.Connection].
func (c *connection) Close() error {
	c.closing.Do(func() { close(c.closed) })
	return nil
}

// SessionID implements [protocol.Connection]: a pipe has one session.
func (c *connection) SessionID() string { return "" }
