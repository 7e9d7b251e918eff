package openclaw

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// Keeps reports whether a real path is one of the directories that OpenClaw
// keeps sessions in, or lies in one of an agent's. Nobody else should write
// there.
func (s *Source) Keeps(dir string) bool {
	if rel, err := filepath.Rel(s.agentsDir(), dir); err == nil {
		parts := strings.Split(rel, string(filepath.Separator))
		if parts[0] == "." || parts[0] != ".." && (len(parts) == 1 || slices.Contains([]string{"sessions", "agent", importDir}, parts[1])) {
			return true
		}
	}
	if regular.Inside(dir, filepath.Join(s.root, "sessions")) {
		return true
	}
	places := []string{}
	for _, a := range s.settings.agents {
		if a.agentDir != "" {
			places = append(places, realPath(a.agentDir), realPath(artifactDir(a.agentDir)))
		}
	}
	if s.settings.store != "" {
		for _, agent := range s.agentIDs() {
			places = append(places, realPath(filepath.Dir(strings.ReplaceAll(s.settings.store, "{agentId}", agent))))
		}
	}
	return slices.Contains(places, dir)
}

// Dirs lists the directories in which a change is one of sessions: those of every
// store, and the one that new agents come into. Not all of them need exist.
func (s *Source) Dirs(ctx context.Context) ([]string, error) {
	dirs := []string{s.agentsDir()}
	err := s.eachStore(ctx, &listing{}, func(p places) { dirs = append(dirs, p.dirs()...) })
	slices.Sort(dirs)
	return slices.Compact(dirs), err
}
