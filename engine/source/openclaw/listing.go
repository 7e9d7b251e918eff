package openclaw

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// String tells a state from every other state of the same file, and from those
// that were read by a version with other cursors.
func (st stamp) String() string {
	b := strconv.AppendInt(append(make([]byte, 0, 64), cursorVersion...), st.Size, 10)
	b = strconv.AppendInt(append(b, ' '), st.Mtime, 10)
	return string(strconv.AppendUint(append(b, ' '), st.Inode, 10))
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
	link bool // was found as a link to path
}

// store is one session directory with what belongs to it.
type store struct {
	agent     string // "" when several agents share it
	dir       string
	files     []file // transcripts
	indexes   []file // session indexes
	databases []file
	walStamps []stamp // of the databases' write-ahead logs, zero when absent
	others    []stamp // of files that are read when something else names them
}

// listing is everything that a survey found.
type listing struct {
	stores []*store
	skips  []source.Skip
	dirs   map[string]bool // that were looked at, as named and as they are
	// elsewhere are the names of transcripts that are links or can't be read.
	elsewhere []string
}

// list finds what is in the stores.
func (s *Source) list(ctx context.Context) (*listing, error) {
	l := &listing{skips: slices.Clone(s.skips), dirs: map[string]bool{}}
	if err := s.eachStore(ctx, l, func(p places) { s.addStore(l, p) }); err != nil {
		return nil, err
	}
	l.dropLinks()
	return l, nil
}

// eachStore visits the stores: every directory below agents/, whether or not the
// settings know its agent, and the places the settings name. What can't be
// looked at is noted in l.
func (s *Source) eachStore(ctx context.Context, l *listing, visit func(places)) error {
	agents, err := os.ReadDir(s.agentsDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.skip(s.name(s.agentsDir()), err)
	}
	// Links last: what they lead to belongs to the agent whose name it bears.
	slices.SortStableFunc(agents, func(a, b fs.DirEntry) int {
		return cmp.Compare(a.Type()&fs.ModeSymlink, b.Type()&fs.ModeSymlink)
	})
	for _, entry := range agents {
		if err := ctx.Err(); err != nil {
			return err
		}
		dir := filepath.Join(s.agentsDir(), entry.Name())
		if !entry.IsDir() && entry.Type()&fs.ModeSymlink == 0 {
			continue
		}
		if dir = s.enter(l, dir); dir != "" {
			visit(places{
				agent: entry.Name(), sessions: filepath.Join(dir, "sessions"), databases: filepath.Join(dir, "agent"),
				imports: filepath.Join(dir, importDir),
			})
		}
	}
	visit(places{agent: "main", sessions: filepath.Join(s.root, "sessions")}) // before there were agents
	for _, a := range s.settings.agents {
		if a.agentDir != "" {
			visit(places{agent: a.id, sessions: artifactDir(a.agentDir), databases: a.agentDir})
		}
	}
	s.eachConfiguredStore(visit)
	return nil
}

// agentsDir is where each agent has a directory.
func (s *Source) agentsDir() string { return filepath.Join(s.root, "agents") }

