package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/doctor"
	"github.com/smallccwc/chronosync/engine/intake"
	"github.com/smallccwc/chronosync/engine/redact"
	"github.com/smallccwc/chronosync/engine/schedule"
	"github.com/smallccwc/chronosync/engine/session"
	"github.com/smallccwc/chronosync/engine/source"
	"github.com/smallccwc/chronosync/engine/source/openclaw"
	"github.com/smallccwc/chronosync/engine/store"
)

// CheckupOptions are what a checkup needs to know beside [Options].
type CheckupOptions struct {
	Options
	Self string // path of the program that asks, "" when it is not session-sync itself
	// Source is a directory of the source tree that the program has to be
	// built from, "" when nothing has to be built.
	Source string
	// Root is the directory that stands for the system's /, which tests have
	// one of their own for.
	Root string
}

// Diagnosis is the outcome of a checkup.
type Diagnosis struct {
	SchemaVersion int              `json:"schema_version"`
	OK            bool             `json:"ok"` // no finding is a problem
	Findings      []doctor.Finding `json:"findings"`

	lang string
}

// Write prints it for people, in the language of the terminal.
func (d Diagnosis) Write(w io.Writer) error { return doctor.Write(w, d.Findings, d.lang) }

// Checkup looks at an installation and says what mends it. It writes nothing.
// Whatever is wrong is a finding; the only error is that of the context.
func Checkup(ctx context.Context, opt CheckupOptions) (Diagnosis, error) {
	c := &checkup{Engine: &Engine{opt: opt.Options}, opt: opt, ctx: ctx}
	c.facts = doctor.Facts{Now: opt.Now(), Local: opt.Local, Version: opt.Version}
	c.places()
	c.program()
	if err := ctx.Err(); err != nil {
		return Diagnosis{}, err
	}
	findings := doctor.Check(c.facts)
	lang := c.Config.TerminalLang
	if lang == "" { // the settings can't be read
		lang = config.TerminalLang(opt.Flags.Lang.Value, opt.Env, "")
	}
	return Diagnosis{SchemaVersion: 1, OK: doctor.Problems(findings) == 0, Findings: findings, lang: lang}, nil
}

// checkup gathers the facts of one installation.
type checkup struct {
	*Engine
	opt   CheckupOptions
	ctx   context.Context
	facts doctor.Facts
	src   *openclaw.Source // nil when there is no state directory to look into
	key   []byte           // nil when there is none
}

// places goes from the settings to everything that they lead to. What one step
// could not find the next ones leave out.
func (c *checkup) places() {
	c.facts.Settings.Path = c.Places.Settings
	if err := c.findPlaces(); err != nil {
		c.wrongSettings(err)
		return
	}
	c.facts.Settings.Path = c.Places.Settings
	settings := c.readSettings()
	if settings != nil {
		c.wrongSettings(settings)
		c.Config.Settings = config.Settings{}.Filled()
		c.rules.Rules = redact.BuiltIn()
	} else {
		c.facts.Settings.Share = c.Config.Share
		c.facts.Settings.Unused = c.Config.Unused()
	}
	if key, err := loadKey(c.Places.key(), false); err == nil {
		c.key = key
	}
	c.state()
	c.home()
	c.archive()
	if c.src == nil {
		return
	}
	if settings == nil {
		c.output()
	}
	c.schedule()
	c.others()
}

func (c *checkup) wrongSettings(err error) {
	mask := Mask()
	c.facts.Settings.Wrong = mask(err.Error())
	if wrong := (*config.Error)(nil); errors.As(err, &wrong) {
		c.facts.Settings.Advice = mask(wrong.Hint)
	}
}

