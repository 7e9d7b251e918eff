package plugin

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"

	"github.com/smallccwc/chronosync/engine/internal/tinyplugin"
	"github.com/smallccwc/chronosync/sdk/abi"
)

func TestRun(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine wazero.RuntimeConfig) {
		m := opened(t, tinyplugin.Parts{Result: `{"state":"AQI=","log":"hi","items":[{"key":"k","kind":"todo","message_id":"3f2a8c1e:e2","evidence":"记住","title":"t","score":1}]}`}.Module(), engine)
		if !slices.Equal(m.Manifests(), []abi.Manifest{{Name: "probe", Version: "1"}}) || len(m.Digest()) != 64 {
			t.Errorf("%+v, %s", m.Manifests(), m.Digest())
		}
		result, stats, err := m.Run(t.Context(), sample(), nil)
		must(t, err)
		if string(result.State) != "\x01\x02" || result.Log != "hi" || len(result.Items) != 1 || stats.Fuel < 2 || stats.Memory != pageSize {
			t.Errorf("%+v, %+v", result, stats)
		}
	})
}

// TestRunFails has a plugin for every way in which one can go wrong.
func TestRunFails(t *testing.T) {
	random := tinyplugin.Import(wasiModule, "random_get", tinyplugin.FunctionType)
	for name, c := range map[string]struct {
		tinyplugin.Parts
		want   Problem
		detail string
	}{
		"endless loop":       {tinyplugin.Parts{OnSync: tinyplugin.Endless + tinyplugin.Packed(0, 0)}, OutOfFuel, "200000000 units"},
		"endless alloc":      {tinyplugin.Parts{Alloc: tinyplugin.Endless + tinyplugin.I32(0)}, OutOfFuel, "units"},
		"endless host calls": {tinyplugin.Parts{Imports: []string{random}, OnSync: "\x03\x40" + tinyplugin.I32(0) + tinyplugin.I32(4096) + "\x10\x00\x1a\x0c\x00\x0b" + tinyplugin.Packed(0, 0)}, OutOfFuel, "units"},
		"memory bomb":        {tinyplugin.Parts{OnSync: tinyplugin.Greedy + tinyplugin.Packed(0, 0)}, OutOfMemory, "64 MiB"},
		"trap":               {tinyplugin.Parts{OnSync: tinyplugin.Unreachable}, Trap, "ss_on_sync stopped: wasm error: unreachable"},
		"address of alloc":   {tinyplugin.Parts{Alloc: tinyplugin.I32(-1)}, BadResult, "ss_alloc("},
		"alloc at the end":   {tinyplugin.Parts{Alloc: tinyplugin.I32(pageSize - 3)}, BadResult, "outside"},
		"address of result":  {tinyplugin.Parts{OnSync: tinyplugin.Packed(-1, 10)}, BadResult, "outside"},
		"result at the end":  {tinyplugin.Parts{OnSync: tinyplugin.Packed(pageSize-1, 2)}, BadResult, "outside"},
		"output bomb":        {tinyplugin.Parts{OnSync: tinyplugin.Packed(0, 3<<20)}, TooMuch, "3145728 bytes"},
		"too many items":     {tinyplugin.Parts{Result: tinyplugin.Result(make([]abi.Item, abi.MaxItems+1)...)}, TooMuch, "1001 items"},
		"no result":          {tinyplugin.Parts{OnSync: tinyplugin.Packed(0, 0)}, BadResult, "JSON"},
		"invalid JSON":       {tinyplugin.Parts{Result: `{"items":[}`}, BadResult, "JSON"},
		"another field":      {tinyplugin.Parts{Result: `{"secret":1}`}, BadResult, "JSON"},
		"two values":         {tinyplugin.Parts{Result: `{} {}`}, BadResult, "goes on"},
		"no UTF-8":           {tinyplugin.Parts{Result: "{\"log\":\"\xff\"}"}, BadResult, "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			m := opened(t, c.Module(), wazero.NewRuntimeConfig())
			for range 2 { // the second time on an instance of its own
				result, stats, err := m.Run(t.Context(), sample(), nil)
				if problemOf(err) != c.want || !strings.Contains(err.Error(), c.detail) || len(result.Items) > 0 {
					t.Fatalf("%v, want %s: %s", err, c.want, c.detail)
				}
				if strings.Contains(err.Error(), "secret") || (c.want == OutOfFuel) != (stats.Fuel == Fuel) || stats.Fuel > Fuel || stats.Memory > maxMemory {
					t.Errorf("%v, %+v", err, stats)
				}
			}
		})
	}
}

