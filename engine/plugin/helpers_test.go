package plugin

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// The encoder of the hand-made modules.

const (
	i32, i64 = "\x7f", "\x7e"

	manifestJSON = `{"name":"probe","version":"1"}`
	manifestAt   = 1024
	resultAt     = 4096
	inputAt      = 8192
)

func number(n int) string { return string(binary.AppendUvarint(nil, uint64(n))) }

func sized(s string) string { return number(len(s)) + s }

func section(id byte, elements ...string) string {
	content := number(len(elements))
	for _, e := range elements {
		content += e
	}
	return string(id) + sized(content)
}

func signature(parameters, results string) string { return "\x60" + sized(parameters) + sized(results) }

func body(code string) string { return sized("\x00" + code + "\x0b") }

// constant is i32.const or i64.const.
func constant(opcode string, n int64) string {
	for ; n < -64 || n > 63; n >>= 7 {
		opcode += string([]byte{byte(n) | 0x80})
	}
	return opcode + string([]byte{byte(n & 0x7f)})
}

func i32const(n int64) string { return constant("\x41", n) }

func packed(at, length int64) string { return constant("\x42", at<<32|length) }

const (
	unreachable = "\x00"
	endless     = "\x03\x40\x0c\x00\x0b" // loop br 0 end
)

// parts of a plugin that differ from one that answers {}.
type parts struct {
	version, alloc, onSync string // code; "" for what is right
	result                 string // JSON at resultAt
	imports                []string
	memory                 string // limits; "" for 1 page and no maximum
	start                  string // code of a start function
	without                string // an export that is missing
}

// module puts a plugin together. Functions: imports, then version, alloc,
// manifest, on_sync and start.
func (p parts) module() []byte {
	or := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	result := or(p.result, "{}")
	first := 0
	for _, i := range p.imports {
		if i[len(i)-2] == kindFunction {
			first++
		}
	}
	var exports []string
	for i, name := range []string{abi.ExportVersion, abi.ExportAlloc, abi.ExportManifest, abi.ExportOnSync} {
		if name != p.without {
			exports = append(exports, sized(name)+"\x00"+number(first+i))
		}
	}
	if p.without != abi.ExportMemory {
		exports = append(exports, sized(abi.ExportMemory)+"\x02\x00")
	}
	wasm := "\x00asm\x01\x00\x00\x00" +
		section(1, signature("", i32), signature(i32, i32), signature("", i64), signature("", ""), signature(i32+i32, i32), signature(i32+i32+i32+i32, i32))
	if len(p.imports) > 0 {
		wasm += section(2, p.imports...)
	}
	wasm += section(3, "\x00", "\x01", "\x02", "\x02", "\x03") +
		section(5, or(p.memory, "\x00\x01")) +
		section(7, exports...)
	if p.start != "" {
		wasm += "\x08" + sized(number(first+4))
	}
	wasm += section(10, body(or(p.version, i32const(abi.Version))), body(or(p.alloc, i32const(inputAt))),
		body(packed(manifestAt, int64(len(manifestJSON)))), body(or(p.onSync, packed(resultAt, int64(len(result))))), body(p.start))
	data := func(at int64, s string) string { return "\x00" + i32const(at) + "\x0b" + sized(s) }
	return []byte(wasm + section(11, data(manifestAt, manifestJSON), data(resultAt, result)))
}

func importOf(module, name string, description string) string {
	return sized(module) + sized(name) + description
}

func sample() abi.Batch {
	return abi.Batch{
		Session: abi.Session{Agent: "main", Key: "agent:main:main"},
		Messages: []abi.Message{
			{ID: "3f2a8c1e:e1", Role: "user", Time: 1773461489776, Text: "就用 PostgreSQL 吧"},
			{ID: "3f2a8c1e:e2", Role: "assistant", Time: 1773461490000, Text: "记住了"},
		},
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func problemOf(err error) Problem {
	if fault := (*Error)(nil); errors.As(err, &fault) {
		return fault.Problem
	}
	return ""
}

// eachEngine runs a test on the engines that are there.
func eachEngine(t *testing.T, test func(t *testing.T, engine wazero.RuntimeConfig)) {
	t.Run("interpreter", func(t *testing.T) { test(t, wazero.NewRuntimeConfigInterpreter()) })
	t.Run("compiler", func(t *testing.T) {
		if !compilerThere() {
			t.Skip("there is no compiler for this machine")
		}
		test(t, wazero.NewRuntimeConfigCompiler())
	})
}

// compilerThere tells by trying: wazero panics where it can not compile.
func compilerThere() (there bool) {
	defer func() { there = recover() == nil }()
	ctx := context.Background()
	return wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler()).Close(ctx) == nil
}

func opened(t testing.TB, wasm []byte, engine wazero.RuntimeConfig) *Module {
	t.Helper()
	m, err := open(t.Context(), wasm, Options{}, engine)
	must(t, err)
	t.Cleanup(func() { must(t, m.Close()) })
	return m
}
