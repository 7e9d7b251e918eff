package openclaw

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/internal/jsonscan"
	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// storedCursor remembers an archive that was read; its digest says whether it
// is still the same one.
type storedCursor struct {
	Digest string `json:"d"` // keyed, of the digest in the row
	Skips  tally  `json:"skips,omitempty"`
}

// stored is one whole transcript that a row holds or names.
type stored struct {
	id        string
	kind      source.Kind
	sessionID string
	sha256    string // hex digest of the stored bytes, as the row says
	published string // name of the file with the same bytes
	deleted   bool
	packed    bool // zstd
	cold      bool // lines are rows of tables, not entries
	load      func() ([]byte, error)
}

// errStored marks why stored bytes can't be had.
type errStored struct{ reason source.Reason }

func (e errStored) Error() string { return "stored transcript: " + string(e.reason) }

// storedArchives reads transcripts of deleted and reclaimed sessions that the
// database keeps. The published file has the same bytes, so it is left alone
// when the row was good.
func (r *reader) storedArchives(st *store, db *database, w *windows) error {
	const table = "session_transcript_archives"
	if !db.has(table, "session_id", "generation", "session_key", "reason", "encoding", "archive_blob", "archive_sha256", "archive_name") {
		return nil
	}
	var archives []stored
	err := db.query(r.ctx, func(rows *sql.Rows) error {
		s := stored{kind: source.KindSQLiteArchive}
		var rowid int64
		var generation, key, reason, encoding string
		if err := rows.Scan(&rowid, &s.sessionID, &generation, &key, &reason, &encoding, &s.sha256, &s.published); err != nil {
			return err
		}
		s.id = db.file.id + "#archive/" + s.sessionID + "/" + generation
		s.deleted, s.packed = reason == "deleted", encoding == "zstd"
		s.load = func() ([]byte, error) { return r.blob(db, table, rowid) }
		if _, known := w.byID[s.sessionID]; !known {
			w.learn(session.Facts{SessionID: s.sessionID, Key: key})
		}
		archives = append(archives, s)
		return nil
	}, "SELECT rowid, session_id, generation, session_key, reason, encoding, archive_sha256, coalesce(archive_name, '') FROM "+table+
		" ORDER BY session_id, generation")
	if err != nil {
		return failed(err)
	}
	for _, s := range archives {
		good, err := r.stored(db, w, s)
		if err != nil {
			return err
		}
		if good {
			w.published[r.name(filepath.Join(st.dir, s.published))] = true
		}
	}
	return nil
}

// coldArchives reads the transcripts of idle sessions, which OpenClaw moved
// out of the rows. Only what a row names is read: the file stays behind when a
// session is restored.
func (r *reader) coldArchives(st *store, db *database, w *windows) error {
	const table = "session_transcript_cold_archives"
	if !db.has(table, "session_id", "archive_name", "archive_sha256") {
		return nil
	}
	inRows := db.has(table, "archive_blob")
	var archives []stored
	err := db.query(r.ctx, func(rows *sql.Rows) error {
		var rowid int64
		var name, storage string
		s := stored{kind: source.KindCold, packed: true, cold: true}
		if err := rows.Scan(&rowid, &s.sessionID, &name, &s.sha256, &storage); err != nil {
			return err
		}
		s.id = db.file.id + "#cold/" + s.sessionID
		s.load = func() ([]byte, error) { return r.coldFile(st, name) }
		if storage == "sqlite" && inRows {
			s.load = func() ([]byte, error) { return r.blob(db, table, rowid) }
		}
		archives = append(archives, s)
		return nil
	}, "SELECT rowid, session_id, archive_name, archive_sha256, coalesce("+db.column(table, "storage")+", '') FROM "+table+" ORDER BY session_id")
	if err != nil {
		return failed(err)
	}
	for _, s := range archives {
		if _, err := r.stored(db, w, s); err != nil {
			return err
		}
	}
	return nil
}

// blob loads stored bytes out of a row.
func (r *reader) blob(db *database, table string, rowid int64) ([]byte, error) {
	var blob []byte
	var size int64
	err := db.Conn().QueryRowContext(r.ctx, "SELECT CASE WHEN octet_length(archive_blob) <= ? THEN archive_blob END, "+
		"coalesce(octet_length(archive_blob), 0) FROM "+table+" WHERE rowid = ?", int64(maxDecompressed), rowid).Scan(&blob, &size)
	if err == nil && size > maxDecompressed {
		return nil, errStored{source.ReasonTooBig}
	}
	return blob, failed(err)
}

