package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine"
	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/query"
)

// Exit codes; doc.go tells what they mean.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitSkipped     = 3
	exitLocked      = 4
	exitNewer       = 5
	exitInterrupted = 130
)

// errSkipped ends a command that did its work but could not read everything;
// what was skipped has been listed already.
var errSkipped = errors.New("some input was skipped")

// usageError is a command line that can't be carried out.
type usageError struct {
	err     error
	command string // "" for the program itself
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usage(err error, command string) error { return usageError{err, command} }

func unknownCommand(name string) error {
	return usage(fmt.Errorf("unknown command %q", clip(name)), "")
}

// failure is what a program reads on stderr with --json.
type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

// finish prints an error and gives the exit code for it.
func (a *app) finish(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, errSkipped) {
		return exitSkipped
	}
	exit, code, hint := explain(err)
	message := clean(err.Error())
	if a.json {
		line, _ := json.Marshal(failure{code, message, hint.en}) // three strings
		fmt.Fprintf(a.stderr, "%s\n", line)
		return exit
	}
	a.say("%s", message)
	if text := hint.in(a.lang); text != "" {
		a.say(phrase{"提示:%s", "hint: %s"}.in(a.lang), text)
	}
	return exit
}

// explain is the one place that knows the exit code and the remedy for each
// error.
func explain(err error) (exit int, code string, hint phrase) {
	var wrong usageError
	var setting *config.Error
	var ambiguous *query.AmbiguousError
	switch {
	case errors.As(err, &wrong):
		see := "session-sync help"
		if wrong.command != "" {
			see += " " + wrong.command
		}
		return exitUsage, "usage", phrase{"用法见:" + see, "see: " + see}
	case errors.As(err, &setting):
		return exitUsage, "config", phrase{setting.Hint, setting.Hint}
	case errors.Is(err, query.ErrUnknownSession), errors.Is(err, query.ErrUnknownMessage), errors.Is(err, query.ErrRequest), errors.As(err, &ambiguous):
		return exitUsage, "query", phrase{"用 session-sync list 查看会话", "session-sync list shows the sessions"}
	case errors.Is(err, context.Canceled):
		return exitInterrupted, "interrupted", phrase{"已保存的部分不受影响,再次运行即可继续", "what was saved stays; run it again to continue"}
	case errors.Is(err, engine.ErrLocked):
		return exitLocked, "locked", phrase{"另一个同步正在运行,稍后再试", "another sync is running; try again when it is done"}
	case errors.Is(err, engine.ErrNewer):
		return exitNewer, "newer", phrase{"请升级 session-sync;存档没有被改动", "upgrade session-sync; the archive was left untouched"}
	case errors.Is(err, engine.ErrNoState):
		return exitFailed, "no-state", phrase{"先运行一次 OpenClaw,或用 OPENCLAW_STATE_DIR 指出它的状态目录", "run OpenClaw once, or point OPENCLAW_STATE_DIR at its state directory"}
	case errors.Is(err, engine.ErrNoWorkspace):
		return exitFailed, "no-workspace", phrase{"创建这个目录,改正 openclaw.json,或设置 SESSION_SYNC_OUTPUT", "create it, mend openclaw.json, or set SESSION_SYNC_OUTPUT"}
	case errors.Is(err, engine.ErrNotWritable):
		return exitFailed, "not-writable", phrase{"用 SESSION_SYNC_HOME 和 SESSION_SYNC_OUTPUT 指向可写的目录", "point SESSION_SYNC_HOME and SESSION_SYNC_OUTPUT at writable directories"}
	case errors.Is(err, engine.ErrNoneReadable):
		return exitFailed, "none-readable", phrase{"检查这些文件的权限,或从备份恢复;session-sync status 会列出它们", "check their permissions or restore them from a backup; session-sync status lists them"}
	case errors.Is(err, engine.ErrNoArchive):
		return exitFailed, "no-archive", phrase{"先运行:session-sync sync", "first run: session-sync sync"}
	case errors.Is(err, engine.ErrFull):
		return exitFailed, "disk-full", phrase{"腾出磁盘空间后再运行;之前的存档完好", "free some disk space and run it again; the earlier archive is intact"}
	case errors.Is(err, engine.ErrCorrupt):
		return exitFailed, "corrupt-archive", phrase{"把 archive.db 移走再同步,会从 OpenClaw 现有的数据重建", "move archive.db away and sync: it is rebuilt from what OpenClaw still has"}
	case errors.Is(err, engine.ErrBusy):
		return exitLocked, "locked", phrase{"另一个程序正在使用存档,稍后再试", "another program uses the archive; try again later"}
	}
	return exitFailed, "failed", phrase{}
}
