package openclaw

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"github.com/tidwall/gjson"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// storedCursor remembers an archive that was read; its digest says whether it
// is still the same one.
type storedCursor struct {
	Version int           `json:"v"`
	SHA256  string        `json:"sha"`
	Skips   []source.Skip `json:"skips,omitempty"`
}

// stored is one whole transcript that a row holds or names.
type stored struct {
	id        string
	kind      source.Kind
	sessionID string
	sha256    string // hex digest of the stored bytes, as the row says
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
func (r *reader) storedArchives(db *database, w *windows, skipped *tally) error {
	const table = "session_transcript_archives"
	if !db.has(table, "session_id", "generation", "session_key", "reason", "encoding", "archive_blob", "archive_sha256", "archive_name") {
		return nil
	}
	var archives []stored
	names := map[string]string{}
	err := db.query(r.ctx, func(rows *sql.Rows) error {
		var s stored
		var rowid int64
		var generation, key, reason, encoding, name string
		if err := rows.Scan(&rowid, &s.sessionID, &generation, &key, &reason, &encoding, &s.sha256, &name); err != nil {
			return err
		}
		s.id, s.kind = db.file.id+"#archive/"+s.sessionID+"/"+generation, source.KindSQLiteArchive
		s.deleted, s.packed = reason == "deleted", encoding == "zstd"
		s.load = func() ([]byte, error) {
			var blob []byte
			err := db.Conn().QueryRowContext(r.ctx, "SELECT archive_blob FROM "+table+" WHERE rowid = ?", rowid).Scan(&blob)
			return blob, failed(err)
		}
		if _, known := w.byID[s.sessionID]; !known {
			w.learn(session.Facts{SessionID: s.sessionID, Key: key})
		}
		names[s.id] = name
		archives = append(archives, s)
		return nil
	}, "SELECT rowid, session_id, generation, session_key, reason, encoding, archive_sha256, archive_name FROM "+table+" ORDER BY session_id, created_at, generation")
	if err != nil {
		return failed(err)
	}
	for _, s := range archives {
		good, err := r.stored(db, w, s, skipped)
		if err != nil {
			return err
		}
		if good {
			w.published[r.name(filepath.Join(artifactDir(filepath.Dir(db.file.path)), names[s.id]))] = true
		}
	}
	return nil
}

// coldArchives reads the transcripts of idle sessions, which OpenClaw moved
// out of the rows. Only what a row names is read: the file stays behind when a
// session is restored.
func (r *reader) coldArchives(st *store, db *database, w *windows, skipped *tally) error {
	const table = "session_transcript_cold_archives"
	if !db.has(table, "session_id", "archive_name", "archive_sha256") {
		return nil
	}
	var archives []stored
	err := db.query(r.ctx, func(rows *sql.Rows) error {
		var name string
		var storage sql.NullString
		s := stored{kind: source.KindCold, packed: true, cold: true}
		if err := rows.Scan(&s.sessionID, &name, &s.sha256, &storage); err != nil {
			return err
		}
		s.id = db.file.id + "#cold/" + s.sessionID
		s.load = func() ([]byte, error) { return r.coldFile(db, name) }
		if storage.String == "sqlite" && db.has(table, "archive_blob") {
			id := s.sessionID
			s.load = func() ([]byte, error) {
				var blob []byte
				err := db.Conn().QueryRowContext(r.ctx, "SELECT archive_blob FROM "+table+" WHERE session_id = ?", id).Scan(&blob)
				return blob, failed(err)
			}
		}
		archives = append(archives, s)
		return nil
	}, "SELECT session_id, archive_name, archive_sha256, "+db.column(table, "storage")+" FROM "+table+" ORDER BY session_id")
	if err != nil {
		return failed(err)
	}
	for _, s := range archives {
		if _, err := r.stored(db, w, s, skipped); err != nil {
			return err
		}
	}
	return nil
}

// coldFile loads a cold file by the name in its row, which is one path element.
func (r *reader) coldFile(db *database, name string) ([]byte, error) {
	if name != filepath.Base(name) || name == "." || name == ".." {
		return nil, errStored{source.ReasonOutside}
	}
	listed := &listing{}
	dir := filepath.Join(artifactDir(filepath.Dir(db.file.path)), coldDir)
	f, ok := r.stat(listed, filepath.Join(dir, name))
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
func (r *reader) stored(db *database, w *windows, s stored, skipped *tally) (good bool, err error) {
	var c storedCursor
	if json.Unmarshal([]byte(r.cursors.Cursor(s.id)), &c) == nil && c.Version == cursorVersion && c.SHA256 == s.sha256 && s.sha256 != "" {
		t := tally{c.Skips}
		t.report(r.sink, s.kind)
		return len(c.Skips) == 0, nil
	}
	data, err := s.load()
	if unusable, found := errors.AsType[errStored](err); found {
		skipped.add(unusable.reason, s.id)
		return false, nil
	}
	if isDatabaseError(err) && databaseReason(err) != source.ReasonBusy {
		skipped.add(databaseReason(err), s.id)
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := db.Verify(); err != nil {
		return false, dbError{err}
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != s.sha256 {
		reason := source.ReasonHashMismatch
		if s.cold {
			reason = source.ReasonColdMismatch
		}
		skipped.add(reason, s.id)
		return false, nil
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
	var damage tally
	if err := r.storedLines(s, data, &damage); err != nil {
		return false, err
	}
	damage.report(r.sink, s.kind)
	return len(damage.skips) == 0, r.sink.End(encode(storedCursor{cursorVersion, s.sha256, damage.skips}))
}

// storedLines hands over the entries of stored bytes.
func (r *reader) storedLines(s stored, data []byte, damage *tally) error {
	var in io.Reader = bytes.NewReader(data)
	if s.packed {
		decoder, err := newDecoder(in)
		if err != nil {
			damage.add(source.ReasonBadZstd, s.id)
			return nil
		}
		defer decoder.Close()
		in = decoder
	}
	stream := &bounded{r: in, left: maxDecompressed}
	lines := newLineReader(stream, 0)
	for seq := int64(0); ; seq++ {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		line, _, err := lines.next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errLineTooLong):
			damage.add(source.ReasonTooLong, at(s.id, seq+1))
			continue
		case err != nil || stream.err != nil:
			reason := source.ReasonBadZstd
			if errors.Is(stream.err, errTooBig) {
				reason = source.ReasonTooBig
			}
			damage.add(reason, at(s.id, seq+1))
			return nil
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		entrySeq := seq
		if s.cold {
			if line, entrySeq = coldEvent(line); line == nil {
				continue
			}
		}
		entry, err := r.decoder.decode(line, entrySeq)
		if err != nil {
			damage.add(reasonOf(err), at(s.id, seq+1))
			continue
		}
		if err := r.sink.Entry(entry); err != nil {
			return err
		}
	}
}

// coldEvent takes the entry out of a line of a cold file; nil for lines that
// mirror other tables. A line that is no JSON is returned as it is, so that it
// is counted as damage.
func coldEvent(line []byte) (entry []byte, seq int64) {
	if tooDeep(line) || !gjson.ValidBytes(line) {
		return line, 0
	}
	row := gjson.ParseBytes(line)
	if row.Get("kind").Str != "event" {
		return nil, 0
	}
	return []byte(row.Get("row.event_json").String()), row.Get("row.seq").Int()
}
