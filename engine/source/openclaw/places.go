package openclaw

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Env looks up an environment variable; "" when it is not set.
type Env func(name string) string

// StateDir finds OpenClaw's state directory by its own rules: the override,
// else the profile's directory, else ~/.openclaw, else the first legacy
// directory that exists, else ~/.openclaw (which then does not exist).
// osHome is the home of the operating system's account.
func StateDir(env Env, osHome string) string {
	home := Home(env, osHome)
	for _, name := range []string{"OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR"} {
		if dir := setting(env, name); dir != "" {
			return absolute(expand(dir, home))
		}
	}
	if profile := setting(env, "OPENCLAW_PROFILE"); profileName.MatchString(profile) && !strings.EqualFold(profile, "default") {
		return absolute(filepath.Join(home, ".openclaw-"+profile))
	}
	for _, name := range []string{".openclaw", ".clawdbot", ".moldbot", ".moltbot"} {
		dir := filepath.Join(home, name)
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			return dir
		}
	}
	return filepath.Join(home, ".openclaw")
}

var profileName = regexp.MustCompile(`^(?i:[a-z0-9][a-z0-9_-]{0,63})$`)

// Home is the home directory that OpenClaw takes. Of the variables the last one
// that is set wins; a ~ in it means what the ones before it gave.
func Home(env Env, osHome string) string {
	home := osHome
	for _, name := range []string{"USERPROFILE", "HOME", "OPENCLAW_HOME"} {
		if dir := setting(env, name); dir != "" {
			home = absolute(expand(dir, home))
		}
	}
	return home
}

// Surroundings are the variables, as NAME=value, that decide beside the state
// directory what is found: what is started without them finds other settings or
// another workspace. Paths are absolute.
func Surroundings(env Env, osHome string) []string {
	var found []string
	home := Home(env, osHome)
	for _, name := range []string{"OPENCLAW_HOME", "OPENCLAW_CONFIG_PATH", "OPENCLAW_WORKSPACE_DIR"} {
		if path := setting(env, name); path != "" {
			found = append(found, name+"="+absolute(expand(path, home)))
		}
	}
	const roots = "OPENCLAW_INCLUDE_ROOTS" // a list
	if list := setting(env, roots); list != "" {
		found = append(found, roots+"="+list)
	}
	return found
}

// OtherStates lists further state directories below the same home: named
// profiles and legacy names, by what lies in them. Links to stateDir and links
// to each other count once.
func OtherStates(env Env, osHome, stateDir string) []string {
	home := Home(env, osHome)
	known := map[string]bool{realPath(stateDir): true}
	var found []string
	matches, _ := filepath.Glob(filepath.Join(globQuote(home), ".openclaw-*")) // the pattern is ours, so no error
	for _, name := range []string{".openclaw", ".clawdbot", ".moldbot", ".moltbot"} {
		matches = append(matches, filepath.Join(home, name))
	}
	for _, dir := range matches {
		if real := realPath(dir); !known[real] && looksLikeState(dir) {
			known[real] = true
			found = append(found, dir)
		}
	}
	return found
}

func looksLikeState(dir string) bool {
	for _, name := range []string{"openclaw.json", "agents"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// setting reads a variable the way OpenClaw does: blank, "undefined" and
// "null" are what broken service files leave and count as unset.
func setting(env Env, name string) string {
	switch value := strings.TrimSpace(env(name)); value {
	case "undefined", "null":
		return ""
	default:
		return value
	}
}

// expand replaces a leading ~ by home.
func expand(path, home string) string {
	if path == "~" {
		return home
	}
	if rest, found := strings.CutPrefix(path, "~/"); found {
		return filepath.Join(home, rest)
	}
	if rest, found := strings.CutPrefix(path, `~\`); found {
		return filepath.Join(home, rest)
	}
	return path
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// realPath resolves links as far as the path exists.
func realPath(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return filepath.Clean(path)
}

var globMeta = regexp.MustCompile(`[*?\[\\]`)

func globQuote(path string) string {
	if filepath.Separator == '\\' { // no escape there; such names are impossible anyway
		return path
	}
	return globMeta.ReplaceAllString(path, `\$0`)
}
