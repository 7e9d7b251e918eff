package mcp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	protocol "github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestBadLines: what is no message gets an error that repeats nothing of it, and
// the session goes on.
func TestBadLines(t *testing.T) {
	const words = "words of mine"
	for _, c := range []struct {
		name, line string
		code       int
		say        string
	}{
		{"garbage", words, jsonrpc.CodeParseError, "not JSON"},
		{"cut", `{"jsonrpc":"2.0","id":1,"method":"` + words, jsonrpc.CodeParseError, "not JSON"},
		{"two on a line", `{"jsonrpc":"2.0","id":1,"method":"ping"}{}`, jsonrpc.CodeParseError, "not JSON"},
		{"broken UTF-8", "{\"a\":\"\xff\"}", jsonrpc.CodeParseError, "not UTF-8"},
		{"NUL", "\x00", jsonrpc.CodeParseError, "not JSON"},
		{"long", `{"a":"` + strings.Repeat("x", maxLine) + `"}`, jsonrpc.CodeParseError, "longer than 1 MiB"},
		{"long garbage", strings.Repeat("x", 5*maxLine), jsonrpc.CodeParseError, "longer than 1 MiB"},
		{"deep", strings.Repeat("[", 100_000), jsonrpc.CodeParseError, "not JSON"},
		{"deep object", strings.Repeat(`{"a":`, 2000) + "1" + strings.Repeat("}", 2000), jsonrpc.CodeInvalidRequest, "not a message"},
		{"batch", `[{"jsonrpc":"2.0","id":1,"method":"ping"}]`, jsonrpc.CodeInvalidRequest, "batches"},
		{"empty batch", `[]`, jsonrpc.CodeInvalidRequest, "batches"},
		{"no object", `"` + words + `"`, jsonrpc.CodeInvalidRequest, "not a message"},
		{"other version", `{"jsonrpc":"1.0","id":1,"method":"ping"}`, jsonrpc.CodeInvalidRequest, "not a message"},
		{"id of another kind", `{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}`, jsonrpc.CodeInvalidRequest, "not a message"},
		{"method of another kind", `{"jsonrpc":"2.0","id":1,"method":5}`, jsonrpc.CodeInvalidRequest, "not a message"},
		{"unknown method", `{"jsonrpc":"2.0","id":1,"method":"` + words + `"}`, jsonrpc.CodeMethodNotFound, "tools and nothing else"},
		{"subscription", `{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}`, jsonrpc.CodeMethodNotFound, "tools and nothing else"},
		{"unknown tool", call1(1, words, "{}"), jsonrpc.CodeInvalidParams, "tools/list"},
		{"parameters of another kind", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}`, jsonrpc.CodeInvalidParams, ""},
		{"no parameters", `{"jsonrpc":"2.0","id":1,"method":"tools/call"}`, jsonrpc.CodeInvalidRequest, ""},
		{"null parameters", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":null}`, jsonrpc.CodeInvalidRequest, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := begin(t, &fake{}, false)
			cl.send(c.line)
			got := cl.next()
			if got.Error == nil || got.Error.Code != c.code || !strings.Contains(got.Error.Message, c.say) {
				t.Errorf("got %+v, want %d %q", got.Error, c.code, c.say)
			}
			if got.Error != nil && strings.Contains(got.Error.Message, words) {
				t.Errorf("repeats what was sent: %q", got.Error.Message)
			}
			if _, failed := cl.call("status", "{}"); failed {
				t.Error("the session does not go on")
			}
		})
	}
}

// TestPassedOver: some lines are no reason to say anything.
func TestPassedOver(t *testing.T) {
	cl := begin(t, &fake{}, false)
	for _, line := range []string{
		"", "   ", "\r",
		`{"jsonrpc":"2.0","id":7,"result":{}}`,
		`{"jsonrpc":"2.0","method":"notifications/unknown","params":{}}`,
		`{"jsonrpc":"2.0","method":"notifications/initialized"}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}`,
		`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}`,
		`{"jsonrpc":"2.0","id":null,"method":"ping"}`,
	} {
		cl.send(line)
	}
	cl.send(`{"jsonrpc":"2.0","id":8,"method":"ping"}` + "\r")
	if got := cl.next(); got.ID != 8.0 || got.Error != nil {
		t.Errorf("got %+v", got)
	}
	if rest := cl.close(); len(rest) > 0 {
		t.Errorf("says more: %+v", rest)
	}
}