func (c *checkup) state() {
	c.facts.State = doctor.State{Path: c.Places.StateDir, Why: c.stateWhy()}
	src, err := c.source(openclaw.Options{})
	if err != nil {
		c.facts.State.Missing = errors.Is(err, ErrNoState)
		return
	}
	c.src = src
	c.facts.State.Config = src.SettingsPath()
	census, err := src.Census(c.ctx)
	if err != nil {
		return // only the context's
	}
	key := c.key
	if key == nil { // nobody can count back what is tagged with one for this call
		key = make([]byte, keySize)
		rand.Read(key)
	}
	disk := &doctor.Disk{Transcripts: census.Rows, Databases: census.Databases, Skips: census.Skips}
	var left []string
	for _, file := range census.Files {
		disk.Transcripts[file.Kind]++
		if file.Leftover() {
			left = append(left, intake.Place(c.rules.Rules, key, file.ID))
			if file.InDatabase {
				disk.Leftovers.InDatabase++
			}
		}
	}
	disk.Leftovers.Files, disk.Leftovers.Archived = len(left), c.countArchived(left)
	for i, skip := range disk.Skips {
		disk.Skips[i].Where = intake.Place(c.rules.Rules, key, skip.Where)
	}
	c.facts.Disk = disk
}

// stateWhy says why OpenClaw's state directory is the one it is.
func (e *Engine) stateWhy() string {
	if over, err := e.overrides().StateDir(); err == nil && over.Value != "" {
		return over.Origin
	}
	switch name := filepath.Base(e.Places.StateDir); {
	case e.env("CLAWDBOT_STATE_DIR") != "":
		return "environment CLAWDBOT_STATE_DIR"
	case name == ".openclaw":
		return "default"
	case strings.HasPrefix(name, profilePrefix):
		return "profile " + strings.TrimPrefix(name, profilePrefix)
	}
	return olderName
}

const olderName = "older name"

// profilePrefix begins the names of the directories of OpenClaw's profiles.
const profilePrefix = ".openclaw-"

func (c *checkup) home() {
	if _, err := os.Lstat(c.Places.Home); c.src == nil && err != nil {
		return // nothing is made without a state directory
	}
	home := doctor.Home{Dir: doctor.LookAt(c.Places.Home)}
	refused := errors.Join(c.Places.checkHome(), c.Places.checkOwnFiles())
	if refused == nil && c.src != nil {
		refused = c.Places.checkHomeApart(c.src)
	}
	if refused != nil && home.Blocked == "" {
		home.Refused = refused.Error()
	}
	home.Loose = doctor.Loose(c.Places.Home, c.Places.Archive(), c.Places.key(), c.Places.lastRun(), c.Places.tmp())
	entries, _ := os.ReadDir(c.Places.tmp()) // what is not there holds nothing
	for _, entry := range entries {
		if isCopy(filepath.Join(c.Places.tmp(), entry.Name())) {
			home.Copies++
		}
	}
	c.facts.Home = home
	last := c.LastRun()
	c.facts.LastRun = doctor.LastRun{Finished: last.Finished, Succeeded: last.Succeeded, Error: last.Error}
	for _, skip := range last.Skipped {
		if !skip.Note {
			c.facts.LastRun.Unread = append(c.facts.LastRun.Unread, skip)
		}
	}
}

// readArchive lets read look at the archive and tells in which state it is. A
// journal means that a run is writing or was killed: to open the archive would
// then take back what it left, and that is for the next run.
func (c *checkup) readArchive(read func(*store.Store) error) doctor.ArchiveStatus {
	if info, err := os.Lstat(c.Places.Archive() + "-journal"); err == nil && info.Size() > 0 {
		return doctor.ArchiveBusy
	}
	archive, err := c.openArchive(c.ctx)
	if err == nil {
		err = errors.Join(read(archive), archive.Close())
	}
	switch {
	case err == nil:
		return doctor.ArchiveReady
	case errors.Is(err, ErrNoArchive):
		return doctor.ArchiveNone
	case errors.Is(err, ErrNewer):
		return doctor.ArchiveNewer
	case errors.Is(err, store.ErrOlder):
		return doctor.ArchiveOlder
	case errors.Is(err, ErrBusy):
		return doctor.ArchiveBusy
	case errors.Is(err, ErrCorrupt):
		return doctor.ArchiveDamaged
	}
	return doctor.ArchiveUnreadable
}

