package doctor

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/source"
)

func checkSettings(s Settings) []Finding {
	if s.Wrong == "" {
		return checkVariables(s)
	}
	remedy := say("改正后再运行", "correct it and run again")
	if s.Advice != "" {
		remedy = say("改正后再运行（%s）", "%s", s.Advice)
	}
	return []Finding{problem("settings", s.Path, say("设置有误：%s", "the settings are wrong: %s", s.Wrong), remedy)}
}

// checkVariables tells of variables that give no value to look for, without which
// no sync runs. A scheduler may have others, so this is about where the checkup
// runs.
func checkVariables(s Settings) []Finding {
	var findings []Finding
	for _, v := range first(s.Unused) {
		if v.TooShort {
			findings = append(findings, warning("known-value-short", s.Path, say(
				"环境变量 %s 的值不足 %d 字节，同步会在读取之前停止", "the value of the variable %s has less than %d bytes, so a sync stops before it reads anything", v.Name, config.ShortestKnown),
				say("换成更长的密码，或从 redact.known_values_from_env 中去掉它", "choose a longer secret, or take it out of redact.known_values_from_env")))
			continue
		}
		findings = append(findings, warning("known-value-unset", s.Path, say(
			"环境变量 %s 在这里没有设置，同步会在读取之前停止", "the variable %s is not set here, so a sync stops before it reads anything", v.Name),
			say("在运行 session-sync 的环境（包括定时任务）中设置它，或从 redact.known_values_from_env 中去掉它",
				"set it wherever session-sync runs, schedules too, or take it out of redact.known_values_from_env")))
	}
	return findings
}

func checkState(s State, disk *Disk) []Finding {
	switch {
	case s.Path == "":
		return nil // the settings say why
	case s.Missing:
		return []Finding{problem("state-missing", s.Path, sayPlace(
			"没有 OpenClaw 的状态目录：%s（%s）", "there is no OpenClaw state directory: %s (%s)", s.Path, s.Why),
			say("先运行一次 OpenClaw，或用 OPENCLAW_STATE_DIR 指出它的状态目录",
				"run OpenClaw once, or point OPENCLAW_STATE_DIR at its state directory"))}
	case disk == nil:
		return []Finding{unreadable("state-unreadable", s.Path)}
	}
	findings := []Finding{ok("state", s.Path, sayPlace("OpenClaw 的状态目录：%s（%s）", "OpenClaw's state directory: %s (%s)", s.Path, s.Why))}
	for _, skip := range first(disk.Skips) {
		finding := skipped(s, skip)
		if finding.Code == "source-unreadable" && len(disk.Transcripts) == 0 { // nothing can be synced
			finding.Code, finding.Level = "state-unreadable", Problem
		}
		findings = append(findings, finding)
	}
	return findings
}

func unreadable(code, path string) Finding {
	return problem(code, path, say("无法读取 %s", "%s can't be read", path),
		say("让运行 session-sync 的用户可以读取它", "give the user who runs session-sync permission to read it"))
}

// skipped tells what a look at the state directory could not enter.
func skipped(s State, skip source.Skip) Finding {
	switch skip.Reason {
	case source.ReasonBadConfig:
		return warning("openclaw-config", s.Config, say(
			"OpenClaw 的设置 %s 无法读取，按默认位置查找", "OpenClaw's settings %s can't be read, so the default places are taken", s.Config),
			say("修正其中的语法", "mend its syntax"))
	case source.ReasonBusy:
		return note("database-busy", skip.Where, say(
			"数据库 %s 正在写入或没有正常关闭，未清点", "database %s is being written or was not closed, so it was not counted", skip.Where),
			say("session-sync sync 会读取它", "session-sync sync reads it"))
	}
	remedy := say("运行 session-sync sync，它会说明原因和办法", "run session-sync sync, which tells why and what to do")
	switch skip.Reason {
	case source.ReasonUnreadable:
		remedy = say("让运行 session-sync 的用户可以读取它", "give the user who runs session-sync permission to read it")
	case source.ReasonBadDatabase:
		remedy = say("运行 openclaw doctor，或恢复备份；已存档的内容不受影响", "run openclaw doctor or restore a backup; what was archived stays")
	}
	return warning("source-unreadable", skip.Where, say(
		"无法读取状态目录中的 %s（%s）", "in the state directory, %s can't be read (%s)", skip.Where, string(skip.Reason)), remedy)
}

