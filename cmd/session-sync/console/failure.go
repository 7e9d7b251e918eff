package console

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
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

// ExitCode is how a command ends.
type ExitCode struct {
	Code    int
	Meaning terminal.Phrase
}

// ExitCodes lists all of them.
func ExitCodes() []ExitCode {
	return []ExitCode{
		{exitDone, terminal.Both("完成", "done")},
		{exitFailed, terminal.Both("失败，没有写出一半的内容", "failed; nothing is half-written")},
		{exitUsage, terminal.Both("用法、设置或名称有误", "wrong usage, settings or names; correct the command")},
		{exitSkipped, terminal.Both("完成，但有内容没能读取", "done, but some input was skipped; status --json lists it")},
		{exitLocked, terminal.Both("另一个同步正在运行", "another run holds the archive; try again later")},
		{exitNewer, terminal.Both("存档属于更新的版本", "made for a newer version and left untouched; upgrade")},
		{exitInterrupted, terminal.Both("被中断，再次运行即可继续", "interrupted; run it again to continue")},
	}
}

var (
	// ErrSkipped ends a command that did its work but could not read
	// everything; what was skipped has been listed already.
	ErrSkipped = errors.New("some input was skipped")

	// ErrProblems ends a command that found something to mend and told it.
	ErrProblems = errors.New("there is something to mend")

	errInterrupted = errors.New("interrupted")
	errCrash       = errors.New("internal error")
)

// SyncError is a sync that failed, with what it could not read until then.
type SyncError struct {
	Err   error
	Skips []engine.Skip
}

func (e SyncError) Error() string { return e.Err.Error() }

// Unwrap gives the failure itself.
func (e SyncError) Unwrap() error { return e.Err }

// Failure is what a program reads on stderr with --json.
type Failure struct {
	Code    string    `json:"code"`
	Message string    `json:"message"`
	Hint    string    `json:"hint"`
	Skipped []Skipped `json:"skipped,omitempty"`
}

// finish prints an error and gives the exit code for it.
func (a *App) finish(err error) int {
	switch broken := a.out.err(); {
	case errors.Is(err, ErrSkipped) && (broken == nil || errors.Is(broken, syscall.EPIPE)):
		return exitSkipped
	case errors.Is(err, ErrProblems) && (broken == nil || errors.Is(broken, syscall.EPIPE)):
		return exitFailed
	case errors.Is(broken, syscall.EPIPE): // the reader of stdout has seen enough
		return exitDone
	case broken != nil: // what went wrong later is its consequence
		err = fmt.Errorf("writing to stdout: %w", broken)
	case err == nil:
		return exitDone
	case a.Ctx.Err() != nil: // layers below have their own words for it
		err = errInterrupted
	}
	return a.tell(err)
}

// Tell prints an error and what to do about it, for a command that goes on.
func (a *App) Tell(err error) { a.tell(err) }

func (a *App) tell(err error) (exit int) {
	exit, f, hint := a.describe(err)
	var failed SyncError
	errors.As(err, &failed)
	if a.json {
		if len(failed.Skips) > 0 {
			f.Skipped = Describe(failed.Skips)
		}
		line, _ := json.Marshal(f) // strings and numbers
		fmt.Fprintf(a.Stderr, "%s\n", terminal.EscapeHidden(string(line)))
		return exit
	}
	a.ListSkipped(failed.Skips)
	a.Say("%s", f.Message)
	if text := hint.In(a.Lang); text != "" {
		a.hint(text)
	}
	return exit
}

// Failure is what a program gets to know of an error.
func (a *App) Failure(err error) Failure {
	_, f, _ := a.describe(err)
	return f
}

// describe is [explain] without secrets: what was typed or set may be one in the
// wrong place.
func (a *App) describe(err error) (exit int, f Failure, hint terminal.Phrase) {
	exit, code, hint := explain(err, a.command)
	mask := engine.Mask()
	hint = terminal.Both(mask(hint.ZH), mask(hint.EN))
	return exit, Failure{Code: code, Message: terminal.Inline(joined(mask(err.Error()))), Hint: hint.EN}, hint
}

