//go:build unix

package e2e

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// testCron has OpenClaw's scheduler run the sync.
func testCron(t *testing.T, g *gateway) {
	g.run(t, slug, "cron", "install", "--yes")
	g.run(t, slug, "cron", "install", "--yes")
	jobs := g.jobs(t)
	if len(jobs) != 1 {
		t.Fatalf("two installs left %d jobs", len(jobs))
	}
	g.chat(t, "顺便记下:展台的预算是三万元。")
	var ran struct {
		CompletionStatus string
		Run              struct{ Summary, DeliveryStatus string }
	}
	g.ask(t, &ran, "openclaw", "cron", "run", jobs[0], "--wait", "--wait-timeout", "1m")
	if ran.CompletionStatus != "succeeded" || ran.Run.Summary != "" || ran.Run.DeliveryStatus != "not-requested" {
		t.Errorf("the run was not silent and successful: %+v", ran)
	}
	g.wantScheduled(t, jobs[0])
	g.wantFound(t, "展台的预算")
	g.run(t, slug, "cron", "remove", "--yes")
	if jobs := g.jobs(t); len(jobs) != 0 {
		t.Errorf("remove left jobs: %q", jobs)
	}
}

// jobs lists the ids of our jobs in OpenClaw's words; it has some of its own.
func (g *gateway) jobs(t *testing.T) (ids []string) {
	t.Helper()
	var list struct {
		Jobs []struct{ ID, Name, DeclarationKey string }
	}
	g.ask(t, &list, "openclaw", "cron", "list", "--all", "--json")
	for _, job := range list.Jobs {
		if job.Name == slug || strings.HasPrefix(job.DeclarationKey, slug) {
			ids = append(ids, job.ID)
		}
	}
	return ids
}

// wantScheduled checks what cron status tells of a job that has just run.
func (g *gateway) wantScheduled(t *testing.T, id string) {
	t.Helper()
	var status struct {
		Asked bool `json:"openclaw_asked"`
		Jobs  []struct {
			ID, Scheduler string
			Enabled       bool
			Every         int       `json:"every_seconds"`
			Command       []string  `json:"command"`
			LastRun       time.Time `json:"last_run"`
			NextRun       time.Time `json:"next_run"`
			Status        string    `json:"last_status"`
			Error         string    `json:"last_error"`
		}
	}
	g.ask(t, &status, slug, "cron", "status", "--json")
	if !status.Asked || len(status.Jobs) != 1 {
		t.Fatalf("cron status tells %+v", status)
	}
	job := status.Jobs[0]
	if job.ID != id || job.Scheduler != "openclaw" || !job.Enabled || job.Every != 1800 || !slices.Equal(job.Command, []string{g.program(), "sync", "--scheduled"}) {
		t.Errorf("cron status tells of the job %+v", job)
	}
	if job.Status != "ok" || job.Error != "" || job.LastRun.IsZero() || !job.NextRun.After(job.LastRun) {
		t.Errorf("cron status tells of its runs %+v", job)
	}
}
