package openclaw

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/smallccwc/chronosync/engine/internal/regular"
	"github.com/smallccwc/chronosync/engine/source"
)

// stamp is what the file system says of a file's state.
type stamp struct {
	Size  int64  `json:"s"`
	Mtime int64  `json:"m"` // nanoseconds
	Inode uint64 `json:"i,omitempty"`
}

func stampOf(info fs.FileInfo) stamp {
	return stamp{Size: info.Size(), Mtime: info.ModTime().UnixNano(), Inode: regular.Inode(info)}
}

// racy is how close before a read a modification can be and be followed by
// another one that bears the same time. File systems and clocks differ; FAT
// has 2 s.
const racy = 2 * time.Second

// settled reports whether equal stamps mean equal contents: the last read came
// well after the modification.
func (s *Source) settled(st stamp) bool {
	return st == stamp{} || s.opt.LastRead.Sub(time.Unix(0, st.Mtime)) > racy
}

// file is something to read, found by name and lstat only.
type file struct {
	path string // real path
	id   string // name in reports and cursors
	name fileName
	at   stamp
}

// store is one session directory with what belongs to it.
type store struct {
	agent     string // "" when several agents share it
	dir       string
	files     []file // transcripts
	indexes   []file // session indexes, the oldest knowledge first
	databases []file
	walStamps []stamp // of the databases' write-ahead logs, zero when absent
	others    []stamp // of files that are read when something else names them
}

// listing is everything that a survey found.
type listing struct {
	stores []*store
	skips  []source.Skip
}