// joined is a message on one line: errors that were joined, and what another
// program said, come on several.
func joined(message string) string {
	lines := strings.FieldsFunc(message, func(r rune) bool { return r == '\n' || r == '\r' })
	return strings.Join(lines, "; ")
}

// explain is the one place that knows the exit code and the remedy for each
// error of a command.
func explain(err error, command string) (exit int, code string, hint terminal.Phrase) {
	var wrong usageError
	var setting *config.Error
	var ambiguous *query.AmbiguousError
	switch {
	case errors.As(err, &wrong):
		return exitUsage, "usage", wrong.advice(command)
	case errors.As(err, &setting):
		return exitUsage, "config", settingAdvice(setting)
	case errors.Is(err, query.ErrRequest):
		return exitUsage, "usage", usageError{}.advice(command)
	case errors.Is(err, query.ErrUnknownItem):
		return exitUsage, "query", terminal.Both("没有这个编号的待办或决定；用 session-sync todos --all 和 session-sync decisions --all 查看", "session-sync todos --all and session-sync decisions --all list what there is")
	case errors.As(err, &ambiguous):
		return exitUsage, "query", terminal.Both("符合的会话不止一个，请写出完整的会话键；用 session-sync list 查看会话", "session-sync list shows the sessions")
	case errors.Is(err, query.ErrUnknownSession), errors.Is(err, query.ErrUnknownMessage):
		return exitUsage, "query", terminal.Both("没有参数或 --for 所指的会话或消息；用 session-sync list 查看会话", "session-sync list shows the sessions")
	case errors.Is(err, errDeclined):
		return exitFailed, "declined", terminal.Both("确定要做时，回答 y 或加上 --yes", "answer y, or say --yes, if it is to be done")
	case errors.Is(err, errInterrupted), errors.Is(err, context.Canceled):
		return exitInterrupted, "interrupted", terminal.Both("已保存的部分不受影响，再次运行即可继续", "what was saved stays; run it again to continue")
	case errors.Is(err, errCrash):
		return exitFailed, "internal", terminal.Both("这是程序的缺陷，请报告你运行的命令", "this is a defect of the program; please report the command you ran")
	}
	return explainPlugin(err)
}

// explainPlugin explains errors of plugins and their authors.
func explainPlugin(err error) (exit int, code string, hint terminal.Phrase) {
	var name *engine.PluginNameError
	var compiler *engine.CompilerError
	var lines *engine.BrokenLinesError
	var module *engine.PluginError
	switch {
	case errors.As(err, &name):
		return exitUsage, "usage", terminal.Both("换一个名字", "choose another name")
	case errors.As(err, &lines):
		return exitSkipped, "broken-lines", terminal.Both("改正这些行；其他的都已处理", "mend these lines; all others were answered")
	case errors.As(err, &compiler):
		return exitFailed, "no-compiler", terminal.Both("安装它，并确认它在 PATH 中", "install it, and see that it is on the PATH")
	case errors.As(err, &module):
		return exitFailed, "bad-plugin", terminal.Both("这个插件不能使用；查看它：session-sync plugin inspect FILE", "look at the module: session-sync plugin inspect FILE")
	case errors.Is(err, engine.ErrUnknownPlugin):
		return exitUsage, "unknown-plugin", terminal.Both("没有这个插件；用 session-sync plugin list 查看插件", "session-sync plugin list shows the plugins")
	}
	return explainState(err)
}

// state is an error that callers act on, with its exit code and remedy.
type state struct {
	is   error
	exit int
	code string
	hint terminal.Phrase
}

// known finds the first state that an error stands for.
func known(err error, states []state) (state, bool) {
	at := slices.IndexFunc(states, func(s state) bool { return errors.Is(err, s.is) })
	if at < 0 {
		return state{}, false
	}
	return states[at], true
}