// eachConfiguredStore follows session.store, with one directory for each agent
// or one for all of them.
func (s *Source) eachConfiguredStore(visit func(places)) {
	path := s.settings.store
	if path == "" {
		return
	}
	agents := []string{""}
	if strings.Contains(path, "{agentId}") {
		agents = s.agentIDs()
	}
	byDir := map[string]*places{}
	var order []*places
	for _, agent := range agents {
		index := strings.ReplaceAll(path, "{agentId}", agent)
		dir := filepath.Dir(index)
		p := byDir[dir]
		if p == nil {
			p = &places{agent: agent, sessions: dir, databases: dir}
			if filepath.Base(dir) == "sessions" {
				p.databases = filepath.Join(filepath.Dir(dir), "agent")
			}
			byDir[dir], order = p, append(order, p)
		} else {
			p.agent = "" // several agents, told apart by their keys
		}
		p.indexes = append(p.indexes, filepath.Base(index))
	}
	for _, p := range order {
		visit(*p)
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
	entries, _ := os.ReadDir(s.agentsDir()) // reported by eachStore
	for _, entry := range entries {
		ids = append(ids, entry.Name())
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// places are the directories of one store.
type places struct {
	agent     string
	sessions  string
	databases string   // "" when there is none
	imports   string   // "" when there is none
	indexes   []string // names of session indexes beside the usual one
}

// dirs are those that a store has, whether or not they exist.
func (p places) dirs() []string {
	return slices.DeleteFunc([]string{p.imports, p.sessions, p.databases}, func(dir string) bool { return dir == "" })
}

// addStore lists what belongs to one session directory. Directories that were
// listed already are left out.
func (s *Source) addStore(l *listing, p places) {
	st := &store{agent: p.agent, dir: realPath(p.sessions)}
	for _, dir := range p.dirs() {
		if l.dirs[dir] {
			continue
		}
		l.dirs[dir] = true
		real := s.enter(l, dir)
		if real == "" || real != dir && l.dirs[real] {
			continue
		}
		l.dirs[real] = true
		if s.addFiles(l, st, real, p.indexes) && dir == p.sessions {
			s.addCold(l, st)
		}
	}
	if len(st.files)+len(st.indexes)+len(st.databases) > 0 {
		l.stores = append(l.stores, st)
	}
}

// addFiles sorts the files of one directory into a store. A file that goes
// away under it may have been renamed: then the directory is listed again.
func (s *Source) addFiles(l *listing, st *store, dir string, indexes []string) (readable bool) {
	const attempts = 3
	for attempt := 1; ; attempt++ {
		entries, err := os.ReadDir(dir) // sorted by name
		if err != nil && len(entries) == 0 {
			l.skip(s.name(dir), err)
			return false
		}
		found, skipped := store{}, listing{}
		prefix := s.name(dir) + "/"
		if prefix == "./" { // the state directory itself
			prefix = ""
		}
		for _, c := range lookAt(dir, candidatesOf(entries, indexes)) {
			f := file{path: dir + string(filepath.Separator) + c.name, id: prefix + validUTF8(c.name)}
			s.addFile(&skipped, &found, c, f)
		}
		vanished := slices.ContainsFunc(skipped.skips, func(skip source.Skip) bool { return skip.Reason == source.ReasonVanished })
		if vanished && attempt < attempts {
			continue
		}
		st.files = append(st.files, found.files...)
		st.indexes = append(st.indexes, found.indexes...)
		st.databases = append(st.databases, found.databases...)
		st.walStamps = append(st.walStamps, found.walStamps...)
		l.skips = append(l.skips, skipped.skips...)
		l.elsewhere = append(l.elsewhere, skipped.elsewhere...)
		return true
	}
}

// candidate is a file that is ours to read by its name.
type candidate struct {
	name                  string
	transcript            fileName
	isTranscript, isIndex bool

	info fs.FileInfo // what lstat says
	err  error
}

func candidatesOf(entries []fs.DirEntry, indexes []string) []candidate {
	candidates := make([]candidate, 0, len(entries))
	for _, entry := range entries {
		c := candidate{name: entry.Name()}
		c.transcript, c.isTranscript = classify(c.name)
		c.isIndex = c.name == indexName || strings.HasPrefix(c.name, legacyIndex) || slices.Contains(indexes, c.name) && !isDatabase(c.name)
		if c.isTranscript || c.isIndex || isDatabase(c.name) {
			candidates = append(candidates, c)
		}
	}
	return candidates
}

// lookAt fills in what lstat says of each candidate. This is most of what a sync
// with nothing new does, so names are relative to the open directory, which
// costs the system a third less, and long lists are divided.
func lookAt(dir string, candidates []candidate) []candidate {
	const few = 256
	root, err := os.OpenRoot(dir)
	if err == nil {
		defer root.Close()
	}
	look := func(part []candidate) {
		for i := range part {
			if c := &part[i]; root != nil {
				c.info, c.err = root.Lstat(c.name)
			} else {
				c.info, c.err = os.Lstat(filepath.Join(dir, c.name))
			}
		}
	}
	var others sync.WaitGroup
	defer others.Wait()
	for rest := candidates; ; {
		size := max(few, len(candidates)/2+1)
		if len(rest) <= size {
			look(rest)
			return candidates
		}
		part := rest[:size]
		others.Go(func() { look(part) })
		rest = rest[size:]
	}
}

// addFile sorts one file into a store.
func (s *Source) addFile(l *listing, st *store, c candidate, f file) {
	named := f.path
	f, ok := s.file(l, f, c.info, c.err)
	if c.isTranscript && (!ok || f.link) {
		l.elsewhere = append(l.elsewhere, named)
	}
	switch {
	case !ok:
	case c.isIndex:
		st.indexes = append(st.indexes, f)
	case c.isTranscript:
		f.name = c.transcript
		st.files = append(st.files, f)
	default:
		st.databases = append(st.databases, f)
		st.walStamps = append(st.walStamps, walStamp(f.path))
	}
}

// addCold notes the state of the cold files, which are read when a database
// names them.
func (s *Source) addCold(l *listing, st *store) {
	dir := filepath.Join(st.dir, coldDir)
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.skip(s.name(dir), err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil {
			st.others = append(st.others, stampOf(info))
		}
	}
}

// dropLinks drops links to files that are listed themselves, so that each file
// is read once and belongs to the store that it lies in.
func (l *listing) dropLinks() {
	isLink := func(f file) bool { return f.link }
	if !slices.ContainsFunc(l.stores, func(st *store) bool {
		return slices.ContainsFunc(st.files, isLink) || slices.ContainsFunc(st.indexes, isLink) || slices.ContainsFunc(st.databases, isLink)
	}) {
		return
	}
	seen := map[string]bool{}
	again := func(f file) bool {
		known := seen[f.path]
		seen[f.path] = true
		return f.link && known
	}
	for _, st := range l.stores {
		for _, f := range slices.Concat(st.files, st.indexes, st.databases) {
			seen[f.path] = seen[f.path] || !f.link
		}
	}
	for _, st := range l.stores {
		st.files = slices.DeleteFunc(st.files, again)
		st.indexes = slices.DeleteFunc(st.indexes, again)
		for i := len(st.databases) - 1; i >= 0; i-- {
			if again(st.databases[i]) {
				st.databases, st.walStamps = slices.Delete(st.databases, i, i+1), slices.Delete(st.walStamps, i, i+1)
			}
		}
	}
}

// paths are those of all transcripts: as found and, for links, where they lead.
func (l *listing) paths() map[string]bool {
	paths := map[string]bool{}
	for _, path := range l.elsewhere {
		paths[path] = true
	}
	for _, st := range l.stores {
		for _, f := range st.files {
			paths[f.path] = true
		}
	}
	return paths
}

// stat looks at a file without opening it, following a link only to a place
// where we may read.
func (s *Source) stat(l *listing, path string) (file, bool) {
	info, err := os.Lstat(path)
	return s.file(l, file{path: path, id: s.name(path)}, info, err)
}

// file is stat for a file that was looked at.
func (s *Source) file(l *listing, f file, info fs.FileInfo, err error) (file, bool) {
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		f.path, err = filepath.EvalSymlinks(f.path)
		f.link = true
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
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	real, err := filepath.EvalSymlinks(dir)
	var info fs.FileInfo
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
