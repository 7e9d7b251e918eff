package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// How often some works are done in a round: those of milliseconds, and both first
// syncs, as what plugins add is the small difference of two long runs.
const (
	shortRuns = 5
	pairs     = 3
)

// place is where one installation reads and writes.
type place struct{ state, dir string }

func (p place) home() string   { return filepath.Join(p.dir, "home") }
func (p place) shared() string { return filepath.Join(p.dir, "shared") }

// env is the whole environment of a child.
func (p place) env() []string {
	return []string{
		"HOME=" + p.dir, "USERPROFILE=" + p.dir, "TMPDIR=" + p.dir, "TZ=UTC", "OPENCLAW_STATE_DIR=" + p.state,
		"SESSION_SYNC_HOME=" + p.home(), "SESSION_SYNC_OUTPUT=" + p.shared(), "SESSION_SYNC_LANG=en",
	}
}

// round measures everything once, and what takes milliseconds a few times.
func (b *bench) round(ctx context.Context) error {
	for _, part := range []struct {
		in input
		do func(context.Context, place) error
	}{{b.jsonl, b.roundJSONL}, {b.sqlite, b.roundSQLite}, {b.jsonl, b.roundRedact}} {
		dir, err := os.MkdirTemp(b.work, "place-*")
		if err != nil {
			return err
		}
		if err := errors.Join(part.do(ctx, place{part.in.path, dir}), os.RemoveAll(dir)); err != nil {
			return err
		}
	}
	return nil
}

// roundJSONL syncs to two places in turn: one has no plugins, the other has those
// that are built in, as everybody has.
func (b *bench) roundJSONL(ctx context.Context, p place) error {
	if err := b.warm(ctx, floorRead, p); err != nil {
		return err
	}
	for _, name := range []string{floorRead, floorSplit} {
		if _, err := b.floor(ctx, name, p); err != nil {
			return err
		}
	}
	var bare, all place
	for n := range pairs {
		dir := filepath.Join(p.dir, strconv.Itoa(n))
		bare, all = place{p.state, filepath.Join(dir, "bare")}, place{p.state, filepath.Join(dir, "all")}
		if err := b.firstSyncs(ctx, bare, all); err != nil {
			return err
		}
	}
	if err := errors.Join(b.roundBuiltin(ctx, all), b.sizes(bare, workArchiveJSONL, b.jsonl)); err != nil {
		return err
	}
	for range shortRuns {
		if err := b.sync(ctx, all, workNothingNew, floorStat, noneNew); err != nil {
			return err
		}
	}
	for range shortRuns {
		b.appended++
		if err := b.corpora.extend(ctx, p.state, 100, 10, b.appended); err != nil {
			return err
		}
		if err := b.sync(ctx, bare, workAppended, floorStat, someNew); err != nil {
			return err
		}
		if err := b.sync(ctx, all, workAppendedAll, floorStat, someNew); err != nil {
			return err
		}
	}
	return b.roundQueries(ctx, bare)
}

// firstSyncs measures both first syncs, one right after the other.
func (b *bench) firstSyncs(ctx context.Context, bare, all place) error {
	if err := errors.Join(bare.withoutPlugins(), os.MkdirAll(all.dir, 0o700)); err != nil {
		return err
	}
	without, err := b.timed(ctx, bare, workFirstJSONL, floorRole, someNew)
	if err != nil {
		return err
	}
	b.add(workFirstJSONL, without)
	with, err := b.timed(ctx, all, workFirstPlugins, floorRole, someNew)
	if err != nil {
		return err
	}
	with.value = (with.cpu - without.cpu).Seconds()
	b.add(workFirstPlugins, with)
	return nil
}

func (b *bench) roundSQLite(ctx context.Context, p place) error {
	if err := errors.Join(p.withoutPlugins(), b.warm(ctx, floorSQLite, p)); err != nil {
		return err
	}
	if err := b.sync(ctx, p, workFirstSQLite, floorSQLite, someNew); err != nil {
		return err
	}
	return b.sizes(p, workArchiveSQLite, b.sqlite)
}

func (b *bench) roundQueries(ctx context.Context, p place) error {
	for range shortRuns {
		if err := b.ask(ctx, p, workLast, "last", "--json"); err != nil {
			return err
		}
		if !b.searches {
			continue
		}
		for _, query := range queries() {
			if err := b.ask(ctx, p, searchWork(query), "search", query, "--json"); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask times a command that answers with a list.
func (b *bench) ask(ctx context.Context, p place, work string, args ...string) error {
	var out bytes.Buffer
	took, err := child{path: b.binary, args: args, env: p.env(), stdout: &out}.run(ctx)
	if err != nil {
		return err
	}
	var list struct{ Total float64 }
	if err := json.Unmarshal(out.Bytes(), &list); err != nil {
		return fmt.Errorf("reading the answer of %s: %w", args[0], err)
	}
	b.add(work, sample{cost: took, value: list.Total})
	return nil
}

// warm runs a floor untimed. The first to read after a while takes twice as
// long, and as that is a floor, it would flatter what is compared to it.
func (b *bench) warm(ctx context.Context, floor string, p place) error {
	_, err := b.leastWork(floor, p).run(ctx)
	return err
}

// leastWork is the child that does a floor over the state of a place.
func (b *bench) leastWork(floor string, p place) child {
	return child{path: b.self, args: []string{"floor", floor, p.state}}
}

// floor times a floor.
func (b *bench) floor(ctx context.Context, name string, p place) (cost, error) {
	took, err := b.leastWork(name, p).run(ctx)
	if err == nil {
		b.add(floorWork(name), sample{cost: took})
	}
	return took, err
}

// What a sync has to find, or it did not do the work that is timed.
const (
	noneNew = false
	someNew = true
)

// sync times a floor and right after it a sync.
func (b *bench) sync(ctx context.Context, p place, work, floor string, wantNew bool) error {
	s, err := b.timed(ctx, p, work, floor, wantNew)
	if err == nil {
		b.add(work, s)
	}
	return err
}

// timed gives the sample of a sync and has added that of its floor.
func (b *bench) timed(ctx context.Context, p place, work, floor string, wantNew bool) (sample, error) {
	least, err := b.floor(ctx, floor, p)
	if err != nil {
		return sample{}, err
	}
	var out bytes.Buffer
	took, err := child{path: b.binary, args: []string{"sync", "--json"}, env: p.env(), stdout: &out}.run(ctx)
	if err != nil {
		return sample{}, err
	}
	var outcome struct {
		New int `json:"new_messages"`
	}
	if err := json.Unmarshal(out.Bytes(), &outcome); err != nil {
		return sample{}, fmt.Errorf("reading the outcome of a sync: %w", err)
	}
	if (outcome.New > 0) != wantNew {
		return sample{}, fmt.Errorf("%s: the sync found %d new messages, so it is not what is to be measured", work, outcome.New)
	}
	return sample{cost: took, ratio: took.against(least)}, nil
}

// sizes notes how large the archive and the shared files of a place are.
func (b *bench) sizes(p place, work string, in input) error {
	var archive int64
	files, err := filepath.Glob(filepath.Join(p.home(), "archive.db*")) // with what SQLite lays beside it
	if err != nil {
		return err
	}
	for _, file := range files {
		bytes, err := size(file)
		if err != nil {
			return err
		}
		archive += bytes
	}
	b.add(work, sample{value: 100 * float64(archive) / float64(in.bytes)})
	if work != workArchiveJSONL {
		return nil
	}
	shared, err := size(p.shared())
	b.add(workShared, sample{value: megabytes(shared)})
	return err
}
