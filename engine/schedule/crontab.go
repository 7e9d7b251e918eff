package schedule

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/subprocess"
)

// ErrInterval says that a crontab has no words for an interval.
var ErrInterval = errors.New("a crontab takes intervals that divide an hour or a day, such as 15m, 30m, 1h or 6h")

// mark ends our line of the crontab. The shell takes it for a comment.
const mark = " # " + Key

// crontab plans to put our line in place of the one that is there, or at the end.
func (s System) crontab(ctx context.Context, task Task) (Plan, error) {
	line, err := cronLine(task)
	if err != nil {
		return Plan{}, err
	}
	table, err := s.readCrontab(ctx)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{Scheduler: Crontab, Task: task, Line: line, Enabled: true, Outcome: Updated}
	was := ourLine(table)
	if strings.HasPrefix(was, "#") {
		line, plan.Enabled = "#"+line, false
	}
	switch was {
	case line:
		plan.Outcome = Unchanged
		return plan, nil
	case "":
		plan.Outcome = Created
	}
	plan.Commands = []Command{{Argv: []string{"crontab", "-"}, Input: withLine(table, line)}}
	return plan, nil
}

// cronLine is a line of a crontab. Its first part is cron's, the rest a shell's.
// Also there a % ends the command for cron, unless a backslash stands before it:
// one of our own, outside of the quotes, where none of the word's can join it.
func cronLine(task Task) (string, error) {
	var when string
	switch m := task.minutes(); {
	case m > 0 && m < 60 && 60%m == 0:
		when = fmt.Sprintf("*/%d * * * *", m)
	case m >= 60 && m < 24*60 && m%60 == 0 && 24%(m/60) == 0:
		when = fmt.Sprintf("0 */%d * * *", m/60)
	case m == 24*60:
		when = "0 0 * * *"
	default:
		return "", ErrInterval
	}
	words := make([]string, len(task.Argv))
	for i, word := range task.Argv {
		if words[i] = word; !isPlain(word) {
			words[i] = "'" + strings.NewReplacer("'", `'\''`, "%", `'\%'`).Replace(word) + "'"
		}
	}
	return when + " " + strings.Join(words, " ") + mark, nil
}

// readCrontab gives the user's crontab, "" when there is none. Every other
// failure is an error: what could not be read must not be replaced.
func (s System) readCrontab(ctx context.Context) (string, error) {
	table, err := s.run(ctx, Command{Argv: []string{"crontab", "-l"}})
	var failed *subprocess.Error
	if errors.As(err, &failed) && failed.Exit == 1 {
		for _, none := range []string{"no crontab for", "No such file or directory"} { // Vixie's and BusyBox's words
			if strings.Contains(failed.Detail, none) {
				return "", nil
			}
		}
	}
	return string(table), err
}

// ourLine finds our line of a crontab, "" when there is none.
func ourLine(table string) string {
	for line := range strings.Lines(table) {
		if line = strings.TrimRight(line, " \t\r\n"); strings.HasSuffix(line, mark) {
			return line
		}
	}
	return ""
}

// withLine puts a line into a crontab in place of ours, or at its end; "" takes
// ours out. All others stay as they are.
func withLine(table, line string) string {
	var b strings.Builder
	for old := range strings.Lines(table) {
		if !strings.HasSuffix(strings.TrimRight(old, " \t\r\n"), mark) {
			b.WriteString(old)
			continue
		}
		if line != "" {
			b.WriteString(line + "\n")
			line = ""
		}
	}
	if line != "" {
		if text := b.String(); text != "" && !strings.HasSuffix(text, "\n") {
			b.WriteString("\n")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
