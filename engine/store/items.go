package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
)

// mostItems is how many items of one plugin a session keeps. Years of a chat
// that is never reset give a few thousand; beyond, the oldest go.
const mostItems = 10_000

// ItemFilter chooses items. The zero value chooses all of sessions that exist
// in the source.
type ItemFilter struct {
	Plugins, Kinds []string // empty is any
	Agent, Key     string   // of the session; Key is the archived (redacted) form
	Channel        string   // of the message

	Since time.Time // of the message, at or after it
	Until time.Time // before it

	// Allow, when set, decides about each session; SessionIDs are not filled
	// in, and Title only where the source told one.
	Allow          func(session.Session) bool
	IncludeDeleted bool // sessions that the source deleted too
}

// items are the conditions on items i and sessions s.
func (f ItemFilter) items(c *conditions) {
	c.among("i.plugin", f.Plugins)
	c.among("i.kind", f.Kinds)
	if f.Agent != "" {
		c.add("s.agent = ?", f.Agent)
	}
	if f.Key != "" {
		c.add("s.key = ?", f.Key)
	}
	if f.Channel != "" {
		c.add("i.channel = (SELECT id FROM names WHERE name = ?)", f.Channel)
	}
	since, until := Filter{Since: f.Since, Until: f.Until}.span()
	c.add("i.time >= ? AND i.time < ?", since, until)
	if !f.IncludeDeleted {
		c.add("s.deleted = 0")
	}
}

// itemQuery reads items with their sessions, for scanItem.
const itemQuery = "SELECT " + listedColumns + `, i.public, i.plugin, i.key, i.kind, i.message, i.time,
	(SELECT name FROM names WHERE id = i.channel), (SELECT name FROM names WHERE id = i.sender),
	i.origin, i.owner, i.due, i.status, i.resolves, i.score, i.tags, i.title, i.evidence, i.body
	FROM items i JOIN sessions s ON s.id = i.session WHERE `

func scanItem(rows scanner) (owner listed, it session.Item, err error) {
	var at int64
	var channel, sender sql.NullString
	var tags []byte
	owner, err = scanListed(rows, &it.ID, &it.Plugin, &it.Key, &it.Kind, &it.MessageID, &at, &channel, &sender,
		&it.Origin, &it.Owner, &it.Due, &it.Status, &it.Resolves, &it.Score, &tags, &it.Title, &it.Evidence, &it.Body)
	if err != nil {
		return owner, it, err
	}
	it.Agent, it.SessionKey = owner.Agent, owner.Key
	it.Time, it.Channel, it.Sender = unpackTime(at), channel.String, sender.String
	if json.Unmarshal(tags, &it.Tags) != nil {
		err = fmt.Errorf("the tags of an item are unreadable: %w", ErrCorrupt)
	}
	return owner, it, err
}

// Items yields the items under the filter: newest message first, then by id. It
// ends after an error, and holds a read of the archive open until it ends.
func (s *Store) Items(ctx context.Context, f ItemFilter) iter.Seq2[session.Item, error] {
	return func(yield func(session.Item, error) bool) {
		allowed := map[int64]bool{} // of the sessions that were asked about
		c := conditions{}
		f.items(&c)
		err := each(ctx, s.read, itemQuery+c.String()+" ORDER BY i.time DESC, i.public, i.id", func(rows *sql.Rows) error {
			owner, it, err := scanItem(rows)
			if err != nil {
				return err
			}
			if f.Allow != nil {
				allow, asked := allowed[owner.id]
				if !asked {
					allow = f.Allow(owner.Session)
					allowed[owner.id] = allow
				}
				if !allow {
					return nil
				}
			}
			if !yield(it, nil) {
				return errStop
			}
			return nil
		}, c.args...)
		if err != nil && !errors.Is(err, errStop) {
			yield(session.Item{}, fault(ctx, "reading items", err))
		}
	}
}

// Item returns the item with a public id and its session, also when the source
// deleted that. Where two bear the id, it is the one that lists show first. None
// is [ErrNoItem].
func (s *Store) Item(ctx context.Context, id string) (session.Session, session.Item, error) {
	row := s.read.QueryRowContext(ctx, itemQuery+"i.public = ? ORDER BY s.deleted, i.time DESC, i.id LIMIT 1", id)
	listed, it, err := scanItem(row)
	if errors.Is(err, sql.ErrNoRows) {
		return session.Session{}, session.Item{}, ErrNoItem
	}
	var owner session.Session
	if err == nil {
		owner, err = s.owner(ctx, listed.id)
	}
	if err != nil {
		return session.Session{}, session.Item{}, fault(ctx, "reading an item", err)
	}
	return owner, it, nil
}

