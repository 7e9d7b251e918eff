package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/query"
)

// TestExplain: every state has its exit code, a code for programs, and a hint
// in both languages.
func TestExplain(t *testing.T) {
	tests := []struct {
		err  error
		exit int
		code string
	}{
		{Usage("wrong"), exitUsage, "usage"},
		{unknownCommand("", Command{}, "lsit"), exitUsage, "usage"},
		{&config.Error{Key: "lang", Problem: "wrong"}, exitUsage, "config"},
		{&config.Error{Key: "lang", Problem: "wrong", Hint: "write zh"}, exitUsage, "config"},
		{query.ErrRequest, exitUsage, "usage"},
		{query.ErrUnknownItem, exitUsage, "query"},
		{query.ErrUnknownSession, exitUsage, "query"},
		{query.ErrUnknownMessage, exitUsage, "query"},
		{&query.AmbiguousError{Candidates: []string{"a", "b"}}, exitUsage, "query"},
		{errDeclined, exitFailed, "declined"},
		{errInterrupted, exitInterrupted, "interrupted"},
		{context.Canceled, exitInterrupted, "interrupted"},
		{errCrash, exitFailed, "internal"},
		{engine.ErrSettingsExist, exitFailed, "settings-exist"},
		{engine.ErrLocked, exitLocked, "locked"},
		{engine.ErrBusy, exitLocked, "locked"},
		{engine.ErrNewer, exitNewer, "newer"},
		{engine.ErrNoState, exitFailed, "no-state"},
		{engine.ErrNoWorkspace, exitFailed, "no-workspace"},
		{engine.ErrNotWritable, exitFailed, "not-writable"},
		{engine.ErrNoneReadable, exitFailed, "none-readable"},
		{engine.ErrNoArchive, exitFailed, "no-archive"},
		{engine.ErrNoKey, exitFailed, "no-key"},
		{&engine.PluginNameError{Name: "con", Problem: "reserved"}, exitUsage, "usage"},
		{&engine.BrokenLinesError{Total: 1}, exitSkipped, "broken-lines"},
		{&engine.CompilerError{Program: "clang", Remedy: "install it"}, exitFailed, "no-compiler"},
		{&engine.PluginError{Problem: "trap", Detail: "it stopped"}, exitFailed, "bad-plugin"},
		{engine.ErrUnknownPlugin, exitUsage, "unknown-plugin"},
		{engine.ErrPluginName, exitFailed, "plugin-name"},
		{engine.ErrPluginDigest, exitFailed, "plugin-digest"},
		{engine.ErrPluginChanged, exitFailed, "plugin-changed"},
		{engine.ErrPluginList, exitFailed, "plugin-list"},
		{engine.ErrBuiltinPlugin, exitFailed, "builtin-plugin"},
		{engine.ErrPlace, exitFailed, "place"},
		{engine.ErrFull, exitFailed, "disk-full"},
		{engine.ErrCorrupt, exitFailed, "corrupt-archive"},
		{engine.ErrLeft, exitFailed, "left"},
		{fmt.Errorf("%w: %w", engine.ErrUnregistered, engine.ErrNoOpenClaw), exitFailed, "not-registered"},
		{errors.Join(engine.ErrNoOpenClaw, engine.ErrNoScheduler), exitFailed, "no-scheduler"},
		{engine.ErrNoOpenClaw, exitFailed, "no-openclaw"},
		{&engine.OpenClawError{Command: "openclaw cron list", Cause: engine.ErrGateway}, exitFailed, "no-gateway"},
		{&engine.OpenClawError{Command: "openclaw cron list", Cause: engine.ErrCredentials}, exitFailed, "no-credentials"},
		{&engine.OpenClawError{Command: "openclaw cron add", Cause: engine.ErrNoOwner}, exitFailed, "no-owner"},
		{engine.ErrServerRefused, exitFailed, "server-refused"},
		{engine.ErrTransient, exitFailed, "not-installed"},
		{engine.ErrCrontabEvery, exitUsage, "usage"},
		{engine.ErrScheduledWords, exitFailed, "place"},
		{&engine.OpenClawError{Command: "openclaw cron rm", Exit: 1}, exitFailed, "openclaw"},
		{engine.ErrWatchLimit, exitFailed, "watch-limit"},
	}
	for _, test := range tests {
		t.Run(test.err.Error(), func(t *testing.T) {
			exit, code, hint := explain(fmt.Errorf("doing it: %w", SyncError{Err: test.err}), "list")
			if exit != test.exit || code != test.code {
				t.Errorf("got %d %s, want %d %s", exit, code, test.exit, test.code)
			}
			if hint.ZH == "" || hint.EN == "" || hint.ZH == hint.EN {
				t.Errorf("the hint is not in both languages: %+v", hint)
			}
		})
	}
	if exit, code, hint := explain(errors.New("something else"), ""); exit != exitFailed || code != "failed" || hint != (terminal.Phrase{}) {
		t.Errorf("got %d %s %+v for an unknown error", exit, code, hint)
	}
}

