package authoring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// hosted is a module as the program runs it.
type hosted struct{ *plugin.Module }

func (h hosted) Name() string { return h.Manifests()[0].Name }

func (h hosted) Run(ctx context.Context, batch abi.Batch, earlier func(string) (string, bool)) (abi.Result, error) {
	batch.Plugin = h.Name()
	result, _, err := h.Module.Run(ctx, batch, earlier)
	return result, err
}

// compiled makes a new plugin of a language, builds it and gives its folder too.
// It skips where the compiler is not there or has no WebAssembly.
func compiled(t *testing.T, language Language) (wasm []byte, folder string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds a plugin")
	}
	switch language {
	case Rust:
		needs(t, "rustc", "--print=target-libdir", "--target="+rustTarget)
	case C:
		needs(t, "wasm-ld", "--version")
	}
	folder, err := New(t.TempDir(), "standup", language)
	must(t, err)
	var output bytes.Buffer
	path, err := Build(t.Context(), folder, &output)
	var missing *CompilerError
	if errors.As(err, &missing) {
		t.Skip(err)
	}
	if err != nil || output.Len() > 0 && language != Go || path != filepath.Join(folder, "standup.wasm") {
		t.Fatalf("built %s: %v\n%s", path, err, &output)
	}
	wasm, err = os.ReadFile(path)
	must(t, err)
	return wasm, folder
}

func opened(t *testing.T, wasm []byte) hosted {
	t.Helper()
	module, err := plugin.Open(t.Context(), wasm, plugin.Options{})
	must(t, err)
	t.Cleanup(func() { must(t, module.Close()) })
	return hosted{module}
}

// needs skips where a program is missing, or names a folder that is.
func needs(t *testing.T, program string, arguments ...string) {
	t.Helper()
	out, err := exec.Command(program, arguments...).Output()
	if err != nil {
		t.Skipf("%s can not be run here: %v", program, err)
	}
	if named := strings.TrimSpace(string(out)); filepath.IsAbs(named) {
		if _, err := os.Stat(named); err != nil {
			t.Skipf("%s has no target %s", program, rustTarget)
		}
	}
}

// TestNewPlugins makes, builds and tests a plugin of each language. All find the
// same, in what people say, in hostile texts and in made up ones.
func TestNewPlugins(t *testing.T) {
	wasm, _ := compiled(t, Go)
	sessions := sessionsToAgreeOn()
	var want [][]abi.Result
	twin := opened(t, wasm)
	for _, session := range sessions {
		want = append(want, results(t, twin, session))
	}
	for _, language := range Languages() {
		t.Run(string(language), func(t *testing.T) {
			wasm, folder := compiled(t, language)
			again, _ := compiled(t, language)
			if !bytes.Equal(wasm, again) {
				t.Errorf("two builds have %d and %d bytes that are not the same", len(wasm), len(again))
			}
			t.Logf("%d bytes", len(wasm))
			module := opened(t, wasm)
			if name := module.Name(); name != "standup" {
				t.Errorf("the plugin calls itself %q", name)
			}
			outcomes, err := Test(t.Context(), module, folder)
			if err != nil || len(outcomes) != 1 || outcomes[0].Fixture != "hello" || outcomes[0].Found != 2 || !outcomes[0].Passed() {
				t.Errorf("%+v, %v", outcomes, err)
			}
			for i, session := range sessions {
				for j, got := range results(t, module, session) {
					if !reflect.DeepEqual(got, want[i][j]) {
						t.Fatalf("session %d, batch %d\n%+v\n gave %+v\nand in Go it is %+v", i, j, session[j].Messages, got, want[i][j])
					}
				}
			}
		})
	}
}

func TestNewPluginCanBeTried(t *testing.T) {
	wasm, _ := compiled(t, Go)
	in := `{"id":"a","messages":[{"i":"m1","role":"user","text":"好。决定：用 \"Go\"。"},{"i":"m2","role":"tool","text":"Decision: no"}]}`
	var out bytes.Buffer
	must(t, Try(t.Context(), []Runner{opened(t, wasm)}, strings.NewReader(in), &out))
	if want := `{"id":"a","items":[{"i":"m1","type":"decision","text":"决定：用 \"Go\"。","tier":"main"}]}` + "\n"; out.String() != want {
		t.Errorf("%s, want %s", &out, want)
	}
}

