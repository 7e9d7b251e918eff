package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/doctor"
	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/mcpentry"
	"github.com/smallccwc/chronosync/engine/schedule"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
)

// Errors of registering things with OpenClaw and the system.
var (
	ErrNoOpenClaw     = openclawcli.ErrMissing
	ErrGateway        = openclawcli.ErrGateway
	ErrNoOwner        = openclawcli.ErrOwner
	ErrServerRefused  = mcpentry.ErrRefused
	ErrNoScheduler    = schedule.ErrNoScheduler
	ErrCrontabEvery   = schedule.ErrInterval
	ErrScheduledWords = schedule.ErrWords
	// ErrUnregistered says that nothing is registered until people choose to.
	ErrUnregistered = errors.New("nothing was registered")
	// ErrLeft says that something is still to be removed by hand.
	ErrLeft = errors.New("not everything could be removed")
	// ErrTransient says that the program will be gone when a job wants to run it.
	ErrTransient = errors.New("this program is not installed: it lies where go run builds programs for one call")
)

// OpenClawError is a command that OpenClaw did not carry out.
type OpenClawError = openclawcli.Error

// ScheduledJob is a scheduled sync, see [schedule.Job].
type ScheduledJob = schedule.Job

// Scheduler is what runs a sync by itself.
type Scheduler = schedule.Kind

// Schedulers that the commands tell apart.
const (
	InOpenClaw = schedule.InOpenClaw
	ByCrontab  = schedule.Crontab
	BySystemd  = schedule.Systemd
	ByLaunchd  = schedule.Launchd
)

// What becomes of a job that is registered.
const (
	JobCreated   = schedule.Created
	JobUpdated   = schedule.Updated
	JobUnchanged = schedule.Unchanged
)

// UpkeepOptions are what upkeep needs to know of the world around it.
type UpkeepOptions struct {
	Program string   // path by which people call session-sync; absolute
	Environ []string // KEY=VALUE, of the programs that are run; nil for ours
	// Limit bounds each call of openclaw; 0 for a minute.
	Limit time.Duration
}

// Upkeep registers the program with OpenClaw and the system, and takes it out
// again. It starts other programs: openclaw, and those of the system's schedulers.
type Upkeep struct {
	*Engine
	program  string
	cli      *openclawcli.Client // nil when there is none
	openclaw schedule.OpenClaw
	system   schedule.System
	servers  mcpentry.Registry
}

// Upkeep looks for openclaw. That there is none is no error.
func (e *Engine) Upkeep(opt UpkeepOptions) *Upkeep {
	environ := opt.Environ
	if stateDir, err := e.overrides().StateDir(); err == nil && stateDir.Value != "" && environ != nil {
		// The OpenClaw whose sessions are read is the one to register with.
		environ = append(slices.Clone(environ), "OPENCLAW_STATE_DIR="+e.Places.StateDir)
	}
	home := openclaw.Home(e.env, e.opt.OSHome)
	u := &Upkeep{Engine: e, program: opt.Program, system: schedule.System{
		GOOS: runtime.GOOS, Home: home, ConfigDir: configDir(e.env, home), TaskDir: e.Places.Home, UID: os.Getuid(),
		Path: e.env("PATH"), Environ: opt.Environ,
	}}
	cli, err := openclawcli.Find(openclawcli.Options{Path: e.env("PATH"), Environ: environ, Profile: e.profile(), Limit: opt.Limit})
	if err == nil {
		u.cli = cli
	}
	u.openclaw = schedule.OpenClaw{CLI: u.cli, Syncs: doctor.Syncs}
	u.servers = mcpentry.Registry{CLI: u.cli}
	return u
}

// HasOpenClaw reports whether there is an openclaw to ask.
func (u *Upkeep) HasOpenClaw() bool { return u.cli != nil }

// CommandLine is a command line that a shell takes word for word.
func CommandLine(words ...string) string { return doctor.Command(words...) }

// profile is OpenClaw's profile by the name of its state directory, "" for the
// default.
func (e *Engine) profile() string {
	name, is := strings.CutPrefix(filepath.Base(e.Places.StateDir), profilePrefix)
	if !is || filepath.Dir(e.Places.StateDir) != openclaw.Home(e.env, e.opt.OSHome) {
		return ""
	}
	return name
}

