//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// gateway is a running OpenClaw of an account, with a model of ours behind it.
type gateway struct {
	*account
	model *model
	chats int // how many messages were sent
}

// startGateway starts OpenClaw's gateway for the account and returns when it is
// ready. It ends with the test.
func startGateway(t *testing.T, a *account) *gateway {
	t.Helper()
	g := &gateway{account: a, model: newModel(t)}
	port := freePort(t)
	g.configure(t, port)
	// The shell outlives nobody: its input ends with this process, however that
	// ends, and the gateway with its input.
	cmd := exec.CommandContext(context.Background(), "sh", "-c", `openclaw gateway </dev/null & read end; kill $!; wait`)
	cmd.Dir, cmd.Env = a.home, a.environment()
	inGroup(cmd)
	said, err := os.Create(filepath.Join(a.home, "gateway.out"))
	must(t, err)
	cmd.Stdout, cmd.Stderr = said, said
	leash, err := cmd.StdinPipe()
	must(t, err)
	began := time.Now()
	must(t, cmd.Start())
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		leash.Close()
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Error("the gateway does not end when it is told to")
			cmd.Cancel()
			<-ended
		}
		said.Close()
	})
	g.awaitReady(t, fmt.Sprintf("http://127.0.0.1:%d/readyz", port), ended)
	t.Logf("$ openclaw gateway\n(ready after %v)", time.Since(began).Round(100*time.Millisecond))
	return g
}

// configure writes openclaw.json: a gateway on loopback, and our model.
func (g *gateway) configure(t *testing.T, port int) {
	t.Helper()
	type object = map[string]any
	data, err := json.MarshalIndent(object{
		"gateway": object{"mode": "local", "bind": "loopback", "port": port, "auth": object{"mode": "token", "token": "of this test only"}},
		"logging": object{"file": filepath.Join(g.home, "gateway.log")},
		"models": object{"mode": "merge", "providers": object{"mock": object{
			"baseUrl": g.model.url, "apiKey": "none", "api": "openai-completions",
			"models": []object{{
				"id": "mock-1", "name": "Mock", "input": []string{"text"}, "contextWindow": 200000, "maxTokens": 8192,
				"cost": object{"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0},
			}},
		}}},
		"agents": object{"defaults": object{
			"model": object{"primary": "mock/mock-1"}, "skipBootstrap": true, "heartbeat": object{"every": "0m"},
		}},
		"tools": object{"toolSearch": false}, // the model is shown every tool instead of one that finds them
	}, "", "  ")
	must(t, err)
	must(t, os.MkdirAll(g.state(), 0o700))
	must(t, os.WriteFile(filepath.Join(g.state(), "openclaw.json"), data, 0o600))
}

func (g *gateway) awaitReady(t *testing.T, url string, ended <-chan struct{}) {
	t.Helper()
	deadline := time.After(90 * time.Second)
	for tick := time.NewTicker(200 * time.Millisecond); ; {
		select {
		case <-tick.C:
			if response, err := http.Get(url); err == nil {
				response.Body.Close()
				if response.StatusCode == http.StatusOK {
					return
				}
			}
			continue
		case <-ended:
		case <-deadline:
		}
		said, _ := os.ReadFile(filepath.Join(g.home, "gateway.out"))
		t.Fatalf("the gateway did not become ready:\n%s", tail(string(said)))
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// chat sends a message as the web chat does and returns what the agent replied.
func (g *gateway) chat(t *testing.T, message string) string {
	t.Helper()
	g.chats++
	var started struct{ RunID string }
	g.call(t, &started, "chat.send", map[string]any{"sessionKey": "agent:main:main", "message": message, "idempotencyKey": fmt.Sprint("chat-", g.chats)})
	var ended struct {
		Status        string
		TerminalReply struct{ Text string }
	}
	g.call(t, &ended, "agent.wait", map[string]any{"runId": started.RunID, "timeoutMs": 60000})
	if ended.Status != "ok" {
		t.Fatalf("the agent's run ended with status %q", ended.Status)
	}
	return ended.TerminalReply.Text
}

// call calls a method of the gateway.
func (g *gateway) call(t *testing.T, answer any, method string, params map[string]any) {
	t.Helper()
	data, err := json.Marshal(params)
	must(t, err)
	g.ask(t, answer, "openclaw", "gateway", "call", method, "--params", string(data), "--timeout", "90000", "--json")
}
