package engine_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/smallccwc/chronosync/"

// rooms says for each package which others of ours it may import. What lies
// below engine/internal every room may import, but not one another unasked.
// A new room is a new line here, and its imports are argued for in review.
var rooms = map[string][]string{
	"bench/e2e":                  {},
	"bench/proof":                {},
	"cmd/session-sync":           {"cmd/session-sync/console", "cmd/session-sync/memory", "cmd/session-sync/plugincmd", "cmd/session-sync/terminal", "cmd/session-sync/upkeep", "engine", "engine/mcp", "engine/config", "engine/session", "engine/query", "engine/manifest"},
	"cmd/session-sync/console":   {"cmd/session-sync/terminal", "engine", "engine/config", "engine/session", "engine/query"},
	"cmd/session-sync/memory":    {},
	"cmd/session-sync/plugincmd": {"cmd/session-sync/console", "cmd/session-sync/terminal", "engine"},
	"cmd/session-sync/terminal":  {},
	"cmd/session-sync/upkeep":    {"cmd/session-sync/console", "cmd/session-sync/terminal", "engine"},
	"check_install":              {"engine"},
	"check_install/release":      {"engine/manifest"},
	"engine": {
		"engine/session", "engine/config", "engine/source", "engine/source/openclaw", "engine/source/original", "engine/intake",
		"engine/redact", "engine/redactstream", "engine/store", "engine/export", "engine/query", "engine/doctor",
		"engine/plugin", "engine/shelf", "engine/extractors", "engine/findings", "engine/items", "engine/authoring", "engine/schedule", "engine/mcpentry", "engine/upkeep", "engine/watch", "sdk/abi", "wasm-plugins",
	},
	"engine/extractors": {
		"engine/session", "engine/source", "engine/store", "engine/plugin", "engine/shelf", "engine/harvest", "engine/authoring", "sdk/abi", "wasm-plugins",
	},
	"engine/findings":        {"engine/session", "engine/store", "engine/items"},
	"engine/session":         {},
	"engine/config":          {},
	"engine/manifest":        {"sdk/abi", "wasm-plugins"},
	"engine/source":          {"engine/session"},
	"engine/source/openclaw": {"engine/session", "engine/source"},
	"engine/source/original": {"engine/session", "engine/source"},
	"engine/intake":          {"engine/session", "engine/source", "engine/normalize", "engine/redact", "engine/store"},
	"engine/normalize":       {"engine/session"},
	"engine/redact":          {},
	"engine/redactstream":    {"engine/redact"},
	"engine/plugin":          {"sdk/abi"},
	"engine/shelf":           {},
	"engine/harvest":         {"engine/session", "sdk/abi"},
	"engine/authoring":       {"engine/session", "sdk", "sdk/abi", "wasm-plugins/examples"},
	"engine/store":           {"engine/session"},
	"engine/export":          {"engine/session"},
	"engine/items":           {"engine/session"},
	"engine/query":           {"engine/session"},
	"engine/mcp":             {"engine/query", "engine/session"},
	"engine/doctor":          {"engine/config", "engine/source"},
	"engine/schedule":        {},
	"engine/mcpentry":        {},
	"engine/upkeep":          {"engine/doctor", "engine/mcpentry", "engine/redact", "engine/schedule", "engine/source/openclaw"},

	// What the tests take for OpenClaw's command line.
	"engine/schedule/fakeopenclaw": {},
	"engine/watch":                 {},

	// What the built-in plugins take by themselves no command tells: bench runs them
	// as the engine does.
	"bench": {"engine/plugin", "sdk/abi", "wasm-plugins"},

	"wasm-plugins":                  {},
	"wasm-plugins/examples":         {},
	"wasm-plugins/examples/go":      {"sdk"},
	"wasm-plugins/internal/extract": {},
	"wasm-plugins/builtin":          {"sdk", "wasm-plugins/internal/reader", "wasm-plugins/knowledge", "wasm-plugins/todo"},
	"wasm-plugins/internal/reader":  {"sdk", "wasm-plugins/internal/extract"},
	"wasm-plugins/knowledge":        {"sdk", "wasm-plugins/internal/extract", "wasm-plugins/internal/reader"},
	"wasm-plugins/todo":             {"sdk", "wasm-plugins/internal/extract", "wasm-plugins/internal/reader"},
	"wasm-plugins/pack":             {"engine/authoring", "engine/plugin", "wasm-plugins"},
	"wasm-plugins/train":            {"wasm-plugins/internal/extract"},

	"engine/internal/atomicfile":  {},
	"engine/internal/fakesecret":  {},
	"engine/internal/goguest":     {},
	"engine/internal/filelock":    {},
	"engine/internal/json5":       {},
	"engine/internal/jsondoc":     {},
	"engine/internal/jsonscan":    {},
	"engine/internal/livesqlite":  {"engine/internal/regular"},
	"engine/internal/openclawcli": {"engine/internal/subprocess"},
	"engine/internal/ownfile":     {"engine/internal/regular"},
	"engine/internal/plaintext":   {},
	"engine/internal/pluginname":  {},
	"engine/internal/regular":     {},
	"engine/internal/subprocess":  {},
	"engine/internal/textindex":   {},
	"engine/internal/tinyplugin":  {"sdk/abi"},
	"engine/internal/wasmfuel":    {},
	"engine/internal/sample":      {},

	"sdk":     {"sdk/abi"},
	"sdk/abi": {},
}

// TestImports compares the table with the packages as they are.
func TestImports(t *testing.T) {
	const internal = "engine/internal/"
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = ".."
	out, err := list.StdoutPipe()
	must(t, err)
	must(t, list.Start())
	seen := map[string]bool{}
	for decoder := json.NewDecoder(out); ; {
		var found struct {
			ImportPath string
			Imports    []string
		}
		err := decoder.Decode(&found)
		if errors.Is(err, io.EOF) {
			break
		}
		must(t, err)
		name := strings.TrimPrefix(found.ImportPath, module)
		seen[name] = true
		allowed, listed := rooms[name]
		if !listed {
			t.Errorf("package %s is not in the table", name)
		}
		for _, imported := range found.Imports {
			other, ours := strings.CutPrefix(imported, module)
			forAll := strings.HasPrefix(other, internal) && !strings.HasPrefix(name, internal)
			if ours && !forAll && !slices.Contains(allowed, other) {
				t.Errorf("%s must not import %s", name, other)
			}
		}
	}
	must(t, list.Wait())
	for name := range rooms {
		if !seen[name] {
			t.Errorf("package %s is in the table, but not there", name)
		}
	}
}