// countArchived counts those transcripts, named as in the archive, that were
// read into it.
func (c *checkup) countArchived(names []string) int {
	archived := 0
	if len(names) > 0 {
		c.readArchive(func(archive *store.Store) error {
			for _, name := range names {
				cursor, err := archive.Cursor(c.ctx, name)
				if err != nil {
					return err
				}
				if cursor.Cursor != "" {
					archived++
				}
			}
			return nil
		})
	}
	return archived
}

func (c *checkup) archive() {
	if c.facts.Home.Path == "" || c.facts.Home.Refused != "" {
		return
	}
	a := doctor.Archive{Path: c.Places.Archive(), NoKey: c.key == nil, Stored: map[source.Kind]doctor.Stored{}}
	a.Status = c.readArchive(func(archive *store.Store) error {
		totals, err := archive.Totals(c.ctx)
		if err != nil {
			return err
		}
		kinds, err := archive.ByKind(c.ctx)
		if err != nil {
			return err
		}
		for kind, transcripts := range totals.Kinds {
			a.Stored[source.Kind(kind)] = doctor.Stored{Transcripts: transcripts, Sessions: kinds[kind].Sessions, Messages: kinds[kind].Messages}
		}
		a.Sessions, a.Messages = totals.Sessions, totals.Messages
		shared := store.Filter{Allow: func(s session.Session) bool { return s.Kind.Shared() && c.included(s) }}
		_, a.Groups, err = archive.Sessions(c.ctx, shared, store.Page{Limit: 1})
		return err
	})
	c.facts.Archive = a
}

func (c *checkup) output() {
	o := doctor.Output{Dir: doctor.LookAt(c.Places.Output), Why: c.Places.OutputWhy}
	if errors.Is(c.Places.checkOutput(), ErrNoWorkspace) {
		o.Workspace = c.Places.Workspace.Path
	}
	if err := c.Places.checkOutputApart(c.src); err != nil {
		o.Refused = err.Error()
	}
	for _, dir := range c.outputDirs() {
		for _, name := range []string{markdownName, jsonName} {
			path := filepath.Join(dir, name)
			if _, err := os.Lstat(path); err == nil && !writtenByUs(path) {
				o.Foreign = append(o.Foreign, path)
			}
		}
	}
	o.Large = doctor.Large(filepath.Join(workspace(c.src), "memory"), c.Places.Output)
	c.facts.Output = o
}

// workspace is OpenClaw's, also where our files go elsewhere.
func workspace(src *openclaw.Source) string {
	return src.Workspace(func(dir string) bool { return isOurs(outputIn(dir)) }).Path
}

// skillFolders are the directories that OpenClaw 2026.9.6 takes skills from, in
// its order, and those where the skills tool puts some that it does not see: it
// looks below the home directory with the usual state directory only. src is nil
// when there is no state directory.
func (e *Engine) skillFolders(src *openclaw.Source) (seen, unseen []string) {
	home := openclaw.Home(e.env, e.opt.OSHome)
	if src != nil {
		seen = append(seen, filepath.Join(workspace(src), "skills"), filepath.Join(workspace(src), ".agents", "skills"))
	}
	unseen = []string{filepath.Join(home, ".agents", "skills"), filepath.Join(home, ".openclaw", "skills")}
	if e.Places.StateDir == filepath.Join(home, ".openclaw") || e.stateWhy() == olderName {
		seen, unseen = append(seen, unseen[0]), unseen[1:]
	}
	return append(seen, filepath.Join(e.Places.StateDir, "skills")), unseen
}

