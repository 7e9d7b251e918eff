package extractors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/smallccwc/chronosync/engine/harvest"
	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/store"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Reading is what a run of the plugins needs. All of it is required.
type Reading struct {
	Archive  *store.Store
	Zone     string         // as plugins are told it
	Location *time.Location // the same zone
	Redact   func(text string) string
	Now      time.Time
}

// Unread is what plugins could not read.
type Unread struct {
	Skips []source.Skip
	// Waits says that some of it is to be looked at by the next run, whatever
	// else changes.
	Waits bool
}

// pluginRun shows what is new to all plugins. A module is loaded only when there
// is something for it to read, a session is read once for all of them.
type pluginRun struct {
	*Library
	Reading
	view    *store.Store // one state of the archive, while sessions are read
	plugins []*working
	open    modules
	unkept  []store.Extraction // and failed, since the last commit
	failed  []store.Failure
	bytes   int // of what is not kept yet, about
}

// working is a plugin in a run.
type working struct {
	known
	version string // what its readings are kept under: another one reads everything anew
	health  harvest.Health
	was     harvest.Health
	due     map[sessionName]store.Due
	module  *plugin.Module // nil until something has to be read
}

type sessionName struct{ agent, key string }

// Read brings items up to the messages of the archive. A plugin that fails is
// told of in the outcome and keeps nobody else from anything.
func (l *Library) Read(ctx context.Context, reading Reading) (unread Unread, err error) {
	p := &pluginRun{Library: l, Reading: reading}
	order, err := p.plan(ctx)
	if err != nil {
		return Unread{}, err
	}
	defer func() { err = errors.Join(err, p.open.close()) }()
	for len(order) > 0 {
		if order, err = p.readSome(ctx, order); err != nil {
			return Unread{}, err
		}
	}
	if err := p.keep(ctx); err != nil {
		return Unread{}, err
	}
	l.tidyCache()
	return p.unread(), nil
}