func checkHome(h Home) []Finding {
	elsewhere := say("用 SESSION_SYNC_HOME 指定另一个目录", "name another directory with SESSION_SYNC_HOME")
	switch {
	case h.Path == "":
		return nil
	case h.Refused != "":
		return []Finding{problem("home-refused", h.Path, say("存档目录不可用：%s", "the archive's directory can't be used: %s", h.Refused), elsewhere)}
	case h.Blocked != "":
		return []Finding{problem("home-blocked", h.Blocked, say(
			"存档目录的位置被文件或失效的链接占用：%s", "a file or a broken link is in the place of the archive's directory: %s", h.Blocked),
			say("移走它，或用 SESSION_SYNC_HOME 指定另一个目录", "move it away, or name another directory with SESSION_SYNC_HOME"))}
	case h.ReadOnly != "":
		return []Finding{problem("home-not-writable", h.ReadOnly, say(
			"不能写入 %s，存档无处可放", "%s is not writable, so there is no place for the archive", h.ReadOnly), elsewhere)}
	}
	var findings []Finding
	for _, path := range first(h.Loose) {
		mode := "600"
		if path == h.Path {
			mode = "700"
		}
		findings = append(findings, warning("home-permissions", path, say(
			"其他用户可以访问 %s", "other users may access %s", path), say("chmod %s %s", "chmod %s %s", mode, quoted(path))))
	}
	if h.Copies > 0 {
		dir := filepath.Join(h.Path, "tmp")
		findings = append(findings, warning("tmp-leftovers", dir, say(
			"被中断的同步在 %s 留下了未去除隐私的数据库副本：%d 份", "a run that was killed left copies of databases, not redacted, in %s: %d", dir, h.Copies),
			say("session-sync sync 会删除它们", "session-sync sync removes them")).with(map[string]int{"copies": h.Copies}))
	}
	return findings
}

func checkArchive(a Archive) []Finding {
	if a.Path == "" {
		return nil
	}
	if a.NoKey && a.Status != ArchiveNone {
		return []Finding{problem("key-missing", a.Path, say(
			"存档 %s 的 key 文件丢失或损坏", "the file key of the archive %s is missing or damaged", a.Path),
			say("从备份恢复 key 文件；没有备份时，把 archive.db 移走再同步", "restore the file key from a backup; without one, move archive.db away and sync"))}
	}
	switch a.Status {
	case ArchiveNone:
		return []Finding{note("archive-missing", a.Path, say("还没有同步过", "nothing has been synced yet"),
			say("运行：session-sync sync", "run: session-sync sync"))}
	case ArchiveNewer:
		return []Finding{problem("archive-newer", a.Path, say(
			"存档 %s 由更新版本的 session-sync 写成", "the archive %s was written by a newer version of session-sync", a.Path),
			say("升级 session-sync：取得新版，在其目录中运行 %s；存档没有被改动", "upgrade session-sync: get the newer version and run in its folder: %s; the archive is left untouched", buildCommand))}
	case ArchiveOlder:
		return []Finding{note("archive-older", a.Path, say("存档的格式较旧", "the archive has an older format"),
			say("session-sync sync 会更新它", "session-sync sync brings it up to date"))}
	case ArchiveDamaged:
		return []Finding{problem("archive-damaged", a.Path, say(
			"存档 %s 已损坏，或不是存档", "the archive %s is damaged or is none", a.Path),
			say("把 archive.db 移走再同步，会从 OpenClaw 现有的数据重建；或从备份恢复", "move archive.db away and sync: it is rebuilt from what OpenClaw still has; or restore a backup"))}
	case ArchiveBusy:
		return []Finding{note("archive-busy", a.Path, say(
			"存档正在写入，或上次同步被中断，未清点", "the archive is being written, or a run was killed, so it was not counted"),
			say("session-sync sync 会接着完成", "session-sync sync goes on from there"))}
	case ArchiveUnreadable:
		return []Finding{unreadable("archive-unreadable", a.Path)}
	}
	return []Finding{ok("archive", a.Path, say(
		"存档：%s，%d 个会话，%d 条消息", "archive: %s, sessions: %d, messages: %d", a.Path, a.Sessions, a.Messages)).
		with(map[string]int{"sessions": a.Sessions, "messages": a.Messages})}
}

