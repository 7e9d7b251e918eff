package doctor

import (
	"regexp"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/source"
)

// form is one of the forms in which OpenClaw stored transcripts.
type form struct {
	code  string
	name  Phrase
	kinds []source.Kind
}

func forms() []form {
	return []form{
		{"store-jsonl", say("JSONL 文件", "JSONL files"), []source.Kind{source.KindJSONL, source.KindOrphan}},
		{"store-sqlite", say("SQLite 数据库", "SQLite databases"), []source.Kind{source.KindSQLite}},
		{"store-cold", say("冷存储", "cold archives"), []source.Kind{source.KindCold}},
		{"store-archives", say("重置、删除和备份的存档", "archives of resets, deletions and backups"),
			[]source.Kind{source.KindReset, source.KindDeleted, source.KindBackup, source.KindSQLiteArchive}},
		{"store-import", say("迁移留下的存档", "archives of OpenClaw's migration"), []source.Kind{source.KindImport}},
	}
}

// checkStores counts what lies on disk and what of it is archived. Messages are
// known of the archive only, and of copies only the one that is kept counts.
func checkStores(disk *Disk, a Archive) []Finding {
	if disk == nil {
		return nil
	}
	var findings []Finding
	for _, form := range forms() {
		onDisk, stored := 0, Stored{}
		for _, kind := range form.kinds {
			onDisk += disk.Transcripts[kind]
			stored.Transcripts += a.Stored[kind].Transcripts
			stored.Sessions += a.Stored[kind].Sessions
			stored.Messages += a.Stored[kind].Messages
		}
		if onDisk == 0 && stored == (Stored{}) {
			continue
		}
		text := say("%[2]s：磁盘上 %[3]d 份会话记录，已读取 %[4]d 份，存档中取自它们的有 %[5]d 个会话、%[6]d 条消息",
			"%[1]s: transcripts on disk: %[3]d, read: %[4]d; taken from them: sessions %[5]d, messages %[6]d",
			form.name.EN, form.name.ZH, onDisk, stored.Transcripts, stored.Sessions, stored.Messages)
		switch a.Status {
		case ArchiveReady:
		case ArchiveNone:
			text = say("%[2]s：磁盘上 %[3]d 份会话记录，尚未同步", "%[1]s: transcripts on disk: %[3]d; not synced yet", form.name.EN, form.name.ZH, onDisk)
		default: // what is archived is not known
			text = say("%[2]s：磁盘上 %[3]d 份会话记录", "%[1]s: transcripts on disk: %[3]d", form.name.EN, form.name.ZH, onDisk)
		}
		findings = append(findings, ok(form.code, "", text).with(map[string]int{
			"on_disk": onDisk, "read": stored.Transcripts, "sessions": stored.Sessions, "messages": stored.Messages,
		}))
	}
	if len(findings) == 0 && len(disk.Skips) == 0 {
		findings = append(findings, note("store-empty", "", say("OpenClaw 还没有任何会话", "OpenClaw has no sessions yet"),
			say("和助手聊过之后再运行：session-sync sync", "talk to the assistant, then run: session-sync sync")))
	}
	return findings
}

func checkLeftovers(disk *Disk, a Archive) []Finding {
	if disk == nil || disk.Leftovers.Files == 0 {
		return nil
	}
	left := disk.Leftovers
	text := say("OpenClaw 的迁移留下 %d 份旧记录：%d 份的会话在数据库中，%d 份已存档",
		"old transcripts left by OpenClaw's migration: %d; with a session that the database knows: %d; archived: %d", left.Files, left.InDatabase, left.Archived)
	finding := ok("migration-leftovers", "", text)
	if left.Archived < left.Files {
		finding = warning("migration-leftovers", "", text, say(
			"运行 session-sync sync 存档它们；在此之前不要删除", "run session-sync sync to archive them; do not delete them before"))
	}
	if a.Status == ArchiveNone {
		finding.Level = Note // nothing else is archived either
	}
	return []Finding{finding.with(map[string]int{"files": left.Files, "in_database": left.InDatabase, "archived": left.Archived})}
}

func checkSharing(s Settings, a Archive) []Finding {
	if a.Groups == 0 || s.Share == "" {
		return nil
	}
	details := map[string]int{"groups": a.Groups}
	if s.Share != config.ShareAll {
		return []Finding{ok("share", s.Path, say("共享方式：%s（群聊 %d 个）", "sharing: %s (groups: %d)", string(s.Share), a.Groups)).with(details)}
	}
	return []Finding{warning("share-groups", s.Path, say(
		"%d 个群聊与私聊一起写入共享文件（share: all）", "groups stand in the shared files together with private chats (share: all): %d", a.Groups),
		say("若不希望如此，在 %s 中设置 share: direct 或 share: separate", "if that is not wanted, set share: direct or share: separate in %s", s.Path)).with(details)}
}

