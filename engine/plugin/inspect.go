package plugin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Limits of a plugin.
const (
	Fuel      = 200_000_000 // units for a batch, about 0.3 s of an endless loop
	maxMemory = 64 << 20    // bytes
	maxOutput = 64 << 10    // bytes of stdout and stderr together
	pageSize  = 64 << 10
)

// Info says what a module is.
type Info struct {
	Size    int      // bytes
	Digest  string   // SHA-256 in lower-case hex
	Imports []string // "module.name", sorted, each once
	Exports []string // names of functions and memories, sorted
}

// Inspect looks at a module and runs nothing of it. The error is an [*Error]
// that names what the module may not have or lacks.
func Inspect(wasm []byte) (Info, error) {
	metered, err := meter(wasm)
	if err != nil {
		return Info{}, err
	}
	ctx := context.Background()
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer runtime.Close(ctx)
	compiled, err := compile(ctx, runtime, metered)
	if err != nil {
		return Info{}, err
	}
	info := Info{Size: len(wasm), Digest: digest(wasm)}
	for _, i := range imports(wasm) {
		info.Imports = append(info.Imports, i.String())
	}
	slices.Sort(info.Imports)
	info.Imports = slices.Compact(info.Imports)
	info.Exports = slices.AppendSeq(info.Exports, maps.Keys(compiled.ExportedFunctions()))
	info.Exports = slices.AppendSeq(info.Exports, maps.Keys(compiled.ExportedMemories()))
	slices.Sort(info.Exports)
	return info, nil
}

func digest(wasm []byte) string {
	sum := sha256.Sum256(wasm)
	return hex.EncodeToString(sum[:])
}

// meter checks the imports on the way, so that the answer to a module with a
// foreign one is its name.
func meter(wasm []byte) ([]byte, error) {
	metered, err := wasmfuel.Meter(wasm)
	if err != nil {
		return nil, refused("%v", err)
	}
	allowed := map[string]bool{}
	for _, f := range functions() {
		allowed[f.name] = true
	}
	for _, i := range imports(wasm) {
		if i.kind != kindFunction || i.module != wasiModule || !allowed[i.name] {
			return nil, refused("it imports the %s %.100q, which plugins do not get", i.kindName(), i.String())
		}
	}
	return metered, nil
}

// compile gives a module that has what the ABI asks for.
func compile(ctx context.Context, runtime wazero.Runtime, metered []byte) (wazero.CompiledModule, error) {
	compiled, err := runtime.CompileModule(ctx, metered)
	if err != nil {
		return nil, refused("%s", cause(err))
	}
	for _, check := range []func(wazero.CompiledModule) error{importTypes, exportTypes, memoryType} {
		if err := check(compiled); err != nil {
			return nil, err
		}
	}
	return compiled, nil
}

func importTypes(compiled wazero.CompiledModule) error {
	known := map[string]function{}
	for _, f := range functions() {
		known[f.name] = f
	}
	for _, found := range compiled.ImportedFunctions() {
		_, name, _ := found.Import()
		if parameters, results := known[name].types(); !isOfType(found, parameters, results) {
			return refused("it imports %q with other types than WASI has", name)
		}
	}
	return nil
}

func exportTypes(compiled wazero.CompiledModule) error {
	i32, i64 := []api.ValueType{api.ValueTypeI32}, []api.ValueType{api.ValueTypeI64}
	exported := compiled.ExportedFunctions()
	for _, export := range []struct {
		name                string
		parameters, results []api.ValueType
		optional            bool
	}{
		{abi.ExportVersion, nil, i32, false},
		{abi.ExportAlloc, i32, i32, false},
		{abi.ExportManifest, nil, i64, false},
		{abi.ExportOnSync, nil, i64, false},
		{abi.ExportInitialize, nil, nil, true},
	} {
		found, there := exported[export.name]
		switch {
		case !there && !export.optional:
			return refused("it does not export the function %q", export.name)
		case there && !isOfType(found, export.parameters, export.results):
			return refused("it exports %q with other types than the ABI has", export.name)
		}
	}
	return nil
}

func isOfType(f api.FunctionDefinition, parameters, results []api.ValueType) bool {
	return bytes.Equal(f.ParamTypes(), parameters) && bytes.Equal(f.ResultTypes(), results)
}

func memoryType(compiled wazero.CompiledModule) error {
	memory, there := compiled.ExportedMemories()[abi.ExportMemory]
	if !there {
		return refused("it does not export the memory %q", abi.ExportMemory)
	}
	if memory.Min() > maxMemory/pageSize {
		return refused("it needs %d pages of memory; %d are allowed", memory.Min(), maxMemory/pageSize)
	}
	return nil
}
