package schedule

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func (s System) unit(suffix string) string {
	return filepath.Join(s.ConfigDir, "systemd", "user", name+"."+suffix)
}

// wants is the link by which systemd starts the timer.
func (s System) wants() string {
	return filepath.Join(s.ConfigDir, "systemd", "user", "timers.target.wants", name+".timer")
}

func (s System) unitEnabled() bool {
	_, err := os.Lstat(s.wants())
	return err == nil
}

func (s System) systemd(task Task) Plan {
	plan := Plan{
		Scheduler: Systemd, Task: task, Enabled: true,
		Files: []File{{Path: s.unit("service"), Text: service(task)}, {Path: s.unit("timer"), Text: timer(task)}},
		Commands: []Command{
			{Argv: []string{"systemctl", "--user", "daemon-reload"}},
			{Argv: []string{"systemctl", "--user", "enable", "--now", name + ".timer"}},
		},
	}
	plan.Outcome = outcome(plan.Files)
	if _, err := os.Lstat(s.unit("timer")); err == nil && !s.unitEnabled() {
		plan.Enabled, plan.Commands = false, plan.Commands[:1]
	}
	return plan
}

func service(task Task) string {
	argv := task.Argv
	if strings.ContainsAny(argv[0], `"'\`) { // systemd takes no such program, but any argument
		argv = slices.Concat([]string{"/usr/bin/env"}, argv)
	}
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = systemdWord(word, i == 0)
	}
	return fmt.Sprintf(`[Unit]
Description=session-sync: one archive of all OpenClaw sessions

[Service]
Type=oneshot
ExecStart=%s
TimeoutStartSec=%d
Nice=10
`, strings.Join(words, " "), int(runLimit.Seconds()))
}

func timer(task Task) string {
	return fmt.Sprintf(`[Unit]
Description=session-sync every %d minutes

[Timer]
OnActiveSec=60
OnUnitActiveSec=%d

[Install]
WantedBy=timers.target
`, task.minutes(), int(task.Every.Seconds()))
}

// systemdWord quotes a word of ExecStart. Specifiers are expanded in all words,
// variables in all but the first.
func systemdWord(word string, first bool) string {
	if isPlain(word) {
		return word
	}
	pairs := []string{`\`, `\\`, `"`, `\"`, "%", "%%"}
	if !first {
		pairs = append(pairs, "$", "$$")
	}
	return `"` + strings.NewReplacer(pairs...).Replace(word) + `"`
}
