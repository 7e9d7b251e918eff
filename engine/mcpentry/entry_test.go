package mcpentry

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/schedule/fakeopenclaw"
)

func TestMain(m *testing.M) {
	fakeopenclaw.Answer()
	os.Exit(m.Run())
}

// list is OpenClaw's list of servers in a state directory.
func list(t *testing.T, state, behavior string) Registry {
	t.Helper()
	bin := t.TempDir()
	if err := fakeopenclaw.Install(bin); err != nil {
		t.Fatal(err)
	}
	cli, err := openclawcli.Find(openclawcli.Options{
		Path: bin, Environ: append(os.Environ(), "OPENCLAW_STATE_DIR="+state, fakeopenclaw.Variable+"="+behavior),
	})
	if err != nil {
		t.Fatal(err)
	}
	return Registry{cli}
}

// kept are the servers and the verbs that were called.
func kept(t *testing.T, state string) (servers map[string]map[string]any, verbs string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(state, fakeopenclaw.Memory))
	if err != nil {
		t.Fatal(err)
	}
	var memory struct {
		Calls   [][]string
		Servers map[string]map[string]any
	}
	if err := json.Unmarshal(data, &memory); err != nil {
		t.Fatal(err)
	}
	for _, call := range memory.Calls {
		verbs += call[1] + " "
	}
	return memory.Servers, strings.TrimSpace(verbs)
}

func put(t *testing.T, state, servers string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(state, fakeopenclaw.Memory), []byte(`{"servers":`+servers+`}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestInstall(t *testing.T) {
	want := Entry{"/home/al ice/会话/session-sync", []string{"mcp", "--state-dir", "/a b"}}
	arguments := []any{"mcp", "--state-dir", "/a b"}
	entry := map[string]any{"command": want.Command, "args": arguments}
	other := map[string]any{"command": "uvx", "args": []any{"docs"}}
	tests := []struct {
		name, before, behavior string
		is                     error
		after                  map[string]map[string]any
		verbs                  string
	}{
		{"first", `{"docs":{"command":"uvx","args":["docs"]}}`, "", nil, map[string]map[string]any{"docs": other, name: entry}, "show add"},
		{"same", `{"session-sync":{"command":"/home/al ice/会话/session-sync","args":["mcp","--state-dir","/a b"]}}`, "", nil,
			map[string]map[string]any{name: entry}, "show"},
		{"other path, with a limit of the user's", `{"session-sync":{"command":"/old","args":["mcp"],"requestTimeoutMs":5000}}`, "", nil,
			map[string]map[string]any{name: {"command": want.Command, "args": arguments, "requestTimeoutMs": 5000.0}}, "show set probe"},
		{"refused", `{}`, "probe", ErrRefused, map[string]map[string]any{}, "show add"},
		{"change refused", `{"session-sync":{"command":"/old","args":["mcp"],"requestTimeoutMs":5000}}`, "probe", ErrRefused,
			map[string]map[string]any{name: {"command": "/old", "args": []any{"mcp"}, "requestTimeoutMs": 5000.0}}, "show set probe set"},
		{"of another shape", `{"session-sync":{"url":"http://127.0.0.1:1","args":"x"}}`, "", nil,
			map[string]map[string]any{name: {"command": want.Command, "args": arguments, "url": "http://127.0.0.1:1"}}, "show set probe"},
		{"garbage", `{}`, "garbage", openclawcli.ErrGarbage, map[string]map[string]any{}, "show"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state := t.TempDir()
			put(t, state, test.before)
			r := list(t, state, test.behavior)
			err := r.Install(t.Context(), want)
			if !errors.Is(err, test.is) {
				t.Errorf("got %v, want %v", err, test.is)
			}
			if test.is == ErrRefused && !strings.Contains(err.Error(), "Connection closed") {
				t.Errorf("does not say why: %v", err)
			}
			servers, verbs := kept(t, state)
			if verbs != test.verbs || !reflect.DeepEqual(servers, test.after) {
				t.Errorf("called %s, keeps %v, want %s, %v", verbs, servers, test.verbs, test.after)
			}
		})
	}
}

func TestRemove(t *testing.T) {
	state := t.TempDir()
	put(t, state, `{"session-sync":{"command":"/x","args":["mcp"]},"docs":{"command":"uvx"}}`)
	r := list(t, state, "")
	if found, is, err := r.Find(t.Context()); err != nil || !is || !found.Equal(Entry{"/x", []string{"mcp"}}) {
		t.Errorf("got %+v, %v, %v", found, is, err)
	}
	if err := r.Remove(t.Context()); err != nil {
		t.Error(err)
	}
	if found, is, err := r.Find(t.Context()); err != nil || is {
		t.Errorf("got %+v, %v, %v after it was removed", found, is, err)
	}
	if servers, _ := kept(t, state); len(servers) != 1 || servers["docs"] == nil {
		t.Errorf("keeps %v", servers)
	}
}