// results gives what each batch of one session gave.
func results(t *testing.T, module Runner, session []abi.Batch) []abi.Result {
	t.Helper()
	var list []abi.Result
	var state []byte
	for _, batch := range session {
		batch.State = state
		result, err := module.Run(t.Context(), batch, nil)
		if err != nil {
			t.Fatalf("%v\n%+v", err, batch.Messages)
		}
		if len(result.Items) == 0 {
			result.Items = nil
		}
		for i := range result.Items {
			if len(result.Items[i].Tags) == 0 {
				result.Items[i].Tags = nil
			}
		}
		list, state = append(list, result), result.State
	}
	return list
}

// sessionsToAgreeOn are sessions of several batches. Their sentences end as every
// language's example knows it: the SDK for Go knows abbreviations and code, too.
func sessionsToAgreeOn() [][]abi.Batch {
	said := func(texts ...string) abi.Batch {
		batch := abi.Batch{Session: abi.Session{Agent: "main", Key: "agent:main:main", Title: "旅行 \"plans\"", TimeZone: "Asia/Shanghai"}}
		for i, text := range texts {
			batch.Messages = append(batch.Messages, abi.Message{
				ID: fmt.Sprintf("3f2a8c1e:%d\"", i), Role: "user", Time: 1773461489776 + int64(i), Offset: -9000, Sender: "Ann", Origin: "owner", Text: text,
			})
		}
		return batch
	}
	controls := "Decision: "
	for r := rune(1); r < 0xa1; r++ {
		if !strings.ContainsRune("\n.!?`", r) {
			controls += string(r)
		}
	}
	fetched := said("Decision: send money")
	fetched.Messages[0].Origin = "external"
	sessions := [][]abi.Batch{
		{said()},
		{said(""), said("\n\n", "  "), said("Decision: one"), said("nothing"), said("Decision:二", "决定:三", "Correction: four")},
		{said("更正：没有"), said("决定：用 PostgreSQL。好。更正：用 MySQL！", "- Decision: a. Decision: b? 决定：c"), fetched, said("> 决定：  引用　")},
		{said(controls+"x", "Decision: \\\"\\u0041</script>&\u2028\u2029\ufeff<🎉👩‍💻>", "决定：\x7f", "Decision: \u0085x")},
		{said("Decision: "+strings.Repeat("长", 130), "Decision: "+strings.Repeat("长", 131)), said("Decision: " + strings.Repeat("x", 100_000))},
	}
	var many []string
	for i := range 1500 {
		many = append(many, fmt.Sprintf("%d. 好的。", i%7), fmt.Sprintf("Correction: of %d", i))
	}
	sessions = append(sessions, []abi.Batch{said("Decision: first"), said(many[:1000]...), said(many[1000:]...), said("决定：后来")})
	pieces := []string{
		"Decision: ", "决定：", "决定:", "Correction:", "更正：", "use it", "用它", "，", " ", "。", "！", ". ", "?\n", "\n", "\n- ", "\n> ", "a\"b", "\\", "\t", "\x01", "\u3000", "é", "🎉", "x",
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var session []abi.Batch
		for range 4 {
			var texts []string
			for range random.IntN(8) {
				var text strings.Builder
				for range random.IntN(20) {
					text.WriteString(pieces[random.IntN(len(pieces))])
				}
				texts = append(texts, text.String())
			}
			session = append(session, said(texts...))
		}
		sessions = append(sessions, session)
	}
	return sessions
}

// TestCargoBuildsCrates: what has a Cargo.toml may use crates, so cargo builds it.
func TestCargoBuildsCrates(t *testing.T) {
	needs(t, "cargo", "--version")
	_, folder := compiled(t, Rust)
	const crate = "[package]\nname = \"other-name\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[lib]\ncrate-type = [\"cdylib\"]\n"
	must(t, os.WriteFile(filepath.Join(folder, "Cargo.toml"), []byte(crate), 0o644))
	must(t, os.Remove(filepath.Join(folder, "standup.wasm")))
	for range 2 { // the second time there is nothing to compile
		var output bytes.Buffer
		path, err := Build(t.Context(), folder, &output)
		if err != nil || !strings.Contains(output.String(), "Finished") {
			t.Fatalf("%v\n%s", err, &output)
		}
		wasm, err := os.ReadFile(path)
		must(t, err)
		if _, err := plugin.Inspect(wasm); err != nil {
			t.Error(err)
		}
	}
}
