package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/internal/atomicfile"
	"github.com/smallccwc/chronosync/engine/internal/filelock"
	"github.com/smallccwc/chronosync/engine/internal/ownfile"
	"github.com/smallccwc/chronosync/engine/shelf"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
	"github.com/smallccwc/chronosync/engine/store"
)

// SyncOptions are the choices of one sync.
type SyncOptions struct {
	Full bool // read everything again, whatever the cursors say
	// Reindex builds the search index again, whether or not it looks whole.
	Reindex bool
	DryRun  bool // tell what would be done; nothing is kept
	// Progress is called now and then from the goroutine of the sync.
	Progress func(transcripts, messages int)
}

// lockWait is how long a sync waits for another one: about as long as one with
// little to do takes.
const lockWait = 2 * time.Second

// Sync reads what is new in OpenClaw's stores, keeps it in the archive and
// renews the shared files. A state directory without any session is fine; one
// where nothing is readable is [ErrNoneReadable]. Further errors: [ErrNoState],
// [ErrNoWorkspace], [ErrPlace], [ErrNoKey], [ErrNotWritable], [ErrFull],
// [ErrLocked], and [ErrNewer], [ErrCorrupt] and [ErrBusy] for the archive. Before
// anything is read or written a value that the settings name and the environment
// lacks is a [*config.Error]: without it a sync would keep the value in plain.
//
// After an error, and after a kill at any moment, what was committed stays and
// the next sync goes on from there.
func (e *Engine) Sync(ctx context.Context, opt SyncOptions) (Report, error) {
	started := e.opt.Now()
	if err := e.Config.CheckKnown(); err != nil {
		return Report{}, err
	}
	if err := e.checkPlaces(); err != nil {
		return Report{}, err
	}
	sync := e.sync
	if opt.DryRun {
		sync = e.dryRun
	}
	report, err := sync(ctx, opt, started)
	report.Duration = e.opt.Now().Sub(started)
	return report, e.diagnosed(err)
}

// checkPlaces refuses wrong places before anything is made in them.
func (e *Engine) checkPlaces() error {
	if err := e.Places.checkOwnFiles(); err != nil {
		return err
	}
	src, err := e.source(openclaw.Options{})
	if err != nil {
		return err
	}
	if err := e.Places.checkOutput(); err != nil {
		return err
	}
	return e.Places.checkApart(src)
}

// ErrLocked means that another sync is running.
var ErrLocked = filelock.ErrHeld

// sync takes the lock and does what is to be done under it.
func (e *Engine) sync(ctx context.Context, opt SyncOptions, started time.Time) (Report, error) {
	if err := ownfile.MakeDir(e.Places.Home); err != nil {
		return Report{}, err
	}
	lock, err := filelock.Acquire(ctx, e.Places.lock(), lockWait)
	if err != nil {
		return Report{}, fmt.Errorf("starting the sync: %w", err)
	}
	defer lock.Release()
	r := &run{Engine: e, opt: opt, started: started, last: e.LastRun(), rules: e.rules, announce: lock.Announce}
	report, err := r.syncLocked(ctx)
	if err != nil && ctx.Err() == nil {
		e.keepFailure(err)
	}
	return report, err
}

// run is one sync under the lock.
type run struct {
	*Engine
	opt     SyncOptions
	started time.Time
	last    LastRun
	src     *openclaw.Source
	survey  source.Survey
	zone    string // of files and plugins
	rules   intake.RuleSet
	key     []byte
	// own digests ownParts as this run found them.
	own string
	// earlier are the shared_chat.json of the run before by their paths, once
	// ahead is done.
	earlier  map[string]*export.Earlier
	ahead    sync.WaitGroup
	rendered []rendered
	notes    map[string]findings.Notebook // of people, by the directory that shows them
	// freshUntil is when files change without anything new; zero is never.
	freshUntil time.Time
	// unsettled says that the next run has more to look at than what changes.
	unsettled bool
	// redactedAgain counts the messages that new rules changed.
	redactedAgain int
	// announce tells others who holds the lock, once it takes a while.
	announce func()
}

func (r *run) syncLocked(ctx context.Context) (Report, error) {
	if err := r.prepare(ctx); err != nil {
		return Report{}, err
	}
	if !r.opt.Full && !r.opt.Reindex && r.nothingNew() {
		return r.unchanged()
	}
	r.lookAhead()
	defer r.ahead.Wait()
	archive, err := r.open(ctx)
	if err != nil {
		return Report{}, err
	}
	defer func() { archive.Close() }() // the one that is open then
	if err := r.reindex(ctx, archive, r.opt.Reindex); err != nil {
		return Report{}, err
	}
	report, err := r.readCounted(ctx, archive)
	if err != nil {
		return Report{}, fmt.Errorf("bringing what is new into %q: %w", r.Places.Archive(), err)
	}
	if archive, err = r.renewed(ctx, archive); err != nil {
		return Report{}, err
	}
	return r.finish(ctx, archive, report)
}

