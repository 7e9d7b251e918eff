package upkeep

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// Cron is the command that looks after the scheduled sync.
func Cron() console.Command {
	return console.Command{
		Name:     "cron",
		Operands: "VERB",
		Summary:  terminal.Both("定时同步", "sync by itself, every 30 minutes"),
		About: terminal.Both(
			"在 OpenClaw 的定时任务中登记同步。任务直接运行命令，不调用模型，不向聊天发送内容；重复登记只会更新同一个任务。没有这种任务的旧版本可以改用系统的定时器。",
			"Registers the sync with OpenClaw's scheduler, as a command: no run calls a model or posts into a chat. Registering again changes the same job. For an OpenClaw without such jobs there is the system's own scheduler.",
		),
		Examples: [2]string{"session-sync cron install", "session-sync cron status"},
		Commands: []console.Command{installCron(), cronStatus(), removeCron()},
	}
}

// Registered is what cron install --json prints.
type Registered struct {
	SchemaVersion int    `json:"schema_version"`
	Applied       bool   `json:"applied"` // false: this is what would be done
	Reason        string `json:"reason"`  // why OpenClaw's scheduler is not used, "" when it is
	engine.SchedulePlan
}

type installOptions struct {
	every                    string
	yes, dryRun, write, json bool
}

func installCron() console.Command {
	return console.Command{
		Name:    "install",
		Summary: terminal.Both("登记定时同步", "register the scheduled sync"),
		About: terminal.Both(
			"在 OpenClaw 中登记定时同步；网关必须正在运行。OpenClaw 不支持命令任务时，显示系统定时器（systemd、launchd、crontab 或 Windows 计划任务）的内容，加上 --write 就安装它。没有终端时需要 --yes。",
			"Registers the sync with OpenClaw, whose gateway has to be running. Where OpenClaw has no jobs that run commands, it shows what the system's scheduler takes (systemd, launchd, crontab or Windows tasks), and installs that with --write. Without a terminal it takes --yes.",
		),
		Examples: [2]string{"session-sync cron install", "session-sync cron install --every 1h --yes"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var o installOptions
			flags.StringVar(&o.every, "every", "30m", "`TIME` between two runs, such as 30m or 2h (default 30m) / 间隔，如 30m、2h（默认 30m）")
			console.AddYes(flags, &o.yes)
			flags.BoolVar(&o.dryRun, "dry-run", false, "only tell what would be done / 只预演，不写入")
			flags.BoolVar(&o.write, "write", false, "use the system's scheduler if OpenClaw's can't be used / OpenClaw 的不可用时，使用系统的定时器")
			flags.BoolVar(&o.json, "json", false, "print JSON / 输出 JSON")
			return o.run
		},
	}
}

// interval reads --every.
func interval(text string) (time.Duration, error) {
	every, err := time.ParseDuration(text)
	if err != nil || every < time.Minute || every > 24*time.Hour || every%time.Minute != 0 {
		return 0, console.Usage("--every takes whole minutes or hours from 1m to 24h, such as 30m or 2h")
	}
	return every, nil
}

func (o *installOptions) run(a *console.App, operands []string) error {
	if err := console.NoOperands(operands); err != nil {
		return err
	}
	every, err := interval(o.every)
	if err != nil {
		return err
	}
	u, err := open(a)
	if err != nil {
		return err
	}
	plan, err := u.PlanSchedule(a.Ctx, every)
	if err != nil {
		return err
	}
	if possible := plan.Why == nil || o.write; o.dryRun || !possible {
		if err := o.show(a, plan); err != nil || o.dryRun {
			return err
		}
		return fmt.Errorf("%w: %w", engine.ErrUnregistered, plan.Why)
	}
	if !o.yes {
		if err := ask(a, func() { describe(a, a.Stderr, plan) }, terminal.Both("登记吗？", "Register it?")); err != nil {
			return err
		}
	}
	if plan, err = u.ApplySchedule(a.Ctx, plan); err != nil {
		return err
	}
	if o.json {
		return a.PrintJSON(Registered{1, true, reason(plan), plan})
	}
	tell(a, plan)
	if names := u.Needs(); len(names) > 0 {
		a.Say(terminal.Both("没有这些环境变量就不会同步，请确认定时器运行时有它们：%s", "no sync runs without these variables; see that the scheduler has them: %s").In(a.Lang), terminal.Inline(strings.Join(names, ", ")))
	}
	return nil
}