// explainState explains errors of the installation and the archive.
func explainState(err error) (exit int, code string, hint terminal.Phrase) {
	if found, is := known(err, []state{
		{engine.ErrLocked, exitLocked, "locked", terminal.Both("另一个同步正在运行，稍后再试", "another sync is running; try again when it is done")},
		{engine.ErrBusy, exitLocked, "locked", terminal.Both("另一个程序正在使用存档，稍后再试", "another program uses the archive; try again later")},
		{engine.ErrNewer, exitNewer, "newer", terminal.Both("存档由更新的版本写成，没有被改动；请升级 session-sync", "upgrade session-sync; the archive was left untouched")},
		{engine.ErrNoState, exitFailed, "no-state", terminal.Both("没有找到 OpenClaw 的状态目录；先运行一次 OpenClaw，或用 OPENCLAW_STATE_DIR 指出它在哪里", "run OpenClaw once, or point OPENCLAW_STATE_DIR at its state directory")},
		{engine.ErrNoWorkspace, exitFailed, "no-workspace", terminal.Both("OpenClaw 的工作区不存在；创建这个目录，改正 openclaw.json，或设置 SESSION_SYNC_OUTPUT", "create it, mend openclaw.json, or set SESSION_SYNC_OUTPUT")},
		{engine.ErrNotWritable, exitFailed, "not-writable", terminal.Both("没有写入权限；用 SESSION_SYNC_HOME 和 SESSION_SYNC_OUTPUT 指向可写的目录", "point SESSION_SYNC_HOME and SESSION_SYNC_OUTPUT at writable directories")},
		{engine.ErrNoneReadable, exitFailed, "none-readable", terminal.Both("会话一份也读不出来；检查这些文件的权限，或从备份恢复", "check the permissions of these files, or restore them from a backup")},
		{engine.ErrNoArchive, exitFailed, "no-archive", terminal.Both("还没有存档；先运行：session-sync sync", "first run: session-sync sync")},
		{engine.ErrSettingsExist, exitFailed, "settings-exist", terminal.Both("设置文件已经存在，没有改动它；session-sync config show 列出其中的设置", "it was left as it is; session-sync config show lists what it says")},
		{engine.ErrPluginName, exitFailed, "plugin-name", terminal.Both("换一个名字，重新构建插件", "give the plugin another name and build it again")},
		{engine.ErrPluginDigest, exitFailed, "plugin-digest", terminal.Both("没有安装；确认文件的来源，再用它的 SHA-256 安装", "it was not installed; make sure where the file is from, then name its SHA-256")},
		{engine.ErrPluginChanged, exitFailed, "plugin-changed", terminal.Both("重新安装这个插件", "install the plugin again")},
		{engine.ErrPluginList, exitFailed, "plugin-list", terminal.Both("从备份恢复 plugins/installed.json，或删除它后重新安装插件", "restore plugins/installed.json from a backup, or delete it and install the plugins again")},
		{engine.ErrBuiltinPlugin, exitFailed, "builtin-plugin", terminal.Both("可以停用它：session-sync plugin disable NAME", "it can be switched off: session-sync plugin disable NAME")},
		{engine.ErrNoKey, exitFailed, "no-key", terminal.Both("存档的 key 文件丢失或损坏；从备份恢复它，没有备份时，把 archive.db 移走再同步", "restore the file key from a backup; without one, move archive.db away and sync")},
		{engine.ErrPlace, exitFailed, "place", terminal.Both("这个位置不能用；换一个目录，或移走占用它的文件", "name another directory, or move away what lies there")},
		{engine.ErrFull, exitFailed, "disk-full", terminal.Both("腾出磁盘空间后再运行；之前的存档完好", "free some disk space and run it again; the earlier archive is intact")},
		{engine.ErrIndex, exitFailed, "no-index", terminal.Both("搜索索引不可用；重建它：session-sync sync --reindex", "build it again: session-sync sync --reindex")},
		{engine.ErrWatchLimit, exitFailed, "watch-limit", terminal.Both("其余的变化靠定期检查发现；在 Linux 上可以调高 fs.inotify.max_user_watches 和 max_user_instances", "the rest is found by the regular look; on Linux fs.inotify.max_user_watches and max_user_instances can be raised")},
		{engine.ErrOlder, exitFailed, "older", terminal.Both("存档的格式较旧；先运行：session-sync sync", "first run: session-sync sync")},
		{engine.ErrCorrupt, exitFailed, "corrupt-archive", terminal.Both("存档已损坏；把 archive.db 移走再同步，会从 OpenClaw 现有的数据重建", "move archive.db away and sync: it is rebuilt from what OpenClaw still has")},
	}); is {
		return found.exit, found.code, found.hint
	}
	return explainUpkeep(err)
}

