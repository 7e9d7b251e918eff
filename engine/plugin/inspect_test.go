package plugin

import (
	"slices"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/internal/tinyplugin"
)

func TestInspect(t *testing.T) {
	wasm := tinyplugin.Parts{Imports: []string{tinyplugin.Import(wasiModule, "random_get", tinyplugin.FunctionType), tinyplugin.Import(wasiModule, "random_get", tinyplugin.FunctionType)}}.Module()
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
		"other module":    {tinyplugin.Parts{Imports: []string{tinyplugin.Import("env", "steal", tinyplugin.FunctionType)}}.Module(), `the function "env.steal"`},
		"socket":          {tinyplugin.Parts{Imports: []string{tinyplugin.Import(wasiModule, "sock_open", tinyplugin.FunctionType)}}.Module(), `"wasi_snapshot_preview1.sock_open"`},
		"second of two":   {tinyplugin.Parts{Imports: []string{tinyplugin.Import(wasiModule, "random_get", tinyplugin.FunctionType), tinyplugin.Import("net", "dial", tinyplugin.FunctionType)}}.Module(), `"net.dial"`},
		"memory":          {tinyplugin.Parts{Imports: []string{tinyplugin.Import("env", "mem", "\x02\x01\x01\x02")}}.Module(), "memor"},
		"table":           {tinyplugin.Parts{Imports: []string{tinyplugin.Import("env", "tab", "\x01\x70\x00\x01")}}.Module(), `the table "env.tab"`},
		"global":          {tinyplugin.Parts{Imports: []string{tinyplugin.Import(wasiModule, "glob", "\x03\x7f\x00")}}.Module(), `the global "wasi_snapshot_preview1.glob"`},
		"wrong types":     {tinyplugin.Parts{Imports: []string{tinyplugin.Import(wasiModule, "fd_write", tinyplugin.FunctionType)}}.Module(), `"fd_write" with other types`},
		"no version":      {tinyplugin.Parts{Without: "ss_abi"}.Module(), `"ss_abi"`},
		"no batch":        {tinyplugin.Parts{Without: "ss_on_sync"}.Module(), `"ss_on_sync"`},
		"no memory":       {tinyplugin.Parts{Without: "memory"}.Module(), `memory "memory"`},
		"too much memory": {tinyplugin.Parts{Memory: "\x00" + tinyplugin.Number(1025)}.Module(), "1025 pages"},
		"invalid code":    {tinyplugin.Parts{OnSync: "\x6a"}.Module(), "invalid"},
		"cut":             {tinyplugin.Parts{}.Module()[:60], "byte"},
	} {
		_, err := Inspect(c.wasm)
		if problemOf(err) != Refused || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func FuzzInspect(f *testing.F) {
	f.Add(tinyplugin.Parts{}.Module())
	f.Add(tinyplugin.Parts{Imports: []string{tinyplugin.Import(wasiModule, "random_get", tinyplugin.FunctionType), tinyplugin.Import("env", "tab", "\x01\x70\x01\x01\x02")}}.Module())
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
