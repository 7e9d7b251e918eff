package openclaw

import (
	"context"
	"database/sql"
	"maps"
	"path/filepath"

	"github.com/smallccwc/chronosync/engine/internal/livesqlite"
	"github.com/smallccwc/chronosync/engine/source"
)

// Census is what a state directory holds, told by names of files and by rows of
// databases. It costs a listing and an index scan; no entry is decoded.
type Census struct {
	Files     []Held              // transcripts in files, but for those that rows hold too
	Rows      map[source.Kind]int // transcripts in databases, and those that rows name (cold)
	Databases int
	Skips     []source.Skip // what could not be looked at
}

// Held is a transcript in a file.
type Held struct {
	ID   string // as in [source.Transcript]
	Kind source.Kind
	// InDatabase: a database beside it knows its session. A live file is then
	// left from before OpenClaw's migration, or written by an older release
	// since.
	InDatabase bool
}

// Leftover reports whether OpenClaw's migration left the file behind.
func (h Held) Leftover() bool {
	return h.Kind == source.KindImport || h.Kind == source.KindJSONL && h.InDatabase
}

// Census takes stock without reading any transcript and without writing
// anything: a database that would need a copy is named as busy.
func (s *Source) Census(ctx context.Context) (Census, error) {
	found, err := s.list(ctx)
	if err != nil {
		return Census{}, err
	}
	c := Census{Rows: map[source.Kind]int{}, Skips: found.skips}
	r := &reader{Source: s, ctx: ctx}
	for _, st := range found.stores {
		rows := rowCensus{sessions: map[string]bool{}, published: map[string]bool{}, count: c.Rows}
		for _, f := range st.databases {
			err := r.countRows(f, &rows)
			switch {
			case ctx.Err() != nil:
				return Census{}, ctx.Err()
			case err != nil && !r.foreign(f, err):
				c.Skips = append(c.Skips, source.Skip{Where: f.id, Reason: databaseReason(err), Count: 1, Fatal: true})
			case err == nil:
				c.Databases++
			}
		}
		for _, f := range st.files {
			if !rows.published[filepath.Base(f.path)] {
				c.Files = append(c.Files, Held{ID: f.id, Kind: f.name.kind, InDatabase: rows.sessions[f.name.sessionID]})
			}
		}
	}
	return c, nil
}

// rowCensus is what the databases of one store hold.
type rowCensus struct {
	sessions  map[string]bool // ids
	published map[string]bool // names of archive files with the same bytes as a row
	count     map[source.Kind]int
}

func (r *reader) countRows(f file, rows *rowCensus) error {
	opened, err := livesqlite.Open(r.ctx, f.path, livesqlite.Options{})
	if err != nil {
		return err
	}
	defer opened.Close()
	db := &database{DB: opened, file: f}
	if err := db.inspect(r.ctx); err != nil {
		return failed(err)
	}
	found := rowCensus{map[string]bool{}, map[string]bool{}, map[source.Kind]int{}}
	for _, part := range []struct {
		kind         source.Kind
		table, query string
	}{
		{source.KindSQLite, "transcript_events", "SELECT DISTINCT session_id, '' FROM transcript_events"},
		{source.KindSQLiteArchive, "session_transcript_archives", "SELECT session_id, coalesce(" + db.column("session_transcript_archives", "archive_name") + ", '') FROM session_transcript_archives"},
		{source.KindCold, "session_transcript_cold_archives", "SELECT session_id, '' FROM session_transcript_cold_archives"},
	} {
		if !db.has(part.table, "session_id") {
			continue
		}
		err := db.query(r.ctx, func(result *sql.Rows) error {
			var id, published string
			err := result.Scan(&id, &published)
			found.sessions[id] = true
			found.published[published] = true
			found.count[part.kind]++
			return err
		}, part.query)
		if err != nil {
			return failed(err)
		}
	}
	if err := opened.Verify(); err != nil {
		return err
	}
	if len(db.tables) == 0 && db.filled {
		return errUnknownSchema
	}
	maps.Copy(rows.sessions, found.sessions)
	maps.Copy(rows.published, found.published)
	for kind, n := range found.count {
		rows.count[kind] += n
	}
	return nil
}
