package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind is a scheduler.
type Kind string

// Schedulers.
const (
	InOpenClaw Kind = "openclaw"
	Systemd    Kind = "systemd"
	Launchd    Kind = "launchd"
	Crontab    Kind = "crontab"
	Tasks      Kind = "task-scheduler"
)

const (
	// Key is how our job in OpenClaw's scheduler says that it is the sync.
	Key = "session-sync:sync"

	name     = "session-sync"
	runLimit = 10 * time.Minute // of one sync
)

// ErrWords says that a program or a path can't be written down for a scheduler.
var ErrWords = errors.New("control characters, and names that are not UTF-8, can't be written into a schedule")

// Task is what is to be run.
type Task struct {
	Argv  []string      // program and arguments
	Every time.Duration // whole minutes
}

// check refuses what schedulers could not be told: most of them put another
// letter in the place of what is not UTF-8, and would run another program.
func (t Task) check() error {
	for _, word := range t.Argv {
		if !utf8.ValidString(word) || strings.ContainsFunc(word, unicode.IsControl) {
			return fmt.Errorf("%w: %q", ErrWords, word)
		}
	}
	return nil
}

func (t Task) minutes() int { return int(t.Every / time.Minute) }

// Job is a scheduled sync as its scheduler tells of it. What that does not tell
// is zero.
type Job struct {
	Scheduler Kind      `json:"scheduler"`
	ID        string    `json:"id"`   // in OpenClaw's scheduler; otherwise the file or the name of the task
	Name      string    `json:"name"` // anything: people choose it
	Ours      bool      `json:"ours"` // registered by us; otherwise it looks like a sync
	Enabled   bool      `json:"enabled"`
	Every     int       `json:"every_seconds"`
	Command   []string  `json:"command"` // never nil
	LastRun   time.Time `json:"last_run,omitzero"`
	Status    string    `json:"last_status"` // in OpenClaw's words: ok, error, skipped
	Error     string    `json:"last_error"`
	NextRun   time.Time `json:"next_run,omitzero"`
}

// Outcome says what became of a job.
type Outcome string

// Outcomes of registering a job.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// isPlain reports whether no scheduler and no shell finds anything special in a
// word.
func isPlain(word string) bool {
	return word != "" && strings.IndexFunc(word, func(r rune) bool {
		letter := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		return !letter && !strings.ContainsRune("/._-+,:@", r)
	}) < 0
}