// configDir is where the user's settings of all programs are.
func configDir(env openclaw.Env, home string) string {
	if dir := env("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(home, ".config")
}

// argv is a call of the program that means this installation, whatever
// directory and environment it is made from.
func (u *Upkeep) argv(command ...string) []string {
	argv := append([]string{u.program}, command...)
	if byDefault := openclaw.StateDir(func(string) string { return "" }, u.opt.OSHome); u.Places.StateDir != byDefault {
		argv = append(argv, "--state-dir", u.Places.StateDir)
	}
	if u.Places.Home != filepath.Join(u.Places.StateDir, "session-sync") {
		argv = append(argv, "--store", u.Places.Home)
	}
	if u.opt.Settings != "" {
		argv = append(argv, "--config", u.opt.Settings)
	}
	return argv
}

// syncCall is what a schedule runs.
func (u *Upkeep) syncCall() []string {
	argv := u.argv("sync", "--scheduled")
	if u.env("SESSION_SYNC_OUTPUT") != "" && u.Config.Output != "" {
		argv = append(argv, "--output", absolute(u.Config.Output))
	}
	return argv
}

// systemCall is what a schedule of the system's runs: it has none of the variables
// by which OpenClaw is found. A Windows task can't be given any.
func (u *Upkeep) systemCall() []string {
	around := openclaw.Surroundings(u.env, u.opt.OSHome)
	if len(around) == 0 || u.system.GOOS == "windows" {
		return u.syncCall()
	}
	return slices.Concat([]string{"/usr/bin/env"}, around, u.syncCall())
}

// SchedulePlan is what registers the sync, and what came of it.
type SchedulePlan struct {
	Scheduler  schedule.Kind    `json:"scheduler"`
	Outcome    schedule.Outcome `json:"outcome"` // what it is, or would be
	ID         string           `json:"id"`      // of the job in OpenClaw's scheduler, "" where there is none
	Enabled    bool             `json:"enabled"` // false: it was switched off, and stays so
	Every      int              `json:"every_seconds"`
	Command    []string         `json:"command"`
	Files      []schedule.File  `json:"files"` // to be written
	Steps      [][]string       `json:"steps"` // command lines to be run then
	Line       string           `json:"crontab_line"`
	Duplicates []ScheduledJob   `json:"duplicates"` // others that sync, too
	// Why OpenClaw's scheduler is not used: [ErrNoOpenClaw], [ErrOldOpenClaw],
	// nil when it is.
	Why error `json:"-"`

	task    schedule.Task
	system  schedule.Plan
	profile string
}

// OpenClaw is a command line of openclaw's as people type it.
func (p SchedulePlan) OpenClaw(args ...string) string {
	return CommandLine(openclawcli.Typed(p.profile, args...)...)
}

// ErrOldOpenClaw says that OpenClaw's scheduler can't run commands.
var ErrOldOpenClaw = errors.New("this openclaw has no jobs that run a command; those since 2026.7.1 do")

// PlanSchedule says what registers a sync: OpenClaw's scheduler where it can run
// commands, else the system's. It changes nothing.
func (u *Upkeep) PlanSchedule(ctx context.Context, every time.Duration) (SchedulePlan, error) {
	if doctor.Transient(u.program) {
		return SchedulePlan{}, fmt.Errorf("%w: %q", ErrTransient, u.program)
	}
	plan := SchedulePlan{
		Every: int(every / time.Second), Command: u.syncCall(), Why: ErrNoOpenClaw, profile: u.profile(),
		Files: []schedule.File{}, Steps: [][]string{}, Duplicates: []ScheduledJob{},
	}
	plan.task = schedule.Task{Argv: plan.Command, Every: every}
	if u.cli != nil {
		takes, err := u.openclaw.Takes(ctx)
		switch {
		case err != nil:
			return SchedulePlan{}, err
		case takes:
			plan.Why = nil
			return u.planOpenClaw(ctx, plan)
		}
		plan.Why = ErrOldOpenClaw
	}
	return u.planSystem(ctx, plan)
}

func (u *Upkeep) planOpenClaw(ctx context.Context, plan SchedulePlan) (SchedulePlan, error) {
	jobs, err := u.openclaw.Jobs(ctx)
	if err != nil {
		return plan, err
	}
	plan.Scheduler, plan.Outcome, plan.Enabled = InOpenClaw, schedule.Created, true
	plan.Steps = [][]string{u.openclaw.Registration(plan.task)}
	for _, job := range append(jobs, u.system.Jobs(ctx)...) {
		if job.Scheduler != InOpenClaw || !job.Ours {
			plan.Duplicates = append(plan.Duplicates, masked(job))
			continue
		}
		plan.ID, plan.Enabled, plan.Outcome = job.ID, job.Enabled, schedule.Updated
		if job.Every == plan.Every && slices.Equal(job.Command, plan.Command) {
			plan.Outcome = schedule.Unchanged
		}
	}
	return plan, nil
}

func (u *Upkeep) planSystem(ctx context.Context, plan SchedulePlan) (SchedulePlan, error) {
	kind, err := u.system.Choose(ctx)
	if err != nil {
		return plan, fmt.Errorf("%w; %w", plan.Why, err)
	}
	plan.Command = u.systemCall()
	plan.task.Argv = plan.Command
	system, err := u.system.Plan(ctx, kind, plan.task)
	if err != nil {
		return plan, err
	}
	for _, job := range u.system.Jobs(ctx) {
		if job.Scheduler != kind {
			plan.Duplicates = append(plan.Duplicates, job)
		}
	}
	plan.system = system
	plan.Scheduler, plan.Outcome, plan.Enabled, plan.Line = kind, system.Outcome, system.Enabled, system.Line
	plan.Files = append(plan.Files, system.Files...)
	for _, command := range system.Commands {
		plan.Steps = append(plan.Steps, command.Argv)
	}
	return plan, nil
}

// ApplySchedule carries out a plan and returns it with what came of it.
func (u *Upkeep) ApplySchedule(ctx context.Context, plan SchedulePlan) (SchedulePlan, error) {
	if plan.Scheduler != InOpenClaw {
		return plan, u.system.Apply(ctx, plan.system)
	}
	job, outcome, err := u.openclaw.Install(ctx, plan.task)
	if err != nil {
		return plan, err
	}
	plan.ID, plan.Enabled, plan.Outcome = job.ID, job.Enabled, outcome
	return plan, nil
}

// Jobs lists the scheduled syncs. Where OpenClaw can't be asked, the error says
// so, and what its files tell of the jobs is in the list.
func (u *Upkeep) Jobs(ctx context.Context) ([]ScheduledJob, error) {
	var jobs []ScheduledJob
	var err error
	if u.cli != nil {
		jobs, err = u.openclaw.Jobs(ctx)
	}
	if u.cli == nil || err != nil {
		jobs = u.storedJobs(ctx)
	}
	jobs = append(jobs, u.system.Jobs(ctx)...)
	for i, job := range jobs {
		jobs[i] = masked(job)
	}
	return jobs, err
}

// masked is a job fit to be told: it can be of people's own making, with secrets
// on its command line, and assistants ask for it.
func masked(job ScheduledJob) ScheduledJob {
	mask := Mask()
	job.Name, job.Error, job.Command = mask(job.Name), mask(job.Error), maskedWords(mask, job.Command)
	return job
}

func maskedWords(mask func(string) string, words []string) []string {
	told := make([]string, len(words))
	for i, word := range words {
		told[i] = mask(word)
	}
	return told
}

// storedJobs are OpenClaw's as its files tell of them: without its last runs.
func (u *Upkeep) storedJobs(ctx context.Context) []ScheduledJob {
	src, err := u.source(openclaw.Options{})
	if err != nil {
		return nil
	}
	jobs, _ := src.Jobs(ctx) // what can't be read tells nothing
	var found []ScheduledJob
	for _, job := range jobs {
		if ours := job.Key == schedule.Key; ours || doctor.Syncs(job.Command) {
			found = append(found, ScheduledJob{
				Scheduler: InOpenClaw, ID: job.ID, Ours: ours, Enabled: job.Enabled,
				Every: int(job.Every / time.Second), Command: []string{},
			})
		}
	}
	return found
}

// OurJobs lists the jobs that were registered here. An OpenClaw that can't be
// asked is an error only when its files tell of such a job.
func (u *Upkeep) OurJobs(ctx context.Context) ([]ScheduledJob, error) {
	jobs, err := u.Jobs(ctx)
	jobs = slices.DeleteFunc(jobs, func(job ScheduledJob) bool { return !job.Ours })
	inOpenClaw := slices.ContainsFunc(jobs, func(job ScheduledJob) bool { return job.Scheduler == InOpenClaw })
	if errors.Is(err, ErrGateway) && !inOpenClaw {
		err = nil
	}
	return jobs, err
}

// RemoveJob removes one of [Upkeep.OurJobs].
func (u *Upkeep) RemoveJob(ctx context.Context, job ScheduledJob) error {
	if job.Scheduler == InOpenClaw {
		if u.cli == nil {
			return ErrNoOpenClaw
		}
		return u.openclaw.Remove(ctx, job.ID)
	}
	plan, err := u.system.Removal(ctx, job.Scheduler)
	if err != nil {
		return err
	}
	return u.system.Apply(ctx, plan)
}

// ServerEntry is the program among OpenClaw's MCP servers, as it is to be.
type ServerEntry = mcpentry.Entry

// Server is the entry that makes OpenClaw start the program as an MCP server.
func (u *Upkeep) Server() ServerEntry {
	return ServerEntry{Command: u.program, Args: u.argv("mcp")[1:]}
}

// MaskedServer is an entry of people's own making, fit to be told.
func MaskedServer(e ServerEntry) ServerEntry {
	mask := Mask()
	return ServerEntry{Command: mask(e.Command), Args: maskedWords(mask, e.Args)}
}

// ServerStep is the command line that registers the server.
func (u *Upkeep) ServerStep() []string {
	if u.cli == nil {
		return nil
	}
	return u.servers.Registration(u.Server())
}

// FindServer gives the entry that OpenClaw has; false when it has none.
func (u *Upkeep) FindServer(ctx context.Context) (ServerEntry, bool, error) {
	if u.cli == nil {
		return ServerEntry{}, false, ErrNoOpenClaw
	}
	return u.servers.Find(ctx)
}

// InstallServer makes [Upkeep.Server] known to OpenClaw. The error is
// [ErrServerRefused] when OpenClaw can't speak with it; nothing is changed then.
func (u *Upkeep) InstallServer(ctx context.Context) error {
	if doctor.Transient(u.program) {
		return fmt.Errorf("%w: %q", ErrTransient, u.program)
	}
	return u.servers.Install(ctx, u.Server())
}

// RemoveServer takes the entry out.
func (u *Upkeep) RemoveServer(ctx context.Context) error { return u.servers.Remove(ctx) }
