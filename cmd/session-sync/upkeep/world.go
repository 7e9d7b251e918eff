package upkeep

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/smallccwc/chronosync/cmd/session-sync/console"
	"github.com/smallccwc/chronosync/cmd/session-sync/terminal"
	"github.com/smallccwc/chronosync/engine"
)

// open finds the installation and what it can be registered with.
func open(a *console.App) (*engine.Upkeep, error) {
	e, err := a.Open("")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	path, _ := a.Env("PATH")
	return e.Upkeep(engine.UpkeepOptions{Program: calledAs(os.Args[0], self, path), Environ: os.Environ()}), nil
}

// calledAs is the path by which people call this program. Links in it stay: what
// they lead to may have another name after the next update.
func calledAs(typed, self, path string) string {
	candidates := []string{typed}
	if !strings.ContainsRune(filepath.ToSlash(typed), '/') {
		candidates = nil
		for _, dir := range filepath.SplitList(path) {
			if filepath.IsAbs(dir) {
				candidates = append(candidates, filepath.Join(dir, typed), filepath.Join(dir, typed+".exe"))
			}
		}
	}
	mine, err := os.Stat(self)
	for _, candidate := range candidates {
		abs, absErr := filepath.Abs(candidate)
		if info, statErr := os.Stat(abs); err == nil && absErr == nil && statErr == nil && os.SameFile(mine, info) {
			return abs
		}
	}
	return self
}

// ask shows people what is about to be done and asks them. Where nobody can
// answer nothing is shown: programs may read stderr.
func ask(a *console.App, show func(), question terminal.Phrase) error {
	if a.Answered {
		show()
	}
	return a.Confirm(question)
}

// scheduler names a scheduler to people.
func scheduler(kind engine.Scheduler) terminal.Phrase {
	switch kind {
	case engine.InOpenClaw:
		return terminal.Both("OpenClaw", "OpenClaw")
	case engine.BySystemd:
		return terminal.Both("systemd 用户定时器", "a systemd user timer")
	case engine.ByLaunchd:
		return terminal.Both("launchd 代理", "a launchd agent")
	case engine.ByCrontab:
		return terminal.Both("crontab", "the crontab")
	}
	return terminal.Both("Windows 计划任务", "a Windows task")
}
