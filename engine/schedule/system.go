package schedule

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/subprocess"
)

// ErrNoScheduler says that none of the schedulers we know is there.
var ErrNoScheduler = errors.New("the system has no scheduler that a user may use: no systemd of the user and no crontab")

// System is the system's schedulers, as far as the user may use them.
type System struct {
	GOOS      string
	Home      string // of the user
	ConfigDir string // of the user's settings: ~/.config
	TaskDir   string // takes the description of a Windows task
	UID       int
	Path      string   // directories of programs, as in PATH
	Environ   []string // of the programs that are run; nil for ours
}

// Plan is what registers or removes a job: files to write or to remove, then
// commands to run.
type Plan struct {
	Scheduler Kind
	Task      Task
	Files     []File
	Commands  []Command
	Line      string // of the crontab, which a command of the plan writes
	Enabled   bool   // false: people switched the job off, and it stays off
	Outcome   Outcome
}

// File is a file of a plan. One without text is removed.
type File struct {
	Path  string `json:"path"`
	Text  string `json:"text"`
	utf16 bool   // how it is written
}

// bytes are those that the file gets.
func (f File) bytes() []byte {
	if f.utf16 {
		return inUTF16(f.Text)
	}
	return []byte(f.Text)
}

// Command is a command of a plan.
type Command struct {
	Argv  []string
	Input string
	// Loose says that the plan goes on when it fails: there may be nothing to stop.
	Loose bool
}

// Choose finds the scheduler to use. The error is [ErrNoScheduler] or the
// context's.
func (s System) Choose(ctx context.Context) (Kind, error) {
	switch s.GOOS {
	case "darwin":
		return Launchd, nil
	case "windows":
		return Tasks, nil
	}
	if _, err := s.run(ctx, Command{Argv: []string{"systemctl", "--user", "show-environment"}}); err == nil {
		return Systemd, nil
	}
	if subprocess.Find(s.Path, "crontab") != "" {
		return Crontab, nil
	}
	return "", errors.Join(ctx.Err(), ErrNoScheduler)
}

// Plan says what registers a task with a scheduler. It changes nothing.
func (s System) Plan(ctx context.Context, kind Kind, task Task) (Plan, error) {
	if err := task.check(); err != nil {
		return Plan{}, err
	}
	switch kind {
	case Systemd:
		return s.systemd(task), nil
	case Launchd:
		return s.launchd(task), nil
	case Tasks:
		return s.windowsTask(task), nil
	}
	return s.crontab(ctx, task)
}

// Apply carries out a plan. After a failure it can be carried out again. Files of
// a job that did not come about are removed.
func (s System) Apply(ctx context.Context, plan Plan) (err error) {
	defer func() {
		if err != nil && plan.Outcome == Created {
			for _, file := range plan.Files {
				_ = os.Remove(file.Path) // the first error is what is told
			}
		}
	}()
	for _, file := range plan.Files {
		if err := put(file); err != nil {
			return err
		}
	}
	for _, command := range plan.Commands {
		if _, err := s.run(ctx, command); err != nil && (!command.Loose || ctx.Err() != nil) {
			return err
		}
	}
	return nil
}

// put writes or removes a file.
func put(file File) error {
	if file.Text == "" {
		if err := os.Remove(file.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file.Path), 0o700); err != nil {
		return err
	}
	_, err := atomicfile.Write(file.Path, 0o600, func(w io.Writer) error {
		_, err := w.Write(file.bytes())
		return err
	})
	return err
}

// outcome says what files will be to those that lie there.
func outcome(files []File) Outcome {
	all := Unchanged
	for _, file := range files {
		text, err := os.ReadFile(file.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return Created
		case !bytes.Equal(text, file.bytes()):
			all = Updated
		}
	}
	return all
}

// run runs a command by the name of its program.
func (s System) run(ctx context.Context, command Command) ([]byte, error) {
	program := command.Argv[0]
	path := subprocess.Find(s.Path, program, program+".exe")
	if path == "" {
		return nil, fmt.Errorf("there is no program %q on PATH", program)
	}
	return subprocess.Run(ctx, subprocess.Call{Path: path, Args: command.Argv[1:], Env: s.Environ, Input: command.Input})
}

// Jobs lists what of ours the system's schedulers hold. A crontab that may not be
// read holds nothing of ours.
func (s System) Jobs(ctx context.Context) []Job {
	var jobs []Job
	for _, of := range []struct {
		kind    Kind
		path    string
		enabled bool
	}{{Systemd, s.unit("timer"), s.unitEnabled()}, {Launchd, s.agent(), true}} {
		if text, err := os.ReadFile(of.path); err == nil {
			jobs = append(jobs, Job{Scheduler: of.kind, ID: of.path, Name: name, Ours: true, Enabled: of.enabled, Every: interval(text), Command: []string{}})
		}
	}
	if s.GOOS == "windows" {
		if _, err := s.run(ctx, Command{Argv: []string{"schtasks", "/Query", "/TN", name}}); err == nil {
			jobs = append(jobs, Job{Scheduler: Tasks, ID: name, Name: name, Ours: true, Enabled: true, Command: []string{}})
		}
	}
	table, _ := s.readCrontab(ctx)
	if line := ourLine(table); line != "" {
		jobs = append(jobs, Job{Scheduler: Crontab, ID: "crontab", Name: name, Ours: true, Enabled: line[0] != '#', Command: []string{}})
	}
	return jobs
}

// Removal says what removes one of [System.Jobs].
func (s System) Removal(ctx context.Context, kind Kind) (Plan, error) {
	plan := Plan{Scheduler: kind}
	switch kind {
	case Systemd:
		plan.Files = []File{{Path: s.wants()}, {Path: s.unit("timer")}, {Path: s.unit("service")}}
		// Stopped before systemd learns that the files are gone.
		plan.Commands = []Command{
			{Argv: []string{"systemctl", "--user", "stop", name + ".timer"}, Loose: true},
			{Argv: []string{"systemctl", "--user", "daemon-reload"}, Loose: true},
		}
	case Launchd:
		plan.Files = []File{{Path: s.agent()}}
		plan.Commands = []Command{{Argv: []string{"launchctl", "bootout", s.domain() + "/" + label}, Loose: true}}
	case Tasks:
		plan.Files = []File{{Path: s.taskFile()}}
		plan.Commands = []Command{{Argv: []string{"schtasks", "/Delete", "/TN", name, "/F"}}}
	case Crontab:
		table, err := s.readCrontab(ctx)
		if err != nil {
			return Plan{}, err
		}
		plan.Commands = []Command{{Argv: []string{"crontab", "-"}, Input: withLine(table, "")}}
	}
	return plan, nil
}

// everySeconds finds the interval in files that we wrote.
var everySeconds = regexp.MustCompile(`(?:OnUnitActiveSec=|<key>StartInterval</key>\s*<integer>)(\d{1,9})`)

func interval(text []byte) int {
	found := everySeconds.FindSubmatch(text)
	if found == nil {
		return 0
	}
	seconds, _ := strconv.Atoi(string(found[1])) // digits
	return seconds
}
