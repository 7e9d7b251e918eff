package jsondoc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	table := []Field{
		{"id", "string", true}, {"at", "time", false}, {"due", "local time", false}, {"n", "integer", true},
		{"tags", "array of string", false}, {"verdict", "verdict", false},
	}
	const all = `{"id":"a","at":"2026-03-14T04:11:29.776Z","due":"2026-03-14","n":1,"tags":["b"],"verdict":{}}`
	for name, test := range map[string]struct {
		object string
		full   bool
		bad    bool
	}{
		"full":             {all, true, false},
		"bare":             {`{"id":"a","n":1}`, false, false},
		"full where bare":  {all, false, true},
		"missing":          {`{"id":"a"}`, false, true},
		"unknown":          {`{"id":"a","n":1,"m":2}`, false, true},
		"other order":      {`{"n":1,"id":"a"}`, false, true},
		"number as text":   {`{"id":"a","n":"1"}`, false, true},
		"fraction":         {`{"id":"a","n":1.5}`, false, true},
		"time without ms":  {strings.Replace(all, ".776", "", 1), true, true},
		"day without zero": {strings.Replace(all, "03-14\"", "3-14\"", 1), true, true},
		"mixed list":       {strings.Replace(all, `["b"]`, `["b",1]`, 1), true, true},
		"no object":        {`[]`, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			if problems := Check(table, []byte(test.object), test.full); len(problems) > 0 != test.bad {
				t.Errorf("%q", problems)
			}
		})
	}
}

func TestReadWantsEveryTable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "json.md")
	if err := os.WriteFile(path, []byte("| `id` | string | always | a name |\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil {
		t.Error("a document with one table was taken")
	}
}
