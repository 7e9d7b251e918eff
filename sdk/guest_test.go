package sdk_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"

	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/sdk/abi"
	"github.com/smallccwc/chronosync/sdk/testdata/questions"
)

// build makes the module of testdata/guest as doc.go says.
func build(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "guest.wasm")
	command := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-ldflags=-s -w -buildid=", "-o", path, "./testdata/guest")
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wasm, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return wasm
}

// TestModulesStaySmall keeps out what adds half a megabyte and more to each plugin.
func TestModulesStaySmall(t *testing.T) {
	command := exec.Command("go", "list", "-deps", ".")
	command.Env = append(os.Environ(), "GOOS=wasip1", "GOARCH=wasm")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, imported := range strings.Fields(string(out)) {
		switch imported {
		case "fmt", "os", "encoding/json", "regexp", "net":
			t.Errorf("sdk depends on %s", imported)
		}
	}
}

// instance is one running guest.
type instance struct {
	t      *testing.T
	module api.Module
	stderr *bytes.Buffer
}

func (i instance) bytes(packed uint64) []byte {
	i.t.Helper()
	b, ok := i.module.Memory().Read(uint32(packed>>32), uint32(packed))
	if !ok {
		i.t.Fatalf("result %x points outside the memory", packed)
	}
	return bytes.Clone(b)
}

func (i instance) call(name string, arguments ...uint64) (uint64, error) {
	results, err := i.module.ExportedFunction(name).Call(i.t.Context(), arguments...)
	if err != nil {
		return 0, err
	}
	return results[0], nil
}

func (i instance) sync(input []byte) (abi.Result, error) {
	i.t.Helper()
	at, err := i.call(abi.ExportAlloc, uint64(len(input)))
	if err != nil {
		return abi.Result{}, err
	}
	if !i.module.Memory().Write(uint32(at), input) {
		i.t.Fatal("the place for a batch is outside the memory")
	}
	packed, err := i.call(abi.ExportOnSync)
	if err != nil {
		return abi.Result{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(i.bytes(packed)))
	decoder.DisallowUnknownFields()
	var result abi.Result
	return result, decoder.Decode(&result)
}

// start compiles the guest once and gives a way to instantiate it.
func start(t *testing.T) func() instance {
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	t.Cleanup(func() { runtime.Close(ctx) })
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	compiled, err := runtime.CompileModule(ctx, build(t))
	if err != nil {
		t.Fatal(err)
	}
	return func() instance {
		var stderr bytes.Buffer
		config := wazero.NewModuleConfig().WithName("").WithStartFunctions(abi.ExportInitialize).WithStderr(&stderr)
		module, err := runtime.InstantiateModule(ctx, compiled, config)
		if err != nil {
			t.Fatal(err)
		}
		return instance{t, module, &stderr}
	}
}

func chat() []sdk.Batch {
	say := func(id, text string) sdk.Message {
		return sdk.Message{ID: id, Role: "user", Time: 1773461489776, Offset: 8 * 3600, Origin: "owner", Text: text}
	}
	session := sdk.Session{Agent: "main", Key: "agent:main:main", Title: "旅行 plans"}
	return []sdk.Batch{
		{Session: session, Messages: []sdk.Message{say("1", "就用 \"PostgreSQL\" 吗？好。"), say("2", "Is it <fast>? Yes.\u2028 Sure?")}},
		{Session: session, Messages: []sdk.Message{say("3", "no question")}},
		{Session: session, Messages: []sdk.Message{say("4", "Why\tnot? "+strings.Repeat("Longer. ", 20_000))}},
	}
}

func TestGuestIsItsNativeTwin(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a plugin")
	}
	guest := start(t)()
	if version, err := guest.call(abi.ExportVersion); err != nil || version != abi.Version {
		t.Fatalf("version %d, %v", version, err)
	}
	packed, err := guest.call(abi.ExportManifest)
	if err != nil {
		t.Fatal(err)
	}
	var manifests []sdk.Manifest
	err = json.Unmarshal(guest.bytes(packed), &manifests)
	if err != nil || len(manifests) != 2 || manifests[0] != (questions.Plugin{}).Manifest() || manifests[1].Name != "silent" {
		t.Errorf("manifests %+v, %v", manifests, err)
	}
	want, err := sdk.Run(questions.Plugin{}, chat()...)
	if err != nil || len(want) != 4 {
		t.Fatalf("natively: %d items, %v", len(want), err)
	}
	var got []sdk.Item
	var state []byte
	for _, batch := range chat() {
		batch.State = state
		if result, err := guest.sync(asked("silent", batch)); err != nil || len(result.Items) > 0 {
			t.Errorf("the plugin beside it gave %+v, %v", result.Items, err)
		}
		result, err := guest.sync(asked("questions", batch))
		if err != nil {
			t.Fatalf("%v\n%s", err, guest.stderr)
		}
		got, state = append(got, result.Items...), result.State
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the guest gave\n%+v\nand natively it is\n%+v", got, want)
	}
}

func asked(plugin string, batch sdk.Batch) []byte {
	batch.Plugin = plugin
	return batch.Append(nil)
}

func TestGuestTraps(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a plugin")
	}
	instantiate := start(t)
	say := func(text string) []byte {
		return asked("questions", sdk.Batch{Messages: []sdk.Message{{ID: "1", Text: text}}})
	}
	for name, c := range map[string]struct {
		input   []byte
		message string
	}{
		"error":     {say("fail"), "OnSync: asked to fail"},
		"panic":     {say("panic"), "asked to panic"},
		"cut batch": {say("fine")[:20], "ss_on_sync: batch, byte"},
		"state":     {asked("questions", sdk.Batch{State: []byte{1}}), "OnSync: state, byte 0"},
		"name":      {asked("elsewhere", sdk.Batch{}), "no plugin is registered as elsewhere"},
	} {
		guest := instantiate()
		if _, err := guest.sync(c.input); err == nil || !strings.Contains(guest.stderr.String(), c.message) {
			t.Errorf("%s: %v, and on stderr %q", name, err, guest.stderr)
		}
	}
	guest := instantiate()
	if _, err := guest.call(abi.ExportAlloc, 1<<31); err == nil || !strings.Contains(guest.stderr.String(), "ss_alloc") {
		t.Errorf("a batch of 2 GiB: %v, and on stderr %q", err, guest.stderr)
	}
}
