package openclaw

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/json5"
	"github.com/smallccwc/chronosync/engine/internal/livesqlite"
	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// Job is one job of OpenClaw's scheduler. What it says is its owner's: show
// nothing of it but of a job that is known to be ours.
type Job struct {
	ID      string
	Key     string // the declaration key, "" when it has none
	Command string // arguments joined with spaces, or what the agent is told
	Enabled bool
	Every   time.Duration // 0 for other kinds of schedules
}

const (
	jobsFile     = "cron/jobs.json"        // up to the 2026.6 releases
	jobsDatabase = "state/openclaw.sqlite" // table cron_jobs since then
	maxJobs      = 10_000
	maxJobsBytes = 8 << 20
)

// Jobs reads OpenClaw's scheduler, in both places where releases kept it. The
// error tells that a place could not be read; the jobs of the other one come
// with it.
func (s *Source) Jobs(ctx context.Context) ([]Job, error) {
	inRows, rowsErr := s.jobsInDatabase(ctx)
	inFile, fileErr := s.jobsInFile()
	return append(inRows, inFile...), errors.Join(rowsErr, fileErr)
}

func (s *Source) jobsInFile() ([]Job, error) {
	file, _, err := regular.Open(filepath.Join(s.root, filepath.FromSlash(jobsFile)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", jobsFile, err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxJobsBytes))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", jobsFile, err)
	}
	jobs, err := decodeJobs(data)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", jobsFile, err)
	}
	return jobs, nil
}

// decodeJobs reads {"version":1,"jobs":[...]}.
func decodeJobs(data []byte) ([]Job, error) {
	value, err := json5.Decode(data)
	if err != nil {
		return nil, err
	}
	tree, isMap := value.(map[string]any)
	if !isMap {
		return nil, errNoObject
	}
	var jobs []Job
	list, _ := tree["jobs"].([]any)
	for _, item := range list[:min(len(list), maxJobs)] {
		if entry, isMap := item.(map[string]any); isMap {
			jobs = append(jobs, jobOf(entry))
		}
	}
	return jobs, nil
}

func jobOf(entry map[string]any) Job {
	enabled, said := entry["enabled"].(bool)
	every, _ := child(entry, "schedule")["everyMs"].(float64)
	return Job{
		ID: str(entry, "id"), Key: str(entry, "declarationKey"), Command: commandOf(child(entry, "payload")),
		Enabled: enabled || !said, Every: milliseconds(every),
	}
}

// commandOf is what a payload runs or tells the agent.
func commandOf(payload map[string]any) string {
	if argv, isList := payload["argv"].([]any); isList {
		var words []string
		for _, word := range argv {
			text, _ := word.(string)
			words = append(words, text)
		}
		return strings.Join(words, " ")
	}
	if message := str(payload, "message"); message != "" {
		return message
	}
	return str(payload, "text")
}

// milliseconds makes a duration of a number that a stranger wrote; 0 for one
// that is no interval.
func milliseconds(n float64) time.Duration {
	const most = float64(100 * 365 * 24 * time.Hour / time.Millisecond)
	if !(n > 0 && n <= most) {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

func (s *Source) jobsInDatabase(ctx context.Context) ([]Job, error) {
	opened, err := livesqlite.Open(ctx, filepath.Join(s.root, filepath.FromSlash(jobsDatabase)), livesqlite.Options{})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	db := &database{DB: opened}
	jobs, err := db.jobs(ctx)
	if err == nil {
		err = opened.Verify()
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", jobsDatabase, livesqlite.Classify(err))
	}
	return jobs, nil
}

// jobs reads the one table that we need; others of this database hold
// credentials.
func (db *database) jobs(ctx context.Context) ([]Job, error) {
	const table = "cron_jobs"
	columns := map[string]bool{}
	err := db.query(ctx, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		columns[name] = true
		return err
	}, "SELECT name FROM pragma_table_info('"+table+"')")
	db.tables = map[string]map[string]bool{table: columns}
	if err != nil || !db.has(table, "job_id", "enabled") {
		return nil, err
	}
	var jobs []Job
	err = db.query(ctx, func(rows *sql.Rows) error {
		var id, key, message, whole sql.NullString
		var enabled sql.NullBool
		var every sql.NullFloat64
		if err := rows.Scan(&id, &enabled, &key, &every, &message, &whole); err != nil {
			return err
		}
		job := Job{ID: id.String, Key: key.String, Command: message.String, Enabled: enabled.Bool, Every: milliseconds(every.Float64)}
		if payload := objectIn(message.String); payload != nil {
			job.Command = commandOf(payload)
		} else if job.Command == "" {
			job.Command = commandOf(child(objectIn(whole.String), "payload"))
		}
		jobs = append(jobs, job)
		return nil
	}, "SELECT job_id, enabled, "+db.column(table, "declaration_key")+", "+db.column(table, "every_ms")+
		", substr("+db.column(table, "payload_message")+", 1, ?1), substr("+db.column(table, "job_json")+", 1, ?1) FROM "+table+" ORDER BY job_id LIMIT ?2",
		maxJobsBytes, maxJobs)
	return jobs, err
}

// objectIn decodes text that is an object, nil for any other.
func objectIn(text string) map[string]any {
	value, err := json5.Decode([]byte(text))
	if err != nil {
		return nil
	}
	tree, _ := value.(map[string]any)
	return tree
}
