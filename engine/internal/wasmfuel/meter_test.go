package wasmfuel_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
)

// TestRefused meters what can not be metered.
func TestRefused(t *testing.T) {
	const code0 = 47 // where the code of such a module begins
	valid := run("", "", fn())
	code := func(code ...[]byte) []byte { return run("", "", fn(code...)) }
	again := metered(t, valid)
	for name, c := range map[string]struct {
		wasm    []byte
		offset  int
		problem string
	}{
		"nothing":                {nil, 0, "no WebAssembly module"},
		"text":                   {[]byte("(module)"), 0, "no WebAssembly module"},
		"version 2":              {[]byte("\x00asm\x02\x00\x00\x00"), 0, "of version 1"},
		"too large":              {make([]byte, 32<<20+1), 32 << 20, "larger than 32 MiB"},
		"metered":                {again, bytes.Index(again, []byte(wasmfuel.Global)) - 1, "exported already"},
		"imported fuel":          {mod(sec(secImport, cat(str("x"), str(wasmfuel.Global), op(3, i64, 1)))), 13, "imported already"},
		"cut off":                {valid[:len(valid)-1], len(valid) - 4, "bytes wanted"},
		"no code":                {mod(sec(secType, typ("", "")), sec(secFunction, op(0))), 18, "no body"},
		"code without functions": {mod(sec(secCode, fn())), 10, "1 bodies for 0 functions"},
		"sections out of order":  {mod(sec(secMemory, op(0, 1)), sec(secType)), 13, "out of order"},
		"section twice":          {mod(sec(secType), sec(secType)), 11, "out of order"},
		"unknown section":        {mod(raw(14)), 8, "section 14"},
		"tags":                   {mod(raw(13, 0)), 8, "exception handling"},
		"section too long":       {mod(raw(secStart, 0, 0)), 11, "too many"},
		"code after the end":     {code(op(0x0b)), code0 + 1, "too many"},
		"code without an end":    {run("", "", sized(0)), code0, "unexpected end"},
		"list too long":          {mod(raw(secType, 0xc1, 0x84, 0x3d)), 10, "at most 1000000"},
		"list longer than rest":  {mod(raw(secType, 5, 0)), 10, "5 elements in 1 bytes"},
		"unknown opcode":         {code(op(0xff)), code0, "0xff is not in"},
		"atomics":                {code(op(0xfe, 3, 0)), code0, "threads"},
		"tail call":              {code(op(0x12, 0)), code0, "tail call"},
		"long vector opcode":     {code(op(0xfd, 0x80, 0x00, 0, 0)), code0, "longer than it must be"},
		"second memory":          {mod(sec(secMemory, op(0, 1), op(0, 1))), 13, "multi-memory"},
		"shared memory":          {mod(sec(secMemory, op(3, 1, 1))), 11, "threads"},
		"memory64":               {mod(sec(secMemory, op(4, 1))), 11, "memory64"},
		"memory by index":        {code(op(0x41, 0, 0x28, 0x42, 0, 0, 0x1a)), code0 + 3, "multi-memory"},
		"structure type":         {mod(sec(secType, op(0x5f, 0))), 11, "garbage collection"},
		"reference type":         {mod(sec(secType, op(0x60, 1, 0x64, 0, 0))), 13, "typed function references"},
		"exception type":         {mod(sec(secType, op(0x60, 1, 0x69, 0))), 13, "exception handling"},
		"huge table":             {mod(sec(secTable, cat(op(funcref, 0), leb(1<<20+1)))), 11, "at most 1048576"},
		"nine tables":            {mod(sec(secTable, slices.Repeat([][]byte{{funcref, 0, 0}}, 9)...)), 35, "more than 8 tables"},
		"extended constant":      {mod(sec(secGlobal, cat(op(i32, 0), i32const(1), i32const(1), op(0x6a, 0x0b)))), 17, "extended constants"},
		"deep nesting":           {code(bytes.Repeat(op(2, 0x40), 10_000), bytes.Repeat(op(0x0b), 10_000)), 20_051, "more than 10000 blocks"},
		"our global":             {code(op(0x23, 0, 0x1a)), code0 + 1, "global 0 where there are 0"},
		"setting our global":     {code(op(0x42, 0, 0x24, 0)), code0 + 3, "global 0 where there are 0"},
		"exporting our global":   {mod(sec(secExport, exp("mine", 3, 0))), 17, "global 0 where there are 0"},
		"a constant of ours":     {mod(sec(secGlobal, cat(op(i64, 0, 0x23, 0, 0x0b)))), 14, "global 0 where there are 0"},
		"our local":              {code(op(0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 11, 0, 0x20, 0, 0x1a)), code0 + 10, "local 0 where there are 0"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wasmfuel.Meter(c.wasm)
			var problem *wasmfuel.Error
			if !errors.As(err, &problem) {
				t.Fatalf("got %v", err)
			}
			if problem.Offset != c.offset || !strings.Contains(problem.Problem, c.problem) {
				t.Errorf("%v; want %q at byte %d", err, c.problem, c.offset)
			}
		})
	}
}

