package openclaw

import (
	"cmp"
	"database/sql"
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
	Last       int64  `json:"q"` // seq of the last row read
	Count      int64  `json:"n"` // rows up to Last
	Generation string `json:"g,omitempty"`
	Row        string `json:"r,omitempty"` // keyed digest of the last row
	Skips      tally  `json:"skips,omitempty"`
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
func (r *reader) events(db *database, w *windows) error {
	extents, err := r.extents(db)
	if isDatabaseError(err) && databaseReason(err) == source.ReasonBadDatabase {
		db.problems.add(source.Skip{Where: db.file.id + "#sessions", Reason: source.ReasonBadDatabase})
		extents = r.namedExtents(db, w) // a damaged index page; the rows may be readable
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
		if err := db.tolerate("#"+x.sessionID, r.session(db, w, payload, x)); err != nil {
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
			return nil, failed(err)
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
	return extents, failed(err)
}

// namedExtents are those of all windows that are known by name, for a database
// that can't list its sessions. Windows without rows are left out; where even
// that can't be told, reading the session will name the damage.
func (r *reader) namedExtents(db *database, w *windows) []extent {
	var extents []extent
	for _, id := range slices.Sorted(maps.Keys(w.byID)) {
		var one int
		err := db.Conn().QueryRowContext(r.ctx, "SELECT 1 FROM transcript_events WHERE session_id = ? LIMIT 1", id).Scan(&one)
		if !errors.Is(err, sql.ErrNoRows) {
			extents = append(extents, extent{sessionID: id, last: math.MaxInt64})
		}
	}
	return extents
}

// session reads the new rows of one session.
func (r *reader) session(db *database, w *windows, payload *payload, x extent) error {
	id := db.file.id + "#" + x.sessionID
	var c rowsCursor
	known := r.cursor(id, &c) && c.Generation == x.generation
	if known && c.Last == x.last && c.Count == x.count && x.generation != "" {
		c.Skips.report(r.sink, id, source.KindSQLite)
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
		c = rowsCursor{Last: math.MinInt64}
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
	c.Generation = x.generation
	err := r.rows(db, payload, x.sessionID, &c)
	c.Skips.report(r.sink, id, source.KindSQLite)
	if isDatabaseError(err) {
		return cmp.Or(r.sink.Cut(), err)
	}
	if err != nil {
		return err
	}
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

// rows hands over the rows behind the cursor.
func (r *reader) rows(db *database, payload *payload, sessionID string, c *rowsCursor) error {
	for c.Count < maxEntries {
		batch, more, err := r.batch(db, payload, sessionID, c.Last)
		if changed := db.Verify(); changed != nil {
			return failed(changed)
		}
		for _, row := range batch { // also those before a damaged page
			if err := r.event(payload, row, c); err != nil {
				return err
			}
			c.Last = row.seq
			c.Count++
		}
		if len(batch) > 0 {
			c.Row = r.rowDigest(batch[len(batch)-1])
		}
		if err != nil || !more {
			return err
		}
	}
	c.Skips.add(source.ReasonTooMany, c.Last)
	return nil
}

// batch reads some rows, valid until the next call, and tells whether there
// may be more. They may be used once the database was found to be unchanged
// under them.
func (r *reader) batch(db *database, payload *payload, sessionID string, after int64) (batch []event, more bool, err error) {
	const batchRows, batchBytes = 256, 4 << 20
	payload.loaded = payload.loaded[:0]
	err = db.query(r.ctx, func(rows *sql.Rows) error {
		var row event
		if err := payload.scan(rows, &row); err != nil {
			return err
		}
		batch = append(batch, row)
		if len(payload.loaded) > batchBytes {
			return errBatchFull
		}
		return nil
	}, payload.sql+" WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?", sessionID, after, batchRows)
	if errors.Is(err, errBatchFull) {
		return batch, true, nil
	}
	return batch, len(batch) == batchRows, failed(err)
}

// errBatchFull ends a query early.
var errBatchFull = errors.New("batch is full")

// event hands one row to the sink as an entry.
func (r *reader) event(payload *payload, row event, c *rowsCursor) error {
	data, reason := payload.unpack(row)
	if reason == "" {
		entry, err := r.decoder.decode(data, row.seq)
		if err == nil {
			return r.sink.Entry(entry)
		}
		reason = reasonOf(err)
	}
	c.Skips.add(reason, row.seq)
	return nil
}

// event is one row of transcript_events. Payloads beyond their bound are not
// loaded; their lengths tell.
type event struct {
	seq          int64
	plain        []byte // event_json
	packed       []byte // event_zstd
	plainLength  int64
	packedLength int64
	size         int64 // event_utf8_bytes, 0 when not given
}

// payload reads events in the schemas with and without compression.
type payload struct {
	sql    string
	zstd   *zstd.Decoder
	buf    []byte
	loaded []byte // the bytes of the rows of one batch
}

// maxEvent is the decompressed size that OpenClaw itself allows.
const maxEvent = 4 << 20

func newPayload(db *database) (*payload, error) {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxEvent))
	if err != nil {
		return nil, err
	}
	const table = "transcript_events"
	bounded := func(column string, limit int) string {
		column = db.column(table, column)
		return fmt.Sprintf("CASE WHEN octet_length(%[1]s) <= %[2]d THEN CAST(%[1]s AS BLOB) END, coalesce(octet_length(%[1]s), 0)", column, limit)
	}
	return &payload{
		zstd: decoder,
		sql: fmt.Sprintf("SELECT seq, %s, %s, coalesce(%s, 0) FROM %s", bounded("event_json", maxLine), bounded("event_zstd", maxEvent),
			db.column(table, "event_utf8_bytes"), table),
	}, nil
}

func (p *payload) close() { p.zstd.Close() }

// scan reads a row, whose bytes are kept with those of its batch.
func (p *payload) scan(rows *sql.Rows, e *event) error {
	var plain, packed sql.RawBytes
	if err := rows.Scan(&e.seq, &plain, &e.plainLength, &packed, &e.packedLength, &e.size); err != nil {
		return err
	}
	e.plain, e.packed = p.keep(plain), p.keep(packed)
	return nil
}

func (p *payload) keep(data []byte) []byte {
	start := len(p.loaded)
	p.loaded = append(p.loaded, data...)
	return p.loaded[start:]
}

// unpack gives the JSON of a row, valid until the next call, or why there is
// none.
func (p *payload) unpack(e event) ([]byte, source.Reason) {
	switch {
	case e.plainLength > maxLine, e.packedLength > maxEvent:
		return nil, source.ReasonTooLong
	case len(e.plain) > 0:
		return shrunk(e.plain), ""
	case len(e.packed) == 0:
		return nil, source.ReasonBadEvent
	}
	data, err := p.zstd.DecodeAll(e.packed, p.buf[:0])
	p.buf = data[:0]
	if err != nil || e.size > 0 && int64(len(data)) != e.size {
		return nil, source.ReasonBadZstd
	}
	return data, ""
}
