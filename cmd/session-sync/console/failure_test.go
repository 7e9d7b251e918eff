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

// TestChineseHints: errors are in English, so the Chinese hint alone tells what
// happened and what to do, at least for what newcomers meet.
func TestChineseHints(t *testing.T) {
	program := Program{Commands: []Command{Help()}}
	flags := program.Commands[0].Flags()
	unknown := func(arg string) error { return program.flagError(flags.Parse([]string{arg}), flags) }
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"no state", engine.ErrNoState, "没有找到 OpenClaw 的状态目录；先运行一次 OpenClaw，或用 OPENCLAW_STATE_DIR 指出它在哪里"},
		{"command", unknownCommand("", Command{Commands: program.Commands}, "hepl"), "没有这个命令，是不是 session-sync help？用法见：session-sync help"},
		{"command like no other", unknownCommand("", Command{}, "x"), "没有这个命令。用法见：session-sync help"},
		{"flag", unknown("--lnag=x"), "没有这个选项，是不是 --lang？用法见：session-sync help"},
		{"flag like no other", unknown("--abcdefgh"), "没有这个选项。用法见：session-sync help"},
		{"short flag", unknown("-x"), "没有这个选项。用法见：session-sync help"},
		{"value", unknown("--help=x"), "命令行有误。用法见：session-sync help"},
		{"asker", fmt.Errorf("looking for the session that asks: %w", query.ErrUnknownSession), "没有参数或 --for 所指的会话或消息；用 session-sync list 查看会话"},
		{"several sessions", &query.AmbiguousError{}, "符合的会话不止一个，请写出完整的会话键；用 session-sync list 查看会话"},
		{"lock", engine.ErrLocked, "另一个同步正在运行，稍后再试"},
		{"settings", &config.Error{Problem: "wrong", Hint: "keys are a, b"}, "设置有误；改正后再运行（keys are a, b）"},
		{"archive", engine.ErrNoArchive, "还没有存档；先运行：session-sync sync"},
		{"todo", query.ErrUnknownItem, "没有这个编号的待办或决定；用 session-sync todos --all 和 session-sync decisions --all 查看"},
		{"plugin", &engine.PluginError{Problem: "refused"}, "这个插件不能使用；查看它：session-sync plugin inspect FILE"},
		{"scheduler", errors.Join(engine.ErrNoOpenClaw, engine.ErrNoScheduler), "这里没有可用的定时器；安装或升级 OpenClaw，或者安装 cron，也可以让 session-sync watch 一直运行"},
		{"gateway", engine.ErrGateway, "OpenClaw 的网关没有响应；启动它：openclaw gateway start，或在另一个终端中运行 openclaw gateway run"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, _, hint := explain(test.err, ""); hint.ZH != test.want {
				t.Errorf("got %q, want %q", hint.ZH, test.want)
			}
		})
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
