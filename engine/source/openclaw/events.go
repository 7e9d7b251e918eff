package openclaw

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/smallccwc/chronosync/engine/source"
)

// rowsCursor is where the last read of one session's rows ended. Rows were
// only appended when the generation and the number of old rows are equal and
// the last row read is as it was.
type rowsCursor struct {
	Version    int           `json:"v"`
	Last       int64         `json:"q"` // seq of the last row read
	Count      int64         `json:"n"` // rows up to Last
	Generation string        `json:"g,omitempty"`
	Row        string        `json:"r,omitempty"` // keyed digest of the last row
	Skips      []source.Skip `json:"skips,omitempty"`
}

// extent is how many rows a session has and where they end.
type extent struct {
	sessionID  string
	last       int64
	count      int64
	generation string
}

// events reads the transcripts that lie in rows, session by session, so that a
// damaged page costs the sessions on it and no others.
func (r *reader) events(db *database, w *windows, skipped *tally) error {
	extents, err := r.extents(db)
	if err = failed(err); isDatabaseError(err) && databaseReason(err) == source.ReasonBadDatabase {
		skipped.add(source.ReasonBadDatabase, db.file.id+"#sessions")
		extents = w.extents() // a damaged index page; the rows may be readable
	} else if err != nil {
		return err
	}
	payload, err := newPayload(db)
	if err != nil {
		return err
	}
	defer payload.close()
	for _, x := range extents {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if err := r.session(db, w, payload, x); isDatabaseError(err) {
			if databaseReason(err) == source.ReasonBusy {
				return err // starts over with another snapshot
			}
			skipped.add(databaseReason(err), db.file.id+"#"+x.sessionID)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// extents lists the sessions that have rows.
func (r *reader) extents(db *database) ([]extent, error) {
	generations := map[string]string{}
	if db.has("transcript_rewrite_watermarks", "session_id", "generation") {
		err := db.query(r.ctx, func(rows *sql.Rows) error {
			var id, generation string
			err := rows.Scan(&id, &generation)
			generations[id] = generation
			return err
		}, "SELECT session_id, generation FROM transcript_rewrite_watermarks")
		if err != nil {
			return nil, err
		}
	}
	var extents []extent
	err := db.query(r.ctx, func(rows *sql.Rows) error {
		var x extent
		if err := rows.Scan(&x.sessionID, &x.last, &x.count); err != nil {
			return err
		}
		x.generation = generations[x.sessionID]
		extents = append(extents, x)
		return nil
	}, "SELECT session_id, max(seq), count(*) FROM transcript_events GROUP BY session_id ORDER BY session_id")
	return extents, err
}

// extents of all windows that are known by name, for a database that can't
// list its sessions.
func (w *windows) extents() []extent {
	var extents []extent
	for _, id := range slices.Sorted(maps.Keys(w.byID)) {
		extents = append(extents, extent{sessionID: id, last: math.MaxInt64})
	}
	return extents
}

// session reads the new rows of one session.
func (r *reader) session(db *database, w *windows, payload *payload, x extent) error {
	id := db.file.id + "#" + x.sessionID
	var c rowsCursor
	known := json.Unmarshal([]byte(r.cursors.Cursor(id)), &c) == nil && c.Version == cursorVersion && c.Generation == x.generation
	if known && c.Last == x.last && c.Count == x.count && x.generation != "" {
		t := tally{c.Skips}
		t.report(r.sink, source.KindSQLite)
		return nil
	}
	resumed := false
	if known && c.Last <= x.last {
		var err error
		if resumed, err = r.rowsAppended(db, payload, x.sessionID, c); err != nil {
			return failed(err)
		}
	}
	if !resumed {
		c = rowsCursor{Last: -1}
	}
	facts, _ := w.facts(x.sessionID)
	if err := r.sink.Facts(facts); err != nil {
		return err
	}
	if err := r.sink.Begin(source.Transcript{
		ID: id, Kind: source.KindSQLite, Agent: facts.Agent, SessionID: x.sessionID, Resumed: resumed,
	}); err != nil {
		return err
	}
	c.Version, c.Generation = cursorVersion, x.generation
	skipped := tally{c.Skips}
	if err := r.rows(db, payload, x.sessionID, &c, &skipped); err != nil {
		return errors.Join(err, r.sink.Cut())
	}
	skipped.report(r.sink, source.KindSQLite)
	c.Skips = skipped.skips
	return r.sink.End(encode(c))
}

// rowsAppended reports whether the rows up to the cursor are as they were.
func (r *reader) rowsAppended(db *database, payload *payload, sessionID string, c rowsCursor) (bool, error) {
	var count int64
	err := db.Conn().QueryRowContext(r.ctx,
		"SELECT count(*) FROM transcript_events WHERE session_id = ? AND seq <= ?", sessionID, c.Last).Scan(&count)
	if err != nil || count != c.Count {
		return false, err
	}
	var row event
	err = db.query(r.ctx, func(rows *sql.Rows) error { return payload.scan(rows, &row) },
		payload.sql+" WHERE session_id = ? AND seq = ?", sessionID, c.Last)
	return err == nil && r.rowDigest(row) == c.Row, err
}

func (r *reader) rowDigest(row event) string {
	return r.opt.Digest(slices.Concat(row.plain, row.packed))
}

// rows hands over the rows behind the cursor. They are taken in batches, and
// each batch is used only after the database was found unchanged under it.
func (r *reader) rows(db *database, payload *payload, sessionID string, c *rowsCursor, skipped *tally) error {
	const batchRows, batchBytes = 256, 4 << 20
	where := func(seq int64) string { return fmt.Sprintf("%s#%s:%d", db.file.id, sessionID, seq) }
	var batch []event
	for {
		batch = batch[:0]
		bytes := 0
		err := db.query(r.ctx, func(rows *sql.Rows) error {
			var row event
			err := payload.scan(rows, &row)
			batch = append(batch, row)
			if bytes += len(row.plain) + len(row.packed); bytes > batchBytes && err == nil {
				return errBatchFull
			}
			return err
		}, payload.sql+" WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?", sessionID, c.Last, batchRows)
		if err != nil && err != errBatchFull {
			return failed(err)
		}
		if err := db.Verify(); err != nil {
			return dbError{err}
		}
		for _, row := range batch {
			if err := r.event(payload, row, where, skipped); err != nil {
				return err
			}
			c.Last = row.seq
			c.Count++
			c.Row = r.rowDigest(row)
		}
		if len(batch) == 0 {
			return nil
		}
		if c.Count > maxEntries {
			skipped.add(source.ReasonTooMany, where(c.Last))
			return nil
		}
	}
}

// errBatchFull ends a query early.
var errBatchFull = fmt.Errorf("batch is full")

// event hands one row to the sink as an entry.
func (r *reader) event(payload *payload, row event, where func(int64) string, skipped *tally) error {
	data, reason := payload.unpack(row)
	if reason == "" {
		entry, err := r.decoder.decode(data, row.seq)
		if err == nil {
			return r.sink.Entry(entry)
		}
		reason = reasonOf(err)
	}
	skipped.add(reason, where(row.seq))
	return nil
}

// event is one row of transcript_events.
type event struct {
	seq    int64
	plain  []byte // event_json
	packed []byte // event_zstd
	size   int64  // event_utf8_bytes; of a row beyond the bound its size
}

// payload reads events in the schemas with and without compression.
type payload struct {
	sql  string
	zstd *zstd.Decoder
	buf  []byte
}

// maxEvent is the decompressed size that OpenClaw itself allows.
const maxEvent = 4 << 20

func newPayload(db *database) (*payload, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxEvent))
	if err != nil {
		return nil, err
	}
	plain := db.column("transcript_events", "event_json")
	return &payload{
		zstd: decoder,
		sql: fmt.Sprintf("SELECT seq, CASE WHEN octet_length(%s) <= %d THEN CAST(%s AS BLOB) END, %s, coalesce(%s, octet_length(%s), 0) FROM transcript_events",
			plain, maxLine, plain, db.column("transcript_events", "event_zstd"), db.column("transcript_events", "event_utf8_bytes"), plain),
	}, nil
}

func (p *payload) close() { p.zstd.Close() }

func (p *payload) scan(rows *sql.Rows, e *event) error {
	return rows.Scan(&e.seq, &e.plain, &e.packed, &e.size)
}

// unpack gives the JSON of a row, or why there is none.
func (p *payload) unpack(e event) ([]byte, source.Reason) {
	switch {
	case e.plain == nil && e.packed == nil && e.size > maxLine:
		return nil, source.ReasonTooLong
	case e.plain == nil && e.packed == nil:
		return nil, source.ReasonBadEvent
	case e.packed == nil && len(e.plain) > maxText:
		shrink := shrinker{}
		shrink.write(e.plain)
		return shrink.out, ""
	case e.packed == nil:
		return e.plain, ""
	}
	data, err := p.zstd.DecodeAll(e.packed, p.buf[:0])
	p.buf = data[:0]
	if err != nil || e.size > 0 && int64(len(data)) != e.size {
		return nil, source.ReasonBadZstd
	}
	return bytes.TrimSpace(data), ""
}