// lookAhead does beside the read what is needed behind it, and what takes long
// the first time: a second core is idle meanwhile.
func (r *run) lookAhead() {
	if r.opt.Full {
		return // of a run that takes long, memory counts more
	}
	r.earlier = map[string]*export.Earlier{}
	r.ahead.Go(func() {
		r.rules.Scan(" ") // makes their tables
		for _, dir := range r.outputDirs() {
			path := filepath.Join(dir, jsonName)
			r.earlier[path] = r.last.earlier(path, r.own)
		}
	})
}

// reindex makes sure that the archive can be searched: one of an older format
// has no index yet.
func (r *run) reindex(ctx context.Context, archive *store.Store, always bool) error {
	indexed, err := archive.Indexed(ctx)
	if err != nil || indexed && !always {
		return err
	}
	return archive.Reindex(ctx)
}

// prepare settles places, key and survey. Leftovers of a killed run go first:
// copies of databases hold text that was not redacted.
func (r *run) prepare(ctx context.Context) error {
	if err := sweepTmp(r.Places.tmp()); err != nil {
		return err
	}
	if err := atomicfile.Sweep(r.Places.Home); err != nil {
		return err
	}
	var err error
	if r.key, err = r.Places.archiveKey(); err != nil {
		return err
	}
	lastRead := r.last.ReadFrom
	if r.opt.Full {
		lastRead = time.Time{}
	}
	r.src, err = r.source(openclaw.Options{
		TempDir: r.Places.tmp(), LastRead: lastRead, Digest: intake.Digester{Key: r.key}.Bytes, SpokenOnly: !r.Config.IncludeTools,
	})
	if err != nil {
		return err
	}
	r.own = intake.Digester{Key: r.key}.State(r.ownParts())
	r.survey, err = r.src.Survey(ctx)
	return err
}

// state digests everything that decides what a run would do: OpenClaw's files,
// our settings and version, and our own files.
func (r *run) state() string {
	parts := append(r.ownParts(), r.survey.Fingerprint)
	for _, dir := range r.outputDirs() {
		for _, name := range append(findings.Watched(), sharedFiles[:]...) {
			parts = append(parts, fileState(filepath.Join(dir, name)))
		}
	}
	return intake.Digester{Key: r.key}.State(parts)
}

// ownParts are what the shared files are made of, apart from OpenClaw's files.
func (r *run) ownParts() []string {
	parts := []string{strconv.Itoa(lastRunVersion), r.Engine.opt.Version, r.rules.Mark(r.key), r.Places.Output, r.src.TimeZone()}
	for _, value := range r.Config.Values() {
		if value.Key != "terminal_lang" { // changes no file
			parts = append(parts, value.Key, value.Value)
		}
	}
	builtin, _ := r.builtin() // running them tells why there are none
	return append(parts, builtin.Digest, fileState(r.Places.Archive()), fileState(filepath.Join(r.Places.plugins(), shelf.ListName)))
}

func (r *run) nothingNew() bool {
	return r.last.State != "" && r.last.Error == "" && r.survey.Settled && !source.MayMend(r.last.Skipped) &&
		r.last.fresh(r.started) && r.last.State == r.state()
}

// unchanged ends a run that found nothing to do. The outcome of the run before
// still holds, and last_run.json is the only file that is written.
func (r *run) unchanged() (Report, error) {
	report := r.report(r.last.Skipped)
	report.Sessions, report.Messages, report.Deleted = r.last.Sessions, r.last.Messages, r.last.Deleted
	report.Redactions, report.RedactionRules, report.Sources = r.last.Redactions, r.last.RedactionRules, r.last.Sources
	report.Unchanged = true
	next := r.last
	next.NewMessages = 0
	return report, r.keep(next, report)
}

// progress passes on how far the read is.
func (r *run) progress(transcripts, messages int) {
	const soon = lockWait / 2
	if r.announce != nil && r.Engine.opt.Now().Sub(r.started) > soon {
		r.announce()
		r.announce = nil
	}
	if r.opt.Progress != nil {
		r.opt.Progress(transcripts, messages)
	}
}