func checkOutput(o Output) []Finding {
	elsewhere := say("用 SESSION_SYNC_OUTPUT 或设置 output: 指定另一个目录", "name another directory with SESSION_SYNC_OUTPUT or output: in the settings")
	switch {
	case o.Path == "":
		return nil
	case o.Workspace != "":
		return []Finding{problem("workspace-missing", o.Workspace, sayPlace(
			"OpenClaw 的工作区不存在：%s（%s）", "OpenClaw's workspace does not exist: %s (%s)", o.Workspace, o.Why),
			say("创建这个目录，改正 openclaw.json，或设置 SESSION_SYNC_OUTPUT", "create it, mend openclaw.json, or set SESSION_SYNC_OUTPUT"))}
	case o.Refused != "":
		return []Finding{problem("output-refused", o.Path, say("共享文件的目录不可用：%s", "the directory of the shared files can't be used: %s", o.Refused), elsewhere)}
	case o.Blocked != "":
		return []Finding{problem("output-blocked", o.Blocked, say(
			"共享文件目录的位置被文件或失效的链接占用：%s", "a file or a broken link is in the place of the shared files' directory: %s", o.Blocked),
			say("移走它，或用 SESSION_SYNC_OUTPUT 指定另一个目录", "move it away, or name another directory with SESSION_SYNC_OUTPUT"))}
	case o.ReadOnly != "":
		return []Finding{problem("output-not-writable", o.ReadOnly, say(
			"不能写入 %s，共享文件无处可放", "%s is not writable, so there is no place for the shared files", o.ReadOnly), elsewhere)}
	}
	findings := []Finding{ok("output", o.Path, sayPlace("共享文件：%s（%s）", "shared files: %s (%s)", o.Path, o.Why))}
	if !o.Exists {
		findings[0].Text = sayPlace("共享文件：%s（%s），下次同步时创建", "shared files: %s (%s), made by the next sync", o.Path, o.Why)
	}
	for _, path := range first(o.Foreign) {
		findings = append(findings, warning("output-foreign", path, say(
			"%s 不是本程序写的，下次同步时会改名为 %s.before-session-sync", "%s was not written by this program; the next sync renames it to %s.before-session-sync", path, filepath.Base(path)),
			say("若想自己保存，请先移走它", "move it away before, if you want to keep it elsewhere")))
	}
	return findings
}

// checkMemory looks for files that OpenClaw's memory search would read whole
// again after each change.
func checkMemory(large []LargeFile) []Finding {
	var findings []Finding
	for _, file := range first(large) {
		findings = append(findings, warning("memory-file-large", file.Path, say(
			"%s 有 %s，每次改动后 OpenClaw 的记忆搜索都要重新索引整个文件",
			"%s has %s, and OpenClaw's memory search indexes all of it again after each change", file.Path, size(file.Size)),
			say("把它移出 memory 目录，或分成不超过 256 KiB 的文件", "move it out of memory/, or split it into files of at most 256 KiB")).
			with(map[string]int{"bytes": int(file.Size), "files": len(large)}))
	}
	return findings
}

func size(bytes int64) string {
	const kib, mib = 1 << 10, 1 << 20
	if bytes < mib {
		return fmt.Sprintf("%d KiB", bytes/kib)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(bytes)/mib), ".0") + " MiB"
}