// list finds the stores: every directory below agents/, whether or not the
// settings know its agent, and the places the settings name.
func (s *Source) list(ctx context.Context) (*listing, error) {
	l := &listing{skips: slices.Clone(s.skips)}
	agents, err := os.ReadDir(filepath.Join(s.root, "agents"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.skip(s.name(filepath.Join(s.root, "agents")), err)
	}
	for _, entry := range agents {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		dir := filepath.Join(s.root, "agents", entry.Name())
		if !entry.IsDir() && entry.Type()&fs.ModeSymlink == 0 {
			continue
		}
		if dir = s.enter(l, dir); dir != "" {
			s.addStore(l, entry.Name(), filepath.Join(dir, "sessions"), filepath.Join(dir, "agent"), filepath.Join(dir, importDir))
		}
	}
	s.addStore(l, "main", filepath.Join(s.root, "sessions"), "", "") // before there were agents
	for _, a := range s.settings.agents {
		if a.agentDir != "" {
			s.addStore(l, a.id, artifactDir(a.agentDir), a.agentDir, "")
		}
	}
	s.addConfiguredStores(l)
	return l, nil
}

// addConfiguredStores follows session.store, with one directory for each agent
// or one for all of them.
func (s *Source) addConfiguredStores(l *listing) {
	path := s.settings.store
	if path == "" {
		return
	}
	if !strings.Contains(path, "{agentId}") {
		s.addStore(l, "", filepath.Dir(path), filepath.Dir(path), "")
		return
	}
	for _, agent := range s.agentIDs() {
		dir := filepath.Dir(strings.ReplaceAll(path, "{agentId}", agent))
		databases := dir
		if filepath.Base(dir) == "sessions" {
			databases = filepath.Join(filepath.Dir(dir), "agent")
		}
		s.addStore(l, agent, dir, databases, "")
	}
}

// artifactDir is where archives and cold files of a database directory lie.
func artifactDir(databases string) string {
	if filepath.Base(databases) == "agent" {
		return filepath.Join(filepath.Dir(databases), "sessions")
	}
	return databases
}

// agentIDs are the agents of the settings and those that have a directory.
func (s *Source) agentIDs() []string {
	ids := []string{"main"}
	for _, a := range s.settings.agents {
		ids = append(ids, a.id)
	}
	entries, _ := os.ReadDir(filepath.Join(s.root, "agents")) // reported by list
	for _, entry := range entries {
		ids = append(ids, entry.Name())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// addStore lists one session directory and the database directory and import
// archive that go with it. Directories that were listed already are left out.
func (s *Source) addStore(l *listing, agent, sessions, databases, imports string) {
	st := &store{agent: agent, dir: realPath(sessions)}
	for _, known := range l.stores {
		if known.dir == st.dir {
			return
		}
	}
	s.addFiles(l, st, imports)
	s.addFiles(l, st, sessions)
	if databases != "" && realPath(databases) != st.dir {
		s.addFiles(l, st, databases)
	}
	s.addFiles(l, st, filepath.Join(sessions, coldDir))
	if len(st.files)+len(st.indexes)+len(st.databases) > 0 {
		l.stores = append(l.stores, st)
	}
}

// addFiles sorts the files of one directory into a store.
func (s *Source) addFiles(l *listing, st *store, dir string) {
	if dir == "" {
		return
	}
	if dir = s.enter(l, dir); dir == "" {
		return
	}
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil && len(entries) == 0 {
		l.skip(s.name(dir), err)
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		transcript, isTranscript := classify(name)
		isIndex := name == indexName || strings.HasPrefix(name, legacyIndex)
		cold := filepath.Base(dir) == coldDir
		if !isTranscript && !isIndex && !isDatabase(name) && !cold {
			continue
		}
		f, ok := s.stat(l, filepath.Join(dir, name))
		if !ok {
			continue
		}
		switch {
		case cold: // read when a database names it
			st.others = append(st.others, f.at)
		case isIndex:
			st.indexes = append(st.indexes, f)
		case isTranscript:
			f.name = transcript
			st.files = append(st.files, f)
		default:
			st.databases = append(st.databases, f)
			st.walStamps = append(st.walStamps, walStamp(f.path))
		}
	}
}

// stat looks at a file without opening it, following a link only to a place
// where we may read.
func (s *Source) stat(l *listing, path string) (file, bool) {
	f := file{path: path, id: s.name(path)}
	info, err := os.Lstat(path)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		f.path, err = filepath.EvalSymlinks(path)
		if err == nil && !s.inside(f.path) {
			l.skips = append(l.skips, source.Skip{Where: f.id, Reason: source.ReasonOutside, Count: 1})
			return f, false
		}
		if err == nil {
			info, err = os.Lstat(f.path)
		}
	}
	switch {
	case err != nil:
		l.skip(f.id, err)
		return f, false
	case !info.Mode().IsRegular():
		l.skips = append(l.skips, source.Skip{Where: f.id, Reason: source.ReasonNotRegular, Count: 1})
		return f, false
	}
	f.at = stampOf(info)
	return f, true
}

// enter resolves a directory; "" when it does not exist or leads outside.
func (s *Source) enter(l *listing, dir string) string {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	real := dir
	if err == nil && info.Mode()&fs.ModeSymlink != 0 || err == nil && !s.inside(dir) {
		real, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		info, err = os.Stat(real)
	}
	switch {
	case err != nil:
		l.skip(s.name(dir), err)
		return ""
	case !s.inside(real):
		l.skips = append(l.skips, source.Skip{Where: s.name(dir), Reason: source.ReasonOutside, Count: 1})
		return ""
	case !info.IsDir():
		l.skips = append(l.skips, source.Skip{Where: s.name(dir), Reason: source.ReasonNotRegular, Count: 1})
		return ""
	}
	return real
}

// walStamp is the zero stamp for a database without a log, or with an empty
// one: readers of the database create and truncate it without any news.
func walStamp(database string) stamp {
	info, err := os.Lstat(database + "-wal")
	if err != nil || info.Size() == 0 {
		return stamp{}
	}
	return stampOf(info)
}

func (l *listing) skip(where string, err error) {
	reason := source.ReasonUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		reason = source.ReasonVanished
	}
	l.skips = append(l.skips, source.Skip{Where: where, Reason: reason, Count: 1})
}

// all calls visit for everything in the listing.
func (l *listing) all(visit func(id string, at stamp)) {
	for _, st := range l.stores {
		for _, f := range slices.Concat(st.files, st.indexes, st.databases) {
			visit(f.id, f.at)
		}
		for _, at := range slices.Concat(st.walStamps, st.others) {
			visit("", at)
		}
	}
	for _, skip := range l.skips {
		visit(skip.Where+"\x00"+string(skip.Reason), stamp{})
	}
}

func (s *Source) allSettled(l *listing) bool {
	settled := true
	l.all(func(_ string, at stamp) { settled = settled && s.settled(at) })
	return settled
}

// fingerprint digests names, sizes and times.
func (l *listing) fingerprint() string {
	sum := sha256.New()
	l.all(func(id string, at stamp) {
		var buf [24]byte
		binary.BigEndian.PutUint64(buf[0:], uint64(at.Size))
		binary.BigEndian.PutUint64(buf[8:], uint64(at.Mtime))
		binary.BigEndian.PutUint64(buf[16:], at.Inode)
		sum.Write([]byte(id))
		sum.Write(buf[:])
	})
	return hex.EncodeToString(sum.Sum(nil))
}
