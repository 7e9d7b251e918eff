package schedule

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/openclawcli"
	"github.com/smallccwc/chronosync/engine/schedule/fakeopenclaw"
)

func TestMain(m *testing.M) {
	fakeopenclaw.Answer()
	os.Exit(m.Run())
}

// scheduler is that of the fake, and where it keeps what it remembers.
func scheduler(t *testing.T, behavior string) (OpenClaw, string) {
	t.Helper()
	bin, state := t.TempDir(), t.TempDir()
	if err := fakeopenclaw.Install(bin); err != nil {
		t.Fatal(err)
	}
	cli, err := openclawcli.Find(openclawcli.Options{
		Path: bin, Environ: append(os.Environ(), "OPENCLAW_STATE_DIR="+state, fakeopenclaw.Variable+"="+behavior),
	})
	if err != nil {
		t.Fatal(err)
	}
	syncs := func(command string) bool { return strings.Contains(command, "session-sync sync") }
	return OpenClaw{cli, syncs}, filepath.Join(state, fakeopenclaw.Memory)
}

func task(every time.Duration) Task {
	return Task{Argv: []string{"/home/al ice/it's/会话 \"x\" 50%/session-sync", "sync", "--scheduled"}, Every: every}
}

// TestInstall: registering again changes our job, and never makes a second one.
func TestInstall(t *testing.T) {
	o, _ := scheduler(t, "")
	var id string
	for _, step := range []struct {
		every time.Duration
		want  Outcome
	}{{30 * time.Minute, Created}, {30 * time.Minute, Unchanged}, {2 * time.Hour, Updated}} {
		job, outcome, err := o.Install(t.Context(), task(step.every))
		if err != nil {
			t.Fatal(err)
		}
		if id == "" {
			id = job.ID
		}
		if outcome != step.want || job.ID != id || !job.Ours || !job.Enabled || job.Every != int(step.every.Seconds()) || !reflect.DeepEqual(job.Command, task(0).Argv) {
			t.Errorf("%s: got %s, %+v", step.want, outcome, job)
		}
	}
	jobs, err := o.Jobs(t.Context())
	if err != nil || len(jobs) != 1 || jobs[0].NextRun.IsZero() {
		t.Fatalf("got %+v, %v", jobs, err)
	}
	if err := o.Remove(t.Context(), id); err != nil {
		t.Error(err)
	}
	if jobs, err := o.Jobs(t.Context()); err != nil || len(jobs) != 0 {
		t.Errorf("got %+v, %v after it was removed", jobs, err)
	}
	if err := o.Remove(t.Context(), id); err == nil {
		t.Error("removed twice")
	}
}

// TestSwitchedOff: what people switched off stays off.
func TestSwitchedOff(t *testing.T) {
	o, memory := scheduler(t, "")
	if _, _, err := o.Install(t.Context(), task(time.Hour)); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(memory)
	if err != nil {
		t.Fatal(err)
	}
	off := strings.Replace(string(data), `"enabled": true`, `"enabled": false`, 1)
	if err := os.WriteFile(memory, []byte(off), 0o600); err != nil {
		t.Fatal(err)
	}
	if job, outcome, err := o.Install(t.Context(), task(30*time.Minute)); err != nil || job.Enabled || outcome != Updated {
		t.Errorf("got %+v, %s, %v", job, outcome, err)
	}
}

// TestSilent: the job posts nothing, has a bound, and is a command.
func TestSilent(t *testing.T) {
	o, _ := scheduler(t, "")
	line := strings.Join(o.Registration(task(30*time.Minute)), " ")
	for _, part := range []string{"openclaw cron add --declaration-key session-sync:sync", "--every 30m", "--command-argv [", "--no-deliver", "--timeout-seconds 600"} {
		if !strings.Contains(line, part) {
			t.Errorf("%s is not in %s", part, line)
		}
	}
	for _, part := range []string{"--message", "--command ", "--announce"} {
		if strings.Contains(line, part) {
			t.Errorf("%s is in %s", part, line)
		}
	}
}

func TestTakes(t *testing.T) {
	for behavior, want := range map[string]bool{"": true, "old": false} {
		o, _ := scheduler(t, behavior)
		if takes, err := o.Takes(t.Context()); takes != want || err != nil {
			t.Errorf("%q: got %v, %v", behavior, takes, err)
		}
	}
}