// coldFile loads a cold file by the name in its row, which is one path element.
func (r *reader) coldFile(st *store, name string) ([]byte, error) {
	if name != filepath.Base(name) || name == "." || name == ".." {
		return nil, errStored{source.ReasonOutside}
	}
	listed := &listing{}
	f, ok := r.stat(listed, filepath.Join(st.dir, coldDir, name))
	if !ok {
		reason := listed.skips[0].Reason
		if reason == source.ReasonVanished {
			reason = source.ReasonColdMissing
		}
		return nil, errStored{reason}
	}
	in, info, err := regular.Open(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errStored{source.ReasonColdMissing}
	case err != nil:
		return nil, errStored{openReason(err)}
	}
	defer in.Close()
	if info.Size() > maxDecompressed {
		return nil, errStored{source.ReasonTooBig}
	}
	data, err := io.ReadAll(io.LimitReader(in, maxDecompressed))
	if err != nil {
		return nil, errStored{source.ReasonUnreadable}
	}
	return data, nil
}

// stored reads one whole transcript unless it was read before. good says that
// every byte of it was as its row promises.
func (r *reader) stored(db *database, w *windows, s stored) (good bool, err error) {
	var c storedCursor
	digest := r.digest(s.sha256)
	if r.cursor(s.id, &c) && c.Digest == digest {
		c.Skips.report(r.sink, s.id, s.kind)
		return len(c.Skips) == 0, nil
	}
	data, err := r.storedBytes(db, s)
	if unusable, found := errors.AsType[errStored](err); found {
		db.problems.add(source.Skip{Where: s.id, Reason: unusable.reason})
		return false, nil
	}
	if err != nil {
		return false, db.tolerate(strings.TrimPrefix(s.id, db.file.id), err)
	}
	facts, _ := w.facts(s.sessionID)
	if err := r.sink.Facts(facts); err != nil {
		return false, err
	}
	if err := r.sink.Begin(source.Transcript{
		ID: s.id, Kind: s.kind, Agent: facts.Agent, SessionID: s.sessionID, Deleted: s.deleted,
	}); err != nil {
		return false, err
	}
	c = storedCursor{Digest: digest}
	if err := r.storedLines(s, data, &c.Skips); err != nil {
		return false, err
	}
	c.Skips.report(r.sink, s.id, s.kind)
	return len(c.Skips) == 0, r.sink.End(encode(c))
}

// storedBytes loads stored bytes that are as their row promises.
func (r *reader) storedBytes(db *database, s stored) ([]byte, error) {
	data, err := s.load()
	if err != nil {
		return nil, err
	}
	if err := db.Verify(); err != nil {
		return nil, failed(err)
	}
	sum := sha256.Sum256(data)
	switch {
	case hex.EncodeToString(sum[:]) == s.sha256:
		return data, nil
	case s.cold:
		return nil, errStored{source.ReasonColdMismatch}
	}
	return nil, errStored{source.ReasonHashMismatch}
}

// storedLines hands over the entries of stored bytes. Records are numbered as
// in files, see [fileRun.record].
func (r *reader) storedLines(s stored, data []byte, skips *tally) error {
	stream, bounds := plain(bytes.NewReader(data)), entryLines()
	if s.packed {
		var err error
		if stream, err = unpacked(bytes.NewReader(data)); err != nil {
			return err
		}
	}
	defer stream.close()
	if s.cold {
		bounds = coldLines()
	}
	lines := r.lines(stream, 0, bounds)
	for seq := int64(0); seq < maxEntries; seq++ {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		line, _, err := lines.next()
		tooLong := errors.Is(err, errLineTooLong)
		switch {
		case err == io.EOF:
			return nil
		case err != nil && !tooLong, stream.err != nil:
			skips.add(damageOf(err, stream, s.packed), seq+1)
			return nil
		}
		if line = bytes.TrimSpace(line); len(line) == 0 && !tooLong {
			seq--
			continue
		}
		if err := r.storedRecord(s, line, tooLong, seq, skips); err != nil {
			return err
		}
	}
	skips.add(source.ReasonTooMany, maxEntries)
	return nil
}

func (r *reader) storedRecord(s stored, line []byte, tooLong bool, seq int64, skips *tally) error {
	record := seq + 1
	if tooLong {
		skips.add(source.ReasonTooLong, record)
		return nil
	}
	if s.cold {
		if line, seq = coldEvent(line); line == nil {
			return nil
		}
	}
	entry, err := r.decoder.decode(line, seq)
	if err != nil {
		skips.add(reasonOf(err), record)
		return nil
	}
	return r.sink.Entry(entry)
}

// coldEvent takes the entry out of a line of a cold file; nil for lines that
// mirror other tables. A line that is no JSON is returned as it is, so that it
// is counted as damage.
func coldEvent(line []byte) (entry []byte, seq int64) {
	if !valid(line) {
		return line, 0
	}
	row := gjson.ParseBytes(line)
	if row.Get("kind").Str != "event" {
		return nil, 0
	}
	event := jsonscan.Value(row.Get("row.event_json").Raw)
	return shrunk(event.AppendText([]byte{})), row.Get("row.seq").Int()
}
