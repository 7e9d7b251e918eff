package wasmfuel_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
)

// A script is one of the specification's own tests as wast2json writes it.
type script struct {
	Commands []struct {
		Type     string
		Line     int
		Name     string
		As       string
		Filename string
		Action   struct {
			Type, Module, Field string
			Args                []value
		}
	}
}

type value struct {
	Type  string
	Lane  string `json:"lane_type"`
	Value any
}

// TestSpecification runs the specification's tests of version 2.0, as wazero
// carries them, with the modules as they are and metered: modules, results and
// traps must be the same, and invalid modules must stay invalid.
func TestSpecification(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	folder := filepath.Join(wazeroFolder(t), "internal", "integration_test", "spectest")
	host, err := os.ReadFile(filepath.Join(folder, "testdata", "spectest.wasm"))
	if err != nil {
		t.Skip("wazero's test modules are not in the module cache")
	}
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		var total tally
		scripts, err := filepath.Glob(filepath.Join(folder, "v2", "testdata", "*.json"))
		must(t, err)
		for _, path := range scripts {
			t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
				p := pair{host: host}
				for i := range p.sides {
					p.sides[i].runtime = newRuntime(t, config)
					p.sides[i].named = map[string]api.Module{}
					_, err := p.sides[i].runtime.Instantiate(t.Context(), host)
					must(t, err)
				}
				p.play(t, path, &total)
			})
		}
		t.Logf("%+v", total)
		if total.modules < 1_500 || total.calls < 40_000 || total.invalid < 2_500 || total.refused > 0 {
			t.Errorf("compared too little: %+v", total)
		}
	})
}

type tally struct{ modules, calls, invalid, refused int }

// A pair is a script under way, as it is and metered.
type pair struct {
	host  []byte
	sides [2]struct {
		runtime wazero.Runtime
		last    api.Module
		named   map[string]api.Module
	}
}

func (p *pair) play(t *testing.T, path string, total *tally) {
	var s script
	content, err := os.ReadFile(path)
	must(t, err)
	must(t, json.Unmarshal(content, &s))
	for i, c := range s.Commands {
		if strings.HasSuffix(c.Filename, ".wat") {
			continue
		}
		switch c.Type {
		case "module":
			as := ""
			if next := i + 1; next < len(s.Commands) && s.Commands[next].Type == "register" {
				as = s.Commands[next].As
			}
			if !p.load(t, filepath.Join(filepath.Dir(path), c.Filename), c.Name, as) {
				total.refused++
				return
			}
			total.modules++
		case "assert_invalid", "assert_malformed", "assert_uninstantiable", "assert_unlinkable":
			p.stillFails(t, filepath.Join(filepath.Dir(path), c.Filename))
			total.invalid++
		case "action", "assert_return", "assert_trap", "assert_exhaustion":
			if c.Action.Type != "invoke" || c.Type == "assert_exhaustion" {
				continue
			}
			var results [2]string
			for i, side := range p.sides {
				module := side.last
				if c.Action.Module != "" {
					module = side.named[c.Action.Module]
				}
				fuel(p.sides[1].last).Set(1 << 40)
				results[i] = call(t, module, c.Action.Field, c.Action.Args)
			}
			if results[0] != results[1] {
				t.Errorf("line %d: %s gives %s, metered %s", c.Line, c.Action.Field, results[0], results[1])
			}
			total.calls++
		}
	}
}

// load instantiates a module on both sides and tells whether it could be metered.
func (p *pair) load(t *testing.T, path, name, as string) bool {
	wasm, err := os.ReadFile(path)
	must(t, err)
	rewritten, err := wasmfuel.Meter(wasm)
	if err != nil {
		t.Logf("%s: %v", filepath.Base(path), err)
		return false
	}
	for i, code := range [][]byte{wasm, rewritten} {
		side := &p.sides[i]
		side.last, err = side.runtime.InstantiateWithConfig(t.Context(), code, wazero.NewModuleConfig().WithName(as))
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(path), err)
		}
		side.named[name] = side.last
	}
	return true
}

