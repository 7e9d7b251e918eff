package plugin

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/engine/internal/goguest"
	"github.com/smallccwc/chronosync/sdk/abi"
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

func told(title string) abi.Batch {
	batch := sample()
	batch.Session.Title = title
	return batch
}

// TestProbe has a plugin try everything, twice on each engine: it gets nothing,
// and the same nothing each time.
func TestProbe(t *testing.T) {
	wasm := goModule(t)
	type outcome struct {
		result abi.Result
		stats  Stats
	}
	var outcomes []outcome
	eachEngine(t, func(t *testing.T, engine wazero.RuntimeConfig) {
		m := opened(t, wasm, engine)
		for range 2 {
			result, stats, err := m.Run(t.Context(), told("probe"), nil)
			must(t, err)
			outcomes = append(outcomes, outcome{result, stats})
		}
	})
	log := outcomes[0].result.Log
	t.Logf("%+v\n%s", outcomes[0].stats, log)
	want := strings.Repeat("read 0 true\nlist 0 true\n", 4) + "write 0 true\nmkdir 0 true\ndial 0 true\nstdin 0 true\n" +
		"environment 0 false\narguments  false\nclock 2026-03-14 04:11:30 false\nslept 1h0m0s false\nrandom "
	if !strings.HasPrefix(log, want) {
		t.Errorf("got\n%s\nwant\n%s", log, want)
	}
	for _, other := range outcomes[1:] {
		if !reflect.DeepEqual(other, outcomes[0]) {
			t.Errorf("another run differs: %+v", other)
		}
	}
}

func TestGoGuestFails(t *testing.T) {
	m := opened(t, goModule(t), wazero.NewRuntimeConfig())
	for title, c := range map[string]struct {
		want   []Problem
		output string
	}{
		"panic":     {[]Problem{Trap}, "on stdout\npanic: as it was told"},
		"exit":      {[]Problem{Trap}, ""},
		"memory":    {[]Problem{OutOfMemory}, "out of memory"},
		"recursion": {[]Problem{OutOfMemory, Trap, OutOfFuel}, ""},
		"loop":      {[]Problem{OutOfFuel}, ""},
	} {
		t.Run(title, func(t *testing.T) {
			_, stats, err := m.Run(t.Context(), told(title), nil)
			fault, ok := err.(*Error)
			if !ok || !slices.Contains(c.want, fault.Problem) || !strings.Contains(fault.Output, c.output) || fault.Output != stats.Output {
				t.Fatalf("%v, %+v", err, stats)
			}
			if strings.Contains(err.Error(), "told") || stats.Memory > maxMemory || len(fault.Output) > maxOutput {
				t.Errorf("%v, %+v", err, stats)
			}
		})
	}
}

func TestOutputIsCapped(t *testing.T) {
	m := opened(t, goModule(t), wazero.NewRuntimeConfig())
	_, stats, err := m.Run(t.Context(), told("print"), nil)
	if err != nil || stats.Output != strings.Repeat("x", maxOutput) {
		t.Errorf("%d bytes, %v", len(stats.Output), err)
	}
}

// TestNothingIsKept shows that a batch knows nothing of the ones before.
func TestNothingIsKept(t *testing.T) {
	m := opened(t, goModule(t), wazero.NewRuntimeConfig())
	for range 2 {
		result, _, err := m.Run(t.Context(), told("keep"), nil)
		if err != nil || result.Log != "1" {
			t.Errorf("%q, %v", result.Log, err)
		}
	}
}

// TestPure keeps the instance until it fails; the clock and the fuel are those of
// each batch all the same.
func TestPure(t *testing.T) {
	m, err := Open(t.Context(), goModule(t), Options{Pure: true})
	must(t, err)
	defer m.Close()
	kept := func() string {
		result, stats, err := m.Run(t.Context(), told("keep"), nil)
		must(t, err)
		if stats.Fuel <= 0 || stats.Fuel > Fuel/10 {
			t.Errorf("used %d units", stats.Fuel)
		}
		return result.Log
	}
	if got := kept() + kept(); got != "12" {
		t.Errorf("counted %s", got)
	}
	for range 2 { // a clock that went on from batch to batch would differ
		result, _, err := m.Run(t.Context(), told("probe"), nil)
		must(t, err)
		if !strings.Contains(result.Log, "clock 2026-03-14 04:11:30 false") {
			t.Error(result.Log)
		}
	}
	if _, _, err := m.Run(t.Context(), told("panic"), nil); problemOf(err) != Trap {
		t.Error(err)
	}
	if got := kept(); got != "1" {
		t.Errorf("an instance that failed goes on with %s", got)
	}
}

func BenchmarkRun(b *testing.B) {
	m := opened(b, goModule(b), wazero.NewRuntimeConfig())
	b.ReportAllocs()
	for b.Loop() {
		_, _, err := m.Run(b.Context(), sample(), nil)
		must(b, err)
	}
}
