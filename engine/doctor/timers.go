package doctor

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// syncCall is a call of our program that syncs, also with a full path, in
// quotes, or with flags before the command. It does not reach over the end of a
// command.
var syncCall = regexp.MustCompile(`(?:^|[\s/\\"'=>])session-sync(?:\.exe)?["']?\s(?:[^|;&\n]*\s)?sync(?:$|[\s"'.;|&<])`)

// Syncs reports whether a command, or what an agent is told to do, runs a sync.
func Syncs(command string) bool { return syncCall.MatchString(command) }

// Timers finds what of the system runs a sync: systemd timers and launchd
// agents of the user, and lines of crontabs where they may be read. configDir is
// the user's directory for settings; root that of the system, / but in tests.
func Timers(home, configDir, root string) []Job {
	var jobs []Job
	units := filepath.Join(configDir, "systemd", "user")
	for _, path := range list(units, "*.timer") {
		// Only a timer that is linked here is started.
		_, err := os.Lstat(filepath.Join(units, "timers.target.wants", filepath.Base(path)))
		if err == nil && (strings.Contains(filepath.Base(path), programName) || bytes.Contains(contents(path), []byte(programName))) {
			jobs = append(jobs, Job{Where: path, Enabled: true})
		}
	}
	for _, path := range list(filepath.Join(home, "Library", "LaunchAgents"), "*.plist") {
		if text := contents(path); bytes.Contains(text, []byte(programName)) && bytes.Contains(text, []byte(">sync<")) {
			jobs = append(jobs, Job{Where: path, Enabled: true})
		}
	}
	crontabs := append(list(filepath.Join(root, "etc", "cron.d"), "*"), filepath.Join(root, "etc", "crontab"))
	crontabs = append(crontabs, list(filepath.Join(root, "var", "spool", "cron", "crontabs"), "*")...)
	crontabs = append(crontabs, list(filepath.Join(root, "var", "spool", "cron"), "*")...)
	for _, path := range crontabs {
		if callsSync(contents(path)) {
			jobs = append(jobs, Job{Where: path, Enabled: true})
		}
	}
	return jobs
}

// callsSync looks through the lines of a crontab.
func callsSync(crontab []byte) bool {
	for line := range bytes.Lines(crontab) {
		if line = bytes.TrimSpace(line); !bytes.HasPrefix(line, []byte("#")) && Syncs(string(line)) {
			return true
		}
	}
	return false
}

// list gives the files of a directory whose names match, nil when it may not be
// read.
func list(dir, pattern string) []string {
	entries, _ := os.ReadDir(dir)
	var paths []string
	for _, entry := range entries[:min(len(entries), maxFolders)] {
		if match, _ := filepath.Match(pattern, entry.Name()); match && !entry.IsDir() { // the pattern is ours
			paths = append(paths, filepath.Join(dir, entry.Name()))
		}
	}
	return paths
}

// contents reads a small file, following links: people keep such files elsewhere.
func contents(path string) []byte {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil
	}
	return manifest(real)
}