// explainUpkeep explains errors of registering with OpenClaw and the system.
func explainUpkeep(err error) (exit int, code string, hint terminal.Phrase) {
	var refused *engine.OpenClawError
	if found, is := known(err, []state{
		{engine.ErrLeft, exitFailed, "left", terminal.Both("按上面列出的命令手动移除", "the commands above remove the rest by hand")},
		{engine.ErrUnregistered, exitFailed, "not-registered", terminal.Both("没有登记；要登记到系统的定时器：session-sync cron install --write", "register it with the system's scheduler: session-sync cron install --write")},
		{engine.ErrNoScheduler, exitFailed, "no-scheduler", terminal.Both("这里没有可用的定时器；安装或升级 OpenClaw，或者安装 cron，也可以让 session-sync watch 一直运行", "install or upgrade OpenClaw, install cron, or keep session-sync watch running")},
		{engine.ErrNoOpenClaw, exitFailed, "no-openclaw", terminal.Both("PATH 中没有 openclaw；安装 OpenClaw，或把它所在的目录加入 PATH", "install OpenClaw, or add its directory to PATH")},
		{engine.ErrCredentials, exitFailed, "no-credentials", terminal.Both("还没有设置过 OpenClaw 的网关时，先运行：openclaw onboard；设置过时，在 openclaw.json 的 gateway.auth 中写明它的令牌或密码", "if OpenClaw's gateway was never set up, first run: openclaw onboard; else say its token or password in gateway.auth of openclaw.json")},
		{engine.ErrGateway, exitFailed, "no-gateway", terminal.Both("OpenClaw 的网关没有响应；启动它：openclaw gateway start，或在另一个终端中运行 openclaw gateway run", "start it: openclaw gateway start, or openclaw gateway run in another terminal")},
		{engine.ErrNoOwner, exitFailed, "no-owner", terminal.Both("指定一个智能体后再试：openclaw config set agents.defaults.systemAgent.agentId AGENT", "name one and try again: openclaw config set agents.defaults.systemAgent.agentId AGENT")},
		{engine.ErrServerRefused, exitFailed, "server-refused", terminal.Both("查看它为什么不能启动：session-sync mcp；session-sync doctor", "see why it does not start: session-sync mcp, session-sync doctor")},
		{engine.ErrTransient, exitFailed, "not-installed", terminal.Both("先安装：在技能目录中运行 sh check_install/install.sh", "install it first: sh check_install/install.sh in the skill's folder")},
		{engine.ErrCrontabEvery, exitUsage, "usage", terminal.Both("用 --every 指定这样的间隔", "name such an interval with --every")},
		{engine.ErrScheduledWords, exitFailed, "place", terminal.Both("给这个目录改名", "give the directory another name")},
	}); is {
		return found.exit, found.code, found.hint
	}
	if errors.As(err, &refused) {
		return exitFailed, "openclaw", terminal.Both("检查 OpenClaw：openclaw doctor", "see what is wrong with OpenClaw: openclaw doctor")
	}
	return exitFailed, "failed", terminal.Phrase{}
}

// advice is the hint to a usage error: what was probably meant, and where the
// usage is explained.
func (e usageError) advice(command string) terminal.Phrase {
	see := strings.TrimSpace("session-sync help " + command)
	meant := terminal.Both(cmp.Or(e.hint.ZH, "命令行有误。"), strings.TrimSpace(e.hint.EN+" see: "))
	return terminal.Both(meant.ZH+"用法见："+see, meant.EN+" "+see)
}

// settingAdvice is the hint to a wrong setting. What the settings say about it
// is in English; it names keys and forms, so it is worth showing to everyone.
func settingAdvice(e *config.Error) terminal.Phrase {
	if e.Hint == "" {
		return terminal.Both("设置有误；改正后再运行", "correct it and run again")
	}
	return terminal.Both("设置有误；改正后再运行（"+e.Hint+"）", e.Hint)
}
