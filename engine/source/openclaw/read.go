package openclaw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
)

// reader is one run over everything that a listing found.
type reader struct {
	*Source
	ctx      context.Context
	cursors  source.Cursors
	sink     *countingSink
	decoder  decoder
	splitter *lineReader     // see [reader.lines]
	listed   map[string]bool // real paths of the transcripts that were found
}

// countingSink knows how many skips were named.
type countingSink struct {
	source.Sink
	skips int
}

func (s *countingSink) Skip(skip source.Skip) {
	s.skips++
	s.Sink.Skip(skip)
}

// Read implements [source.Source]. Per store: what the indexes know, then the
// database, then archives, then live files: knowledge before what needs it,
// and the archive of a deleted session before a live file that revives it. A
// read that follows a survey reads what that one found.
func (s *Source) Read(ctx context.Context, cursors source.Cursors, sink source.Sink) error {
	found := s.surveyed
	s.surveyed = nil // a second read looks again
	if found == nil {
		var err error
		if found, err = s.list(ctx); err != nil {
			return err
		}
	}
	r := &reader{Source: s, ctx: ctx, cursors: cursors, sink: &countingSink{Sink: sink}, decoder: decoder{digest: s.opt.Digest, spokenOnly: s.opt.SpokenOnly}, listed: found.paths()}
	for _, skip := range found.skips {
		r.sink.Skip(skip)
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
			case errors.Is(err, errVanished):
				vanished = append(vanished, f)
			case err != nil:
				return nil, err
			}
		}
	}
	return vanished, nil
}

// errVanished means that a file went away since it was listed.
var errVanished = errors.New("file went away")

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
	for _, other := range relisted.stores {
		if other.dir != st.dir {
			continue
		}
		for _, f := range other.files {
			if !seen[f.id] {
				fresh.files = append(fresh.files, f)
			}
		}
	}
	still, err := r.transcripts(fresh, w)
	if err != nil {
		return err
	}
	found := map[string]bool{}
	for _, f := range fresh.files {
		found[f.name.sessionID] = true
	}
	for _, f := range still {
		found[f.name.sessionID] = false
	}
	for _, f := range vanished {
		if !found[f.name.sessionID] {
			r.sink.Skip(source.Skip{Where: f.id, Reason: source.ReasonVanished, Count: 1})
		}
	}
	return nil
}

// cursorVersion is raised when the meaning of a cursor changes; older ones are
// then read as if there were none. Cursors hold no names, ids or text, and of
// what stands in files only keyed digests.
const cursorVersion = "2 "

// cursor reads the cursor of a transcript or place into one of our structs.
func (r *reader) cursor(id string, into any) (known bool) {
	text, current := strings.CutPrefix(r.cursors.Cursor(id), cursorVersion)
	return current && json.Unmarshal([]byte(text), into) == nil
}

func encode(cursor any) string {
	data, err := json.Marshal(cursor)
	if err != nil { // plain structs of ours
		panic(err)
	}
	return cursorVersion + string(data)
}

// tally collects what of one transcript could not be read: one item for each
// reason, with the first record that it concerns. Cursors keep it.
type tally []damage

type damage struct {
	Reason source.Reason `json:"r"`
	Record int64         `json:"at"`
	Count  int           `json:"n"`
}

func (t *tally) add(reason source.Reason, record int64) {
	for i := range *t {
		if (*t)[i].Reason == reason {
			(*t)[i].Count++
			return
		}
	}
	*t = append(*t, damage{reason, record, 1})
}

// report hands the damage to the sink. Damage in a leftover of a repair is
// damage that OpenClaw has mended elsewhere.
func (t tally) report(sink source.Sink, id string, kind source.Kind) {
	for _, d := range t {
		sink.Skip(source.Skip{Where: at(id, d.Record), Reason: d.Reason, Count: d.Count, Note: kind == source.KindBackup})
	}
}

// problems collects what of one database could not be read: one skip for each
// reason, with the first place that it concerns.
type problems []source.Skip

func (p *problems) add(skip source.Skip) {
	for i := range *p {
		if old := &(*p)[i]; old.Reason == skip.Reason && old.Fatal == skip.Fatal {
			old.Count++
			return
		}
	}
	skip.Count = 1
	*p = append(*p, skip)
}

func at(id string, record int64) string { return fmt.Sprintf("%s:%d", id, record) }
