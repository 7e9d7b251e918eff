package schedule

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
)

// OpenClaw is OpenClaw's scheduler.
type OpenClaw struct {
	CLI *openclawcli.Client
	// Syncs reports whether a command line, or what an agent is told to do,
	// runs a sync.
	Syncs func(command string) bool
}

// listSize bounds the list of jobs: each takes about 2 KiB, and people have been
// seen with thousands.
const listSize = 64 << 20

// Takes reports whether this openclaw knows jobs that are commands and have a
// key: those since 2026.7.1 do.
func (o OpenClaw) Takes(ctx context.Context) (bool, error) {
	return o.CLI.Has(ctx, []string{"cron", "add"}, "--command-argv", "--declaration-key", "--no-deliver")
}

// Registration is the command line that registers a task. Arguments, not a
// command line: that would run in a login shell with another PATH. Without
// --no-deliver each run would post its output into a chat.
func (o OpenClaw) Registration(task Task) []string { return o.CLI.Command(registration(task)...) }

func registration(task Task) []string {
	var argv bytes.Buffer
	encoder := json.NewEncoder(&argv)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(task.Argv) // strings
	return []string{
		"cron", "add", "--declaration-key", Key, "--name", name, "--every", strconv.Itoa(task.minutes()) + "m",
		"--command-argv", strings.TrimSpace(argv.String()), "--no-deliver",
		"--timeout-seconds", strconv.Itoa(int(runLimit / time.Second)), "--json",
	}
}

// Install registers a task, or changes the job that is registered already.
func (o OpenClaw) Install(ctx context.Context, task Task) (Job, Outcome, error) {
	if err := task.check(); err != nil {
		return Job{}, "", err
	}
	var answer struct {
		Created, Updated bool
		Job              foreignJob
	}
	if err := o.CLI.JSON(ctx, 0, &answer, registration(task)...); err != nil {
		return Job{}, "", fmt.Errorf("registering the sync: %w", err)
	}
	outcome := Unchanged
	switch {
	case answer.Created:
		outcome = Created
	case answer.Updated:
		outcome = Updated
	}
	return answer.Job.job(), outcome, nil
}

// Jobs lists our job and those that look like one.
func (o OpenClaw) Jobs(ctx context.Context) ([]Job, error) {
	var answer struct{ Jobs []json.RawMessage }
	if err := o.CLI.JSON(ctx, listSize, &answer, "cron", "list", "--all", "--json"); err != nil {
		return nil, fmt.Errorf("asking for the jobs: %w", err)
	}
	var found []Job
	for _, text := range answer.Jobs {
		var j foreignJob
		_ = json.Unmarshal(text, &j) // a field of another type than usual is left out
		if o.concerns(j) {
			found = append(found, j.job())
		}
	}
	return found, nil
}

// concerns reports whether a job is ours or looks like ours.
func (o OpenClaw) concerns(j foreignJob) bool {
	return j.DeclarationKey == Key || j.Name == name || o.Syncs(j.Payload.line())
}

// Remove removes a job.
func (o OpenClaw) Remove(ctx context.Context, id string) error {
	if _, err := o.CLI.Run(ctx, "cron", "rm", id); err != nil {
		return fmt.Errorf("removing the job: %w", err)
	}
	return nil
}

// foreignJob is a job as openclaw prints it, as far as it concerns us.
type foreignJob struct {
	ID, Name, DeclarationKey string
	Enabled                  bool
	Schedule                 struct{ EveryMs int64 }
	Payload                  payload
	State                    struct {
		NextRunAtMs, LastRunAtMs         int64
		LastRunStatus, LastStatus        string
		LastError, LastDiagnosticSummary string
	}
}

type payload struct {
	Argv          []string
	Message, Text string // what an agent is told
}

// line is the payload as a command line, as far as [OpenClaw.Syncs] cares.
func (p payload) line() string {
	return strings.Join(p.Argv, " ") + "\n" + p.Message + "\n" + p.Text
}

func (j foreignJob) job() Job {
	found := Job{
		Scheduler: InOpenClaw, ID: j.ID, Name: j.Name, Ours: j.DeclarationKey == Key, Enabled: j.Enabled,
		Every: int(j.Schedule.EveryMs / 1000), Command: append([]string{}, j.Payload.Argv...),
		LastRun: moment(j.State.LastRunAtMs), NextRun: moment(j.State.NextRunAtMs),
		Status: j.State.LastRunStatus, Error: j.State.LastError,
	}
	if found.Status == "" {
		found.Status = j.State.LastStatus
	}
	// What the program itself said explains more than that it failed.
	if said := j.State.LastDiagnosticSummary; found.Error != "" && said != "" && said != found.Error {
		found.Error += ": " + said
	}
	return found
}

// moment is a time that OpenClaw tells; one that no calendar has is none.
func moment(ms int64) time.Time {
	const last = 253402300799999 // of the year 9999
	if ms <= 0 || ms > last {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
