//go:build unix

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// account is a user: a home directory, and what is started from there.
type account struct {
	*world
	home string
}

// limit is the time that one command may take. OpenClaw's take one to six
// seconds, and up to a minute where all processors are busy.
const limit = 2 * time.Minute

func (a *account) state() string   { return filepath.Join(a.home, ".openclaw") }
func (a *account) program() string { return filepath.Join(a.home, ".local", "bin", slug) }

// environment is all that a command of this account gets from outside: no proxy,
// no setting of whoever runs the test.
func (a *account) environment() []string {
	return []string{
		"HOME=" + a.home, "TMPDIR=" + filepath.Join(a.home, "tmp"), "LANG=en_US.UTF-8", "NO_COLOR=1",
		"PATH=" + filepath.Dir(a.program()) + string(os.PathListSeparator) + a.path,
		"npm_config_offline=true", "DO_NOT_TRACK=1", "DISABLE_TELEMETRY=1", "CLAWHUB_DISABLE_TELEMETRY=1",
	}
}

// developer is the environment with Go, which has everything cached and may not
// fetch more.
func (a *account) developer() []string {
	return append(a.environment(),
		"PATH="+filepath.Join(a.golang["GOROOT"], "bin")+string(os.PathListSeparator)+filepath.Dir(a.program())+string(os.PathListSeparator)+a.path,
		"GOMODCACHE="+a.golang["GOMODCACHE"], "GOCACHE="+a.golang["GOCACHE"], "GOPROXY=off", "GOTOOLCHAIN=local",
	)
}

// run runs a tool or the program, fails the test when it fails, and returns what
// it printed on stdout.
func (a *account) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	stdout, stderr, took := a.start(t, a.environment(), name, args...)
	a.log(t, name, args, brief(stdout+stderr), took)
	return stdout
}

// ask runs a command that answers in JSON, and logs what was understood of it.
func (a *account) ask(t *testing.T, answer any, name string, args ...string) {
	t.Helper()
	stdout, _, took := a.start(t, a.environment(), name, args...)
	if err := json.Unmarshal([]byte(stdout), answer); err != nil {
		t.Fatalf("%s: no JSON: %v", commandLine(name, args), err)
	}
	a.log(t, name, args, fmt.Sprintf("%+v", answer), took)
}

// start runs a command, which must succeed.
func (a *account) start(t *testing.T, environment []string, name string, args ...string) (out, diagnostics string, took time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "env", append([]string{name}, args...)...) // env looks in the account's PATH
	var stdout, stderr bounded
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = a.home, environment, &stdout, &stderr
	inGroup(cmd)
	began := time.Now()
	err := cmd.Run()
	if ctx.Err() != nil {
		err = errors.Join(ctx.Err(), err)
	}
	if err != nil {
		t.Fatalf("$ %s\n%s%s%v", commandLine(name, args), tail(string(stdout.kept)), tail(string(stderr.kept)), err)
	}
	return string(stdout.kept), string(stderr.kept), time.Since(began)
}

// log notes what was run and what it said, with short names for long places.
func (a *account) log(t *testing.T, name string, args []string, said string, took time.Duration) {
	t.Helper()
	short := strings.NewReplacer(a.home, "~", a.root, "/tmp/e2e")
	t.Log(short.Replace(fmt.Sprintf("$ %s (%v)\n%s", commandLine(name, args), took.Round(10*time.Millisecond), said)))
}

// inGroup makes the command end with everything that it started.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
}

// bounded keeps the beginning of what is written and drops the rest.
type bounded struct{ kept []byte }

func (b *bounded) Write(p []byte) (int, error) {
	const most = 1 << 20
	b.kept = append(b.kept, p[:min(len(p), most-len(b.kept))]...)
	return len(p), nil
}

// commandLine is the command as it would be typed, near enough to read.
func commandLine(name string, args []string) string {
	words := append([]string{filepath.Base(name)}, args...)
	for i, word := range words {
		if word == "" || strings.ContainsAny(word, " \"'$*") {
			words[i] = "'" + word + "'"
		}
	}
	return strings.Join(words, " ")
}

// decoration is what the tools draw for a terminal: lines that are drawn over,
// frames and colors.
var decoration = regexp.MustCompile(`[^\n]*\x1b\[1G\x1b\[J|\x1b\[[0-9;?]*[A-Za-z]|[│├└─╭╮╯◇]`)

// brief is the beginning and the end of an output, without decoration, for the
// log.
func brief(s string) string {
	const most = 6
	var lines []string
	for line := range strings.Lines(decoration.ReplaceAllString(s, "")) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if left := len(lines) - 2*most; left > 0 {
		lines = slices.Replace(lines, most, most+left, fmt.Sprintf("... %d lines ...", left))
	}
	return strings.Join(lines, "\n")
}

// tail is the end of an output, for a failure.
func tail(s string) string { return s[max(0, len(s)-2000):] }