func checkSchedule(s Schedule, state State) []Finding {
	if state.Missing || state.Path == "" {
		return nil
	}
	var off *Job
	for i, job := range s.Jobs {
		switch {
		case job.Enabled && job.Every > 0:
			return []Finding{ok("scheduler", "", say("定时同步：%s，每 %d 分钟", "scheduled sync: %s, minutes between runs: %d", job.Where, int(job.Every/time.Minute))).
				with(map[string]int{"jobs": len(s.Jobs), "every_seconds": int(job.Every / time.Second)})}
		case job.Enabled:
			return []Finding{ok("scheduler", "", say("定时同步：%s", "scheduled sync: %s", job.Where)).with(map[string]int{"jobs": len(s.Jobs)})}
		}
		off = &s.Jobs[i]
	}
	openclaw := "openclaw"
	if s.Profile != "" {
		openclaw += " --profile " + quoted(s.Profile)
	}
	switch {
	case off != nil:
		command := openclaw + " cron enable " + off.ID
		if !jobID.MatchString(off.ID) {
			command = openclaw + " cron list --all"
		}
		return []Finding{warning("scheduler-off", "", say("定时同步已登记，但被停用", "a scheduled sync is registered, but switched off"),
			say("启用：%s", "switch it on: %s", command))}
	case s.Unreadable:
		return []Finding{note("scheduler-unknown", "", say("无法读取 OpenClaw 的定时任务", "OpenClaw's scheduler could not be read"),
			say("查看：%s cron list --all", "look there: %s cron list --all", openclaw))}
	}
	return []Finding{warning("scheduler-missing", "", say(
		"没有定时同步，只能手动运行", "no scheduled sync was found, so it runs by hand only"),
		say("登记：%s", "register one: %s", s.Register))}
}

var jobID = regexp.MustCompile(`^[0-9A-Za-z-]{1,64}$`)

func checkOthers(others []Other) []Finding {
	var findings []Finding
	for _, other := range first(others) {
		if other.Stores == 0 {
			continue
		}
		sync := say("同步它：%s", "sync it: %s", other.Command)
		if other.Profile {
			findings = append(findings, note("other-profile", other.Path, say(
				"另一个 OpenClaw 配置也有会话：%s，它有自己的存档", "another profile of OpenClaw has sessions too: %s; it has an archive of its own", other.Path), sync))
			continue
		}
		findings = append(findings, warning("two-installs", other.Path, say(
			"另有一个 OpenClaw 的状态目录：%s，其中的会话不在这份存档里", "there is a second state directory of OpenClaw's: %s; its sessions are not in this archive", other.Path), sync))
	}
	return findings
}

// stale is how old the last sync of a schedule may be.
const stale = 24 * time.Hour

func checkLastRun(f Facts) []Finding {
	last := f.LastRun
	if last.Finished.IsZero() {
		return nil
	}
	again := say("运行：session-sync sync", "run: session-sync sync")
	when := last.Finished.In(f.Local).Format("2006-01-02 15:04")
	age := f.Now.Sub(last.Finished)
	scheduled := false
	for _, job := range f.Schedule.Jobs {
		scheduled = scheduled || job.Enabled
	}
	details := map[string]int{"age_seconds": int(age / time.Second), "unread": len(last.Unread)}
	var findings []Finding
	switch {
	case last.Error != "":
		findings = append(findings, warning("last-run-failed", "", say("上次同步（%s）失败：%s", "the last sync (%s) failed: %s", when, last.Error), again).with(details))
	case scheduled && age > stale:
		findings = append(findings, warning("last-run-old", "", say(
			"上次同步是 %s，超过 24 小时，定时任务没有运行", "the last sync was at %s, more than 24 hours ago: the schedule does not run", when),
			say("检查 OpenClaw 是否在运行，然后运行：session-sync sync", "see whether OpenClaw is running, then run: session-sync sync")).with(details))
	default:
		findings = append(findings, ok("last-run", "", say("上次同步：%s", "last sync: %s", when)).with(details))
	}
	var elsewhere, plugins []source.Skip
	for _, skip := range last.Unread {
		switch skip.Reason {
		case source.ReasonPluginFailed, source.ReasonPluginQuarantined, source.ReasonPluginList:
			plugins = append(plugins, skip)
		default:
			elsewhere = append(elsewhere, skip)
		}
	}
	findings = append(findings, unread(elsewhere)...)
	return append(findings, failing(plugins)...)
}

// unread names the first few of what the last sync could not read. The next
// sync knows all of them, so none is new to it.
func unread(skips []source.Skip) []Finding {
	if len(skips) == 0 {
		return nil
	}
	return []Finding{warning("unread", "", say(
		"上次同步有 %d 处未能读取（已记录）：%s", "the last sync could not read everything, known places: %d: %s", len(skips), named(skips)),
		say("session-sync status 列出每一处的原因和办法", "session-sync status tells why and what to do for each")).
		with(map[string]int{"places": len(skips), "known": len(skips)})}
}

// failing names the plugins that could not read everything.
func failing(skips []source.Skip) []Finding {
	if len(skips) == 0 {
		return nil
	}
	return []Finding{warning("plugins-failed", "", say(
		"插件没能读完所有消息，决定和待办可能不全：%s", "plugins could not read all messages, so decisions and todos may be missing: %s", named(skips)),
		say("session-sync plugin list 列出原因；session-sync plugin enable NAME 让停止的插件再试一次",
			"session-sync plugin list tells why; session-sync plugin enable NAME tries one again that was stopped")).
		with(map[string]int{"plugins": len(skips)})}
}

// named lists the first few of what was skipped.
func named(skips []source.Skip) string {
	const most = 3
	var names []string
	for _, skip := range skips[:min(len(skips), most)] {
		names = append(names, skip.Where+" ("+string(skip.Reason)+")")
	}
	if len(skips) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
