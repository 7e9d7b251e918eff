package main

import (
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

func isLocked(err error) bool { return errors.Is(err, engine.ErrLocked) }

// skipped is one entry of the list of what could not be read.
type skipped struct {
	Source string `json:"source"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
	Hint   string `json:"hint"`
	Count  int    `json:"count"`
	Known  bool   `json:"known"`
	Note   bool   `json:"note,omitempty"` // read all the same
}

func describe(skips []engine.Skip) []skipped {
	list := []skipped{}
	for _, s := range skips {
		why := reasonOf(string(s.Reason))
		list = append(list, skipped{
			Source: s.Where, Code: string(s.Reason), Reason: why.reason.EN, Hint: why.hint.EN,
			Count: s.Count, Known: s.Known, Note: s.Note,
		})
	}
	return list
}

// listSkipped tells people on stderr what could not be read: the first few,
// the rest as a number.
func (a *app) listSkipped(skips []engine.Skip) {
	const shown = 10
	for i, s := range skips {
		if i == shown {
			a.say(phrase("还有 %d 处,见:session-sync status --json", "and %d more, see: session-sync status --json").In(a.lang), len(skips)-shown)
			return
		}
		why := reasonOf(string(s.Reason))
		line := fmt.Sprintf(phrase("跳过 %s:%s", "skipped %s: %s").In(a.lang), terminal.OneLine(s.Where, 200), why.reason.In(a.lang))
		if s.Note {
			line = fmt.Sprintf(phrase("注意 %s:%s", "note %s: %s").In(a.lang), terminal.OneLine(s.Where, 200), why.reason.In(a.lang))
		}
		if s.Count > 1 {
			line += fmt.Sprintf(phrase("(共 %d 处)", " (%d times)").In(a.lang), s.Count)
		}
		a.say("%s", line)
		a.hint(why.hint.In(a.lang))
	}
}

type why struct{ reason, hint terminal.Phrase }

// reasonOf explains the reason codes of sources.
func reasonOf(code string) why {
	if w, known := reasons()[code]; known {
		return w
	}
	return why{phrase(code, code), phrase("请升级 session-sync 后再试", "upgrade session-sync and try again")}
}

func reasons() map[string]why {
	restore := phrase("如果有备份,恢复这个文件;其余内容已同步", "restore the file if you have a backup; everything else is synced")
	bounds := phrase("这一条超出了上限,无法保存;其余内容已同步", "it is beyond the bound and can't be kept; everything else is synced")
	return map[string]why{
		"bad-json":         {phrase("有一行不是有效的 JSON", "a line is not valid JSON"), restore},
		"cut-archive":      {phrase("存档文件不完整,末尾被截断", "the archived transcript ends in the middle"), restore},
		"too-long":         {phrase("有一行超过 64 MiB", "a line is longer than 64 MiB"), bounds},
		"text-too-long":    {phrase("有一条消息的文字超过 4 MiB", "the text of a message is longer than 4 MiB"), bounds},
		"too-deep":         {phrase("嵌套超过 1000 层", "nested deeper than 1,000 levels"), bounds},
		"too-big":          {phrase("解压后超过 256 MiB", "larger than 256 MiB when decompressed"), bounds},
		"too-many":         {phrase("一个会话的记录条数超过上限", "more entries in one session than the bound"), bounds},
		"bad-index":        {phrase("sessions.json 不是有效的会话索引", "sessions.json is not a valid session index"), phrase("消息照常读取,但会话名称和渠道可能缺失;运行 openclaw doctor 修复", "messages are read all the same, titles and channels may be missing; openclaw doctor mends it")},
		"bad-config":       {phrase("openclaw.json 无法读取", "openclaw.json can't be read"), phrase("修正其中的语法;在此之前按默认位置读取", "mend its syntax; until then the default places are read")},
		"bad-zstd":         {phrase("压缩数据已损坏", "compressed data is damaged"), restore},
		"bad-event":        {phrase("有一条记录没有可读的内容", "an entry has no readable content"), restore},
		"bad-database":     {phrase("数据库已损坏,或不是数据库", "the database is damaged or is none"), phrase("运行 openclaw doctor,或恢复备份;已存档的内容不受影响", "run openclaw doctor or restore a backup; what was archived stays")},
		"bad-wal":          {phrase("数据库的 -wal 文件被截断或不属于它", "the database's -wal file is cut or belongs to another one"), phrase("启动一次 OpenClaw 让它整理数据库,然后再同步", "start OpenClaw once so that it tidies its database, then sync again")},
		"unknown-schema":   {phrase("数据库里没有认识的会话表", "the database has no session tables that we know"), phrase("请升级 session-sync", "upgrade session-sync")},
		"newer-schema":     {phrase("数据库比本程序所知的更新;已按认识的表读取", "the database is newer than this program knows; the known tables were read"), phrase("请升级 session-sync", "upgrade session-sync")},
		"busy":             {phrase("数据库一直被占用", "the database was busy for too long"), phrase("下次同步会再读", "the next sync reads it")},
		"cold-missing":     {phrase("数据库提到的冷存储文件不存在", "a cold file that the database names is missing"), restore},
		"cold-mismatch":    {phrase("冷存储文件与数据库记录的不一致", "a cold file is not the one that the database names"), restore},
		"archive-mismatch": {phrase("存档内容与其校验和不一致", "an archived transcript does not match its checksum"), restore},
		"outside":          {phrase("指向状态目录之外,没有读取", "leads outside the state directory and was not read"), phrase("把文件移入状态目录,或在 openclaw.json 里设置 session.store 或 agentDir", "move it into the state directory, or set session.store or agentDir in openclaw.json")},
		"not-regular":      {phrase("不是普通文件", "is not a regular file"), phrase("移走它,或换成普通文件", "remove it or put a regular file in its place")},
		"unreadable":       {phrase("没有读取权限,或读取出错", "can't be read: no permission, or an I/O error"), phrase("检查权限,让运行 session-sync 的用户可以读取", "give the user who runs session-sync permission to read it")},
		"vanished":         {phrase("读取过程中消失了", "went away while it was read"), phrase("下次同步会再找", "the next sync looks again")},
	}
}