// TestErrorJSON: whatever an error says, it is one line of JSON.
func TestErrorJSON(t *testing.T) {
	var stderr bytes.Buffer
	a := &App{World: World{Stderr: &stderr}, Ctx: t.Context(), out: &output{}, json: true}
	a.finish(errors.Join(errors.New("one\x1b[2J"), errors.New("two \u202e")))
	var got Failure
	if err := json.Unmarshal(stderr.Bytes(), &got); err != nil || strings.Count(stderr.String(), "\n") != 1 {
		t.Fatalf("stderr is %q: %v", stderr.String(), err)
	}
	if want := "one\uFFFD[2J; two \uFFFD"; got.Message != want {
		t.Errorf("message is %q, want %q", got.Message, want)
	}
}

func TestAsksForJSON(t *testing.T) {
	tests := []struct {
		args string
		want bool
	}{
		{"", false}, {"sync", false}, {"sync --json", true}, {"--json sync", true}, {"sync --json=true", true},
		{"sync --json=false", false}, {"redact --jsonl", false}, {"show -- --json", false},
	}
	for _, test := range tests {
		t.Run(test.args, func(t *testing.T) {
			if got := asksForJSON(strings.Fields(test.args)); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

// TestErrorsStayReadable: the rules find nothing in our own words and in paths.
func TestErrorsStayReadable(t *testing.T) {
	mask := engine.Mask()
	at := func(err error) error {
		return fmt.Errorf(`opening archive "/home/alice/.openclaw/session-sync/archive.db" (C:\Users\alice\AppData\Local\session-sync\key) at byte 18211: %w`, err)
	}
	for _, err := range []error{
		usageError{problem: "--json takes true or false"}, unknownCommand("", Command{}, "snyc"), Usage("unexpected argument %q", "agent:main:telegram:direct:7001234567"),
		&config.Error{Path: "/home/alice/.openclaw/session-sync/config.yaml", Line: 12, Key: "redact.known_values_from_env[0]", Problem: "the variable MY_ROUTER_PASSWORD is not set", Hint: "set it"},
		at(query.ErrRequest), at(query.ErrUnknownSession), at(query.ErrUnknownItem), at(query.ErrUnknownMessage), at(errInterrupted), at(errDeclined), at(errCrash), at(engine.ErrSettingsExist),
		at(engine.ErrLocked), at(engine.ErrBusy), at(engine.ErrNewer), at(engine.ErrNoState), at(engine.ErrNoWorkspace), at(engine.ErrNotWritable),
		at(engine.ErrNoneReadable), at(engine.ErrNoArchive), at(engine.ErrNoKey), at(engine.ErrPlace), at(engine.ErrFull), at(engine.ErrIndex),
		at(engine.ErrOlder), at(engine.ErrCorrupt), at(engine.ErrPluginName), at(engine.ErrPluginDigest), at(engine.ErrPluginChanged),
		at(engine.ErrPluginList), at(engine.ErrBuiltinPlugin), at(engine.ErrUnknownPlugin), at(engine.ErrWatchLimit), at(engine.ErrGateway), at(engine.ErrCredentials), at(errors.New("another error")),
	} {
		_, _, hint := explain(err, "sync")
		for _, text := range []string{err.Error(), hint.ZH, hint.EN} {
			if masked := mask(text); masked != text {
				t.Errorf("%q is told as %q", text, masked)
			}
		}
	}
}
