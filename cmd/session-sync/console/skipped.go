package console

import (
	"fmt"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Skipped is one entry of the list of what could not be read.
type Skipped struct {
	Source string `json:"source"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
	Hint   string `json:"hint"`
	Count  int    `json:"count"`
	Known  bool   `json:"known"`
	Note   bool   `json:"note,omitempty"` // read all the same
}

// Describe lists for programs what could not be read.
func Describe(skips []engine.Skip) []Skipped {
	list := []Skipped{}
	for _, s := range skips {
		why := reasonOf(string(s.Reason))
		list = append(list, Skipped{
			Source: s.Where, Code: string(s.Reason), Reason: why.reason.EN, Hint: why.hint.EN,
			Count: s.Count, Known: s.Known, Note: s.Note,
		})
	}
	return list
}

// ListSkipped tells people on stderr what could not be read: the first few,
// the rest as a number.
func (a *App) ListSkipped(skips []engine.Skip) {
	const shown = 10
	for i, s := range skips {
		if i == shown {
			a.Say(terminal.Both("还有 %d 处，见：session-sync status --json", "and %d more, see: session-sync status --json").In(a.Lang), len(skips)-shown)
			return
		}
		why := reasonOf(string(s.Reason))
		line := fmt.Sprintf(terminal.Both("跳过 %s：%s", "skipped %s: %s").In(a.Lang), terminal.OneLine(s.Where, 200), why.reason.In(a.Lang))
		if s.Note {
			line = fmt.Sprintf(terminal.Both("注意 %s：%s", "note %s: %s").In(a.Lang), terminal.OneLine(s.Where, 200), why.reason.In(a.Lang))
		}
		if s.Count > 1 {
			line += fmt.Sprintf(terminal.Both("（共 %d 处）", " (%d times)").In(a.Lang), s.Count)
		}
		a.Say("%s", line)
		a.hint(why.hint.In(a.Lang))
	}
}

type why struct{ reason, hint terminal.Phrase }

// reasonOf explains the reason codes of sources.
func reasonOf(code string) why {
	if w, known := reasons()[code]; known {
		return w
	}
	return why{terminal.Both(code, code), terminal.Both("请升级 session-sync 后再试", "upgrade session-sync and try again")}
}

func reasons() map[string]why {
	restore := terminal.Both("如果有备份，恢复这个文件；其余内容已同步", "restore the file if you have a backup; everything else is synced")
	bounds := terminal.Both("这一条超出了上限，无法保存；其余内容已同步", "it is beyond the bound and can't be kept; everything else is synced")
	return map[string]why{
		"bad-json":           {terminal.Both("有一行不是有效的 JSON", "a line is not valid JSON"), restore},
		"cut-archive":        {terminal.Both("存档文件不完整，末尾被截断", "the archived transcript ends in the middle"), restore},
		"too-long":           {terminal.Both("有一行超过 64 MiB", "a line is longer than 64 MiB"), bounds},
		"text-too-long":      {terminal.Both("有一条消息的文字超过 4 MiB", "the text of a message is longer than 4 MiB"), bounds},
		"too-deep":           {terminal.Both("嵌套超过 1000 层", "nested deeper than 1,000 levels"), bounds},
		"too-big":            {terminal.Both("解压后超过 256 MiB", "larger than 256 MiB when decompressed"), bounds},
		"too-many":           {terminal.Both("会话数或一个会话的记录条数超过上限", "more sessions, or entries in one session, than the bound"), bounds},
		"bad-index":          {terminal.Both("sessions.json 不是有效的会话索引", "sessions.json is not a valid session index"), terminal.Both("消息照常读取，但会话名称和渠道可能缺失；运行 openclaw doctor 修复", "messages are read all the same, titles and channels may be missing; openclaw doctor mends it")},
		"bad-config":         {terminal.Both("openclaw.json 无法读取", "openclaw.json can't be read"), terminal.Both("修正其中的语法；在此之前按默认位置读取", "mend its syntax; until then the default places are read")},
		"bad-zstd":           {terminal.Both("压缩数据已损坏", "compressed data is damaged"), restore},
		"bad-event":          {terminal.Both("有一条记录没有可读的内容", "an entry has no readable content"), restore},
		"bad-database":       {terminal.Both("数据库已损坏，或不是数据库", "the database is damaged or is none"), terminal.Both("运行 openclaw doctor，或恢复备份；已存档的内容不受影响", "run openclaw doctor or restore a backup; what was archived stays")},
		"bad-wal":            {terminal.Both("数据库的 -wal 文件被截断或不属于它", "the database's -wal file is cut or belongs to another one"), terminal.Both("启动一次 OpenClaw 让它整理数据库，然后再同步", "start OpenClaw once so that it tidies its database, then sync again")},
		"unknown-schema":     {terminal.Both("数据库里没有认识的会话表", "the database has no session tables that we know"), terminal.Both("请升级 session-sync", "upgrade session-sync")},
		"unknown-shape":      {terminal.Both("不是旧版 session-sync 写的 JSON，其中的消息没有导入", "is not JSON as the earlier session-sync wrote it; messages in it were not imported"), terminal.Both("它以 shared_chat.json.before-session-sync 的名字原样保留，不再重复提示", "it is kept as shared_chat.json.before-session-sync; this is told once")},
		"newer-schema":       {terminal.Both("数据库比本程序所知的更新；已按认识的表读取", "the database is newer than this program knows; the known tables were read"), terminal.Both("请升级 session-sync", "upgrade session-sync")},
		"busy":               {terminal.Both("数据库一直被占用", "the database was busy for too long"), terminal.Both("下次同步会再读", "the next sync reads it")},
		"cold-missing":       {terminal.Both("数据库提到的冷存储文件不存在", "a cold file that the database names is missing"), restore},
		"cold-mismatch":      {terminal.Both("冷存储文件与数据库记录的不一致", "a cold file is not the one that the database names"), restore},
		"archive-mismatch":   {terminal.Both("存档内容与其校验和不一致", "an archived transcript does not match its checksum"), restore},
		"outside":            {terminal.Both("指向状态目录之外，没有读取", "leads outside the state directory and was not read"), terminal.Both("把文件移入状态目录，或在 openclaw.json 里设置 session.store 或 agentDir", "move it into the state directory, or set session.store or agentDir in openclaw.json")},
		"not-regular":        {terminal.Both("不是普通文件", "is not a regular file"), terminal.Both("移走它，或换成普通文件", "remove it or put a regular file in its place")},
		"unreadable":         {terminal.Both("没有读取权限，或读取出错", "can't be read: no permission, or an I/O error"), terminal.Both("检查权限，让运行 session-sync 的用户可以读取", "give the user who runs session-sync permission to read it")},
		"plugin-failed":      {terminal.Both("这个插件没能读完这些会话", "the plugin could not read these sessions to the end"), terminal.Both("会自动重试；原因见：session-sync plugin list", "it is tried again by itself; session-sync plugin list tells why")},
		"plugin-quarantined": {terminal.Both("这个插件多次出错，已停止运行", "the plugin failed several times and is not run any more"), terminal.Both("重新安装修好的版本，或运行 session-sync plugin enable NAME 再试一次", "install a version that is mended, or try it again: session-sync plugin enable NAME")},
		"plugin-list":        {terminal.Both("已安装插件的清单无法读取，只运行了内置插件", "the list of installed plugins is unreadable; only the built-in ones ran"), terminal.Both("从备份恢复 plugins/installed.json，或删除它后重新安装插件", "restore plugins/installed.json from a backup, or delete it and install the plugins again")},
		"vanished":           {terminal.Both("读取过程中消失了", "went away while it was read"), terminal.Both("下次同步会再找", "the next sync looks again")},
	}
}
