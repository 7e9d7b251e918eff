package wasmfuel_test

import (
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/engine/internal/wasmfuel"
)

// BenchmarkMeter rewrites a Go module.
func BenchmarkMeter(b *testing.B) {
	wasm := goModule(b)
	b.SetBytes(int64(len(wasm)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := wasmfuel.Meter(wasm); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGuest runs a Go guest as it is and metered.
func BenchmarkGuest(b *testing.B) {
	wasm := goModule(b)
	if !compilerThere() {
		b.Skip("wazero compiles nothing on this machine")
	}
	for _, kind := range []string{"plain", "metered"} {
		code := wasm
		if kind == "metered" {
			code = metered(b, wasm)
		}
		for _, name := range []string{"words", "keywords", "expressions", "objects", "buffers"} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				const size = 256 << 10
				guest := reactor(b, wazero.NewRuntimeConfigCompiler(), code)
				b.SetBytes(size)
				for b.Loop() {
					if kind == "metered" {
						fuel(guest).Set(1 << 40)
					}
					if _, err := guest.ExportedFunction(name).Call(b.Context(), size); err != nil {
						b.Fatal(err)
					}
				}
				if kind == "metered" {
					b.ReportMetric(float64(1<<40-left(guest)), "units/op")
				}
			})
		}
	}
}
