package openclawcli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/subprocess"
	"github.com/smallccwc/chronosync/engine/schedule/fakeopenclaw"
)

func TestMain(m *testing.M) {
	fakeopenclaw.Answer()
	os.Exit(m.Run())
}

// client is one of the fake, with a home of its own.
func client(t *testing.T, behavior, profile string) (*Client, string) {
	t.Helper()
	bin, home := t.TempDir(), t.TempDir()
	if err := fakeopenclaw.Install(bin); err != nil {
		t.Fatal(err)
	}
	c, err := Find(Options{
		Path: bin, Profile: profile,
		Environ: append(os.Environ(), "HOME="+home, "OPENCLAW_STATE_DIR=", fakeopenclaw.Variable+"="+behavior),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, home
}

func TestFindNone(t *testing.T) {
	if _, err := Find(Options{Path: t.TempDir()}); !errors.Is(err, ErrMissing) {
		t.Errorf("got %v", err)
	}
}

func TestJSON(t *testing.T) {
	tests := []struct {
		name, behavior string
		args           []string
		is             error  // nil: no error
		says           string // in it
	}{
		{"list", "", []string{"cron", "list", "--json"}, nil, ""},
		{"behind other lines", "noisy", []string{"cron", "list", "--json"}, nil, ""},
		{"gateway down", "down", []string{"cron", "list", "--all", "--json"}, ErrGateway, "openclaw cron list: OpenClaw's gateway does not answer: Gateway not reachable at ws://127.0.0.1:18789"},
		{"gateway down, as prose", "down", []string{"cron", "list"}, ErrGateway, "Gateway not reachable"},
		{"gateway never set up", "fresh", []string{"cron", "list", "--json"}, ErrCredentials, "OpenClaw's gateway does not answer without credentials: gateway cron.list requires credentials"},
		{"which is one that does not answer", "fresh", []string{"cron", "list"}, ErrGateway, "requires credentials"},
		{"no owner", "owner", []string{"cron", "add", "--json"}, ErrOwner, "no resolvable owner"},
		{"garbage", "garbage", []string{"cron", "list", "--json"}, ErrGarbage, "openclaw cron list: openclaw printed something else than JSON"},
		{"too much", "huge", []string{"cron", "list", "--json"}, subprocess.ErrTooMuch, "openclaw cron list: printed too much"},
		{"refused", "", []string{"cron", "rm", "nobody", "--json"}, errors.ErrUnsupported, "openclaw cron rm: exit code 1: Automation not found: nobody."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := client(t, test.behavior, "")
			var answer struct{ Jobs []struct{} }
			err := c.JSON(t.Context(), 0, &answer, test.args...)
			if test.is == nil {
				if err != nil || answer.Jobs == nil {
					t.Errorf("got %+v, %v", answer, err)
				}
				return
			}
			var refused *Error
			if !errors.As(err, &refused) || !errors.Is(err, test.is) && refused.Cause != nil {
				t.Fatalf("got %v", err)
			}
			if !strings.HasPrefix(err.Error(), "openclaw ") || !strings.Contains(err.Error(), test.says) || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("says %q, want %q", err, test.says)
			}
		})
	}
}

func TestHangs(t *testing.T) {
	c, _ := client(t, "hang", "")
	c.opt.Limit = 200 * time.Millisecond
	if _, err := c.Run(t.Context(), "cron", "list"); !errors.Is(err, subprocess.ErrTimeout) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Has(ctx, []string{"cron", "add"}, "--every"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestHas(t *testing.T) {
	tests := []struct {
		name, behavior string
		command, flags []string
		want           bool
	}{
		{"there", "", []string{"cron", "add"}, []string{"--command-argv", "--declaration-key"}, true},
		{"one is not", "", []string{"cron", "add"}, []string{"--command-argv", "--command"}, false},
		{"old", "old", []string{"cron", "add"}, []string{"--command-argv"}, false},
		{"beginning of another", "", []string{"cron", "add"}, []string{"--declaration"}, false},
		{"no such command", "", []string{"dance"}, []string{"--every"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := client(t, test.behavior, "")
			if got, err := c.Has(t.Context(), test.command, test.flags...); got != test.want || err != nil {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
}

// TestProfile: a profile has a state directory of its own, and arguments arrive
// as they are.
func TestProfile(t *testing.T) {
	c, home := client(t, "", "lab")
	args := []string{"cron", "list", "--x", `["a b","$HOME","家"]`, ""}
	if _, err := c.Run(t.Context(), args...); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(home, ".openclaw-lab", fakeopenclaw.Memory))
	if err != nil {
		t.Fatal(err)
	}
	var memory struct{ Calls [][]string }
	if err := json.Unmarshal(data, &memory); err != nil || !reflect.DeepEqual(memory.Calls, [][]string{args}) {
		t.Errorf("got %q, %v", memory.Calls, err)
	}
	if got := c.Command("cron", "list"); !reflect.DeepEqual(got, []string{"openclaw", "--profile", "lab", "cron", "list"}) {
		t.Errorf("is typed %q", got)
	}
}

// TestBehindBatch: what npm installs on Windows is run without its batch file.
func TestBehindBatch(t *testing.T) {
	for _, test := range []struct{ name, batch, script string }{
		{"global", "npm/openclaw.cmd", "npm/node_modules/openclaw/run.mjs"},
		{"of a project", "node_modules/.bin/openclaw.cmd", "node_modules/openclaw/run.mjs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			at := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
			about := filepath.Join(filepath.Dir(at(test.script)), "package.json")
			write := func(bin string) {
				if err := errors.Join(os.MkdirAll(filepath.Dir(about), 0o755), os.WriteFile(about, []byte(`{"bin":{"openclaw":"`+bin+`"}}`), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			write("run.mjs")
			if got := behindBatch(at(test.batch), "node.exe"); !reflect.DeepEqual(got, []string{"node.exe", at(test.script)}) {
				t.Errorf("got %q", got)
			}
			if got := behindBatch(at(test.batch), ""); got != nil {
				t.Errorf("got %q without Node", got)
			}
			write("../../evil.mjs")
			if got := behindBatch(at(test.batch), "node.exe"); got != nil {
				t.Errorf("got %q outside of the package", got)
			}
		})
	}
	if runtime.GOOS != "windows" && find("") != nil {
		t.Error("found on an empty PATH")
	}
}

func TestDocument(t *testing.T) {
	tests := []struct{ name, output, want string }{
		{"alone", `{"a":1}`, `{"a":1}`},
		{"list", "[1]\n", "[1]"},
		{"behind a banner", "OpenClaw 2026.9.6\n\n{\n \"a\": 1\n}\n", "{\n \"a\": 1\n}"},
		{"behind what looks like one", "[plugins] loaded {3}\n{config}\n  {\"a\":1}\ndone\n", `{"a":1}`},
		{"cut off", `{"a":`, ""},
		{"within a line", `see {"a":1}`, ""},
		{"none", "done\n", ""},
		{"empty", "", ""},
		{"too many tries", strings.Repeat("{\n", 200) + `{"a":1}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := string(document([]byte(test.output))); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// FuzzDocument: whatever is printed, what is found is JSON and stands there.
func FuzzDocument(f *testing.F) {
	f.Add([]byte("banner\n{\"a\":[1,2]}\n"))
	f.Add([]byte("[x] y\n[1]\n{"))
	f.Fuzz(func(t *testing.T, output []byte) {
		found := document(output)
		if found != nil && (!json.Valid(found) || !strings.Contains(string(output), string(found))) {
			t.Errorf("found %q in %q", found, output)
		}
	})
}
