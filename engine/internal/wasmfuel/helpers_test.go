package wasmfuel_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
)

// The encoder of the hand-made modules: just what the tests need of it.

const (
	i32, i64, f32, f64, v128, funcref, externref = 0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f

	secCustom, secType, secImport, secFunction, secTable, secMemory, secGlobal = 0, 1, 2, 3, 4, 5, 6
	secExport, secStart, secElement, secCode, secData, secDataCount            = 7, 8, 9, 10, 11, 12
)

func cat(parts ...[]byte) (all []byte) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func leb(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }

// con is a signed constant behind the opcode of its type.
func con(opcode byte, n int64) []byte {
	code := []byte{opcode}
	for n < -64 || n > 63 {
		code = append(code, byte(n)|0x80)
		n >>= 7
	}
	return append(code, byte(n&0x7f))
}

func i32const(n int64) []byte { return con(0x41, n) }

func sized(content ...byte) []byte { return cat(leb(len(content)), content) }

func str(s string) []byte { return sized([]byte(s)...) }

// raw is a section, sec one that holds a list.
func raw(id byte, content ...byte) []byte { return cat([]byte{id}, sized(content...)) }

func sec(id byte, elements ...[]byte) []byte {
	return raw(id, cat(append([][]byte{leb(len(elements))}, elements...)...)...)
}

func mod(sections ...[]byte) []byte {
	return cat(append([][]byte{[]byte("\x00asm\x01\x00\x00\x00")}, sections...)...)
}

func typ(parameters, results string) []byte {
	return cat([]byte{0x60}, str(parameters), str(results))
}

func exp(name string, kind, index byte) []byte { return cat(str(name), []byte{kind, index}) }

// fn is a body without locals, fnWith one with a list of (count, type).
func fn(code ...[]byte) []byte { return fnWith(nil, code...) }

func fnWith(locals []byte, code ...[]byte) []byte {
	return sized(cat(leb(len(locals)/2), locals, cat(code...), []byte{0x0b})...)
}

func op(code ...byte) []byte { return code }

// run is a module with one memory of a page and the function "run".
func run(parameters, results string, body []byte) []byte {
	return mod(
		sec(secType, typ(parameters, results)),
		sec(secFunction, op(0)),
		sec(secMemory, op(1, 1, 3)),
		sec(secExport, exp("run", 0, 0), exp("memory", 2, 0)),
		sec(secCode, body),
	)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func metered(t testing.TB, wasm []byte) []byte {
	t.Helper()
	out, err := wasmfuel.Meter(wasm)
	must(t, err)
	return out
}

// engines are what wazero runs modules with. The compiler is not on every
// machine; where it is missing the name is, too.
func engines() map[string]wazero.RuntimeConfig {
	configs := map[string]wazero.RuntimeConfig{"interpreter": wazero.NewRuntimeConfigInterpreter()}
	if compilerThere() {
		configs["compiler"] = wazero.NewRuntimeConfigCompiler()
	}
	return configs
}

// compilerThere tells by trying: wazero panics where it can not compile.
func compilerThere() (there bool) {
	defer func() { there = recover() == nil }()
	ctx := context.Background()
	return wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler()).Close(ctx) == nil
}

func eachEngine(t *testing.T, test func(t *testing.T, config wazero.RuntimeConfig)) {
	for name, config := range engines() {
		t.Run(name, func(t *testing.T) { test(t, config.WithMemoryLimitPages(1024)) })
	}
}

func newRuntime(t testing.TB, config wazero.RuntimeConfig) wazero.Runtime {
	runtime := wazero.NewRuntimeWithConfig(t.Context(), config)
	t.Cleanup(func() { must(t, runtime.Close(context.Background())) })
	return runtime
}

func instantiate(t testing.TB, config wazero.RuntimeConfig, wasm []byte) api.Module {
	t.Helper()
	instance, err := newRuntime(t, config).Instantiate(t.Context(), wasm)
	must(t, err)
	return instance
}

func fuel(instance api.Module) api.MutableGlobal {
	return instance.ExportedGlobal(wasmfuel.Global).(api.MutableGlobal)
}

func left(instance api.Module) int64 { return int64(fuel(instance).Get()) }

// spent runs a function with plenty of fuel and says what it took.
func spent(t testing.TB, instance api.Module, name string, arguments ...uint64) int64 {
	t.Helper()
	const plenty = 1 << 40
	fuel(instance).Set(plenty)
	if _, err := instance.ExportedFunction(name).Call(t.Context(), arguments...); err != nil {
		t.Fatal(fmt.Errorf("%s%v: %w", name, arguments, err))
	}
	return plenty - left(instance)
}