// program looks for copies of the program and of the skill. Where a job would
// find the program depends on them.
func (c *checkup) program() {
	home := openclaw.Home(c.env, c.opt.OSHome)
	path := filepath.SplitList(c.env("PATH"))
	c.skills()
	more := []string{filepath.Join(home, ".local", "bin")}
	if bin := c.env("GOBIN"); bin != "" {
		more = append(more, bin)
	}
	for _, dir := range append(filepath.SplitList(c.env("GOPATH")), filepath.Join(home, "go")) {
		more = append(more, filepath.Join(dir, "bin"))
	}
	for _, skill := range slices.Concat(c.facts.Skills, c.facts.UnseenSkills) {
		more = append(more, skill.Path, filepath.Join(skill.Path, "bin"))
	}
	c.facts.Copies = doctor.Copies(path, more, c.opt.Self)
	c.facts.Schedule.Register = c.register()
	if c.opt.Source != "" {
		found := doctor.Find(path, "go")
		c.facts.Toolchain = &doctor.Toolchain{
			Running: runtime.Version(), Needed: doctor.NeededGo(c.opt.Source), Path: found, Found: doctor.GoVersion(found),
		}
	}
}

// skills looks for copies of the skill.
func (c *checkup) skills() {
	seen, unseen := c.skillFolders(c.src)
	all := doctor.Skills(slices.Concat(seen, unseen)) // links from the one to the other count once
	c.facts.Skills = doctor.Skills(seen)
	c.facts.UnseenSkills = all[len(c.facts.Skills):]
}

// register is the command that registers a scheduled sync of this installation.
func (c *checkup) register() string {
	program := "session-sync"
	if i := slices.IndexFunc(c.facts.Copies, func(copy doctor.Copy) bool { return copy.Ours }); i >= 0 && !c.facts.Copies[i].OnPath {
		program = c.facts.Copies[i].Path
	}
	words := []string{program, "cron", "install"}
	for _, flag := range []config.Flag{c.opt.Flags.StateDir, c.opt.Flags.Home} {
		if flag.Value != "" {
			words = append(words, flag.Name, flag.Value)
		}
	}
	return doctor.Command(words...)
}

func (c *checkup) schedule() {
	jobs, err := c.src.Jobs(c.ctx)
	c.facts.Schedule.Unreadable = err != nil
	for _, job := range jobs {
		if job.Key == schedule.Key || doctor.Syncs(job.Command) {
			c.facts.Schedule.Jobs = append(c.facts.Schedule.Jobs, doctor.Job{Where: "OpenClaw", ID: job.ID, Enabled: job.Enabled, Every: job.Every})
		}
	}
	home := openclaw.Home(c.env, c.opt.OSHome)
	c.facts.Schedule.Jobs = append(c.facts.Schedule.Jobs, doctor.Timers(home, configDir(c.env, home), c.opt.Root)...)
	c.facts.Schedule.Profile = c.profile()
}

func (c *checkup) others() {
	for _, dir := range c.OtherStates() {
		other := doctor.Other{Path: dir, Command: c.syncOf(dir)}
		base := filepath.Base(dir)
		other.Profile = strings.HasPrefix(base, profilePrefix) || base == ".openclaw" && c.facts.Schedule.Profile != ""
		src, err := openclaw.Open(openclaw.Options{StateDir: dir, OSHome: c.opt.OSHome, Env: c.env})
		if err != nil {
			continue
		}
		survey, err := src.Survey(c.ctx)
		if err != nil {
			continue
		}
		other.Stores = survey.Stores
		c.facts.Others = append(c.facts.Others, other)
	}
}

// syncOf is the command that syncs another state directory, with places of its
// own where ours would be taken otherwise.
func (c *checkup) syncOf(stateDir string) string {
	command := []string{"session-sync", "sync", "--state-dir", stateDir}
	if home, err := c.overrides().Home(); err == nil && home.Value != "" {
		command = append(command, "--store", filepath.Join(stateDir, "session-sync"))
	}
	if c.env("SESSION_SYNC_OUTPUT") != "" {
		command = append(command, "--output", outputIn(filepath.Join(stateDir, "workspace")))
	}
	return doctor.Command(command...)
}
