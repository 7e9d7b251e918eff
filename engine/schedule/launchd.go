package schedule

import (
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
)

// label names the agent of launchd.
const label = "io.github.smallccwc.session-sync"

func (s System) agent() string {
	return filepath.Join(s.Home, "Library", "LaunchAgents", label+".plist")
}

func (s System) domain() string { return fmt.Sprintf("gui/%d", s.UID) }

func (s System) launchd(task Task) Plan {
	files := []File{{Path: s.agent(), Text: propertyList(task)}}
	return Plan{
		Scheduler: Launchd, Task: task, Enabled: true, Files: files, Outcome: outcome(files),
		Commands: []Command{
			// An agent that is loaded is not read again.
			{Argv: []string{"launchctl", "bootout", s.domain() + "/" + label}, Loose: true},
			{Argv: []string{"launchctl", "bootstrap", s.domain(), s.agent()}},
		},
	}
}

func propertyList(task Task) string {
	var words strings.Builder
	for _, word := range task.Argv {
		words.WriteString("\t\t<string>" + inXML(word) + "</string>\n")
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>%s</string>
	<key>ProgramArguments</key>
	<array>
%s	</array>
	<key>StartInterval</key>
	<integer>%d</integer>
	<key>RunAtLoad</key>
	<true/>
	<key>ProcessType</key>
	<string>Background</string>
</dict>
</plist>
`, label, words.String(), int(task.Every.Seconds()))
}

func inXML(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