// stillFails sees that metering repairs nothing.
func (p *pair) stillFails(t *testing.T, path string) {
	wasm, err := os.ReadFile(path)
	must(t, err)
	rewritten, err := wasmfuel.Meter(wasm)
	if err != nil {
		return
	}
	var failed [2]bool
	for i, code := range [][]byte{wasm, rewritten} {
		_, err := p.sides[i].runtime.InstantiateWithConfig(t.Context(), code, wazero.NewModuleConfig().WithName(""))
		failed[i] = err != nil
	}
	if failed[0] != failed[1] {
		t.Errorf("%s: fails %t, metered %t", filepath.Base(path), failed[0], failed[1])
	}
}

// call gives the results or the trap in words.
func call(t *testing.T, module api.Module, name string, arguments []value) string {
	var stack []uint64
	for _, a := range arguments {
		stack = append(stack, a.words(t)...)
	}
	results, err := module.ExportedFunction(name).Call(t.Context(), stack...)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first
	}
	for i, kind := range module.ExportedFunction(name).Definition().ResultTypes() {
		if kind == api.ValueTypeExternref || kind == 0x70 {
			return fmt.Sprint(len(results), results[i] == 0)
		}
	}
	return fmt.Sprintf("%x", results)
}

// words is an argument as wazero takes it.
func (v value) words(t *testing.T) []uint64 {
	lanes, isVector := v.Value.([]any)
	if !isVector {
		lanes, v.Lane = []any{v.Value}, "64"
	}
	bits, err := strconv.Atoi(strings.TrimLeft(v.Lane, "if"))
	must(t, err)
	words := make([]uint64, max(1, len(lanes)*bits/64))
	for i, lane := range lanes {
		if lane == "null" || lane == nil {
			continue
		}
		n, err := strconv.ParseUint(lane.(string), 10, 64)
		must(t, err)
		words[i*bits/64] |= n << (i * bits % 64)
	}
	return words
}

func wazeroFolder(t testing.TB) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tetratelabs/wazero").Output()
	if err != nil || len(out) == 0 {
		t.Skip("wazero is not in the module cache")
	}
	return strings.TrimSpace(string(out))
}

// TestWazerosModules meters every module that wazero carries for its tests.
func TestWazerosModules(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"*/testdata/*.wasm", "*/*/testdata/*.wasm", "*/*/*/testdata/*.wasm", "*/*/*/testdata/*/*.wasm", "*/*/testdata/*/*.wasm"} {
		found, err := filepath.Glob(filepath.Join(wazeroFolder(t), pattern))
		must(t, err)
		paths = append(paths, found...)
	}
	if len(paths) == 0 {
		t.Skip("wazero's test modules are not in the module cache")
	}
	runtime := newRuntime(t, wazero.NewRuntimeConfigInterpreter())
	accepted := 0
	for _, path := range slices.Compact(slices.Sorted(slices.Values(paths))) {
		wasm, err := os.ReadFile(path)
		must(t, err)
		if sameVerdict(t, runtime, path, wasm) {
			accepted++
		}
	}
	t.Logf("%d of %d are valid and metered", accepted, len(paths))
}

// sameVerdict compares what wazero says of a module and of it metered, and
// tells whether both are accepted.
func sameVerdict(t testing.TB, runtime wazero.Runtime, name string, wasm []byte) bool {
	t.Helper()
	rewritten, err := wasmfuel.Meter(wasm)
	if err != nil {
		if !errors.As(err, new(*wasmfuel.Error)) {
			t.Errorf("%s: %v is no *Error", name, err)
		}
		return false
	}
	before, after := valid(t, runtime, wasm), valid(t, runtime, rewritten)
	if (before == nil) != (after == nil) {
		t.Errorf("%s: valid before: %v; after: %v", name, before, after)
	}
	return after == nil
}

func valid(t testing.TB, runtime wazero.Runtime, wasm []byte) error {
	module, err := runtime.CompileModule(t.Context(), wasm)
	if err != nil {
		return err
	}
	return module.Close(t.Context())
}
