package openclaw

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/json5"
	"github.com/smallccwc/chronosync/engine/internal/regular"
)

// settings is what openclaw.json says that a reader needs. The file is
// optional: without it everything lies in the default places.
type settings struct {
	path      string // of the file that was read, "" when there is none
	agents    []agentSettings
	workspace string // agents.defaults.workspace
	store     string // session.store
	timezone  string
}

type agentSettings struct {
	id        string
	isDefault bool
	workspace string
	agentDir  string
}

// loadSettings reads the settings of a state directory. The error, if any,
// names the file and never quotes it; the settings are usable all the same.
func loadSettings(stateDir, home string, env Env) (settings, error) {
	paths := []string{setting(env, "OPENCLAW_CONFIG_PATH")}
	if paths[0] == "" {
		paths = paths[:0]
		for _, name := range []string{"openclaw.json", "clawdbot.json", "moldbot.json", "moltbot.json"} {
			paths = append(paths, filepath.Join(stateDir, name))
		}
	}
	for _, path := range paths {
		path = absolute(expand(path, home))
		tree, err := includer{dir: filepath.Dir(path), env: env}.load(path, 0)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return settings{path: path}, fmt.Errorf("reading settings %q: %w", path, err)
		}
		s := interpret(tree, home)
		s.path = path
		return s, nil
	}
	return settings{}, nil
}

func interpret(tree map[string]any, home string) settings {
	agents := child(tree, "agents")
	defaults := child(agents, "defaults")
	s := settings{
		workspace: expand(str(defaults, "workspace"), home),
		timezone:  str(defaults, "userTimezone"),
		store:     expand(str(child(tree, "session"), "store"), home),
	}
	add := func(id string, entry map[string]any) {
		if id = strings.ToLower(strings.TrimSpace(id)); id == "" {
			return
		}
		isDefault, _ := entry["default"].(bool)
		s.agents = append(s.agents, agentSettings{
			id: id, isDefault: isDefault,
			workspace: expand(str(entry, "workspace"), home),
			agentDir:  expand(str(entry, "agentDir"), home),
		})
	}
	list, _ := agents["list"].([]any) // up to 2026.7.1
	for _, item := range list {
		if entry, isMap := item.(map[string]any); isMap {
			add(str(entry, "id"), entry)
		}
	}
	entries := child(agents, "entries") // since 2026.9
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		entry, _ := entries[id].(map[string]any)
		add(id, entry)
	}
	return s
}

// defaultAgent is the agent whose workspace our files go to.
func (s settings) defaultAgent() agentSettings {
	for _, a := range s.agents {
		if a.isDefault {
			return a
		}
	}
	if len(s.agents) > 0 {
		return s.agents[0]
	}
	return agentSettings{id: "main"}
}

// includer loads a settings file with its $include files, which must lie below
// the directory of the main file, and fills in ${VARIABLES}.
type includer struct {
	dir string
	env Env
}

func (in includer) load(path string, depth int) (map[string]any, error) {
	const maxIncludes = 10
	if depth > maxIncludes {
		return nil, errors.New("$include nests too deep")
	}
	file, info, err := regular.Open(realPath(path)) // the settings file itself may be a link
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size() > maxConfig {
		return nil, errors.New("file is too large")
	}
	data, err := io.ReadAll(io.LimitReader(file, maxConfig))
	if err != nil {
		return nil, err
	}
	value, err := json5.Decode(data)
	if err != nil {
		return nil, err
	}
	tree, isMap := value.(map[string]any)
	if !isMap {
		return nil, errors.New("not an object")
	}
	return in.resolve(tree, filepath.Dir(path), depth)
}

func (in includer) resolve(tree map[string]any, dir string, depth int) (map[string]any, error) {
	merged := map[string]any{}
	for _, name := range includes(tree["$include"]) {
		path := name
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		if !regular.Inside(realPath(path), realPath(in.dir)) {
			return nil, errors.New("$include leads outside the settings directory")
		}
		included, err := in.load(path, depth+1)
		if err != nil {
			return nil, err
		}
		mergeInto(merged, included)
	}
	for key, value := range tree {
		if key == "$include" {
			continue
		}
		if sub, isMap := value.(map[string]any); isMap {
			resolved, err := in.resolve(sub, dir, depth)
			if err != nil {
				return nil, err
			}
			value = resolved
		}
		if s, isString := value.(string); isString {
			value = in.fill(s)
		}
		mergeInto(merged, map[string]any{key: value})
	}
	return merged, nil
}

var variable = regexp.MustCompile(`\$\{[A-Z_][A-Z0-9_]*\}`)

func (in includer) fill(s string) string {
	return variable.ReplaceAllStringFunc(s, func(ref string) string { return in.env(ref[2 : len(ref)-1]) })
}

func includes(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var names []string
		for _, item := range v {
			if name, isString := item.(string); isString {
				names = append(names, name)
			}
		}
		return names
	}
	return nil
}

// mergeInto puts the values of b over those of a, object by object.
func mergeInto(a, b map[string]any) {
	for key, value := range b {
		below, isMap := value.(map[string]any)
		above, wasMap := a[key].(map[string]any)
		if isMap && wasMap {
			mergeInto(above, below)
			continue
		}
		a[key] = value
	}
}

func child(tree map[string]any, key string) map[string]any {
	sub, _ := tree[key].(map[string]any)
	return sub
}

func str(tree map[string]any, key string) string {
	s, _ := tree[key].(string)
	return strings.TrimSpace(s)
}