// readCounted brings everything new into the archive and reports what it holds
// now.
func (r *run) readCounted(ctx context.Context, archive *store.Store) (Report, error) {
	before, err := archive.Count(ctx)
	if err != nil {
		return Report{}, err
	}
	if r.zone, err = r.settleZone(ctx, archive); err != nil {
		return Report{}, err
	}
	taken, err := intake.Read(ctx, archive, r.src, intake.Options{
		Rules: r.rules, Key: r.key, IncludeTools: r.Config.IncludeTools, Full: r.opt.Full,
		Original: r.original(), Now: r.started, Progress: r.progress,
	})
	if err != nil {
		return Report{}, err
	}
	// Of all that follows only plugins write, and they write little.
	if err := archive.Shrink(ctx); err != nil {
		return Report{}, err
	}
	totals, err := archive.Totals(ctx)
	if err != nil {
		return Report{}, err
	}
	r.unsettled = taken.Doubt
	report := r.report(taken.Skipped)
	report.Sessions, report.Messages, report.Deleted = totals.Sessions, totals.Messages, totals.Deleted
	report.NewMessages = max(0, totals.Messages-before)
	report.Redactions, report.RedactionRules, report.Sources = totals.Redactions, totals.Rules, totals.Kinds
	return report, nil
}

// finish renews the shared files and keeps the outcome.
func (r *run) finish(ctx context.Context, archive *store.Store, report Report) (Report, error) {
	if len(report.Sources) == 0 {
		if err := noneReadable(report.Skipped); err != nil {
			return report, err
		}
	}
	skips, err := r.runPlugins(ctx, archive)
	if err != nil {
		return report, fmt.Errorf("running plugins: %w", err)
	}
	report.Skipped = append(report.Skipped, r.told(skips)...)
	if err := r.readEdits(ctx, archive); err != nil {
		return report, err
	}
	contentTime, err := r.export(ctx, archive, r.zone)
	if err != nil {
		return report, err
	}
	if err := archive.Close(); err != nil {
		return report, err
	}
	// The survey was made before the read: what changed since is found next time.
	next := LastRun{
		ContentTime: contentTime, NewMessages: report.NewMessages,
		FreshUntil: r.freshUntil,
		State:      r.state(), Own: intake.Digester{Key: r.key}.State(r.ownParts()), Rendered: r.rendered,
	}
	if r.unsettled {
		next.State = ""
	}
	return report, r.keep(next, report)
}

// noneReadable is the error for a run that archived no transcript although
// there is something that holds some.
func noneReadable(skips []Skip) error {
	for _, skip := range skips {
		if skip.Fatal || skip.Reason == source.ReasonUnreadable {
			return fmt.Errorf("%w: %q is the first (%s)", ErrNoneReadable, skip.Where, skip.Reason)
		}
	}
	return nil
}

// report starts the report of a run with what all runs tell.
func (r *run) report(skips []source.Skip) Report {
	return Report{
		Skipped: r.told(skips),
		Output:  r.Places.Output, Archive: r.Places.Archive(), RedactedAgain: r.redactedAgain,
		Redactions: map[string]int{}, RedactionRules: map[string]int{}, Sources: map[string]int{},
	}
}

// told says of skips which of them the run before told of.
func (r *run) told(skips []source.Skip) []Skip {
	known := r.last.knownSkips()
	var list []Skip
	for _, skip := range skips {
		list = append(list, Skip{Skip: skip, Known: known[skipKey(skip)]})
	}
	return list
}

// keep writes the outcome of a run that did not fail.
func (r *run) keep(next LastRun, report Report) error {
	now := r.Engine.opt.Now().UTC()
	next.SchemaVersion, next.Version = lastRunVersion, r.Engine.opt.Version
	next.Finished, next.Succeeded, next.Error = now, now, ""
	next.ReadFrom = r.started.UTC()
	next.DurationMS = now.Sub(r.started).Milliseconds()
	next.Sessions, next.Messages, next.Deleted = report.Sessions, report.Messages, report.Deleted
	next.Redactions, next.RedactionRules, next.Sources, next.Output = report.Redactions, report.RedactionRules, report.Sources, report.Output
	next.Skipped = []source.Skip{}
	for _, skip := range report.Skipped {
		if !skip.Once {
			next.Skipped = append(next.Skipped, skip.Skip)
		}
	}
	return next.write(r.Places.lastRun())
}

// keepFailure notes that a run failed, beside what the last good one told. If
// even that can't be written, the failure itself is what the caller reports.
func (e *Engine) keepFailure(failure error) {
	next := e.LastRun()
	next.SchemaVersion, next.Version = lastRunVersion, e.opt.Version
	next.Finished, next.Error = e.opt.Now().UTC(), Mask()(failure.Error())
	_ = next.write(e.Places.lastRun())
}
