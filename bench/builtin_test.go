package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk/abi"
)

const exportedLines = `{"agent":"main","session_key":"k1","channel":"telegram","kind":"group","title":"Ops","id":"a:1","role":"user","content":"我们决定用 SQLite。","timestamp":"2026-03-14T08:09:10.011Z","sender":"Ann","origin":"other"}
{"agent":"main","session_key":"k1","channel":"telegram","kind":"group","title":"Ops","id":"a:2","role":"assistant","content":"ok","timestamp":"2026-03-14T08:09:11Z","origin":"agent"}
{"agent":"main","session_key":"k1","channel":"telegram","kind":"group","title":"Ops","id":"a:3","role":"user","content":"beat","timestamp":"2026-03-14T08:09:12Z","origin":"owner","class":"heartbeat"}
{"agent":"main","session_key":"k2","channel":"","kind":"main","title":"","id":"b:1","role":"user","content":"remember to call the bank tomorrow","timestamp":"2026-03-14T08:09:13Z","origin":"owner"}
`

func TestExported(t *testing.T) {
	want := []abi.Batch{
		{Session: abi.Session{Agent: "main", Key: "k1", Channel: "telegram", Kind: "group", Title: "Ops", TimeZone: "UTC"}, Messages: []abi.Message{
			{ID: "a:1", Role: "user", Time: 1773475750011, Sender: "Ann", Origin: "other", Text: "我们决定用 SQLite。"},
			{ID: "a:2", Role: "assistant", Time: 1773475751000, Origin: "agent", Text: "ok"},
		}},
		{Session: abi.Session{Agent: "main", Key: "k2", Kind: "main", TimeZone: "UTC"}, Messages: []abi.Message{
			{ID: "b:1", Role: "user", Time: 1773475753000, Origin: "owner", Text: "remember to call the bank tomorrow"},
		}},
	}
	got, err := exported(strings.NewReader(exportedLines))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	_, err = exported(strings.NewReader(exportedLines + `{"content":"secret`))
	if err == nil || !strings.Contains(err.Error(), "message 5") || strings.Contains(err.Error(), "secret") {
		t.Errorf("a line that is cut off: %v", err)
	}
}

// TestBuiltin runs the embedded modules: every text counts once for both.
func TestBuiltin(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the built-in plugins")
	}
	var out strings.Builder
	if err := builtin(t.Context(), []string{t.TempDir()}, strings.NewReader(exportedLines), &out); err != nil {
		t.Fatal(err)
	}
	var took showing
	if err := json.Unmarshal([]byte(out.String()), &took); err != nil {
		t.Fatal(err)
	}
	want := int64(len("我们决定用 SQLite。") + len("ok") + len("remember to call the bank tomorrow"))
	if took.Bytes != want || took.Wall <= 0 {
		t.Errorf("got %+v, want %d bytes", took, want)
	}
}

func TestWithoutPlugins(t *testing.T) {
	p := place{dir: t.TempDir()}
	if err := p.withoutPlugins(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(p.home(), "plugins", "installed.json"))
	if want := `{"off":["knowledge","todo"],"plugins":[],"schema_version":1}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestLargestPeak(t *testing.T) {
	b := &bench{samples: map[string][]sample{}}
	for work, peak := range map[string]int64{
		workFirstJSONL: 60, searchWork("x"): 20, workFirstPlugins: 150, workNothingNew: 12, workRedact: 200, workPatterns: 300, floorWork(floorRead): 400,
	} {
		b.add(work, sample{cost: cost{peak: peak}})
	}
	if got := b.largestPeak(false); got != 60 {
		t.Errorf("without plugins: %d, want 60", got)
	}
	if got := b.largestPeak(true); got != 150 {
		t.Errorf("with plugins: %d, want 150", got)
	}
}
