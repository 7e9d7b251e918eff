package wasmfuel_test

import (
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
)

var (
	forever    = op(0x03, 0x40, 0x0c, 0, 0x0b) // loop br 0 end
	recursive  = op(0x10, 0)                   // call 0
	indirectly = cat(i32const(0), op(0x11, 0, 0))
)

// TestEnds runs what would not end.
func TestEnds(t *testing.T) {
	table := sec(secTable, op(funcref, 0, 1))
	element := sec(secElement, cat(op(0), i32const(0), op(0x0b, 1, 0)))
	guests := map[string][]byte{
		"loop":       run("", "", fn(forever)),
		"recursion":  run("", "", fn(recursive)),
		"loop in if": run("", "", fn(op(0x03, 0x40, 0x41, 1, 0x04, 0x40, 0x0c, 1, 0x0b, 0x0b))),
		"br_table":   run("", "", fn(op(0x03, 0x40, 0x41, 0, 0x0e, 0, 0, 0x0b))),
		"loop with parameter and result": mod(
			sec(secType, typ("", "\x7f"), typ("\x7f", "\x7f")), sec(secFunction, op(0)), sec(secExport, exp("run", 0, 0)),
			sec(secCode, fn(i32const(1), op(0x03, 1), i32const(1), op(0x6a, 0x0c, 0, 0x0b)))),
		"indirect recursion": mod(sec(secType, typ("", "")), sec(secFunction, op(0)), table,
			sec(secExport, exp("run", 0, 0)), element, sec(secCode, fn(indirectly))),
		"empty loops in one another": run("", "", fn(op(0x03, 0x40, 0x03, 0x40, 0x0c, 1, 0x0b, 0x0b))),
	}
	for name, wasm := range guests {
		t.Run(name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
				guest := instantiate(t, config, metered(t, wasm))
				fuel(guest).Set(1000)
				_, err := guest.ExportedFunction("run").Call(t.Context())
				if err == nil || left(guest) >= 0 {
					t.Errorf("ended with %v and %d units", err, left(guest))
				}
				if _, err := guest.ExportedFunction("run").Call(t.Context()); err == nil {
					t.Error("ran on without fuel")
				}
			})
		})
	}
}

// TestStartEnds ends a start function, which runs before the host can set the
// fuel, and lets an honest one use a good part of it.
func TestStartEnds(t *testing.T) {
	start := func(body []byte) []byte {
		return metered(t, mod(sec(secType, typ("", "")), sec(secFunction, op(0)), raw(secStart, 0), sec(secCode, body)))
	}
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		_, err := newRuntime(t, config).Instantiate(t.Context(), start(fn(forever)))
		if err == nil || !strings.Contains(err.Error(), "unreachable") {
			t.Errorf("endless start function gave %v", err)
		}
		const turns = 100_000
		counted := fnWith(op(1, i32), op(0x03, 0x40, 0x20, 0), i32const(1), op(0x6a, 0x22, 0), i32const(turns), op(0x48, 0x0d, 0, 0x0b))
		guest, err := newRuntime(t, config).Instantiate(t.Context(), start(counted))
		must(t, err)
		if used := wasmfuel.StartFuel - left(guest); used != 1+turns {
			t.Errorf("%d turns took %d units", turns, used)
		}
	})
}

// TestTrapOfItsOwn leaves fuel, so the host can tell the two apart.
func TestTrapOfItsOwn(t *testing.T) {
	guest := instantiate(t, wazero.NewRuntimeConfigInterpreter(), metered(t, run("", "", fn(op(0x00)))))
	fuel(guest).Set(1)
	if _, err := guest.ExportedFunction("run").Call(t.Context()); err == nil || left(guest) != 0 {
		t.Errorf("%v, %d left", err, left(guest))
	}
}

