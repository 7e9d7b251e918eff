package upkeep

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/doctor"
	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/mcpentry"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/schedule"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
)

// Errors of upkeep.
var (
	// ErrUnregistered says that nothing is registered until people choose to.
	ErrUnregistered = errors.New("nothing was registered")
	// ErrLeft says that something is still to be removed by hand.
	ErrLeft = errors.New("not everything could be removed")
	// ErrTransient says that the program will be gone when a job wants to run it.
	ErrTransient = errors.New("this program is not installed: it lies where go run builds programs for one call")
	// ErrOldOpenClaw says that OpenClaw's scheduler can't run commands.
	ErrOldOpenClaw = errors.New("this openclaw has no jobs that run a command; those since 2026.7.1 do")
)

// Options are what upkeep needs to know of an installation and of the world around
// it.
type Options struct {
	Program string   // path by which people call session-sync; absolute
	Args    []string // what makes a call mean this installation, whatever directory and environment it is made from
	// SyncArgs are those that a sync needs, too.
	SyncArgs []string
	BinDir   string // where check_install/install.sh puts the program

	Home      string   // of the user
	ConfigDir string   // of the settings of all programs
	TaskDir   string   // for files that a scheduler takes
	Path      string   // directories of programs
	Environ   []string // KEY=VALUE, of the programs that are run; nil for ours
	// Around are the variables (NAME=VALUE) by which OpenClaw is found.
	Around []string
	// Needs names the variables without which no sync runs.
	Needs []string
	// StateDir is told to openclaw, "" when it finds it by itself.
	StateDir string
	Profile  string        // OpenClaw's, "" for the default
	Limit    time.Duration // of each call of openclaw; 0 for two minutes

	// Jobs are those that OpenClaw's files tell of.
	Jobs func(context.Context) []openclaw.Job
	// Holds lists what an installation has beside the program, whether or not it
	// is there.
	Holds func() []Kept
}

// Upkeep registers the program with OpenClaw and the system, and takes it out
// again. It starts other programs: openclaw, and those of the system's schedulers.
type Upkeep struct {
	opt      Options
	cli      *openclawcli.Client // nil when there is none
	openclaw schedule.OpenClaw
	system   schedule.System
	servers  mcpentry.Registry
}

// New looks for openclaw. That there is none is no error.
func New(opt Options) *Upkeep {
	environ := opt.Environ
	if opt.StateDir != "" && environ != nil {
		environ = append(slices.Clone(environ), "OPENCLAW_STATE_DIR="+opt.StateDir)
	}
	u := &Upkeep{opt: opt, system: schedule.System{
		GOOS: runtime.GOOS, Home: opt.Home, ConfigDir: opt.ConfigDir, TaskDir: opt.TaskDir, UID: os.Getuid(),
		Path: opt.Path, Environ: opt.Environ,
	}}
	cli, err := openclawcli.Find(openclawcli.Options{Path: opt.Path, Environ: environ, Profile: opt.Profile, Limit: opt.Limit})
	if err == nil {
		u.cli = cli
	}
	u.openclaw = schedule.OpenClaw{CLI: u.cli, Syncs: doctor.Syncs}
	u.servers = mcpentry.Registry{CLI: u.cli}
	return u
}

// HasOpenClaw reports whether there is an openclaw to ask.
func (u *Upkeep) HasOpenClaw() bool { return u.cli != nil }

// Needs names the variables that a scheduler has to have: without them no sync runs.
func (u *Upkeep) Needs() []string { return u.opt.Needs }

// syncCall is what a schedule runs.
func (u *Upkeep) syncCall() []string {
	return slices.Concat([]string{u.opt.Program, "sync", "--scheduled"}, u.opt.Args, u.opt.SyncArgs)
}

// systemCall is what a schedule of the system's runs: it has none of the variables
// by which OpenClaw is found. A Windows task can't be given any.
func (u *Upkeep) systemCall() []string {
	if len(u.opt.Around) == 0 || u.system.GOOS == "windows" {
		return u.syncCall()
	}
	return slices.Concat([]string{"/usr/bin/env"}, u.opt.Around, u.syncCall())
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
	Duplicates []schedule.Job   `json:"duplicates"` // others that sync, too
	// Why OpenClaw's scheduler is not used: [openclawcli.ErrMissing],
	// [ErrOldOpenClaw], nil when it is.
	Why error `json:"-"`

	task    schedule.Task
	system  schedule.Plan
	profile string
}

// OpenClaw is a command line of openclaw's as people type it.
func (p SchedulePlan) OpenClaw(args ...string) string {
	return doctor.Command(openclawcli.Typed(p.profile, args...)...)
}

// PlanSchedule says what registers a sync: OpenClaw's scheduler where it can run
// commands, else the system's. It changes nothing.
func (u *Upkeep) PlanSchedule(ctx context.Context, every time.Duration) (SchedulePlan, error) {
	if doctor.Transient(u.opt.Program) {
		return SchedulePlan{}, fmt.Errorf("%w: %q", ErrTransient, u.opt.Program)
	}
	plan := SchedulePlan{
		Every: int(every / time.Second), Command: u.syncCall(), Why: openclawcli.ErrMissing, profile: u.opt.Profile,
		Files: []schedule.File{}, Steps: [][]string{}, Duplicates: []schedule.Job{},
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
	plan.Scheduler, plan.Outcome, plan.Enabled = schedule.InOpenClaw, schedule.Created, true
	plan.Steps = [][]string{u.openclaw.Registration(plan.task)}
	for _, job := range append(jobs, u.system.Jobs(ctx)...) {
		if job.Scheduler != schedule.InOpenClaw || !job.Ours {
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
	if plan.Scheduler != schedule.InOpenClaw {
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
func (u *Upkeep) Jobs(ctx context.Context) ([]schedule.Job, error) {
	var jobs []schedule.Job
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
func masked(job schedule.Job) schedule.Job {
	mask := redact.Mask()
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
func (u *Upkeep) storedJobs(ctx context.Context) []schedule.Job {
	var found []schedule.Job
	for _, job := range u.opt.Jobs(ctx) {
		if ours := job.Key == schedule.Key; ours || doctor.Syncs(job.Command) {
			found = append(found, schedule.Job{
				Scheduler: schedule.InOpenClaw, ID: job.ID, Ours: ours, Enabled: job.Enabled,
				Every: int(job.Every / time.Second), Command: []string{},
			})
		}
	}
	return found
}

// OurJobs lists the jobs that were registered here. An OpenClaw that can't be
// asked is an error only when its files tell of such a job.
func (u *Upkeep) OurJobs(ctx context.Context) ([]schedule.Job, error) {
	jobs, err := u.Jobs(ctx)
	jobs = slices.DeleteFunc(jobs, func(job schedule.Job) bool { return !job.Ours })
	inOpenClaw := slices.ContainsFunc(jobs, func(job schedule.Job) bool { return job.Scheduler == schedule.InOpenClaw })
	if errors.Is(err, openclawcli.ErrGateway) && !inOpenClaw {
		err = nil
	}
	return jobs, err
}

// RemoveJob removes one of [Upkeep.OurJobs].
func (u *Upkeep) RemoveJob(ctx context.Context, job schedule.Job) error {
	if job.Scheduler == schedule.InOpenClaw {
		if u.cli == nil {
			return openclawcli.ErrMissing
		}
		return u.openclaw.Remove(ctx, job.ID)
	}
	plan, err := u.system.Removal(ctx, job.Scheduler)
	if err != nil {
		return err
	}
	return u.system.Apply(ctx, plan)
}
