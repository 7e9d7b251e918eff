package proof

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/klauspost/compress/zstd"
)

// schema23 is what of the schema of 2026.9.6 a reader needs. It stands in for a
// database that a real release made.
const schema23 = `
PRAGMA user_version = 23;
CREATE TABLE session_nodes (session_key TEXT NOT NULL PRIMARY KEY, current_session_id TEXT NOT NULL, entry_json TEXT NOT NULL,
	updated_at INTEGER NOT NULL, label TEXT, display_name TEXT) STRICT;
CREATE TABLE session_windows (session_id TEXT NOT NULL PRIMARY KEY, session_key TEXT NOT NULL, previous_session_id TEXT,
	created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, transcript_updated_at INTEGER, chat_type TEXT, channel TEXT,
	primary_conversation_id TEXT, hook_external_content_source TEXT, display_name TEXT) STRICT;
CREATE TABLE transcript_events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, event_json TEXT, created_at INTEGER NOT NULL,
	event_zstd BLOB, event_utf8_bytes INTEGER, navigation_json TEXT, PRIMARY KEY (session_id, seq)) STRICT;
CREATE TABLE transcript_rewrite_watermarks (session_id TEXT NOT NULL PRIMARY KEY, generation TEXT NOT NULL, updated_at INTEGER NOT NULL) STRICT;
`

// rows writes messages into a database as releases since 2026.8 do: in WAL
// mode, waiting at most 5 s for others, one transaction for each message.
type rows struct {
	path   string
	random *rand.Rand
	packer *zstd.Encoder
	db     *sql.DB
	chats  []*rowChat

	checkpoints, restarts int
	blocked               int           // checkpoints that could not finish because of a reader
	slowest, slowestCheck time.Duration // insert, checkpoint
}

// rowChat is a session of one window.
type rowChat struct {
	key, id string
	seq     int
	told    []int
}

func (r *rows) open() error {
	var err error
	r.db, err = sql.Open("sqlite", "file:"+r.path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		return err
	}
	r.db.SetMaxOpenConns(1)
	var tables int
	if err := r.db.QueryRow("SELECT count(*) FROM sqlite_master").Scan(&tables); err != nil || tables > 0 {
		return err
	}
	_, err = r.db.Exec(schema23)
	return err
}

// write says message n in one of the chats, sometimes in a new one, and
// sometimes with a checkpoint or a restart before.
func (r *rows) write(n int) error {
	switch r.random.IntN(100) {
	case 0, 1, 2:
		if err := r.checkpoint("PASSIVE"); err != nil {
			return err
		}
	case 3, 4:
		if err := r.checkpoint("TRUNCATE"); err != nil {
			return err
		}
	case 5, 6: // the last one who closes a database removes its -wal
		r.restarts++
		if err := errors.Join(r.db.Close(), r.open()); err != nil {
			return err
		}
	}
	start := time.Now()
	err := r.say(n)
	r.slowest = max(r.slowest, time.Since(start))
	return err
}

func (r *rows) say(n int) error {
	tx, err := r.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if len(r.chats) < 2 || r.random.IntN(60) == 0 {
		c := &rowChat{key: fmt.Sprintf("agent:main:telegram:direct:row%d", len(r.chats)), id: sessionID(1000 + len(r.chats))}
		if err := r.start(tx, c, n); err != nil {
			return err
		}
		r.chats = append(r.chats, c)
	}
	c := r.chats[r.random.IntN(len(r.chats))]
	if err := r.event(tx, c, spoken(n), n); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE session_windows SET updated_at = ?1, transcript_updated_at = ?1 WHERE session_id = ?2", moment(n).UnixMilli(), c.id); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	c.told = append(c.told, n)
	return nil
}

// start makes a node, its window and the first event.
func (r *rows) start(tx *sql.Tx, c *rowChat, n int) error {
	now := moment(n).UnixMilli()
	_, err1 := tx.Exec("INSERT INTO session_nodes(session_key, current_session_id, entry_json, updated_at) VALUES(?, ?, ?, ?)",
		c.key, c.id, line(object{"sessionId": c.id, "chatType": "direct"}), now)
	_, err2 := tx.Exec("INSERT INTO session_windows(session_id, session_key, created_at, updated_at, chat_type, channel) VALUES(?, ?, ?, ?, 'direct', 'telegram')",
		c.id, c.key, now, now)
	_, err3 := tx.Exec("INSERT INTO transcript_rewrite_watermarks VALUES(?, ?, ?)", c.id, fmt.Sprintf("%032d", n), now)
	return errors.Join(err1, err2, err3, r.event(tx, c, header(c.id, n), n))
}

// navigation is the least that OpenClaw's checks want beside a packed event.
const navigation = `{"version":1,"report":{"kind":"canonical"},"navigation":{},"reset":{},"model":{},"modelBytes":0,"modelWithoutCheckpointBytes":0,"withoutCustomDataBytes":0}`

// event appends one; a long one is packed.
func (r *rows) event(tx *sql.Tx, c *rowChat, record object, n int) error {
	event := line(record)
	var plain, packed, size, nav any = event, nil, nil, nil
	if len(event) >= 1024 {
		plain, packed, size, nav = nil, r.packer.EncodeAll([]byte(event), nil), len(event), navigation
	}
	_, err := tx.Exec("INSERT INTO transcript_events(session_id, seq, event_json, created_at, event_zstd, event_utf8_bytes, navigation_json) VALUES(?, ?, ?, ?, ?, ?, ?)",
		c.id, c.seq, plain, moment(n).UnixMilli(), packed, size, nav)
	c.seq++
	return err
}

func (r *rows) checkpoint(mode string) error {
	start := time.Now()
	var busy, pages, moved int
	if err := r.db.QueryRow("PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	r.checkpoints++
	r.blocked += busy
	r.slowestCheck = max(r.slowestCheck, time.Since(start))
	return nil
}
