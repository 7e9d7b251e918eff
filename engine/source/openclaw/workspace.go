package openclaw

import (
	"os"
	"path/filepath"
)

// Workspace is where the default agent works, and why that directory.
type Workspace struct {
	Path string
	// Named: OpenClaw's settings or environment name it. A named workspace
	// that does not exist is never created by us.
	Named bool
	Why   string // in English, for doctor and config show
}

// workspaceOf resolves the default agent's workspace. holdsOurs tells whether
// a directory has our output already.
//
// Releases up to 2026.7.1 put the default agent into <defaults>, 2026.9 with
// several agents into <defaults>/<agent>; the same settings give either. Of
// two that exist the one with our files is taken, else the newer.
func workspaceOf(s settings, stateDir, home string, env Env, holdsOurs func(dir string) bool) Workspace {
	agent := s.defaultAgent()
	if agent.workspace != "" {
		return Workspace{agent.workspace, true, "workspace of agent " + agent.id}
	}
	root := Workspace{filepath.Join(stateDir, "workspace"), false, "default"}
	perAgent := Workspace{filepath.Join(stateDir, "workspace-"+agent.id), false, "default of agent " + agent.id}
	if dir := setting(env, "OPENCLAW_WORKSPACE_DIR"); dir != "" {
		root = Workspace{absolute(expand(dir, home)), true, "environment OPENCLAW_WORKSPACE_DIR"}
	}
	if s.workspace != "" {
		root = Workspace{s.workspace, true, "agents.defaults.workspace"}
		perAgent = Workspace{filepath.Join(s.workspace, agent.id), true, "agents.defaults.workspace, agent " + agent.id}
	}
	if len(s.agents) < 2 {
		return root
	}
	first, err := os.Stat(root.Path)
	second, err2 := os.Stat(perAgent.Path)
	switch {
	case err2 != nil || !second.IsDir():
		return root
	case err != nil || !first.IsDir():
		return perAgent
	case holdsOurs(root.Path):
		return root
	case holdsOurs(perAgent.Path) || second.ModTime().After(first.ModTime()):
		return perAgent
	}
	return root
}