// keepItem stores, revises or withdraws an item of a session. The public id is
// made of the first message with the key. A plugin that reads anew comes to the
// same messages in the same order, so that the id is the same again.
func (b *Batch) keepItem(owner int64, plugin string, it session.Item) error {
	if it.Status == session.StatusWithdrawn {
		return b.exec("DELETE FROM items WHERE session = ? AND plugin = ? AND key = ?", owner, plugin, it.Key)
	}
	if it.Key == "" || it.MessageID == "" {
		return errors.New("an item has no key or no message")
	}
	var errs [4]error
	var channel, sender int64
	var tags []byte
	channel, errs[0] = b.name(it.Channel)
	sender, errs[1] = b.name(it.Sender)
	tags, errs[2] = json.Marshal(it.Tags)
	errs[3] = b.exec(upsertItem, owner, plugin, it.Key, session.ItemID(plugin, it.MessageID, it.Key), it.Kind, it.MessageID,
		packTime(it.Time), channel, sender, string(it.Origin), string(it.Owner), it.Due, string(it.Status), it.Resolves, it.Score,
		string(tags), it.Title, it.Evidence, it.Body)
	b.size += int64(2*rowSize + len(tags) + len(it.Title) + len(it.Evidence) + len(it.Body))
	return errors.Join(errs[:]...)
}

// upsertItem keeps the public id of an item that is there.
const upsertItem = `INSERT INTO items(session, plugin, key, public, kind, message, time, channel, sender,
	origin, owner, due, status, resolves, score, tags, title, evidence, body)
	VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT(session, plugin, key) DO UPDATE SET (kind, message, time, channel, sender,
	origin, owner, due, status, resolves, score, tags, title, evidence, body) =
	(excluded.kind, excluded.message, excluded.time, excluded.channel, excluded.sender,
	excluded.origin, excluded.owner, excluded.due, excluded.status, excluded.resolves, excluded.score,
	excluded.tags, excluded.title, excluded.evidence, excluded.body)`

// trimItems removes the oldest of more items than a session keeps.
func (b *Batch) trimItems(owner int64, plugin string) error {
	return b.exec(`DELETE FROM items WHERE id IN (SELECT id FROM items WHERE session = ? AND plugin = ?
		ORDER BY time DESC, id DESC LIMIT -1 OFFSET ?)`, owner, plugin, mostItems)
}

// redactItems drops what a plugin knows of a session where one of its own texts
// has to be redacted: a plugin may have put together what no message shows. What
// messages show goes when their sessions are settled.
func (b *Batch) redactItems(ctx context.Context, r Redaction) error {
	type reading struct {
		session int64
		plugin  string
	}
	told := map[reading]bool{}
	err := each(b.ctx, b.conn, itemQuery+"1", func(rows *sql.Rows) error {
		owner, it, err := scanItem(rows)
		if err == nil && r.changes(it) {
			told[reading{owner.id, it.Plugin}] = true
		}
		return errors.Join(ctx.Err(), err)
	})
	for of := range told {
		if err == nil {
			err = b.forget("session = ? AND plugin = ?", of.session, of.plugin)
		}
	}
	return err
}

// changes reports whether an item holds what has to be redacted.
func (r Redaction) changes(it session.Item) bool {
	texts := append([]string{it.Key, it.Kind, it.Title, it.Evidence, it.Body, it.Due, it.Resolves}, it.Tags...)
	return slices.ContainsFunc(texts, func(text string) bool {
		redacted, _ := r.Text(text, func(string, uint64) int { return 1 })
		return redacted != text
	})
}

// Judge keeps what a person said about an item, whether it is there or not.
func (b *Batch) Judge(v session.Verdict) error {
	if b.s == nil {
		return ErrEnded
	}
	if !session.IsItemID(v.Item) || !slices.Contains(session.Verdicts(), v.Status) {
		return errors.New("keeping a verdict: it names no item or says nothing that can be said")
	}
	return fault(b.ctx, "keeping a verdict", b.exec("INSERT OR REPLACE INTO verdicts(item, status, at) VALUES(?, ?, ?)",
		v.Item, string(v.Status), packTime(v.At)))
}

// Verdicts returns what people said last, by the public id of the item.
func (s *Store) Verdicts(ctx context.Context) (map[string]session.Verdict, error) {
	all := map[string]session.Verdict{}
	err := each(ctx, s.read, "SELECT item, status, at FROM verdicts", func(rows *sql.Rows) error {
		var v session.Verdict
		var at int64
		err := rows.Scan(&v.Item, &v.Status, &at)
		v.At = unpackTime(at)
		all[v.Item] = v
		return err
	})
	return all, fault(ctx, "reading verdicts", err)
}