func TestBeforeInitialize(t *testing.T) {
	cl := begin(t, &fake{}, true)
	cl.send(call1(1, "status", "{}"))
	if got := cl.next(); got.Error == nil || !strings.Contains(got.Error.Message, "initialize") {
		t.Errorf("got %+v", got)
	}
	cl.send(`{"jsonrpc":"2.0","id":2,"method":"initialize","params":{"protocolVersion":"1999-01-01","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`)
	if got := cl.next(); got.Error != nil || !strings.Contains(string(got.Result), `"protocolVersion":"2`) {
		t.Errorf("no version is offered: %+v", got)
	}
}

// TestEndOfInput: all calls that were sent are answered, also when the end comes
// with them and the last line is cut.
func TestEndOfInput(t *testing.T) {
	cl := begin(t, &fake{}, false)
	const calls = 100
	for id := range calls {
		cl.send(call1(id, "status", "{}"))
	}
	_, err := io.WriteString(cl.in, `{"jsonrpc":"2.0","id":"last","method":"ping"}`)
	must(t, err)
	rest := cl.close()
	seen := map[any]bool{}
	for _, r := range rest {
		seen[r.ID] = r.Error == nil
	}
	if len(rest) != calls+1 || len(seen) != calls+1 || !seen["last"] {
		t.Errorf("%d answers to %d calls", len(rest), len(seen))
	}
}

// TestSameID: a second call with the id of one under way is refused, and takes
// no room for others.
func TestSameID(t *testing.T) {
	release := make(chan struct{})
	cl := begin(t, &fake{statusFor: func(context.Context) (any, error) {
		<-release
		return map[string]bool{"synced": true}, nil
	}}, false)
	const twice = 5 * mostCalls
	for range 1 + twice {
		cl.send(call1("same", "status", "{}"))
	}
	for range twice {
		if got := cl.next(); got.Error == nil || got.ID != nil || !strings.Contains(got.Error.Message, "id") {
			t.Errorf("got %+v", got)
		}
	}
	close(release)
	if got := cl.next(); got.ID != "same" || got.Error != nil {
		t.Errorf("got %+v", got)
	}
	if _, failed := cl.call("status", "{}"); failed {
		t.Error("the session does not go on")
	}
}