// show tells what would be done.
func (o *installOptions) show(a *console.App, plan engine.SchedulePlan) error {
	if o.json {
		return a.PrintJSON(Registered{1, false, reason(plan), plan})
	}
	describe(a, a.Stdout, plan)
	return nil
}

func reason(plan engine.SchedulePlan) string {
	switch plan.Why {
	case nil:
		return ""
	case engine.ErrNoOpenClaw:
		return "no-openclaw"
	}
	return "old-openclaw"
}

// describe shows the commands and files of a plan.
func describe(a *console.App, w io.Writer, plan engine.SchedulePlan) {
	switch reason(plan) {
	case "no-openclaw":
		fmt.Fprintln(w, terminal.Both("PATH 中没有 openclaw，可以改用系统的定时器。", "openclaw is not on PATH; the system's scheduler can run the sync.").In(a.Lang))
	case "old-openclaw":
		fmt.Fprintln(w, terminal.Both("这个 OpenClaw 的定时任务不能直接运行命令（2026.7.1 起可以），可以改用系统的定时器。",
			"This OpenClaw has no jobs that run a command (those since 2026.7.1 do); the system's scheduler can run the sync.").In(a.Lang))
	}
	fmt.Fprintf(w, terminal.Both("通过%s定时同步，每 %d 分钟一次：\n", "Syncs by %s, minutes between runs: %d\n").In(a.Lang), scheduler(plan.Scheduler).In(a.Lang), plan.Every/60)
	for _, file := range plan.Files {
		fmt.Fprintf(w, terminal.Both("\n  文件 %s\n", "\n  file %s\n").In(a.Lang), terminal.Inline(file.Path))
		for line := range strings.Lines(file.Text) {
			io.WriteString(w, "    "+terminal.Clean(line))
		}
	}
	if plan.Line != "" {
		fmt.Fprintf(w, terminal.Both("\n  crontab 的一行（crontab -e）\n    %s\n", "\n  line of the crontab (crontab -e)\n    %s\n").In(a.Lang), terminal.Inline(plan.Line))
	} else if len(plan.Steps) > 0 {
		fmt.Fprint(w, terminal.Both("\n  命令\n", "\n  commands\n").In(a.Lang))
		for _, step := range plan.Steps {
			fmt.Fprintln(w, "    "+terminal.Inline(engine.CommandLine(step...)))
		}
	}
	fmt.Fprintln(w)
	duplicates(a, w, plan)
}

// tell says what became of a plan.
func tell(a *console.App, plan engine.SchedulePlan) {
	done := map[string]terminal.Phrase{
		string(engine.JobCreated):   terminal.Both("已登记", "registered"),
		string(engine.JobUpdated):   terminal.Both("已更新", "updated"),
		string(engine.JobUnchanged): terminal.Both("已经登记过，没有变化", "already registered, unchanged"),
	}[string(plan.Outcome)]
	line := terminal.Both(fmt.Sprintf("定时同步%s：%s，每 %d 分钟", done.ZH, scheduler(plan.Scheduler).ZH, plan.Every/60),
		fmt.Sprintf("scheduled sync %s: %s, minutes between runs: %d", done.EN, scheduler(plan.Scheduler).EN, plan.Every/60)).In(a.Lang)
	if plan.ID != "" {
		line += terminal.Both("，任务 ", ", job ").In(a.Lang) + terminal.Inline(plan.ID)
	}
	fmt.Fprintln(a.Stdout, line)
	if !plan.Enabled {
		a.Say("%s", terminal.Both("这个任务已被停用，保持停用；启用：", "the job was switched off and stays so; switch it on: ").In(a.Lang)+switchOn(plan))
	}
	if plan.Scheduler == engine.BySystemd {
		a.Say("%s", terminal.Both("它只在你登录期间运行；要一直运行：loginctl enable-linger", "it runs while you are logged in; for always: loginctl enable-linger").In(a.Lang))
	}
	duplicates(a, a.Stderr, plan)
}

