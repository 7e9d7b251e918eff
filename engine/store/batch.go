package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/session"
)

// Batch is one transaction over any number of transcripts. It is used from one
// goroutine and ends with Commit or Rollback. After an error of any of its
// methods only Rollback makes sense.
type Batch struct {
	s       *Store
	ctx     context.Context
	conn    *connection
	known   *ledger
	touched map[*window]*change
	tallies map[tallyKey]*tally
	size    int64
	indexed int   // bytes of text that were added to the index
	failed  error // of a number that was asked for

	state, packedState []byte // kept last
}

// change is what a batch did to a window, to be settled at Commit.
type change struct {
	from    int64 // from this seq on, messages may be or have copies
	save    bool  // its row differs from the archive
	recount bool  // more happened than that messages were added
	// reworded says that messages which were there are told in other words.
	reworded bool
	added    int64         // messages
	left     []*sessionRow // sessions that it belonged to before
}

type tallyKey struct {
	window, channel int64
	noise           bool
}

// tally counts what a batch added under one key.
type tally struct{ messages, first, last int64 }

// Begin starts a batch. While it is open a second writer gets [ErrBusy], and so
// does Commit when another program reads the archive for longer than the busy
// timeout.
func (s *Store) Begin(ctx context.Context) (*Batch, error) {
	if s.write == nil {
		return nil, ErrReadOnly
	}
	if s.batch != nil {
		return nil, ErrBatchOpen
	}
	conn, err := newConnection(ctx, s.write)
	if err != nil {
		return nil, fault(ctx, "opening the archive for writing", err)
	}
	// The statements of a batch must not be interrupted half-way, and the
	// driver starts a goroutine for each one that could be: the caller looks
	// at its context between messages, Commit looks once.
	b := &Batch{s: s, ctx: context.WithoutCancel(ctx), conn: conn, touched: map[*window]*change{}, tallies: map[tallyKey]*tally{}}
	if _, err := conn.raw.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		conn.close()
		return nil, fault(ctx, "starting a batch", err)
	}
	s.batch = b
	return b, nil
}

// Change keeps all that change does in one batch, or nothing of it.
func (s *Store) Change(ctx context.Context, change func(*Batch) error) error {
	batch, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	defer batch.Rollback()
	if err := change(batch); err != nil {
		return err
	}
	return batch.Commit(ctx)
}

// load makes sure that the batch knows what the archive holds. Batches that
// only keep a cursor or a value do without.
func (b *Batch) load() error {
	if b.known != nil {
		return nil
	}
	// The number changes when another program has written since the last batch.
	var version int64
	err := b.conn.QueryRowContext(b.ctx, "PRAGMA data_version").Scan(&version)
	if err == nil && (b.s.known == nil || b.s.knownAt != version) {
		b.s.known, err = loadLedger(b.ctx, b.conn)
		b.s.knownAt = version
	}
	b.known = b.s.known
	return fault(b.ctx, "loading the windows of the archive", err)
}

// Full reports whether the batch should be committed soon: bigger ones take
// more memory, and more work is lost when a run is killed.
func (b *Batch) Full() bool {
	const most = 8 << 20 // of the archive, about
	return b.size > most || b.indexed > indexBytes
}

// Mark keeps a cursor for a place that is no transcript, such as an index.
func (b *Batch) Mark(id, cursor string) error {
	if b.s == nil {
		return ErrEnded
	}
	err := b.exec(`INSERT INTO transcripts(name, kind, rank, cursor) VALUES(?, '', 0, ?)
		ON CONFLICT(name) DO UPDATE SET cursor = excluded.cursor`, id, cursor)
	return fault(b.ctx, fmt.Sprintf("keeping the cursor of %q", id), err)
}

// SetMeta keeps a small value under key with this batch.
func (b *Batch) SetMeta(key, value string) error {
	if b.s == nil {
		return ErrEnded
	}
	err := b.exec(`INSERT INTO meta(key, value) VALUES(?, ?)
		ON CONFLICT(key) DO UPDATE SET value = excluded.value`, key, value)
	return fault(b.ctx, fmt.Sprintf("keeping %q", key), err)
}

