package schedule

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// machine is a system whose schedulers are scripts: each notes its calls, and
// crontab keeps its table in a file.
func machine(t *testing.T, programs ...string) (System, string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	dir := t.TempDir()
	for _, program := range programs {
		script := "#!/bin/sh\necho " + program + ` "$@" >> '` + dir + "/calls'\n"
		if program == "crontab" {
			script += `case $1 in
-l) [ -f '` + dir + `/table' ] || { echo 'no crontab for alice' >&2; exit 1; }; /bin/cat '` + dir + `/table' ;;
-) /bin/cat > '` + dir + `/table' ;;
esac
`
		}
		write(t, filepath.Join(dir, program), script, 0o755)
	}
	return System{GOOS: "linux", Home: dir, ConfigDir: filepath.Join(dir, "config"), TaskDir: dir, UID: 501, Path: dir}, dir
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(data)
}

func TestChoose(t *testing.T) {
	tests := []struct {
		name, goos string
		programs   []string
		want       Kind
	}{
		{"systemd", "linux", []string{"systemctl", "crontab"}, Systemd},
		{"no systemd of the user", "linux", []string{"crontab"}, Crontab},
		{"neither", "freebsd", nil, ""},
		{"macOS", "darwin", []string{"crontab"}, Launchd},
		{"Windows", "windows", nil, Tasks},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, _ := machine(t, test.programs...)
			s.GOOS = test.goos
			kind, err := s.Choose(t.Context())
			if kind != test.want || (err == nil) == (test.want == "") || err != nil && !errors.Is(err, ErrNoScheduler) {
				t.Errorf("got %q, %v, want %q", kind, err, test.want)
			}
		})
	}
}

