package upkeep

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/smallccwc/chronosync/engine/doctor"
	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/schedule"
)

// TraceKind is a kind of thing that an installation leaves outside of its home.
type TraceKind string

// Kinds of traces, in the order in which they are removed: nothing must call a
// program that is gone.
const (
	TraceJob     TraceKind = "schedule"
	TraceServer  TraceKind = "mcp-server"
	TraceProgram TraceKind = "program"
)

// Trace is one thing that uninstalling removes.
type Trace struct {
	Kind  TraceKind
	Where string // path, id of a job, or the scheduler that could not be asked
	// ByHand is the command that removes it without us, "" when there is none.
	ByHand string
	// Unknown says why nothing can be known of it; nil when it is there.
	Unknown error

	job schedule.Job
}

// Kept is what uninstalling leaves.
type Kept struct {
	Kind string `json:"kind"` // archive, key, settings, shared_files, skill, program
	Path string `json:"path"`
}

// Traces lists what uninstalling removes. What could not be looked at is among
// them, with the reason.
func (u *Upkeep) Traces(ctx context.Context) []Trace {
	var traces []Trace
	jobs, err := u.OurJobs(ctx)
	asked := err == nil
	for _, job := range jobs {
		trace := Trace{Kind: TraceJob, Where: string(job.Scheduler) + " " + job.ID, job: job}
		if job.Scheduler == schedule.InOpenClaw {
			trace.ByHand = u.typed("cron", "rm", job.ID)
			trace.Unknown, asked = err, true
		}
		traces = append(traces, trace)
	}
	if !asked {
		traces = append(traces, Trace{Kind: TraceJob, Where: string(schedule.InOpenClaw), Unknown: err, ByHand: u.typed("cron", "list", "--all")})
	}
	byHand := u.typed("mcp", "unset", "session-sync")
	switch _, found, err := u.FindServer(ctx); {
	case errors.Is(err, openclawcli.ErrMissing): // nothing of it would be started either
	case err != nil:
		traces = append(traces, Trace{Kind: TraceServer, Where: "session-sync", Unknown: err, ByHand: byHand})
	case found:
		traces = append(traces, Trace{Kind: TraceServer, Where: "session-sync", ByHand: byHand})
	}
	if u.installed() {
		traces = append(traces, Trace{Kind: TraceProgram, Where: u.opt.Program, ByHand: doctor.Command("rm", u.opt.Program)})
	}
	return traces
}

// typed is a command line of openclaw's as people type it.
func (u *Upkeep) typed(args ...string) string {
	return doctor.Command(openclawcli.Typed(u.opt.Profile, args...)...)
}

// installed reports whether the program lies where check_install/install.sh puts
// it. Elsewhere somebody else put it there.
func (u *Upkeep) installed() bool {
	return sameFile(filepath.Dir(u.opt.Program), u.opt.BinDir)
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// RemoveTrace removes one of [Upkeep.Traces]. What is left of it, such as a file
// that the system does not let go while it runs, is returned; "" for nothing.
func (u *Upkeep) RemoveTrace(ctx context.Context, trace Trace) (left string, err error) {
	if trace.Unknown != nil {
		return "", trace.Unknown
	}
	switch trace.Kind {
	case TraceJob:
		return "", u.RemoveJob(ctx, trace.job)
	case TraceServer:
		return "", u.RemoveServer(ctx)
	}
	return removeProgram(trace.Where, runtime.GOOS)
}

// removeProgram removes a program that may be running. Windows lets nobody
// remove it then, but lets it be renamed.
func removeProgram(path, goos string) (left string, err error) {
	if goos != "windows" {
		return "", os.Remove(path)
	}
	left = path + ".removed"
	return left, os.Rename(path, left)
}

// Keeps lists what uninstalling leaves, as far as it is there.
func (u *Upkeep) Keeps() []Kept {
	candidates := u.opt.Holds()
	if !u.installed() {
		candidates = append(candidates, Kept{"program", u.opt.Program})
	}
	kept := []Kept{}
	for _, k := range candidates {
		if _, err := os.Lstat(k.Path); k.Path != "" && err == nil {
			kept = append(kept, k)
		}
	}
	return kept
}
