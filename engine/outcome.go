package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/source"
)

// Skip is something that was found and not read, as a report tells it.
type Skip struct {
	source.Skip
	Known bool // the run before could not read it either
}

// Report is the outcome of a sync.
type Report struct {
	Sessions    int
	Messages    int
	NewMessages int
	Deleted     int            // sessions that OpenClaw deleted, among Sessions
	Redactions  map[string]int // in all messages, by kind
	// RedactionRules are the same by rule, without those of versions that did
	// not count so.
	RedactionRules map[string]int
	// RedactedAgain is how many messages have another text than before because
	// of new rules.
	RedactedAgain int
	Sources       map[string]int
	Skipped       []Skip
	Output        string
	Archive       string
	Duration      time.Duration
	Unchanged     bool // nothing was new, so nothing was opened
	DryRun        bool
}

// Unread reports how many of the skipped things count as unread, and how many
// of those are new since the run before.
func (r Report) Unread() (all, fresh int) {
	for _, s := range r.Skipped {
		if s.Note {
			continue
		}
		all++
		if !s.Known {
			fresh++
		}
	}
	return all, fresh
}

// LastRun is what last_run.json holds: the outcome of the last run, and the
// state by which the next one tells that nothing changed.
type LastRun struct {
	SchemaVersion  int            `json:"schema_version"`
	Version        string         `json:"version"`
	Finished       time.Time      `json:"finished"`
	Succeeded      time.Time      `json:"succeeded,omitzero"` // last run that did not fail
	Error          string         `json:"error,omitempty"`
	DurationMS     int64          `json:"duration_ms"`
	Sessions       int            `json:"sessions"`
	Messages       int            `json:"messages"`
	NewMessages    int            `json:"new_messages"`
	Deleted        int            `json:"deleted_sessions"`
	Redactions     map[string]int `json:"redactions"`
	RedactionRules map[string]int `json:"redaction_rules,omitempty"`
	Sources        map[string]int `json:"sources"`
	Skipped        []source.Skip  `json:"skipped"`
	Output         string         `json:"output"`
	// ContentTime is the time of the last sync that changed shared content.
	ContentTime time.Time `json:"content_time,omitzero"`
	// FreshUntil is when files change although nothing is new, because what is
	// overdue depends on the day.
	FreshUntil time.Time `json:"fresh_until,omitzero"`
	// State digests everything that a run depends on.
	State string `json:"state,omitempty"`
	// Own digests what the shared files are made of, apart from OpenClaw's
	// files. While it is the same, Rendered tells what is in them.
	Own      string     `json:"own,omitempty"`
	Rendered []rendered `json:"rendered,omitempty"`
	// ReadFrom is when the last run that did not fail began to look at
	// OpenClaw's files.
	ReadFrom time.Time `json:"read_from,omitzero"`
}

const lastRunVersion = 1

// rendered is a shared_chat.json that a run wrote.
type rendered struct {
	Path     string `json:"path"`
	Digest   string `json:"digest"`   // see [export.File.Digest]
	Revision int64  `json:"revision"` // of the archive
}

// earlier is the file at path as far as it need not be rendered again: nothing
// of it when anything but OpenClaw's files changed since the last run.
func (l LastRun) earlier(path, own string) *export.Earlier {
	const maxSize = 64 << 20
	for _, r := range l.Rendered {
		if r.Path != path || l.Own == "" || l.Own != own {
			continue
		}
		file, info, err := regular.Open(path)
		if err != nil || info.Size() > maxSize {
			return nil
		}
		defer file.Close()
		text := make([]byte, info.Size())
		if _, err := io.ReadFull(file, text); err != nil {
			return nil
		}
		return export.TakeApart(text, r.Digest, r.Revision)
	}
	return nil
}

// readLastRun gives the zero value when there is none or it is not readable:
// it is only a memory aid, and the archive holds the truth.
func readLastRun(path string) LastRun {
	const maxSize = 16 << 20
	var last LastRun
	file, _, err := regular.Open(path)
	if err != nil {
		return LastRun{}
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxSize))
	if err != nil || json.Unmarshal(data, &last) != nil || last.SchemaVersion != lastRunVersion {
		return LastRun{}
	}
	return last
}

func (l LastRun) write(path string) error {
	err := atomicfile.Note(path, 0o600, func(w io.Writer) error {
		out := json.NewEncoder(w)
		out.SetIndent("", " ")
		return out.Encode(l)
	})
	if err != nil {
		return fmt.Errorf("keeping the outcome of the run: %w", err)
	}
	return nil
}

// knownSkips is what the run before could not read.
func (l LastRun) knownSkips() map[string]bool {
	known := map[string]bool{}
	for _, s := range l.Skipped {
		known[skipKey(s)] = true
	}
	return known
}

// Skips is what the last run could not read, all of it known by now.
func (l LastRun) Skips() []Skip {
	var skips []Skip
	for _, s := range l.Skipped {
		skips = append(skips, Skip{Skip: s, Known: true})
	}
	return skips
}

// fresh reports whether the files are those of the day. A clock that was set back
// makes the day unknown.
func (l LastRun) fresh(now time.Time) bool {
	return l.FreshUntil.IsZero() || now.Before(l.FreshUntil) && !now.Before(l.ReadFrom)
}

func skipKey(s source.Skip) string { return string(s.Reason) + "\x00" + s.Where }

// LastRun reads the outcome of the last run; the zero value when there is none.
func (e *Engine) LastRun() LastRun { return readLastRun(e.Places.lastRun()) }

// fileState is the size and time of a file of ours, or that it is missing.
func fileState(path string) string {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "missing"
	}
	if err != nil {
		return "unreadable"
	}
	return fmt.Sprintf("%d %d %v", info.Size(), info.ModTime().UnixNano(), info.Mode())
}