// carryOut plans and applies a task.
func carryOut(t *testing.T, s System, kind Kind, task Task) Plan {
	t.Helper()
	plan, err := s.Plan(t.Context(), kind, task)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Apply(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// TestLife: with each scheduler a job is made once, changed, listed and removed,
// and nothing of it stays.
func TestLife(t *testing.T) {
	for _, test := range []struct {
		kind  Kind
		goos  string
		path  string // of what is written, below the directory
		every int    // as far as the files tell
		calls string
	}{
		{Systemd, "linux", "config/systemd/user/session-sync.timer", 7200, "systemctl --user daemon-reload\nsystemctl --user enable --now session-sync.timer\n"},
		{Launchd, "darwin", "Library/LaunchAgents/io.github.smallccwc.session-sync.plist", 7200,
			"launchctl bootout gui/501/io.github.smallccwc.session-sync\nlaunchctl bootstrap gui/501 DIR/Library/LaunchAgents/io.github.smallccwc.session-sync.plist\n"},
		{Tasks, "windows", "session-sync-task.xml", 0, "schtasks /Create /TN session-sync /XML DIR/session-sync-task.xml /F\n"},
		{Crontab, "linux", "table", 0, "crontab -l\ncrontab -\n"},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			s, dir := machine(t, "systemctl", "launchctl", "schtasks", "crontab")
			s.GOOS = test.goos
			if plan := carryOut(t, s, test.kind, awkward()); plan.Outcome != Created || !plan.Enabled {
				t.Errorf("got %+v", plan)
			}
			if got := strings.ReplaceAll(text(t, filepath.Join(dir, "calls")), dir, "DIR"); got != test.calls {
				t.Errorf("called %q, want %q", got, test.calls)
			}
			if test.kind == Systemd { // what enable does
				if err := os.MkdirAll(filepath.Dir(s.wants()), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(s.unit("timer"), s.wants()); err != nil {
					t.Fatal(err)
				}
			}
			first := text(t, filepath.Join(dir, test.path))
			if first == "" {
				t.Errorf("%s is not there", test.path)
			}
			if plan := carryOut(t, s, test.kind, awkward()); plan.Outcome != Unchanged || text(t, filepath.Join(dir, test.path)) != first {
				t.Errorf("the second time: %+v", plan)
			}
			if plan := carryOut(t, s, test.kind, plain()); plan.Outcome != Updated || text(t, filepath.Join(dir, test.path)) == first {
				t.Errorf("another task: %+v", plan)
			}
			jobs := s.Jobs(t.Context())
			if len(jobs) != 1 || jobs[0].Scheduler != test.kind || !jobs[0].Ours || !jobs[0].Enabled || jobs[0].Every != test.every {
				t.Errorf("lists %+v", jobs)
			}
			plan, err := s.Removal(t.Context(), test.kind)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Apply(t.Context(), plan); err != nil {
				t.Fatal(err)
			}
			s.GOOS = "linux" // the script knows no task at any time
			if jobs := s.Jobs(t.Context()); len(jobs) != 0 || text(t, filepath.Join(dir, test.path)) != "" {
				t.Errorf("%+v is left", jobs)
			}
		})
	}
}

// TestStaysOff: a timer and a line that people switched off are changed, and stay
// off.
func TestStaysOff(t *testing.T) {
	s, dir := machine(t, "systemctl", "crontab")
	carryOut(t, s, Systemd, plain())
	if plan := carryOut(t, s, Systemd, awkward()); plan.Enabled || len(plan.Commands) != 1 {
		t.Errorf("timer: %+v", plan)
	}
	write(t, filepath.Join(dir, "table"), "# mine\n#0 0 * * * x"+mark+"\n", 0o600)
	if plan := carryOut(t, s, Crontab, plain()); plan.Enabled || plan.Outcome != Updated {
		t.Errorf("crontab: %+v", plan)
	}
	if got, want := text(t, filepath.Join(dir, "table")), "# mine\n#0 */2 * * * /home/alice/.local/bin/session-sync sync --scheduled"+mark+"\n"; got != want {
		t.Errorf("the crontab is %q, want %q", got, want)
	}
	for _, job := range s.Jobs(t.Context()) {
		if job.Enabled {
			t.Errorf("%s is on", job.Scheduler)
		}
	}
}

// TestUnreadableCrontab: a crontab that can't be read is never replaced.
func TestUnreadableCrontab(t *testing.T) {
	s, dir := machine(t)
	write(t, filepath.Join(dir, "crontab"), "#!/bin/sh\necho 'alice may not use this program' >&2\nexit 1\n", 0o755)
	if plan, err := s.Plan(t.Context(), Crontab, plain()); err == nil || !strings.Contains(err.Error(), "alice may not") {
		t.Errorf("got %+v, %v", plan, err)
	}
	if jobs := s.Jobs(t.Context()); len(jobs) != 0 {
		t.Errorf("lists %+v", jobs)
	}
}

// TestApplyFails: a command that fails ends the plan, unless it may.
func TestApplyFails(t *testing.T) {
	s, dir := machine(t, "good")
	write(t, filepath.Join(dir, "bad"), "#!/bin/sh\nexit 3\n", 0o755)
	good, bad := Command{Argv: []string{"good"}}, Command{Argv: []string{"bad"}}
	if err := s.Apply(t.Context(), Plan{Commands: []Command{bad, good}}); err == nil || text(t, filepath.Join(dir, "calls")) != "" {
		t.Errorf("got %v", err)
	}
	bad.Loose = true
	if err := s.Apply(t.Context(), Plan{Commands: []Command{bad, good}}); err != nil || text(t, filepath.Join(dir, "calls")) != "good\n" {
		t.Errorf("got %v", err)
	}
	if err := s.Apply(t.Context(), Plan{Commands: []Command{{Argv: []string{"none"}}}}); err == nil {
		t.Error("ran a program that is not there")
	}
	made := filepath.Join(dir, "made")
	bad.Loose = false
	if err := s.Apply(t.Context(), Plan{Outcome: Created, Files: []File{{Path: made, Text: "x"}}, Commands: []Command{bad}}); err == nil || text(t, made) != "" {
		t.Errorf("got %v, and the file is there: a timer that was never switched on would look like one that was switched off", err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "good"), link); err != nil {
		t.Fatal(err)
	}
	if err := s.Apply(t.Context(), Plan{Files: []File{{Path: link, Text: "x"}}}); err == nil {
		t.Error("wrote through a link")
	}
}

func TestRefusesWords(t *testing.T) {
	for _, kind := range []Kind{Systemd, Launchd, Crontab, Tasks} {
		for _, word := range []string{"/a\nExecStart=/bin/evil", "/a\xffb"} {
			if _, err := (System{}).Plan(t.Context(), kind, Task{Argv: []string{word}, Every: time.Hour}); !errors.Is(err, ErrWords) {
				t.Errorf("%s: got %v for %q", kind, err, word)
			}
		}
	}
}

func TestInterval(t *testing.T) {
	for text, want := range map[string]int{"OnUnitActiveSec=60\n": 60, "": 0, "OnCalendar=daily": 0} {
		if got := interval([]byte(text)); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