// Commit makes the batch permanent, with all that follows from it: the copies
// among windows, the counts and what sessions take over from their windows.
// After an error the archive is as before the batch.
func (b *Batch) Commit(ctx context.Context) error {
	if b.s == nil {
		return ErrEnded
	}
	err := errors.Join(ctx.Err(), b.failed)
	if err == nil {
		err = b.settle()
	}
	if err == nil {
		_, err = b.conn.raw.ExecContext(b.ctx, "COMMIT")
		err = fault(b.ctx, "committing", err)
	}
	if err != nil {
		b.Rollback()
		return err
	}
	return b.end()
}

// Rollback forgets the batch. It does nothing after Commit.
func (b *Batch) Rollback() error {
	if b.s == nil {
		return nil
	}
	// What is remembered of the archive may hold what is now taken back.
	b.s.known = nil
	b.s.index.Reset()
	// SQLite takes a transaction back by itself when the disk is full, and then
	// refuses to do it again; closing the connection would do it in any case.
	_, _ = b.conn.raw.ExecContext(b.ctx, "ROLLBACK")
	return b.end()
}

func (b *Batch) end() error {
	b.s.batch = nil
	b.s = nil
	return fault(b.ctx, "ending the batch", b.conn.close())
}

// change returns the entry of a window among those that Commit settles.
func (b *Batch) change(w *window) *change {
	c := b.touched[w]
	if c == nil {
		c = &change{from: noSeq}
		b.touched[w] = c
	}
	return c
}

func (b *Batch) exec(query string, args ...any) error {
	_, err := b.conn.ExecContext(b.ctx, query, args...)
	return err
}

// name returns the number of a channel or sender.
func (b *Batch) name(name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	if id, exists := b.known.names[name]; exists {
		return id, nil
	}
	result, err := b.conn.ExecContext(b.ctx, "INSERT INTO names(name) VALUES(?)", name)
	if err != nil {
		return 0, fault(b.ctx, "storing a name", err)
	}
	id, err := result.LastInsertId()
	b.known.names[name] = id
	return id, err
}

// count adds a message to the tallies of its window.
func (b *Batch) count(w *window, r row) {
	key := tallyKey{w.id, r.channel, r.class != 0}
	t := b.tallies[key]
	if t == nil {
		t = &tally{first: r.time, last: r.time}
		b.tallies[key] = t
	}
	t.messages++
	t.first, t.last = min(t.first, r.time), max(t.last, r.time)
}

// Window hands every message of a window to yield, in its order and with what the
// batch did so far: all classes, copies too. There may be no such window. An
// error of yield ends it.
func (b *Batch) Window(agent, sessionID string, yield func(session.Message) error) error {
	if b.s == nil {
		return ErrEnded
	}
	var row messageRow
	return each(b.ctx, b.conn, "SELECT "+messageColumns+` FROM windows w CROSS JOIN messages m ON m.window = w.id
		WHERE w.agent = ? AND w.sid = ? ORDER BY m.seq, m.entry`, func(rows *sql.Rows) error {
		found, err := row.read(rows)
		if err != nil {
			return err
		}
		m, err := b.s.unpacked(found)
		if err != nil {
			return err
		}
		return yield(m)
	}, agent, sessionID)
}

// Facts takes over what a source knows about a window. Empty fields are unknown
// and erase nothing. Facts that are known already cost no write.
//
// A window whose key becomes known moves to the session of that key with all
// its messages; their ids stay. A key that OpenClaw's importer made up never
// replaces a real one.
func (b *Batch) Facts(f session.Facts) error {
	if b.s == nil {
		return ErrEnded
	}
	if f.Agent == "" || f.SessionID == "" {
		return fmt.Errorf("facts of a window without agent or session id")
	}
	w, err := b.window(f.Agent, f.SessionID, f.Key)
	if err != nil {
		return err
	}
	changed := false
	for _, field := range []struct {
		known *string
		told  string
	}{{&w.kind, string(f.Kind)}, {&w.channel, f.Channel}, {&w.title, f.Title}} {
		if field.told != "" && field.told != *field.known {
			*field.known, changed = field.told, true
		}
	}
	if keyWeight(f.Key) > 0 && keyWeight(f.Key) >= keyWeight(w.key) && f.Key != w.key {
		w.key = f.Key
		return b.move(w)
	}
	if changed {
		b.change(w).save = true
	}
	return nil
}
