package openclaw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// reader is one run over everything that a listing found.
type reader struct {
	*Source
	ctx     context.Context
	cursors source.Cursors
	sink    source.Sink
	decoder decoder
	lines   []byte
}

// Read implements [source.Source]. Per store: what the indexes know, then the
// database, then archives, then live files: knowledge before what needs it,
// and the archive of a deleted session before a live file that revives it.
func (s *Source) Read(ctx context.Context, cursors source.Cursors, sink source.Sink) error {
	found, err := s.list(ctx)
	if err != nil {
		return err
	}
	r := &reader{Source: s, ctx: ctx, cursors: cursors, sink: sink, decoder: decoder{digest: s.opt.Digest}}
	for _, skip := range found.skips {
		sink.Skip(skip)
	}
	for _, st := range found.stores {
		if err := r.store(st); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) store(st *store) error {
	w := &windows{agent: st.agent, byID: map[string]session.Facts{}, published: map[string]bool{}}
	if err := r.indexes(st, w); err != nil {
		return err
	}
	for i, database := range st.databases {
		if err := r.database(st, w, database, st.walStamps[i]); err != nil {
			return err
		}
	}
	if err := w.report(r.sink); err != nil {
		return err
	}
	vanished, err := r.transcripts(st, w)
	if err != nil || len(vanished) == 0 {
		return err
	}
	return r.again(st, w, vanished)
}

// transcripts reads the files of a store, archives first. It returns those
// that went away since they were listed.
func (r *reader) transcripts(st *store, w *windows) (vanished []file, err error) {
	for _, live := range []bool{false, true} {
		for _, f := range st.files {
			if (f.name.kind == source.KindJSONL) != live || w.published[f.id] {
				continue
			}
			if err := r.ctx.Err(); err != nil {
				return nil, err
			}
			err := r.transcript(w, f)
			switch {
			case errors.Is(err, fs.ErrNotExist):
				vanished = append(vanished, f)
			case err != nil:
				return nil, err
			}
		}
	}
	return vanished, nil
}

// again looks for files that were renamed while we were reading: a reset turns
// <id>.jsonl into <id>.jsonl.reset.<time>. What is still missing is named.
func (r *reader) again(st *store, w *windows, vanished []file) error {
	relisted, err := r.list(r.ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, f := range st.files {
		seen[f.id] = true
	}
	fresh := &store{agent: st.agent, dir: st.dir}
	revived := map[string]bool{}
	for _, other := range relisted.stores {
		if other.dir != st.dir {
			continue
		}
		for _, f := range other.files {
			if !seen[f.id] {
				fresh.files = append(fresh.files, f)
				revived[f.name.sessionID] = true
			}
		}
	}
	still, err := r.transcripts(fresh, w)
	if err != nil {
		return err
	}
	for _, f := range append(vanished, still...) {
		if !revived[f.name.sessionID] {
			r.sink.Skip(source.Skip{Where: f.id, Reason: source.ReasonVanished, Count: 1})
		}
	}
	return nil
}

// place is the cursor of an index or of a database as a whole.
type place struct {
	Version int           `json:"v"`
	At      stamp         `json:"at"`
	WAL     stamp         `json:"wal"`
	Skips   []source.Skip `json:"skips,omitempty"`
}

// unchanged reports whether the place is as it was, and if so repeats what
// could not be read then.
func (r *reader) unchanged(id string, at, wal stamp) bool {
	var old place
	if json.Unmarshal([]byte(r.cursors.Cursor(id)), &old) != nil || old.Version != cursorVersion ||
		old.At != at || old.WAL != wal || !r.settled(at) || !r.settled(wal) {
		return false
	}
	for _, skip := range old.Skips {
		r.sink.Skip(skip)
	}
	return true
}

// mark keeps the state of a place for [reader.unchanged].
func (r *reader) mark(id string, at, wal stamp, skips []source.Skip) error {
	return r.sink.Mark(id, encode(place{cursorVersion, at, wal, skips}))
}

// cursorVersion is raised when the meaning of a cursor changes; older ones are
// then read as if there were none.
const cursorVersion = 1

func encode(v any) string {
	data, err := json.Marshal(v)
	if err != nil { // plain structs of ours
		panic(err)
	}
	return string(data)
}

// tally collects the skips of one transcript: one for each reason, with the
// first place and the number.
type tally struct {
	skips []source.Skip
}

func (t *tally) add(reason source.Reason, where string) {
	for i := range t.skips {
		if t.skips[i].Reason == reason {
			t.skips[i].Count++
			return
		}
	}
	t.skips = append(t.skips, source.Skip{Where: where, Reason: reason, Count: 1})
}

// report hands the skips to the sink. Damage in a leftover of a repair is
// damage that OpenClaw has mended elsewhere.
func (t *tally) report(sink source.Sink, kind source.Kind) {
	for i := range t.skips {
		t.skips[i].Note = t.skips[i].Note || kind == source.KindBackup
		sink.Skip(t.skips[i])
	}
}

func at(id string, record int64) string { return fmt.Sprintf("%s:%d", id, record) }

func millis(ms int64) time.Time {
	if ms <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