// switchOn is what switches a job on.
func switchOn(plan engine.SchedulePlan) string {
	switch plan.Scheduler {
	case engine.InOpenClaw:
		return terminal.Inline(plan.OpenClaw("cron", "enable", plan.ID))
	case engine.BySystemd:
		return "systemctl --user enable --now session-sync.timer"
	}
	return "crontab -e"
}

// duplicates tells of other jobs that sync, too. They do no harm but work twice.
func duplicates(a *console.App, w io.Writer, plan engine.SchedulePlan) {
	for _, job := range plan.Duplicates {
		remove := "session-sync cron remove"
		if !job.Ours {
			remove = plan.OpenClaw("cron", "rm", job.ID)
		}
		fmt.Fprintf(w, terminal.Both("另有一个任务也在同步：%s（%s %s）；移除：%s\n", "another job syncs, too: %s (%s %s); remove it: %s\n").In(a.Lang),
			terminal.OneLine(job.Name, 60), scheduler(job.Scheduler).In(a.Lang), terminal.OneLine(job.ID, 200), terminal.Inline(remove))
	}
}

// Scheduled is what cron status --json prints.
type Scheduled struct {
	SchemaVersion int                   `json:"schema_version"`
	Asked         bool                  `json:"openclaw_asked"` // false: it could not be; its jobs are as its files tell
	Jobs          []engine.ScheduledJob `json:"jobs"`
}

func cronStatus() console.Command {
	return console.Command{
		Name:    "status",
		Summary: terminal.Both("查看定时同步", "whether and how it runs"),
		About: terminal.Both(
			"列出定时同步的任务：是否启用、间隔、上次和下次运行、上次的错误。无法询问 OpenClaw 的网关时，显示其文件中记录的任务，退出码为 1。",
			"Lists the jobs that sync: whether they are on, how often, the last and the next run, and the last error. Where OpenClaw's gateway can't be asked, it shows what OpenClaw's files tell, and exits with 1.",
		),
		Examples: [2]string{"session-sync cron status", "session-sync cron status --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return showCron(a, *asJSON)
			}
		},
	}
}

func showCron(a *console.App, asJSON bool) error {
	u, err := open(a)
	if err != nil {
		return err
	}
	jobs, asked := u.Jobs(a.Ctx)
	if a.Ctx.Err() != nil {
		return a.Ctx.Err()
	}
	if asJSON {
		err = a.PrintJSON(Scheduled{1, asked == nil && u.HasOpenClaw(), append([]engine.ScheduledJob{}, jobs...)})
		if err == nil {
			err = asked
		}
		return err
	}
	if asked != nil { // said first: what follows is less than OpenClaw would tell
		a.Tell(asked)
		err = console.ErrProblems
	}
	switch {
	case len(jobs) > 0:
		printJobs(a, a.Stdout, jobs)
	case asked != nil:
		fmt.Fprintln(a.Stdout, terminal.Both("OpenClaw 的文件和系统的定时器里没有定时同步", "no scheduled sync is known from OpenClaw's files and the system's scheduler").In(a.Lang))
	default:
		fmt.Fprintln(a.Stdout, terminal.Both("没有定时同步；登记：session-sync cron install", "there is no scheduled sync; register one: session-sync cron install").In(a.Lang))
	}
	return err
}

func printJobs(a *console.App, w io.Writer, jobs []engine.ScheduledJob) {
	for i, job := range jobs {
		if i > 0 {
			fmt.Fprintln(w)
		}
		io.WriteString(w, terminal.Table(jobRows(a, job))) // the writer keeps its error
	}
}

