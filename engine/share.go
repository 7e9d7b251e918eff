package engine

import (
	"path/filepath"

	"github.com/smallccwc/chronosync/engine/config"
	"github.com/smallccwc/chronosync/engine/session"
)

// groupsDir takes the shared files of groups under the policy "separate".
const groupsDir = "groups"

func (p Places) groups() string { return filepath.Join(p.Output, groupsDir) }

// sharedDir is one set of shared files and what belongs into it.
type sharedDir struct {
	path  string
	allow func(session.Session) bool
}

// sharedDirs divides what may be shared by the policy of the settings.
func (e *Engine) sharedDirs() []sharedDir {
	out := e.Places.Output
	private := func(s session.Session) bool { return e.included(s) && isPrivate(s) }
	shared := func(s session.Session) bool { return e.included(s) && s.Kind.Shared() }
	switch e.Config.Share {
	case config.ShareDirect:
		return []sharedDir{{out, private}}
	case config.ShareSeparate:
		return []sharedDir{{out, private}, {e.Places.groups(), shared}}
	}
	return []sharedDir{{out, e.included}}
}

// isPrivate reports whether a session is known to be nobody else's. One whose
// key was lost, or that an agent opened for a part of its work, may be of a
// group.
func isPrivate(s session.Session) bool {
	switch s.Kind {
	case session.KindMain, session.KindDirect, session.KindWebchat, session.KindCron, session.KindHook, session.KindAPI:
		return !session.IsUnknownKey(s.Key)
	}
	return false
}

func (e *Engine) outputDirs() []string {
	var dirs []string
	for _, dir := range e.sharedDirs() {
		dirs = append(dirs, dir.path)
	}
	return dirs
}

// included applies the globs of the settings to session key, channel and agent.
func (e *Engine) included(s session.Session) bool {
	matches := func(globs []string) bool {
		for _, glob := range globs {
			if config.Match(glob, s.Key) || config.Match(glob, s.Channel) || config.Match(glob, s.Agent) {
				return true
			}
		}
		return false
	}
	return (len(e.Config.Include) == 0 || matches(e.Config.Include)) && !matches(e.Config.Exclude)
}
