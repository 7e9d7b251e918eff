package watch

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Roots is what a sync depends on, as absolute paths. Nothing of it need exist.
type Roots struct {
	Dirs   []string // in which every change counts, but not in what is below them
	Files  []string // that count by themselves; of a link, that it leads elsewhere
	Shared []string // files that people and syncs write; what a sync left does not count
	Own    []string // directories that syncs write into, and that do not count as changed by it
}

// places are roots as the system names them, with links followed.
type places struct {
	dirs, files, own map[string]bool
	shared           map[string]state
}

// resolve follows the links to the roots, which can lead elsewhere each time.
func resolve(roots Roots, before places) places {
	p := places{dirs: map[string]bool{}, files: map[string]bool{}, own: map[string]bool{}, shared: map[string]state{}}
	for _, dir := range roots.Dirs {
		p.dirs[real(dir)] = true
	}
	for _, dir := range roots.Own {
		p.own[real(dir)] = true
	}
	for _, file := range roots.Files {
		p.files[inRealDir(file)] = true
	}
	for _, file := range roots.Shared {
		path := inRealDir(file)
		p.shared[path] = before.shared[path]
	}
	return p
}

// real follows links as far as the path exists.
func real(path string) string {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil && filepath.Dir(path) != path {
		return inRealDir(path)
	}
	if err != nil {
		return path
	}
	return resolved
}

func inRealDir(path string) string {
	return filepath.Join(real(filepath.Dir(path)), filepath.Base(path))
}

// toWatch lists the directories that tell of everything that counts, parents
// first: those themselves, and those in which they come and go.
func (p places) toWatch() []string {
	var dirs []string
	for dir := range p.dirs {
		dirs = append(dirs, dir)
		for parent := filepath.Dir(dir); parent != dir; dir, parent = parent, filepath.Dir(parent) {
			dirs = append(dirs, parent)
			if isDir(parent) {
				break
			}
		}
	}
	for file := range p.files {
		dirs = append(dirs, filepath.Dir(file))
	}
	for file := range p.shared {
		dirs = append(dirs, filepath.Dir(file))
	}
	slices.Sort(dirs)
	return slices.DeleteFunc(slices.Compact(dirs), func(dir string) bool { return !isDir(dir) })
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// verdict is what a change means.
type verdict int

const (
	nothing verdict = iota
	news            // for a sync
	mending         // and it may be what a failing one waits for
)

func (p places) judge(event fsnotify.Event) verdict {
	path := filepath.Clean(event.Name)
	kept, shared := p.shared[path]
	switch {
	case p.files[path], shared && stateOf(path) != kept:
		return mending
	case shared, p.own[path], byReader(event):
		return nothing
	case p.dirs[filepath.Dir(path)]:
		return news
	case event.Op != fsnotify.Write && p.leadsOn(path): // some systems call it a write when a file comes
		return mending
	}
	return nothing
}

// byReader reports whether reading a database of SQLite is enough for this: a
// reader writes the index of the log and, when it is root, gives the log to the
// owner of the database, whoever has it already.
func byReader(event fsnotify.Event) bool {
	return strings.HasSuffix(event.Name, "-shm") || strings.HasSuffix(event.Name, "-wal") && event.Op == fsnotify.Chmod
}

// leadsOn reports whether a path is, or leads to, a directory that counts.
func (p places) leadsOn(path string) bool {
	for dir := range p.dirs {
		if dir == path || strings.HasPrefix(dir, path+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// keepShared remembers in which state a sync left the files that others write too.
func (p places) keepShared() {
	for path := range p.shared {
		p.shared[path] = stateOf(path)
	}
}

// state tells two states of a file apart; the zero state is that there is none.
type state struct {
	size     int64
	modified time.Time
	mode     os.FileMode
}

func stateOf(path string) state {
	info, err := os.Lstat(path)
	if err != nil {
		return state{}
	}
	return state{info.Size(), info.ModTime(), info.Mode()}
}
