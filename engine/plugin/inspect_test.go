package plugin

import (
	"slices"
	"strings"
	"testing"
)

const aFunction = "\x00\x04" // (i32, i32) -> i32

func TestInspect(t *testing.T) {
	wasm := parts{imports: []string{importOf(wasiModule, "random_get", aFunction), importOf(wasiModule, "random_get", aFunction)}}.module()
	info, err := Inspect(wasm)
	must(t, err)
	if !slices.Equal(info.Imports, []string{"wasi_snapshot_preview1.random_get"}) ||
		!slices.Equal(info.Exports, []string{"memory", "ss_abi", "ss_alloc", "ss_manifest", "ss_on_sync"}) ||
		info.Size != len(wasm) || len(info.Digest) != 64 {
		t.Errorf("%+v", info)
	}
}

func TestInspectRefusesByName(t *testing.T) {
	for name, c := range map[string]struct {
		wasm []byte
		want string
	}{
		"nothing":         {nil, "no WebAssembly module"},
		"other module":    {parts{imports: []string{importOf("env", "steal", aFunction)}}.module(), `the function "env.steal"`},
		"socket":          {parts{imports: []string{importOf(wasiModule, "sock_open", aFunction)}}.module(), `"wasi_snapshot_preview1.sock_open"`},
		"second of two":   {parts{imports: []string{importOf(wasiModule, "random_get", aFunction), importOf("net", "dial", aFunction)}}.module(), `"net.dial"`},
		"memory":          {parts{imports: []string{importOf("env", "mem", "\x02\x01\x01\x02")}}.module(), "memor"},
		"table":           {parts{imports: []string{importOf("env", "tab", "\x01\x70\x00\x01")}}.module(), `the table "env.tab"`},
		"global":          {parts{imports: []string{importOf(wasiModule, "glob", "\x03\x7f\x00")}}.module(), `the global "wasi_snapshot_preview1.glob"`},
		"wrong types":     {parts{imports: []string{importOf(wasiModule, "fd_write", aFunction)}}.module(), `"fd_write" with other types`},
		"no version":      {parts{without: "ss_abi"}.module(), `"ss_abi"`},
		"no batch":        {parts{without: "ss_on_sync"}.module(), `"ss_on_sync"`},
		"no memory":       {parts{without: "memory"}.module(), `memory "memory"`},
		"too much memory": {parts{memory: "\x00" + number(1025)}.module(), "1025 pages"},
		"invalid code":    {parts{onSync: "\x6a"}.module(), "invalid"},
		"cut":             {parts{}.module()[:60], "byte"},
	} {
		_, err := Inspect(c.wasm)
		if problemOf(err) != Refused || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(parts{}.module())
	f.Add(parts{imports: []string{importOf(wasiModule, "random_get", aFunction), importOf("env", "tab", "\x01\x70\x01\x01\x02")}}.module())
	f.Fuzz(func(t *testing.T, wasm []byte) {
		info, err := Inspect(wasm)
		if err != nil {
			if problemOf(err) != Refused {
				t.Fatal(err)
			}
			return
		}
		for _, name := range info.Imports {
			if !strings.HasPrefix(name, wasiModule+".") {
				t.Fatalf("import %q was let through", name)
			}
		}
	})
}
