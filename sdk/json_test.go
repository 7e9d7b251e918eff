package sdk

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// standard is what encoding/json writes for v.
func standard(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func TestResultIsWhatEncodingJSONWrites(t *testing.T) {
	full := Item{
		Key: "k", Kind: "todo", MessageID: "3f2a8c1e:e1", Evidence: "带上护照", Title: "t", Body: "b", Owner: "user",
		Due: "2026-03-14", Status: "open", Resolves: "j", Tags: []string{"a", "b"}, Score: 100,
	}
	for name, result := range map[string]abi.Result{
		"nothing": {},
		"state":   {State: []byte{0, 1, 0xff}},
		"log":     {Log: "a\n"},
		"items":   {Items: []Item{full, {}, {Score: -1}}},
		"all":     {State: []byte("s"), Items: []Item{full}, Log: "l"},
	} {
		if got, want := string(appendResult(nil, result)), standard(t, result); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func FuzzJSON(f *testing.F) {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	f.Add(every, string(every), "<&> \u2028\u2029 \ufffd 🎉", 7)
	f.Add([]byte(nil), "", "a\\\"\x7f", -1<<31)
	f.Fuzz(func(t *testing.T, state []byte, a, b string, score int) {
		result := abi.Result{State: state, Log: b, Items: []Item{
			{Key: a, Kind: b, MessageID: a, Evidence: b, Title: a, Body: b, Owner: a, Due: b, Status: a, Resolves: b, Tags: []string{a, b}, Score: score},
			{Body: a},
		}}
		if got, want := string(appendResult(nil, result)), standard(t, result); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
		manifests := []Manifest{{Name: a, Version: b, Title: b, About: a}, {Name: b}}
		if got, want := string(appendManifests(nil, manifests)), standard(t, manifests); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	})
}