// readSome reads sessions until there is enough to be kept, keeps it, and gives
// the sessions that are left. A snapshot asks for a session in half the time, and
// nothing can be committed while it lasts.
func (p *pluginRun) readSome(ctx context.Context, order []session.Session) ([]session.Session, error) {
	err := p.Archive.Snapshot(ctx, func(view *store.Store) error {
		p.view = view
		for begun := false; len(order) > 0 && !p.full() && !begun; {
			visits, met, err := p.visits(ctx, order)
			if err == nil {
				err = p.showAll(ctx, visits)
			}
			if err != nil {
				return err
			}
			// What is to go on needs the states that are not kept yet.
			left := p.unfinished(visits)
			begun = len(left) > 0
			order = append(left, order[met:]...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return order, p.keep(ctx)
}

// full tells whether to keep what there is: a failure at once, so that it counts
// whatever becomes of this run.
func (p *pluginRun) full() bool {
	const much = 4 << 20 // bytes
	return p.bytes > much || len(p.failed) > 0
}

// plan finds out what each plugin has to read, and gives the sessions of which
// any has something, the newest first.
func (p *pluginRun) plan(ctx context.Context) ([]session.Session, error) {
	health, err := p.Archive.Health(ctx)
	if err != nil {
		return nil, err
	}
	var order []session.Session
	planned := map[sessionName]bool{}
	for _, k := range p.all {
		if !p.shelf.Enabled(k.Name) {
			continue
		}
		w := &working{known: k, version: k.Version + " " + p.Zone, due: map[sessionName]store.Due{}}
		h := health[k.Name]
		anotherChance := h.Version != k.Digest // of another module, or somebody enabled it
		if !anotherChance {
			w.health = harvest.Health{Failures: h.Failures, Retry: h.Retry, Problem: h.Problem, Quarantined: h.Quarantined}
		}
		w.was = w.health
		p.plugins = append(p.plugins, w)
		due, err := p.Archive.Due(ctx, k.Name, w.version)
		if err != nil {
			return nil, err
		}
		for _, d := range due {
			if anotherChance {
				d.Failures, d.Retry = 0, time.Time{}
			}
			name := sessionName{d.Session.Agent, d.Session.Key}
			w.due[name] = d
			if !planned[name] && w.mayRun(p.Now) && !harvest.Rests(d.Retry, p.Now) {
				planned[name] = true
				order = append(order, d.Session)
			}
		}
	}
	return order, nil
}

func (w *working) mayRun(now time.Time) bool {
	return !w.health.Quarantined && !harvest.Rests(w.health.Retry, now)
}

// A visit is the next page of a session, and the plugins that it has news for.
type visit struct {
	session session.Session
	at      int // of the page's first message
	page    *harvest.Page
	turns   []*turn
}

// turn is one plugin's way through a page of a session.
type turn struct {
	*working
	harvest.Reading
	due store.Due
}

// visits takes sessions from the front of the order, and tells how many. Each
// module goes through all of them before the next one does: changing from one to
// the other empties the processor's caches, which for every session by itself
// cost a quarter of the speed.
func (p *pluginRun) visits(ctx context.Context, order []session.Session) (visits []visit, met int, err error) {
	const enough = 2 << 20 // bytes of text and states
	for size := 0; met < len(order) && size < enough; met++ {
		v := visit{session: order[met]}
		if v.turns, err = p.turns(ctx, v.session); err != nil {
			return nil, 0, err
		}
		if len(v.turns) == 0 {
			continue
		}
		for _, t := range v.turns {
			size += len(t.State)
		}
		v.at = slices.MinFunc(v.turns, func(x, y *turn) int { return x.due.Seen - y.due.Seen }).due.Seen
		messages, err := p.view.MessagePage(ctx, store.Filter{Agent: v.session.Agent, Key: v.session.Key}, store.Page{Skip: v.at, Limit: pageMessages})
		if err != nil {
			return nil, 0, err
		}
		if len(messages) == 0 {
			continue
		}
		for _, m := range messages {
			size += len(m.Text)
		}
		v.page = harvest.NewPage(p.told(v.session), messages, p.Location)
		visits = append(visits, v)
	}
	return visits, met, nil
}

// showAll shows pages to the plugins of each module in turn, until something has
// to be kept.
func (p *pluginRun) showAll(ctx context.Context, visits []visit) error {
	for _, m := range p.open {
		for _, v := range visits {
			if p.full() {
				return nil
			}
			if err := p.show(ctx, m, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// unfinished are the sessions that were visited and have more for a plugin.
func (p *pluginRun) unfinished(visits []visit) []session.Session {
	var left []session.Session
	for _, v := range visits {
		if slices.ContainsFunc(p.plugins, func(w *working) bool { return w.reads(v.session, p.Now) }) {
			left = append(left, v.session)
		}
	}
	return left
}

// reads tells whether the session has something for a plugin that may run.
func (w *working) reads(s session.Session, now time.Time) bool {
	due, is := w.due[sessionName{s.Agent, s.Key}]
	return is && w.mayRun(now) && !harvest.Rests(due.Retry, now)
}

// pageMessages is how many messages are held at once.
const pageMessages = 4096

// turns are those of the plugins that have something to read in a session.
func (p *pluginRun) turns(ctx context.Context, s session.Session) ([]*turn, error) {
	var turns []*turn
	for _, w := range p.plugins {
		if !w.reads(s, p.Now) || w.module == nil && !p.load(ctx, w) {
			continue
		}
		due := w.due[sessionName{s.Agent, s.Key}]
		t := &turn{working: w, due: due}
		t.Reading = harvest.Reading{Module: runner{w.module}, Plugin: w.Name, Redact: p.Redact, Earlier: p.earlier(ctx, s)}
		if !due.Anew {
			var err error
			if t.State, err = p.view.PluginState(ctx, w.Name, s.Agent, s.Key); err != nil {
				return nil, err
			}
		}
		turns = append(turns, t)
	}
	return turns, nil
}

// told is what plugins are told of a session.
func (p *pluginRun) told(s session.Session) abi.Session {
	return abi.Session{Agent: s.Agent, Key: s.Key, Channel: s.Channel, Kind: string(s.Kind), Title: s.Title, TimeZone: p.Zone}
}

// load makes a plugin ready, and notes a failure when it can't be.
func (p *pluginRun) load(ctx context.Context, w *working) bool {
	var err error
	if w.module, err = p.open.of(ctx, w.known, p.cacheDir()); err == nil {
		return true
	}
	w.fail(p.Now, err)
	return false
}

// fail notes a failure. The plugin does no more in this run when it is its last.
func (w *working) fail(now time.Time, err error) {
	problem := err.Error()
	h := w.health.Failed(now, problem)
	if w.module != nil && !h.Quarantined { // other sessions can still be read
		h.Retry = time.Time{}
	}
	w.health = h
}

// earlier finds messages of a session by their id.
func (p *pluginRun) earlier(ctx context.Context, s session.Session) func(string) (session.Message, bool, error) {
	own := func(of session.Session) bool { return of.Agent == s.Agent && of.Key == s.Key }
	return func(id string) (session.Message, bool, error) {
		_, m, err := p.view.Message(ctx, id, own)
		if errors.Is(err, store.ErrNoMessage) {
			return m, false, nil
		}
		return m, err == nil && !m.Class.Noise(), err
	}
}

// show shows a page to the plugins of a module, and collects what came of it.
func (p *pluginRun) show(ctx context.Context, m *plugin.Module, v visit) error {
	var turns []*turn
	var shown []harvest.Turn
	for _, t := range v.turns {
		if t.module == m && t.due.Seen < v.at+v.page.Len() {
			turns = append(turns, t)
			shown = append(shown, harvest.Turn{Reading: &t.Reading, Seen: max(0, t.due.Seen-v.at)})
		}
	}
	for i, outcome := range harvest.Show(ctx, v.page, shown...) {
		if err := p.collect(turns[i], v, outcome); err != nil {
			return err
		}
	}
	return nil
}

func (p *pluginRun) collect(t *turn, v visit, outcome harvest.Outcome) error {
	of := t.due.Session
	name := sessionName{of.Agent, of.Key}
	if fault := (*plugin.Error)(nil); errors.As(outcome.Err, &fault) {
		t.fail(p.Now, outcome.Err)
		t.due.Failures++
		t.due.Retry = p.Now.Add(harvest.Wait(t.due.Failures))
		t.working.due[name] = t.due
		p.failed = append(p.failed, store.Failure{
			Plugin: t.Name, Version: t.version, Agent: of.Agent, Key: of.Key,
			Failures: t.due.Failures, Retry: t.due.Retry,
		})
		return nil
	}
	if outcome.Err != nil {
		return fmt.Errorf("showing session %q to plugin %q: %w", of.Key, t.Name, outcome.Err)
	}
	t.due.Seen = v.at + v.page.Len()
	p.unkept = append(p.unkept, store.Extraction{
		Plugin: t.Name, Version: t.version, Agent: of.Agent, Key: of.Key,
		Revision: of.Revision, Seen: t.due.Seen, State: t.State, Anew: t.due.Anew, Items: outcome.Items,
	})
	t.due.Anew = false
	t.working.due[name] = t.due
	if t.due.Seen >= of.Messages {
		delete(t.working.due, name)
	}
	const item = 1 << 10 // bytes
	p.bytes += len(t.State) + item*len(outcome.Items)
	return nil
}

// keep commits what was collected.
func (p *pluginRun) keep(ctx context.Context) error {
	var changed []*working
	for _, w := range p.plugins {
		if len(w.due) == 0 && !w.health.Quarantined { // it read everything there is
			w.health = harvest.Health{}
		}
		if w.health != w.was {
			changed = append(changed, w)
		}
	}
	if len(p.unkept)+len(p.failed)+len(changed) == 0 {
		return nil
	}
	err := p.Archive.Change(ctx, func(b *store.Batch) error { return p.put(b, changed) })
	if err != nil {
		return err
	}
	for _, w := range changed {
		w.was = w.health
	}
	p.unkept, p.failed, p.bytes = nil, nil, 0
	return nil
}

func (p *pluginRun) put(b *store.Batch, changed []*working) error {
	for _, x := range p.unkept {
		if err := b.Extracted(x); err != nil {
			return err
		}
	}
	for _, f := range p.failed {
		if err := b.Failed(f); err != nil {
			return err
		}
	}
	for _, w := range changed {
		h := w.health
		if err := b.SetHealth(store.Health{Plugin: w.Name, Version: w.Digest, Failures: h.Failures, Retry: h.Retry, Problem: h.Problem, Quarantined: h.Quarantined}); err != nil {
			return err
		}
	}
	return nil
}

// unread tells what plugins could not read.
func (p *pluginRun) unread() Unread {
	var u Unread
	for _, w := range p.plugins {
		if len(w.due) == 0 {
			continue
		}
		skip := source.Skip{Where: "plugin " + w.Name, Reason: source.ReasonPluginFailed, Count: len(w.due)}
		if w.health.Quarantined {
			skip.Reason = source.ReasonPluginQuarantined
		} else {
			u.Waits = true
		}
		u.Skips = append(u.Skips, skip)
	}
	return u
}
