package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

// The text index stands in the archive as segments: a batch adds one in its own
// transaction, and small ones are merged as they gather. Every message that is
// no copy is in it, of all classes and of deleted windows too. A message whose
// text changed is added again, and the newest segment that has it counts; one
// that became a copy is named in search_gone.

// ErrIndex says that the text index can't be used as it is.
var ErrIndex = errors.New("the search index is missing, damaged or of another version; session-sync sync --reindex builds it again")

// indexMeta keeps the format of an index that covers the archive.
const indexMeta = "search"

// indexBytes is how much text a batch gathers in memory before it should be
// committed; the index of it takes a third.
const indexBytes = 16 << 20

// partBits divides the number of a part: segment, then index of the part.
const partBits = 24

// fanout is how many segments are merged at least. With fewer a sync would write
// more, with more a search would look into more.
const fanout = 8

// Indexed reports whether there is a text index of this version that covers the
// archive. Otherwise [Store.Reindex] makes one.
func (s *Store) Indexed(ctx context.Context) (bool, error) {
	value, err := s.Meta(ctx, indexMeta)
	return value == textindex.Format, err
}

// Reindex builds the text index again from the messages, in one transaction.
func (s *Store) Reindex(ctx context.Context) error {
	b, err := s.Begin(ctx)
	if err != nil {
		return err
	}
	if err := b.reindex(ctx); err != nil {
		b.Rollback()
		return fault(ctx, "building the search index", err)
	}
	return b.Commit(ctx)
}

func (b *Batch) reindex(ctx context.Context) error {
	if err := b.dropIndex(); err != nil {
		return err
	}
	b.s.index.Reset() // what was added before is read again
	size := 0
	err := each(b.ctx, b.conn, "SELECT "+indexColumns+" FROM messages WHERE copy = 0 ORDER BY id", func(rows *sql.Rows) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		doc, text, err := b.scanDoc(rows)
		if err != nil {
			return err
		}
		b.s.index.Add(doc, text)
		if size += len(text); size > indexBytes {
			size = 0
			return b.seal()
		}
		return nil
	})
	if err == nil {
		err = b.seal()
	}
	if err != nil {
		return err
	}
	return b.SetMeta(indexMeta, textindex.Format)
}

func (b *Batch) dropIndex() error {
	for _, table := range []string{"search", "search_segments", "search_gone"} {
		if err := b.exec("DELETE FROM " + table); err != nil {
			return err
		}
	}
	return b.SetMeta(indexMeta, "")
}

// indexColumns are what scanDoc reads.
const indexColumns = "id, time, window, channel, role, class, text"

func (b *Batch) scanDoc(rows scanner) (doc textindex.Doc, text string, err error) {
	var packed any
	if err := rows.Scan(&doc.ID, &doc.Time, &doc.Window, &doc.Channel, &doc.Role, &doc.Class, &packed); err != nil {
		return doc, "", err
	}
	text, err = b.s.unpack(packed)
	return doc, text, err
}

// indexRow adds a message to the index of the batch.
func (b *Batch) indexRow(id int64, w *window, r row) {
	b.s.index.Add(textindex.Doc{
		ID: id, Time: r.time, Window: w.id, Channel: r.channel, Role: uint8(r.role), Class: uint8(r.class),
	}, r.text)
	b.indexed += len(r.text)
}

// hide takes a message that became a copy out of the index, show puts one back.
func (b *Batch) hide(id int64) error {
	b.s.index.Remove(id)
	return b.exec("INSERT INTO search_gone(message) VALUES(?) ON CONFLICT DO NOTHING", id)
}

func (b *Batch) show(id int64) error {
	doc, text, err := b.scanDoc(b.conn.QueryRowContext(b.ctx, "SELECT "+indexColumns+" FROM messages WHERE id = ?", id))
	if err != nil {
		return err
	}
	b.s.index.Add(doc, text)
	return b.exec("DELETE FROM search_gone WHERE message = ?", id)
}

// settleIndex stores what the batch added and merges the segments that are
// [ripe].
func (b *Batch) settleIndex() error {
	if err := b.seal(); err != nil {
		return err
	}
	list, err := segmentsOf(b.ctx, b.conn)
	if err != nil {
		return err
	}
	few := ripe(list)
	if few == 0 {
		return nil
	}
	err = b.merge(list[len(list)-few:])
	if errors.Is(err, ErrIndex) {
		return b.dropIndex() // messages are archived all the same
	}
	return err
}

