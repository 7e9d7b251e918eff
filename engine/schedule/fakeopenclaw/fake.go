package fakeopenclaw

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// Variable names the behavior of the fake.
const Variable = "FAKE_OPENCLAW"

// Memory is the name of the file in the state directory with everything that the
// fake remembers.
const Memory = "fake-openclaw.json"

// remembered is what the memory holds.
type remembered struct {
	Calls   [][]string                 `json:"calls"` // the arguments of each, without the profile
	Jobs    []map[string]any           `json:"jobs"`
	Servers map[string]json.RawMessage `json:"servers"`
}

// fake is one call.
type fake struct {
	remembered
	behavior       string
	file           string
	stdout, stderr io.Writer
}

// Run answers one call and returns the exit code. The behavior is one of these:
//
//	""       that of the real one
//	down     the gateway does not answer
//	fresh    the gateway was never set up
//	hang     never ends
//	garbage  prints no JSON
//	huge     prints without end
//	old      knows no jobs that are commands
//	owner    has several agents and no owner for jobs
//	crowd    has 10,000 jobs of others, some with hostile names
//	noisy    prints other lines before JSON
//	probe    can't start any MCP server
func Run(args []string, env func(string) string, stdout, stderr io.Writer) int {
	f := &fake{behavior: env(Variable), stdout: stdout, stderr: stderr}
	profile := ""
	if len(args) > 1 && args[0] == "--profile" {
		profile, args = "-"+args[1], args[2:]
	}
	state := env("OPENCLAW_STATE_DIR")
	if state == "" {
		state = filepath.Join(env("HOME"), ".openclaw"+profile)
	}
	f.file = filepath.Join(state, Memory)
	if err := f.remember(args); err != nil {
		fmt.Fprintln(stderr, err)
		return 70
	}
	code := f.answer(args)
	if err := f.keep(); err != nil {
		fmt.Fprintln(stderr, err)
		return 70
	}
	return code
}

func (f *fake) remember(args []string) error {
	data, err := os.ReadFile(f.file)
	if err == nil {
		err = json.Unmarshal(data, &f.remembered)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	f.Calls = append(f.Calls, args)
	if f.Jobs == nil {
		f.Jobs = []map[string]any{}
	}
	if f.Servers == nil {
		f.Servers = map[string]json.RawMessage{}
	}
	return errors.Join(err, f.keep())
}

func (f *fake) keep() error {
	data, err := json.MarshalIndent(f.remembered, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(f.file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(f.file, data, 0o600)
}

func (f *fake) answer(args []string) int {
	switch f.behavior {
	case "hang":
		never := make(chan os.Signal, 1)
		signal.Notify(never)
		for {
			<-never
		}
	case "huge":
		for {
			if _, err := fmt.Fprintln(f.stdout, strings.Repeat("x", 1<<16)); err != nil {
				return 1
			}
		}
	case "garbage":
		fmt.Fprintln(f.stdout, "\x1b[31mWelcome!\x1b[0m { not JSON")
		return 0
	case "noisy":
		fmt.Fprintln(f.stdout, "[plugins] loaded {3}\n{config} was migrated")
	}
	command := strings.Join(args[:min(2, len(args))], " ")
	switch help := slices.Contains(args, "--help"); command {
	case "cron add", "cron list", "cron rm":
		if help {
			return f.help(command)
		}
		return f.cron(args[1], args[2:])
	case "mcp add", "mcp set", "mcp show", "mcp unset", "mcp probe":
		if help {
			return f.help(command)
		}
		return f.mcp(args[1], args[2:])
	}
	return f.refuse(true, "OpenClaw does not know this command")
}

func (f *fake) help(command string) int {
	fmt.Fprintf(f.stdout, "\nUsage: openclaw %s [options]\n\nOptions:\n  --every <duration>   Interval duration (e.g. 10m, 1h)\n  --no-deliver   Disable runner fallback delivery\n", command)
	if f.behavior != "old" {
		fmt.Fprintln(f.stdout, "  --command-argv <json>   Command payload argv as JSON array of strings\n  --declaration-key <key>   Idempotent declaration identity key")
	}
	return 0
}

// print prints JSON.
func (f *fake) print(v any) int {
	data, _ := json.MarshalIndent(v, "", "  ") // plain values
	fmt.Fprintf(f.stdout, "%s\n", data)
	return 0
}

// refuse says what is wrong, as JSON too where JSON was asked for.
func (f *fake) refuse(asJSON bool, format string, args ...any) int {
	message := fmt.Sprintf(format, args...)
	fmt.Fprintln(f.stderr, message)
	if asJSON {
		f.print(map[string]any{"ok": false, "error": map[string]any{"type": "cli_error", "message": message}})
	}
	return 1
}

// value is that of a flag, "" when it was not given.
func value(args []string, flag string) string {
	if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
		return args[i+1]
	}
	return ""
}