func jobRows(a *console.App, job engine.ScheduledJob) [][]string {
	on := terminal.Both("启用", "on")
	if !job.Enabled {
		on = terminal.Both("停用", "off")
	}
	every := "-"
	if job.Every > 0 {
		every = strconv.Itoa(job.Every/60) + terminal.Both(" 分钟", " min").In(a.Lang)
	}
	rows := [][]string{
		{terminal.Both("任务", "job").In(a.Lang), terminal.OrDash(terminal.OneLine(job.Name, 60))},
		{terminal.Both("定时器", "scheduler").In(a.Lang), scheduler(job.Scheduler).In(a.Lang) + "  " + terminal.OneLine(job.ID, 200)},
		{terminal.Both("状态", "state").In(a.Lang), on.In(a.Lang)},
		{terminal.Both("间隔", "every").In(a.Lang), every},
	}
	if job.Scheduler == engine.InOpenClaw {
		rows = append(rows,
			[]string{terminal.Both("上次运行", "last run").In(a.Lang), strings.TrimSpace(terminal.Clock(job.LastRun, a.Local) + "  " + terminal.OneLine(job.Status, 20))},
			[]string{terminal.Both("下次运行", "next run").In(a.Lang), terminal.Clock(job.NextRun, a.Local)})
	}
	if job.Error != "" {
		rows = append(rows, []string{terminal.Both("错误", "error").In(a.Lang), terminal.OneLine(job.Error, 300)})
	}
	return rows
}

// Removed is what cron remove --json prints.
type Removed struct {
	SchemaVersion int                   `json:"schema_version"`
	Removed       []engine.ScheduledJob `json:"removed"`
}

func removeCron() console.Command {
	return console.Command{
		Name:    "remove",
		Summary: terminal.Both("移除定时同步", "take it out again"),
		About: terminal.Both(
			"移除用 cron install 登记的任务，包括系统定时器。其他人登记的任务保持不变。没有终端时需要 --yes。",
			"Removes the jobs that cron install registered, those of the system's scheduler too. Jobs of others stay. Without a terminal it takes --yes.",
		),
		Examples: [2]string{"session-sync cron remove", "session-sync cron remove --yes --json"},
		Setup: func(flags *pflag.FlagSet) console.Action {
			var yes bool
			console.AddYes(flags, &yes)
			asJSON := flags.Bool("json", false, "print JSON / 输出 JSON")
			return func(a *console.App, operands []string) error {
				if err := console.NoOperands(operands); err != nil {
					return err
				}
				return takeOut(a, yes, *asJSON)
			}
		},
	}
}

func takeOut(a *console.App, yes, asJSON bool) error {
	u, err := open(a)
	if err != nil {
		return err
	}
	jobs, err := u.OurJobs(a.Ctx)
	if err == nil && len(jobs) > 0 && !yes {
		err = ask(a, func() { printJobs(a, a.Stderr, jobs) }, terminal.Both("移除吗？", "Remove it?"))
	}
	if err != nil {
		return err
	}
	removed := Removed{1, []engine.ScheduledJob{}}
	for _, job := range jobs {
		if err = u.RemoveJob(a.Ctx, job); err != nil {
			break
		}
		removed.Removed = append(removed.Removed, job)
	}
	if asJSON {
		if printed := a.PrintJSON(removed); err == nil {
			err = printed
		}
		return err
	}
	for _, job := range removed.Removed {
		fmt.Fprintf(a.Stdout, terminal.Both("已移除：%s %s\n", "removed: %s %s\n").In(a.Lang), scheduler(job.Scheduler).In(a.Lang), terminal.OneLine(job.ID, 200))
	}
	if len(jobs) == 0 {
		fmt.Fprintln(a.Stdout, terminal.Both("没有登记的定时同步", "no scheduled sync was registered").In(a.Lang))
	}
	return err
}
