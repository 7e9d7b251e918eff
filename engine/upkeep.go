package engine

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/doctor"
	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/mcpentry"
	"github.com/smallccwc/chronosync/engine/schedule"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
	"github.com/smallccwc/chronosync/engine/upkeep"
)

// Errors of registering things with OpenClaw and the system.
var (
	ErrNoOpenClaw     = openclawcli.ErrMissing
	ErrGateway        = openclawcli.ErrGateway
	ErrCredentials    = openclawcli.ErrCredentials
	ErrNoOwner        = openclawcli.ErrOwner
	ErrServerRefused  = mcpentry.ErrRefused
	ErrNoScheduler    = schedule.ErrNoScheduler
	ErrCrontabEvery   = schedule.ErrInterval
	ErrScheduledWords = schedule.ErrWords
	ErrUnregistered   = upkeep.ErrUnregistered
	ErrLeft           = upkeep.ErrLeft
	ErrTransient      = upkeep.ErrTransient
)

// What commands tell of upkeep; see the packages upkeep, schedule, mcpentry and
// openclawcli.
type (
	Upkeep        = upkeep.Upkeep
	SchedulePlan  = upkeep.SchedulePlan
	Trace         = upkeep.Trace
	Kept          = upkeep.Kept
	ScheduledJob  = schedule.Job
	Scheduler     = schedule.Kind
	ServerEntry   = mcpentry.Entry
	OpenClawError = openclawcli.Error
)

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

// Kinds of traces, see [upkeep.TraceKind].
const (
	TraceJob     = upkeep.TraceJob
	TraceServer  = upkeep.TraceServer
	TraceProgram = upkeep.TraceProgram
)

// UpkeepOptions are what upkeep needs to know of the world around it.
type UpkeepOptions struct {
	Program string   // path by which people call session-sync; absolute
	Environ []string // KEY=VALUE, of the programs that are run; nil for ours
	// Limit bounds each call of openclaw; 0 for two minutes.
	Limit time.Duration
}

// Upkeep is that of this installation, see [upkeep.New].
func (e *Engine) Upkeep(opt UpkeepOptions) *Upkeep {
	home := openclaw.Home(e.env, e.opt.OSHome)
	named := ""
	if stateDir, err := e.overrides().StateDir(); err == nil && stateDir.Value != "" {
		named = e.Places.StateDir // the OpenClaw whose sessions are read is the one to register with
	}
	binDir := e.env("SESSION_SYNC_BIN")
	if binDir == "" {
		binDir = filepath.Join(home, ".local", "bin")
	}
	return upkeep.New(upkeep.Options{
		Program: opt.Program, Args: e.callArgs(), SyncArgs: e.syncArgs(), BinDir: binDir,
		Home: home, ConfigDir: configDir(e.env, home), TaskDir: e.Places.Home, Path: e.env("PATH"),
		Environ: opt.Environ, StateDir: named, Profile: e.profile(), Limit: opt.Limit,
		Around: openclaw.Surroundings(e.env, e.opt.OSHome), Needs: e.Config.Redact.KnownValuesFromEnv, Jobs: e.storedJobs, Holds: e.holds,
	})
}

// MaskedServer is an entry of people's own making, fit to be told.
func MaskedServer(e ServerEntry) ServerEntry { return upkeep.MaskedServer(e) }

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

// callArgs are what makes a call of the program mean this installation, whatever
// directory and environment it is made from.
func (e *Engine) callArgs() []string {
	var args []string
	if byDefault := openclaw.StateDir(func(string) string { return "" }, e.opt.OSHome); e.Places.StateDir != byDefault {
		args = append(args, "--state-dir", e.Places.StateDir)
	}
	if e.Places.Home != filepath.Join(e.Places.StateDir, "session-sync") {
		args = append(args, "--store", e.Places.Home)
	}
	if e.opt.Settings != "" {
		args = append(args, "--config", e.opt.Settings)
	}
	return args
}

// syncArgs are what a sync needs beside [Engine.callArgs].
func (e *Engine) syncArgs() []string {
	if e.env("SESSION_SYNC_OUTPUT") == "" || e.Config.Output == "" {
		return nil
	}
	return []string{"--output", absolute(e.Config.Output)}
}

// storedJobs are OpenClaw's as its files tell of them. What can't be read tells
// nothing.
func (e *Engine) storedJobs(ctx context.Context) []openclaw.Job {
	src, err := e.source(openclaw.Options{})
	if err != nil {
		return nil
	}
	jobs, _ := src.Jobs(ctx)
	return jobs
}

// holds lists what this installation has beside the program.
func (e *Engine) holds() []Kept {
	src, err := e.source(openclaw.Options{}) // which also settles where the output is
	if err != nil {
		src = nil
	}
	all := []Kept{{Kind: "archive", Path: e.Places.Archive()}, {Kind: "key", Path: e.Places.key()}, {Kind: "settings", Path: e.Places.Settings}}
	for _, dir := range e.outputDirs() {
		all = append(all, Kept{Kind: "shared_files", Path: dir})
	}
	seen, unseen := e.skillFolders(src)
	for _, skill := range doctor.Skills(slices.Concat(seen, unseen)) {
		all = append(all, Kept{Kind: "skill", Path: skill.Path})
	}
	return all
}
