package openclaw

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
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
	path, found := settingsPath(stateDir, home, env)
	if !found {
		return settings{}, nil
	}
	s := settings{path: path}
	tree, err := newIncluder(path, env).loadMain(path)
	if err == nil {
		in := interpreter{settings: &s, home: home, seen: map[string]bool{}}
		err = in.interpret(tree)
	}
	if err != nil {
		return s, fmt.Errorf("reading settings %q: %w", path, err)
	}
	return s, nil
}

// settingsPath finds the settings file.
func settingsPath(stateDir, home string, env Env) (path string, found bool) {
	paths := []string{setting(env, "OPENCLAW_CONFIG_PATH")}
	if paths[0] == "" {
		paths = paths[:0]
		for _, name := range []string{"openclaw.json", "clawdbot.json", "moldbot.json", "moltbot.json"} {
			paths = append(paths, filepath.Join(stateDir, name))
		}
	}
	for _, path := range paths {
		path = absolute(expand(path, home))
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, true
		}
	}
	return "", false
}

// interpreter picks what we need out of the settings tree.
type interpreter struct {
	*settings
	home     string
	seen     map[string]bool // agents
	unusable bool            // a path could not be used
}

var errUnusablePath = errors.New("a path in it is relative or holds a variable that is not set")

func (in *interpreter) interpret(tree map[string]any) error {
	agents := child(tree, "agents")
	defaults := child(agents, "defaults")
	in.workspace = in.place(defaults, "workspace")
	in.timezone = str(defaults, "userTimezone")
	in.store = in.place(child(tree, "session"), "store")
	list, _ := agents["list"].([]any) // up to 2026.7.1
	for _, item := range list {
		if entry, isMap := item.(map[string]any); isMap {
			in.agent(str(entry, "id"), entry)
		}
	}
	entries := child(agents, "entries") // since 2026.9
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		in.agent(id, child(entries, id))
	}
	if in.unusable {
		return errUnusablePath
	}
	return nil
}

// agent adds one agent. One that is named twice counts once.
func (in *interpreter) agent(id string, entry map[string]any) {
	id = strings.ToLower(strings.TrimSpace(id))
	if id == "" || in.seen[id] {
		return
	}
	in.seen[id] = true
	isDefault, _ := entry["default"].(bool)
	in.agents = append(in.agents, agentSettings{
		id: id, isDefault: isDefault,
		workspace: in.place(entry, "workspace"),
		agentDir:  in.place(entry, "agentDir"),
	})
}

// place reads an absolute path; "" when there is none. Relative ones depend on
// where the gateway was started, which we can't know.
func (in *interpreter) place(tree map[string]any, key string) string {
	path := expand(str(tree, key), in.home)
	if path != "" && (!filepath.IsAbs(path) || variable.MatchString(path)) {
		in.unusable = true
		return ""
	}
	return path
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

// includer loads a settings file with its $include files and fills in
// ${VARIABLES}. Included files must lie below the directory of the main file or
// below those that OPENCLAW_INCLUDE_ROOTS names.
type includer struct {
	roots []string // real paths
	env   Env
	files int   // loaded so far; bounds cycles
	bytes int64 // of them together
}

func newIncluder(path string, env Env) *includer {
	in := &includer{env: env}
	for _, root := range append(filepath.SplitList(setting(env, "OPENCLAW_INCLUDE_ROOTS")), filepath.Dir(path)) {
		if filepath.IsAbs(root) {
			in.roots = append(in.roots, realPath(root))
		}
	}
	return in
}

var errNoObject = errors.New("not an object")

func (in *includer) loadMain(path string) (map[string]any, error) {
	value, err := in.load(path)
	if err != nil {
		return nil, err
	}
	tree, isMap := value.(map[string]any)
	if !isMap {
		return nil, errNoObject
	}
	return tree, nil
}

func (in *includer) load(path string) (any, error) {
	file, info, err := regular.Open(realPath(path)) // the settings file itself may be a link
	if err != nil {
		return nil, errors.New("it or a file that it includes can not be opened")
	}
	defer file.Close()
	in.files++
	in.bytes += info.Size()
	switch {
	case in.files > maxSettings:
		return nil, errors.New("too many $include files, or they include each other")
	case in.bytes > maxConfig:
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
	return in.resolve(value, filepath.Dir(path))
}

// resolve fills in variables and included files below a value.
func (in *includer) resolve(value any, dir string) (any, error) {
	switch v := value.(type) {
	case string:
		return in.fill(v), nil
	case []any:
		for i := range v {
			resolved, err := in.resolve(v[i], dir)
			if err != nil {
				return nil, err
			}
			v[i] = resolved
		}
	case map[string]any:
		return in.object(v, dir)
	}
	return value, nil
}

// object resolves an object. What stands beside an $include wins over what is
// included; an object that is nothing but an $include becomes what is included.
func (in *includer) object(tree map[string]any, dir string) (any, error) {
	merged := map[string]any{}
	names := includes(tree["$include"])
	for _, name := range names {
		value, err := in.include(name, dir)
		if err != nil {
			return nil, err
		}
		if len(names) == 1 && len(tree) == 1 {
			return value, nil
		}
		included, isMap := value.(map[string]any)
		if !isMap {
			return nil, errNoObject
		}
		mergeInto(merged, included)
	}
	delete(tree, "$include")
	for key, value := range tree {
		resolved, err := in.resolve(value, dir)
		if err != nil {
			return nil, err
		}
		mergeInto(merged, map[string]any{key: resolved})
	}
	return merged, nil
}

func (in *includer) include(name, dir string) (any, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	real := realPath(name)
	if !slices.ContainsFunc(in.roots, func(root string) bool { return regular.Inside(real, root) }) {
		return nil, errors.New("$include leads outside the settings directory")
	}
	return in.load(name)
}

var variable = regexp.MustCompile(`\$\{[A-Z_][A-Z0-9_]*\}`)

// fill leaves variables that are not set as they are: most stand in places that
// do not concern us, such as tokens.
func (in *includer) fill(s string) string {
	return variable.ReplaceAllStringFunc(s, func(ref string) string {
		return cmp.Or(in.env(ref[2:len(ref)-1]), ref)
	})
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