func TestRecursion(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine wazero.RuntimeConfig) {
		m := opened(t, tinyplugin.Parts{OnSync: tinyplugin.Recursive}.Module(), engine)
		if _, _, err := m.Run(t.Context(), sample(), nil); problemOf(err) != Trap && problemOf(err) != OutOfFuel {
			t.Error(err)
		}
	})
}

func TestOpenFails(t *testing.T) {
	for name, c := range map[string]struct {
		tinyplugin.Parts
		want   Problem
		detail string
	}{
		"other version":  {tinyplugin.Parts{Version: tinyplugin.I32(7)}, Refused, "version 7 of the ABI"},
		"endless start":  {tinyplugin.Parts{Start: tinyplugin.Endless}, Trap, "start function"},
		"foreign import": {tinyplugin.Parts{Imports: []string{tinyplugin.Import("env", "steal", tinyplugin.FunctionType)}}, Refused, "env.steal"},
		"endless":        {tinyplugin.Parts{Version: tinyplugin.Endless + tinyplugin.I32(1)}, OutOfFuel, "units"},
	} {
		m, err := Open(t.Context(), c.Module(), Options{})
		if m != nil || problemOf(err) != c.want || !strings.Contains(err.Error(), c.detail) {
			t.Errorf("%s: %v, want %s: %s", name, err, c.want, c.detail)
		}
	}
}

func TestRunStopsWithTheContext(t *testing.T) {
	m := opened(t, tinyplugin.Parts{}.Module(), wazero.NewRuntimeConfig())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := m.Run(ctx, sample(), nil); !errors.Is(err, context.Canceled) || problemOf(err) != "" {
		t.Error(err)
	}
}

func TestBatchIsBounded(t *testing.T) {
	m := opened(t, tinyplugin.Parts{Memory: "\x00\x40"}.Module(), wazero.NewRuntimeConfig())
	fits, large, state := sample(), sample(), sample()
	fits.State = make([]byte, abi.MaxState)
	large.Messages[0].Text = strings.Repeat("x", abi.MaxBatch)
	state.State = make([]byte, abi.MaxState+1)
	if _, _, err := m.Run(t.Context(), fits, nil); err != nil {
		t.Error(err)
	}
	for _, batch := range []abi.Batch{large, state} {
		if _, _, err := m.Run(t.Context(), batch, nil); err == nil || problemOf(err) != "" {
			t.Error(err)
		}
	}
}

// TestCache finds the compiled module again, and lives with a damaged one.
func TestCache(t *testing.T) {
	dir := t.TempDir()
	files := func() (list []string) {
		list, err := filepath.Glob(filepath.Join(dir, "*", "*"))
		must(t, err)
		return list
	}
	start := func() {
		m, err := Open(t.Context(), tinyplugin.Parts{}.Module(), Options{CacheDir: dir})
		must(t, err)
		_, _, err = m.Run(t.Context(), sample(), nil)
		must(t, err)
		must(t, m.Close())
	}
	start()
	first := files()
	if len(first) == 0 {
		t.Skip("there is no compiler for this machine")
	}
	start()
	if again := files(); len(again) != len(first) {
		t.Errorf("%d files, then %d", len(first), len(again))
	}
	for _, path := range first {
		must(t, os.WriteFile(path, []byte("damaged"), 0o600))
	}
	start()
}

func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	for _, p := range []tinyplugin.Parts{{}, {OnSync: tinyplugin.Unreachable}, {OnSync: tinyplugin.Endless + tinyplugin.Packed(0, 0)}} {
		m, err := Open(t.Context(), p.Module(), Options{})
		must(t, err)
		_, _, _ = m.Run(t.Context(), sample(), nil)
		must(t, m.Close())
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines, then %d", before, after)
	}
}

// TestMemoryGrows: what there was stays, and what comes is zero, whether there
// was room for it or all had to move.
func TestMemoryGrows(t *testing.T) {
	const page = 64 << 10
	var m memory
	var had int
	for _, size := range []int{page, 3 * page, 3 * page, idleMemory, idleMemory + page, idleMemory + 9*page, maxMemory} {
		b := m.Reallocate(uint64(size))
		if len(b) != size || m.denied {
			t.Fatalf("%d bytes, want %d", len(b), size)
		}
		if bytes.Count(b[:had], []byte{1}) != had || bytes.Count(b[had:], []byte{0}) != size-had {
			t.Fatalf("wrong bytes when %d became %d", had, size)
		}
		for i := range b[had:] {
			b[had+i] = 1
		}
		had = size
	}
	if m.Reallocate(maxMemory+page) != nil || !m.denied {
		t.Error("there is more than the limit")
	}
}