// TestCosts holds what things cost to the package's documentation.
func TestCosts(t *testing.T) {
	nops := func(n int) []byte { return []byte(strings.Repeat("\x01", n)) }
	operands := op(0x41, 0, 0x41, 0, 0x20, 0)
	withTable := func(code ...[]byte) []byte {
		return mod(sec(secType, typ("\x7f", "")), sec(secFunction, op(0)), sec(secTable, cat(op(funcref, 0), leb(100_000))),
			sec(secExport, exp("run", 0, 0)), sec(secElement, op(1, 0, 0)), sec(secCode, fn(code...)))
	}
	for name, c := range map[string]struct {
		wasm     []byte
		argument uint64
		want     int64
	}{
		"nothing":                 {run("\x7f", "", fn()), 0, 1},
		"short code":              {run("\x7f", "", fn(nops(4000))), 0, 1},
		"4 KiB":                   {run("\x7f", "", fn(nops(4087))), 0, 2}, // with end, and one local as 8
		"40 KiB":                  {run("\x7f", "", fn(nops(40951))), 0, 11},
		"locals":                  {run("\x7f", "", fnWith(op(127, i64, 127, i64, 127, i64, 127, i32), nops(100))), 0, 2},
		"code inside blocks":      {run("\x7f", "", fn(op(2, 0x40), nops(40951), op(0x0b))), 0, 11},
		"a loop pays for its":     {run("\x7f", "", fn(op(3, 0x40), nops(40959), op(0x0b))), 0, 1 + 11},
		"a loop inside":           {run("\x7f", "", fn(op(3, 0x40, 3, 0x40), nops(40959), op(0x0b, 0x0b))), 0, 1 + 1 + 11},
		"memory.copy":             {run("\x7f", "", fn(operands, op(0xfc, 10, 0, 0))), 6400, 1 + 100},
		"memory.copy of few":      {run("\x7f", "", fn(operands, op(0xfc, 10, 0, 0))), 63, 1},
		"memory.fill":             {run("\x7f", "", fn(operands, op(0xfc, 11, 0))), 65536, 1 + 1024},
		"memory.grow by none":     {run("\x7f", "", fn(op(0x20, 0, 0x40, 0, 0x1a))), 0, 1},
		"memory.grow":             {run("\x7f", "", fn(op(0x20, 0, 0x40, 0, 0x1a))), 2, 1 + 2048},
		"memory.grow that fails":  {run("\x7f", "", fn(op(0x20, 0, 0x40, 0, 0x1a))), 3, 1},
		"memory.grow far too far": {run("\x7f", "", fn(op(0x20, 0, 0x40, 0, 0x1a))), 0xffffffff, 1},
		"table.copy":              {withTable(operands, op(0xfc, 14, 0, 0)), 80_000, 1 + 10_000},
		"table.fill":              {withTable(op(0x41, 0, 0xd0, funcref, 0x20, 0), op(0xfc, 17, 0)), 80_000, 1 + 10_000},
		"table.init":              {withTable(operands, op(0xfc, 12, 0, 0)), 0, 1},
		"table.grow":              {withTable(op(0xd0, funcref, 0x20, 0, 0xfc, 15, 0, 0x1a)), 80_000, 1 + 10_000},
		"table.grow too far":      {withTable(op(0xd0, funcref, 0x20, 0, 0xfc, 15, 0, 0x1a)), 1 << 20, 1},
	} {
		t.Run(name, func(t *testing.T) {
			eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
				guest := instantiate(t, config, metered(t, c.wasm))
				if got := spent(t, guest, "run", c.argument); got != c.want {
					t.Errorf("took %d units, want %d", got, c.want)
				}
			})
		})
	}
}

// TestLengthIsPaidBefore ends a guest before it moves what it can not pay.
func TestLengthIsPaidBefore(t *testing.T) {
	wasm := metered(t, run("\x7f", "", fn(i32const(0), i32const(7), op(0x20, 0, 0xfc, 11, 0))))
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		guest := instantiate(t, config, wasm)
		for _, length := range []uint64{65536, 0xffffffff} {
			fuel(guest).Set(1000)
			_, err := guest.ExportedFunction("run").Call(t.Context(), length)
			if first, _ := guest.Memory().ReadByte(0); err == nil || left(guest) >= 0 || first != 0 {
				t.Errorf("filling %d bytes: %v, %d units left, byte %d", length, err, left(guest), first)
			}
		}
	})
}

// TestTableGrowth keeps tables, which no host limits, within bounds.
func TestTableGrowth(t *testing.T) {
	const limit = 1 << 20
	wasm := metered(t, mod(sec(secType, typ("\x7f", "\x7f")), sec(secFunction, op(0)), sec(secTable, op(externref, 0, 0)),
		sec(secExport, exp("run", 0, 0)), sec(secCode, fn(op(0xd0, externref, 0x20, 0, 0xfc, 15, 0)))))
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		guest := instantiate(t, config, wasm)
		for _, step := range []struct{ by, want uint64 }{
			{limit + 1, 0xffffffff}, {0xffffffff, 0xffffffff}, {0xfffffffe, 0xffffffff},
			{limit - 1, 0}, {2, 0xffffffff}, {1, limit - 1}, {0, limit}, {1, 0xffffffff},
		} {
			results, err := guest.ExportedFunction("run").Call(t.Context(), step.by)
			must(t, err)
			if results[0] != step.want {
				t.Errorf("growing by %d gave %d, want %d", step.by, int32(results[0]), int32(step.want))
			}
		}
	})
}
