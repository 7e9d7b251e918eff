package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func TestCompletionScripts(t *testing.T) {
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			if script := printed(t, shell); !strings.Contains(script, "session-sync completion "+shell) {
				t.Errorf("the script does not say how to turn it on:\n%s", script)
			}
		})
	}
}

// printed is the script that the command prints, which has to be the file.
func printed(t *testing.T, shell string) string {
	t.Helper()
	o := newOutside(t)
	code := run(t.Context(), []string{"completion", shell}, o.World)
	script, err := os.ReadFile(filepath.Join("console", "completion", shell))
	if err != nil {
		t.Fatal(err)
	}
	if code != exitDone || o.out.String() != string(script) {
		t.Fatalf("exits with %d and prints %q", code, o.out.String())
	}
	return o.out.String()
}

// TestShells asks each shell that is installed to complete a line.
func TestShells(t *testing.T) {
	drivers := map[string]struct {
		program, check, drive string
		options               []string
	}{
		"bash": {program: "bash", check: "-n", drive: `
source "$1"
COMP_LINE=$2 COMP_POINT=${#2}
COMP_WORDS=("${@:3}")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_session_sync session-sync
printf '%s\n' "${COMPREPLY[@]}"`},
		"zsh": {program: "zsh", check: "-n", drive: `
compdef() {}
compset() {}
_files() { print -- files }
compadd() { print -rl -- $candidates }
source $1
words=(${(z)2}) && [[ $2 == *' ' ]] && words+=('')
CURRENT=$#words PREFIX=${words[-1]#[\"\']}
_session_sync`},
		"fish": {program: "fish", check: "--no-execute", drive: `
source $argv[2]
complete --do-complete $argv[3] | string replace --regex '\t.*' ''; true`},
		"powershell": {program: "pwsh", options: []string{"-NoProfile", "-File"}, drive: `
. $args[0]
[System.Management.Automation.CommandCompletion]::CompleteInput($args[1], $args[1].Length, $null).CompletionMatches.CompletionText`},
	}
	tests := []struct {
		name, line string
		pieces     []string // as bash breaks the line
		want       string
		bash       string // what bash puts in stands in place of the last piece
	}{
		{"command", "session-sync versi", []string{"session-sync", "versi"}, "version", "version"},
		{"empty word", "session-sync config ", []string{"session-sync", "config", ""}, "show path init", "show path init"},
		{"colons", "session-sync show agent:work:da", []string{"session-sync", "show", "agent", ":", "work", ":", "da"},
			"agent:work:dashboard:lab-ui", "dashboard:lab-ui"},
		{"behind a colon", "session-sync show agent:work:", []string{"session-sync", "show", "agent", ":", "work", ":"},
			"agent:work:dashboard:lab-ui", "dashboard:lab-ui"},
		{"open quote", `session-sync show "agent:work:da`, []string{"session-sync", "show", `"agent:work:da`},
			"agent:work:dashboard:lab-ui", "agent:work:dashboard:lab-ui"},
		{"quoted word before", `session-sync --lang 'zh' show agent:work:da`, []string{"session-sync", "--lang", `'zh'`, "show", "agent", ":", "work", ":", "da"},
			"agent:work:dashboard:lab-ui", "dashboard:lab-ui"},
		{"value", "session-sync list --kind cr", []string{"session-sync", "list", "--kind", "cr"}, "cron", "cron"},
		{"joined value", "session-sync list --kind=cr", []string{"session-sync", "list", "--kind", "=", "cr"}, "--kind=cron", "cron"},
	}
	o := newArchived(t, chats())
	stateDir, _ := o.Env("OPENCLAW_STATE_DIR")
	for _, shell := range shells {
		t.Run(shell, func(t *testing.T) {
			driver := drivers[shell]
			program, err := exec.LookPath(driver.program)
			if err != nil {
				t.Skipf("%s is not installed", driver.program)
			}
			if runtime.GOOS == "windows" && shell != "powershell" {
				t.Skip("the shells of Unix have paths of their own here")
			}
			dir := t.TempDir()
			script, drive := filepath.Join(dir, "script.ps1"), filepath.Join(dir, "drive.ps1") // PowerShell wants the ending
			if err := os.WriteFile(script, []byte(printed(t, shell)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(drive, []byte(driver.drive), 0o600); err != nil {
				t.Fatal(err)
			}
			execute := func(args ...string) string {
				command := exec.Command(program, args...)
				command.Env = append(os.Environ(), "HOME="+dir, "OPENCLAW_STATE_DIR="+stateDir, "LC_ALL=C.UTF-8")
				out, err := command.CombinedOutput()
				if err != nil {
					t.Errorf("%s %q: %v: %s", program, args, err, out)
				}
				return strings.Join(strings.Fields(string(out)), " ")
			}
			if driver.check != "" {
				execute(driver.check, script)
			}
			for _, test := range tests {
				t.Run(test.name, func(t *testing.T) {
					want := test.want
					args := append(slices.Clone(driver.options), drive, script, test.line)
					switch shell {
					case "bash":
						want = test.bash
						args = append(args, test.pieces...)
					case "fish":
						args = append([]string{"-c", driver.drive, drive}, args[1:]...)
					}
					if got := execute(args...); got != want {
						t.Errorf("got %q, want %q", got, want)
					}
				})
			}
		})
	}
}
