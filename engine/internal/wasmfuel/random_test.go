package wasmfuel_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/tetratelabs/wazero"
)

// A writer writes random functions of two i32 that always end: loops count
// down a local of their own, and calls only go to functions written before.
type writer struct {
	*rand.Rand
	index   int // of the function
	counter int // local of the innermost loop
}

const (
	randomCounters = 4 // loops in one another
	randomOperand  = 2 // locals 0 and 1 are parameters, then come the counters
)

// number writes an expression of type i32.
func (w *writer) number(depth int) []byte {
	if depth == 0 {
		return op(0x20, byte(w.IntN(randomOperand+randomCounters)))
	}
	a, b := w.number(depth-1), w.number(w.IntN(depth))
	switch w.IntN(9) {
	case 0:
		return i32const(int64(int32(w.Uint32())))
	case 1:
		return cat(a, b, op(byte(0x6a+w.IntN(3)))) // add, sub, mul
	case 2:
		return cat(a, b, op(byte(0x71+w.IntN(8)))) // bits
	case 3:
		return cat(a, op(byte(0x67+w.IntN(3)), 0xc0)) // bits of one, extend8_s
	case 4:
		return cat(a, op(0x41, 0xff, 1, 0x71), op(0x28, 0, 0x80, 8)) // load
	case 5:
		return cat(a, b, op(0x20, 0), op(0x1b)) // select
	case 6:
		return cat(a, op(0x04, i32), b, op(0x05), w.number(depth-1), op(0x0b)) // if
	case 7:
		return cat(a, op(0xfd, 0x11), b, op(0xfd, 0x11, 0xfd, 0xae, 1, 0xfd, 0x1b, 2)) // vectors
	default:
		if w.index == 0 {
			return op(0x3f, 0)
		}
		return cat(a, b, op(0x10, byte(w.IntN(w.index))))
	}
}

// statements write without leaving anything on the stack.
func (w *writer) statements(depth int) (code []byte) {
	for range 1 + w.IntN(3) {
		code = append(code, w.statement(depth)...)
	}
	return code
}

func (w *writer) statement(depth int) []byte {
	short := func() []byte { return cat(w.number(1), op(0x41, 0xff, 7, 0x71)) }
	switch kind := w.IntN(8); {
	case kind == 0:
		return cat(short(), w.number(2), op(0x36, 0, 0))
	case kind == 1:
		return cat(short(), short(), short(), op(0xfc, 10, 0, 0))
	case kind == 2:
		return cat(short(), w.number(1), short(), op(0xfc, 11, 0))
	case kind == 3:
		return cat(w.number(1), op(0x40, 0, 0x1a))
	case kind == 4 && depth > 0:
		return cat(op(0x02, 0x40), w.number(1), op(0x0d, 0), w.statements(depth-1), op(0x0b))
	case kind < 7 && depth > 0 && w.counter < randomCounters:
		local := byte(randomOperand + w.counter)
		w.counter++
		body := w.statements(depth - 1)
		w.counter--
		return cat(i32const(1+w.Int64N(5)), op(0x21, local, 0x03, 0x40), body,
			op(0x20, local, 0x41, 1, 0x6b, 0x22, local, 0x0d, 0, 0x0b))
	default:
		return cat(w.number(3), op(0x21, byte(w.IntN(randomOperand))))
	}
}

// randomModule has eight functions and a memory that may grow to three pages.
func randomModule(random *rand.Rand) []byte {
	const functions = 8
	var kinds, bodies [][]byte
	for i := range functions {
		w := writer{Rand: random, index: i}
		kinds = append(kinds, op(0))
		bodies = append(bodies, fnWith(op(randomCounters, i32), w.statements(3), w.number(3)))
	}
	return mod(
		sec(secType, typ("\x7f\x7f", "\x7f")), sec(secFunction, kinds...), sec(secMemory, op(1, 1, 3)),
		sec(secExport, exp("run", 0, functions-1), exp("memory", 2, 0)), sec(secCode, bodies...),
	)
}

// TestRandomModules runs random code metered and as it is.
func TestRandomModules(t *testing.T) {
	const modules = 300
	random := rand.New(rand.NewPCG(1, 2))
	counted, trapped := 0, 0
	for range modules {
		wasm := randomModule(random)
		rewritten := metered(t, wasm)
		used := map[int64]bool{}
		for name, config := range engines() {
			t.Run(name, func(t *testing.T) {
				plain, paying := instantiate(t, config, wasm), instantiate(t, config, rewritten)
				fuel(paying).Set(1 << 40)
				want, got := outcome(t, plain, "run", 3, 5), outcome(t, paying, "run", 3, 5)
				if got != want || !bytes.Equal(memory(t, plain), memory(t, paying)) {
					t.Errorf("gives %s, metered %s, or different memory; module % x", want, got, wasm)
				}
				if want[0] != '[' {
					trapped++
				}
				used[left(paying)] = true
			})
		}
		if len(used) != 1 {
			t.Errorf("engines differ in fuel: %v; module % x", used, wasm)
		}
		counted += len(used)
	}
	if trapped > modules/2 {
		t.Errorf("%d of %d modules trap: they compare too little", trapped, counted)
	}
}

// FuzzMeter holds that Meter ends without a panic, and that what it accepts is
// valid afterwards exactly if it was before.
func FuzzMeter(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(mod())
	f.Add(run("\x7f", "\x7f", fn(forever, op(0x20, 0))))
	f.Add(mod(
		raw(secCustom, str("name")...), sec(secType, typ("\x7f\x7e", "\x7d\x7c\x7b"), typ("", "")),
		sec(secImport, cat(str("a"), str("g"), op(3, i32, 0)), cat(str("a"), str("f"), op(0, 1))), sec(secFunction, op(1), op(1)),
		sec(secTable, op(funcref, 1, 2, 9)), sec(secMemory, op(1, 1, 3)), sec(secGlobal, cat(op(i64, 1), con(0x42, -5), op(0x0b))),
		sec(secExport, exp("f", 0, 1), exp("g", 3, 1)), raw(secStart, 1),
		sec(secElement, cat(op(0, 0x23, 0, 0x0b, 1, 0)), op(5, funcref, 1, 0xd2, 1, 0x0b)), raw(secDataCount, 1),
		sec(secCode, fn(i32const(0), i32const(0), i32const(3), op(0xfc, 8, 0, 0)), fn(op(0xd0, funcref, 0x41, 1, 0xfc, 15, 0, 0x1a))),
		sec(secData, op(1, 3, 'a', 'b', 'c')),
	))
	random := rand.New(rand.NewPCG(3, 4))
	for range 8 {
		f.Add(randomModule(random))
	}
	runtime := newRuntime(f, wazero.NewRuntimeConfigInterpreter().WithMemoryLimitPages(16))
	f.Fuzz(func(t *testing.T, wasm []byte) { sameVerdict(t, runtime, "module", wasm) })
}