func TestCancelledCall(t *testing.T) {
	begun := make(chan struct{})
	cl := begin(t, &fake{statusFor: func(ctx context.Context) (any, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}}, false)
	cl.send(call1(5, "status", "{}"))
	<-begun
	cl.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}`)
	if got := cl.next(); got.ID != 5.0 {
		t.Errorf("got %+v", got)
	}
}

// TestStopped: the end of the context ends a server that waits for input, one
// whose client does not read, and calls that take long.
func TestStopped(t *testing.T) {
	t.Run("idle", func(t *testing.T) {
		cl := begin(t, &fake{}, false)
		cl.stop()
		must(t, <-cl.ended)
	})
	t.Run("in a call", func(t *testing.T) {
		begun := make(chan struct{})
		cl := begin(t, &fake{statusFor: func(ctx context.Context) (any, error) {
			close(begun)
			<-ctx.Done()
			return nil, ctx.Err()
		}}, false)
		cl.send(call1(1, "status", "{}"))
		<-begun
		cl.stop()
		must(t, <-cl.ended)
	})
	t.Run("client does not read", func(t *testing.T) {
		full := make(chan struct{})
		var answers, sent sync.WaitGroup
		answers.Add(mostCalls)
		cl := begin(t, &fake{statusFor: func(context.Context) (any, error) {
			defer answers.Done()
			return map[string]string{"text": strings.Repeat("x", 30_000)}, nil // a pipe takes two
		}}, false)
		sent.Go(func() {
			for id := range mostCalls {
				cl.send(call1(id, "status", "{}"))
			}
			// Nobody reads these, so that the pipe fills.
			for {
				if _, err := io.WriteString(cl.in, call1("more", "search", `{"query":"`+strings.Repeat("y", 500)+`"}`)+"\n"); err != nil {
					close(full)
					return
				}
			}
		})
		answers.Wait()
		cl.stop()
		must(t, <-cl.ended)
		cl.in.Close()
		sent.Wait()
		<-full
	})
}

// TestReaderGone: a client that closed its end ends the server at the next
// answer.
func TestReaderGone(t *testing.T) {
	cl := begin(t, &fake{}, false)
	must(t, cl.out.Close())
	cl.send(call1(1, "status", "{}"))
	if err := <-cl.ended; err == nil {
		t.Error("nothing is said of it")
	}
}

// TestManyCalls sends 10,000 calls without waiting for any: all are answered, and
// no more than mostCalls are under way.
func TestManyCalls(t *testing.T) {
	const calls = 10_000
	f := &fake{}
	cl := begin(t, f, false)
	var sent sync.WaitGroup
	sent.Go(func() {
		for id := range calls {
			cl.send(call1(id, "status", "{}"))
		}
	})
	seen := map[any]bool{}
	for range calls {
		r := cl.next()
		seen[r.ID] = r.Error == nil
	}
	sent.Wait()
	if most := f.most.Load(); len(seen) != calls || most > mostCalls {
		t.Errorf("%d of %d are answered, %d were under way", len(seen), calls, most)
	}
}

// TestClient talks to a server through the SDK's client.
func TestClient(t *testing.T) {
	serverIn, clientOut, err := os.Pipe()
	must(t, err)
	clientIn, serverOut, err := os.Pipe()
	must(t, err)
	ended := make(chan error, 1)
	go func() { ended <- Serve(t.Context(), serverIn, serverOut, options(&fake{messages: 5, text: "hello"})) }()
	cl, err := protocol.NewClient(&protocol.Implementation{Name: "test", Version: "1"}, nil).
		Connect(t.Context(), &protocol.IOTransport{Reader: clientIn, Writer: clientOut}, nil)
	must(t, err)
	listed, err := cl.ListTools(t.Context(), nil)
	must(t, err)
	if len(listed.Tools) != len(tools()) {
		t.Errorf("%d tools", len(listed.Tools))
	}
	var all sync.WaitGroup
	for range 5 * mostCalls {
		all.Go(func() {
			result, err := cl.CallTool(t.Context(), &protocol.CallToolParams{Name: "last", Arguments: map[string]any{"limit": 2}})
			if err != nil || result.IsError || !strings.Contains(result.Content[0].(*protocol.TextContent).Text, `"total":5,`) {
				t.Errorf("%v %+v", err, result)
			}
		})
	}
	all.Wait()
	must(t, cl.Close())
	must(t, <-ended)
}

// TestFlood: of what a client may send without end, and what waits in a queue of
// the SDK's, only what changes something is handed on.
func TestFlood(t *testing.T) {
	const ping = `{"jsonrpc":"2.0","id":4,"method":"ping"}` + "\n"
	for _, c := range []struct {
		name, first, line string
		want              int
	}{
		{"initialized", "", `{"jsonrpc":"2.0","method":"notifications/initialized","params":{"_meta":{}}}`, 1},
		{"cancellations of nothing", "", `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}`, 0},
		{"cancellations of one call", ping, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":4}}`, 2},
		{"broken cancellations", ping, `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":[4]}}`, 1},
		{"other notifications", "", `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}`, 0},
		{"answers", "", `{"jsonrpc":"2.0","id":1,"result":{}}`, 0},
		{"calls", ping, `{"jsonrpc":"2.0","id":4,"method":"ping"}`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			in := strings.NewReader(c.first + strings.Repeat(c.line+"\n", 1000) + `{"jsonrpc":"2.0","id":"end","method":"ping"}`)
			conn, err := stream{in, io.Discard}.Connect(ctx)
			must(t, err)
			defer conn.Close()
			for got := 0; ; got++ {
				message, err := conn.Read(ctx)
				must(t, err)
				if request := message.(*jsonrpc.Request); request.ID.Raw() == "end" {
					if got != c.want {
						t.Errorf("%d are handed on, want %d", got, c.want)
					}
					return
				}
			}
		})
	}
}