// TestManyLocals bounds locals, of one function and of all.
func TestManyLocals(t *testing.T) {
	const perFunction = 50_000
	functions := func(n int, locals []byte) []byte {
		body := sized(cat(op(1), locals, op(i64, 0x0b))...)
		return mod(sec(secType, typ("", "")), sec(secFunction, slices.Repeat([][]byte{{0}}, n)...),
			sec(secCode, slices.Repeat([][]byte{body}, n)...))
	}
	for name, c := range map[string]struct {
		wasm    []byte
		problem string
	}{
		"as many as may be":    {functions(1, leb(perFunction)), ""},
		"one more":             {functions(1, leb(perFunction+1)), "50001 locals"},
		"billions":             {functions(1, leb(1<<32-1)), "4294967295 locals"},
		"two hundred times":    {functions(200, leb(perFunction)), ""},
		"two hundred and once": {functions(201, leb(perFunction)), "more than 10000000 locals"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := wasmfuel.Meter(c.wasm)
			if (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
				t.Errorf("got %v, want %q", err, c.problem)
			}
		})
	}
}

// TestGrowthIsBounded refuses a small module that would become a huge one.
func TestGrowthIsBounded(t *testing.T) {
	body := fn(bytes.Repeat(op(3, 0x40, 0x0b), 1<<20))
	_, err := wasmfuel.Meter(mod(sec(secType, typ("", "")), sec(secFunction, slices.Repeat([][]byte{{0}}, 4)...), sec(secCode, slices.Repeat([][]byte{body}, 4)...)))
	if err == nil || !strings.Contains(err.Error(), "64 MiB when metered") {
		t.Errorf("got %v", err)
	}
}

// TestKept changes nothing but what it must.
func TestKept(t *testing.T) {
	custom := func(name, content string) []byte { return raw(secCustom, cat(str(name), []byte(content))...) }
	types := sec(secType, typ("", ""), typ("\x7f", ""))
	imports := sec(secImport, cat(str("a"), str("b"), op(3, i32, 0)))
	elements := sec(secElement, cat(op(0, 0x23, 0, 0x0b, 1, 0)))
	data := sec(secData, cat(op(0, 0x23, 0, 0x0b), str("text")))
	wasm := mod(
		custom("first", "1"), types, imports, sec(secFunction, op(0)), sec(secTable, op(funcref, 0, 4)), sec(secMemory, op(0, 1)),
		custom("middle", "2"), sec(secGlobal, op(i32, 1, 0x41, 5, 0x0b)), sec(secExport, exp("g", 3, 1)), elements,
		sec(secCode, fn()), data, custom(".debug_line", "x"), custom("reloc.CODE", "x"), custom("metadata.code.branch_hint", "x"), custom("name", ""),
	)
	given := bytes.Clone(wasm)
	head := op(0x23, 2, 0x42, 1, 0x7d, 0x24, 2, 0x23, 2, 0x42, 0, 0x53, 0x04, 0x40, 0x00, 0x0b)
	want := mod(
		custom("first", "1"), types, imports, sec(secFunction, op(0)), sec(secTable, op(funcref, 0, 4)), sec(secMemory, op(0, 1)),
		custom("middle", "2"), sec(secGlobal, op(i32, 1, 0x41, 5, 0x0b), cat(op(i64, 1), con(0x42, wasmfuel.StartFuel), op(0x0b))),
		sec(secExport, exp("g", 3, 1), exp(wasmfuel.Global, 3, 2)), elements,
		sec(secCode, fn(head)), data, custom("name", ""),
	)
	if got := metered(t, wasm); !bytes.Equal(got, want) {
		t.Errorf("got  % x\nwant % x", got, want)
	}
	if !bytes.Equal(wasm, given) {
		t.Error("the module given was changed")
	}
}

// TestEmptyModule gets fuel, too.
func TestEmptyModule(t *testing.T) {
	guest := instantiate(t, wazero.NewRuntimeConfigInterpreter(), metered(t, mod()))
	if left(guest) != wasmfuel.StartFuel {
		t.Errorf("%d units", left(guest))
	}
}
