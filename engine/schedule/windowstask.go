package schedule

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf16"
)

func (s System) taskFile() string { return filepath.Join(s.TaskDir, "session-sync-task.xml") }

func (s System) windowsTask(task Task) Plan {
	files := []File{{s.taskFile(), taskXML(task), true}}
	return Plan{
		Scheduler: Tasks, Task: task, Enabled: true, Files: files, Outcome: outcome(files),
		Commands: []Command{{Argv: []string{"schtasks", "/Create", "/TN", name, "/XML", s.taskFile(), "/F"}}},
	}
}

// taskXML describes a task that runs as its user, also on batteries, and never
// twice at a time.
func taskXML(task Task) string {
	words := make([]string, len(task.Argv)-1)
	for i, word := range task.Argv[1:] {
		words[i] = windowsWord(word)
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>session-sync: one archive of all OpenClaw sessions</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Repetition>
        <Interval>PT%dM</Interval>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2026-01-01T00:00:00</StartBoundary>
      <Enabled>true</Enabled>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT%dM</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%s</Command>
      <Arguments>%s</Arguments>
    </Exec>
  </Actions>
</Task>
`, task.minutes(), int(runLimit.Minutes()), inXML(task.Argv[0]), inXML(strings.Join(words, " ")))
}

// windowsWord quotes an argument as programs on Windows take command lines apart:
// backslashes count twice before a quote, and only there.
func windowsWord(word string) string {
	if word != "" && !strings.ContainsAny(word, " \t\"") {
		return word
	}
	var b strings.Builder
	b.WriteByte('"')
	slashes := 0
	for _, r := range word {
		switch r {
		case '\\':
			slashes++
			continue
		case '"':
			slashes = 2*slashes + 1
		}
		b.WriteString(strings.Repeat(`\`, slashes) + string(r))
		slashes = 0
	}
	return b.String() + strings.Repeat(`\`, 2*slashes) + `"`
}

// inUTF16 gives a text the encoding that its first line names and schtasks wants.
func inUTF16(text string) []byte {
	out := binary.LittleEndian.AppendUint16(nil, 0xFEFF)
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}
