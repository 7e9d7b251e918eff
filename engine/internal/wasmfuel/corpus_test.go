package wasmfuel_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/smallccwc/chronosync/engine/internal/goguest"
)

// goGuest builds testdata/guest once.
var goGuest = sync.OnceValues(func() ([]byte, error) { return goguest.Build("./testdata/guest") })

func goModule(t testing.TB) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a Go module")
	}
	wasm, err := goGuest()
	must(t, err)
	return wasm
}

// reactor starts a module that was built for WASI and runs its _initialize.
func reactor(t testing.TB, config wazero.RuntimeConfig, wasm []byte) api.Module {
	t.Helper()
	runtime := newRuntime(t, config)
	wasi_snapshot_preview1.MustInstantiate(t.Context(), runtime)
	guest, err := runtime.InstantiateWithConfig(t.Context(), wasm, wazero.NewModuleConfig().WithStartFunctions("_initialize"))
	must(t, err)
	return guest
}

// outcome is the results of a call, or the first line of its trap.
func outcome(t testing.TB, guest api.Module, name string, arguments ...uint64) string {
	results, err := guest.ExportedFunction(name).Call(t.Context(), arguments...)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first
	}
	return fmt.Sprint(results)
}

func memory(t testing.TB, guest api.Module) []byte {
	t.Helper()
	all, ok := guest.Memory().Read(0, guest.Memory().Size())
	if !ok {
		t.Fatal("memory could not be read")
	}
	return all
}

// TestGoGuest runs a Go module metered and as it is: the same results, the same
// memory to the last byte, and the same fuel on every engine.
func TestGoGuest(t *testing.T) {
	wasm := goModule(t)
	rewritten := metered(t, wasm)
	t.Logf("%d bytes, %d metered", len(wasm), len(rewritten))
	var used []string
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		plain, counted := reactor(t, config, wasm), reactor(t, config, rewritten)
		start := left(counted)
		var log strings.Builder
		fmt.Fprintf(&log, "start %d\n", start)
		for _, name := range []string{"words", "keywords", "expressions", "objects", "buffers", "failing"} {
			fuel(counted).Set(1 << 40)
			want, got := outcome(t, plain, name, 20_000), outcome(t, counted, name, 20_000)
			fmt.Fprintf(&log, "%s %d\n", name, 1<<40-left(counted))
			if got != want {
				t.Errorf("%s gives %s, metered %s", name, want, got)
			}
			if !bytes.Equal(memory(t, plain), memory(t, counted)) {
				t.Errorf("%s leaves different memory", name)
			}
		}
		used = append(used, log.String())
	})
	t.Log(used[0])
	for _, other := range used[1:] {
		if other != used[0] {
			t.Errorf("fuel differs:\n%s%s", used[0], other)
		}
	}
}

// TestGoGuestEnds cuts a Go module off at any point.
func TestGoGuestEnds(t *testing.T) {
	wasm := metered(t, goModule(t))
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		for _, units := range []uint64{0, 10, 1000, 50_000} {
			guest := reactor(t, config, wasm)
			fuel(guest).Set(units)
			if got := outcome(t, guest, "objects", 100_000); !strings.Contains(got, "unreachable") || left(guest) >= 0 {
				t.Errorf("%d units: %s, %d left", units, got, left(guest))
			}
		}
	})
}

// TestCGuest does the same with a module of clang, which uses bulk memory.
func TestCGuest(t *testing.T) {
	clang, err := exec.LookPath("clang")
	if err != nil {
		t.Skip("clang is not installed")
	}
	module := filepath.Join(t.TempDir(), "guest.wasm")
	build := exec.Command(clang, "--target=wasm32", "-O2", "-mbulk-memory", "-msign-ext", "-mnontrapping-fptoint", "-msimd128",
		"-nostdlib", "-Wl,--no-entry", "-Wl,--export-dynamic", "-o", module, filepath.Join("testdata", "guest.c"))
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("clang can not build for wasm32: %s", out)
	}
	wasm, err := os.ReadFile(module)
	must(t, err)
	rewritten := metered(t, wasm)
	eachEngine(t, func(t *testing.T, config wazero.RuntimeConfig) {
		plain, counted := instantiate(t, config, wasm), instantiate(t, config, rewritten)
		for _, name := range []string{"sieve", "shift", "mix", "fibonacci"} {
			want, got := outcome(t, plain, name, 25), outcome(t, counted, name, 25)
			if got != want || !bytes.Equal(memory(t, plain), memory(t, counted)) {
				t.Errorf("%s gives %s, metered %s, or different memory", name, want, got)
			}
		}
		if left(counted) >= 1<<26 {
			t.Error("nothing was counted")
		}
	})
}