// TestRoom: no more than mostCalls are handed on before one is answered.
func TestRoom(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var input strings.Builder
	for id := range mostCalls + 1 {
		fmt.Fprintf(&input, `{"jsonrpc":"2.0","id":"%d","method":"ping"}`+"\n", id)
	}
	conn, err := stream{strings.NewReader(input.String()), io.Discard}.Connect(ctx)
	must(t, err)
	defer conn.Close()
	var first *jsonrpc.Request
	for range mostCalls {
		message, err := conn.Read(ctx)
		must(t, err)
		first = message.(*jsonrpc.Request)
	}
	must(t, conn.Write(ctx, &jsonrpc.Response{ID: first.ID, Result: []byte("{}")}))
	if _, err := conn.Read(ctx); err != nil {
		t.Errorf("after an answer: %v", err)
	}
	stop()
	if _, err := conn.Read(ctx); err != io.EOF {
		t.Errorf("without room, at the end: %v", err)
	}
}

// FuzzServe: whatever a client sends, the server ends with its input, answers in
// messages, and not more often than it was asked.
func FuzzServe(f *testing.F) {
	const hello = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n"
	const meta = `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	for _, seed := range []string{
		"", "\n\n", "garbage\n", "[]\n", "\xff\n", hello,
		hello + `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`,
		hello + call1(1, "last", `{"limit":3,"since":"7d","for":null}`) + "\n" + call1(1, "show", `{"session":"agent:main:main"}`),
		hello + call1("a", "todos", `{"list":"overdue","owner":"user"}`) + "\n" + `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a"}}`,
		hello + `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"last","arguments":[1]}}`,
		`{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{` + meta + `}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"status","arguments":{},` + meta + `}}`,
		`{"jsonrpc":"2.0","id":1.5,"method":"ping"}`,
		hello + `{"jsonrpc":"2.0","id":3,"method":"logging/setLevel","params":{"level":"debug"}}` + "\n" + `{"jsonrpc":"2.0","id":4,"method":"resources/subscribe","params":{"uri":"a:b"}}`,
		hello + `{"jsonrpc":"2.0","id":5,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"x"},"argument":{"name":"a","value":"b"}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input string) {
		var out strings.Builder
		must(t, Serve(t.Context(), strings.NewReader(input), &out, options(&fake{messages: 3, text: "hello"})))
		answers := 0
		for line := range strings.Lines(out.String()) {
			parseReply(t, line)
			answers++
		}
		if asked := strings.Count(input, "\n") + 1; answers > asked {
			t.Errorf("%d answers to %d lines: %s", answers, asked, out.String())
		}
	})
}

func TestReadLineBound(t *testing.T) {
	for _, size := range []int{0, 1, maxLine - 1, maxLine, maxLine + 1, 3 * maxLine} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			r := bufio.NewReader(strings.NewReader(strings.Repeat("x", size) + "\nnext"))
			line, err := readLine(r)
			if fits := size < maxLine; fits != (err == nil) || fits && len(line) != size {
				t.Errorf("%d bytes, %v", len(line), err)
			}
			if line, err := readLine(r); string(line) != "next" || err != nil {
				t.Errorf("then %q, %v", line, err)
			}
			if _, err := readLine(r); err != io.EOF {
				t.Errorf("at the end %v", err)
			}
		})
	}
}