// TestBadAnswers: what can't be done is told, and what can't be read is no list
// without jobs.
func TestBadAnswers(t *testing.T) {
	for _, test := range []struct {
		behavior     string
		install, ask error // nil: none
	}{
		{"down", openclawcli.ErrGateway, openclawcli.ErrGateway},
		{"garbage", openclawcli.ErrGarbage, openclawcli.ErrGarbage},
		{"owner", openclawcli.ErrOwner, nil},
		{"noisy", nil, nil},
	} {
		t.Run(test.behavior, func(t *testing.T) {
			o, _ := scheduler(t, test.behavior)
			if _, _, err := o.Install(t.Context(), task(time.Hour)); !errors.Is(err, test.install) {
				t.Errorf("install: got %v, want %v", err, test.install)
			}
			if _, err := o.Jobs(t.Context()); !errors.Is(err, test.ask) {
				t.Errorf("jobs: got %v, want %v", err, test.ask)
			}
		})
	}
	o, memory := scheduler(t, "")
	for _, word := range []string{"/home/a\nb/session-sync", "/home/a\xffb/session-sync"} { // JSON would have another letter there
		if _, _, err := o.Install(t.Context(), Task{Argv: []string{word}, Every: time.Hour}); !errors.Is(err, ErrWords) {
			t.Errorf("got %v for %q", err, word)
		}
	}
	if _, err := os.Stat(memory); err == nil {
		t.Error("OpenClaw was asked all the same")
	}
}

// TestCrowd: ours is found among thousands, and what looks like ours is told.
func TestCrowd(t *testing.T) {
	o, _ := scheduler(t, "crowd")
	if _, _, err := o.Install(t.Context(), task(time.Hour)); err != nil {
		t.Fatal(err)
	}
	jobs, err := o.Jobs(t.Context())
	if err != nil || len(jobs) != 2 || !jobs[0].Ours || jobs[1].Ours {
		t.Errorf("got %+v, %v", jobs, err)
	}
}

// TestSamples reads what OpenClaw 2026.9.6 printed, with invented ids.
func TestSamples(t *testing.T) {
	o, _ := scheduler(t, "")
	read := func(name string, into any) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	var list struct{ Jobs []foreignJob }
	read("cron-list.json", &list)
	var found []Job
	for _, j := range list.Jobs {
		if o.concerns(j) {
			found = append(found, j.job())
		}
	}
	at := func(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
	want := []Job{
		{
			Scheduler: InOpenClaw, ID: "0f3d2c1b-0000-4000-8000-00000000abcd", Name: "session-sync", Ours: true, Enabled: true, Every: 3600,
			Command: []string{"/home/alice/.local/bin/session-sync", "sync", "--scheduled"}, LastRun: at(1795374331755), NextRun: at(1795377930268),
			Status: "error", Error: "command exited with code 1: disk is full",
		},
		{Scheduler: InOpenClaw, ID: "0f3d2c1b-0000-4000-8000-00000000ab03", Name: "nightly", Command: []string{}},
	}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("got  %+v\nwant %+v", found, want)
	}
	var answer struct {
		Created, Updated bool
		Job              foreignJob
	}
	read("cron-add.json", &answer)
	if job := answer.Job.job(); answer.Created || !answer.Updated || !job.Ours || job.Every != 3600 {
		t.Errorf("got %+v", answer)
	}
}

// FuzzJobs: whatever stands in a list of jobs, reading it does not fail in
// another way than by an error.
func FuzzJobs(f *testing.F) {
	sample, err := os.ReadFile(filepath.Join("testdata", "cron-list.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	f.Add([]byte(`{"jobs":[{"name":"session-sync","schedule":{"everyMs":-9223372036854775808},"state":{"lastRunAtMs":9223372036854775807}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var list struct{ Jobs []foreignJob }
		if json.Unmarshal(data, &list) != nil {
			return
		}
		for _, j := range list.Jobs {
			if _, err := json.Marshal(j.job()); err != nil {
				t.Errorf("%+v can't be told: %v", j, err)
			}
		}
	})
}