// seal stores the documents that were added as a segment.
func (b *Batch) seal() error {
	if b.s.index.Len() == 0 {
		return nil
	}
	parts := b.s.index.Segment()
	count := b.s.index.Len()
	b.s.index.Reset()
	return b.saveSegment(parts, count)
}

func (b *Batch) saveSegment(parts textindex.Parts, documents int) error {
	result, err := b.conn.ExecContext(b.ctx, "INSERT INTO search_segments(documents) VALUES(?)", documents)
	if err != nil {
		return err
	}
	segment, err := result.LastInsertId()
	if err != nil {
		return err
	}
	for i, part := range parts {
		if err := b.exec("INSERT INTO search(id, data) VALUES(?, ?)", segment<<partBits|int64(i), part); err != nil {
			return err
		}
	}
	return nil
}

// listedSegment is a row of search_segments; oldest first in lists.
type listedSegment struct {
	id        int64
	documents int
}

func segmentsOf(ctx context.Context, q querier) (list []listedSegment, err error) {
	err = each(ctx, q, "SELECT id, documents FROM search_segments ORDER BY id", func(rows *sql.Rows) error {
		var l listedSegment
		err := rows.Scan(&l.id, &l.documents)
		list = append(list, l)
		return err
	})
	return list, err
}

// mostMerged is up to how many documents are merged into one segment: with ever
// larger ones a sync would need ever more memory, and a search gains nothing.
const mostMerged = 16 << 10

// ripe returns how many of the newest segments should be merged: the most that
// are [fanout] or more of which the oldest is no larger than the others
// together. A document is so merged as often as its segment doubles, and beyond
// fanout segments each one is larger than all newer ones.
func ripe(list []listedSegment) int {
	merged, newer := 0, 0
	for i := len(list) - 1; i >= 0 && newer+list[i].documents <= mostMerged; i-- {
		if count := len(list) - i; count >= fanout && list[i].documents <= newer {
			merged = count
		}
		newer += list[i].documents
	}
	return merged
}

// merge makes one segment of several, which are the newest.
func (b *Batch) merge(list []listedSegment) error {
	segments, err := openSegments(b.ctx, b.conn, list)
	if err != nil {
		return err
	}
	gone, err := goneFrom(b.ctx, b.conn)
	if err != nil {
		return err
	}
	parts, err := textindex.Merge(segments, func(_ int, id int64) bool { return gone[id] })
	if err != nil {
		return indexFault(err)
	}
	documents := 0
	for _, l := range list {
		documents += l.documents
		if err := b.exec("DELETE FROM search WHERE id >= ? AND id < ?", l.id<<partBits, (l.id+1)<<partBits); err != nil {
			return err
		}
		if err := b.exec("DELETE FROM search_segments WHERE id = ?", l.id); err != nil {
			return err
		}
	}
	return b.saveSegment(parts, documents)
}

// openSegments opens segments whose parts are loaded when they are needed.
func openSegments(ctx context.Context, q reader, list []listedSegment) ([]*textindex.Segment, error) {
	segments := make([]*textindex.Segment, 0, len(list))
	for _, l := range list {
		segment, err := textindex.Open(func(part int) ([]byte, error) {
			var data []byte
			err := q.QueryRowContext(ctx, "SELECT data FROM search WHERE id = ?", l.id<<partBits|int64(part)).Scan(&data)
			if errors.Is(err, sql.ErrNoRows) {
				return nil, textindex.ErrCorrupt
			}
			return data, err
		})
		if err != nil {
			return nil, indexFault(err)
		}
		segments = append(segments, segment)
	}
	return segments, nil
}

// goneFrom lists the messages that the index still has and should not.
func goneFrom(ctx context.Context, q querier) (map[int64]bool, error) {
	gone := map[int64]bool{}
	err := each(ctx, q, "SELECT message FROM search_gone", func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		gone[id] = true
		return err
	})
	return gone, err
}

// indexFault names the remedy for what is wrong with the index itself.
func indexFault(err error) error {
	if errors.Is(err, textindex.ErrCorrupt) || errors.Is(err, textindex.ErrFormat) {
		return fmt.Errorf("%w (%w)", ErrIndex, err)
	}
	return err
}
