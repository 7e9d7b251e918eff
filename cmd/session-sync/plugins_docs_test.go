package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPluginTutorial does what docs/plugins.md tells authors to do, with the
// texts that stand there.
func TestPluginTutorial(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
	page := readDocument(t, "plugins.md")
	chinese := readDocument(t, "plugins.zh-CN.md")
	for _, language := range []string{"go", "json", "sh"} {
		if block(t, page, language) != block(t, chinese, language) {
			t.Errorf("the pages show different %s", language)
		}
	}
	where := t.TempDir()
	folder := filepath.Join(where, "words")
	o := newOutside(t)
	do := func(args ...string) string {
		t.Helper()
		o.out.Reset()
		if code := run(t.Context(), append([]string{"--lang", "en"}, args...), o.World); code != exitDone {
			t.Fatalf("%q exits with %d: %s%s", args, code, o.out.String(), o.err.String())
		}
		return o.out.String()
	}
	do("plugin", "new", "words", "-o", where)
	for name, text := range map[string]string{"main.go": block(t, page, "go"), "fixtures/hello.json": block(t, page, "json")} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(folder, "main_test.go")); err != nil {
		t.Fatal(err)
	}
	told := strings.TrimSpace(do("plugin", "test", folder))
	if !strings.Contains(page, "`"+told+"`") {
		t.Errorf("says %q, which the page does not show", told)
	}
	talk := regexp.MustCompile(`'(.+)'`).FindStringSubmatch(block(t, page, "sh"))
	o.Stdin = strings.NewReader(talk[1] + "\n")
	if got := do("plugin", "run", filepath.Join(folder, "words.wasm"), "--jsonl"); !strings.Contains(got, `"type":"word","text":"Word: petrichor"`) {
		t.Errorf("finds %s", got)
	}
}

func readDocument(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block gives the first fenced block in a language.
func block(t *testing.T, page, language string) string {
	t.Helper()
	_, text, found := strings.Cut(page, "\n```"+language+"\n")
	text, _, closed := strings.Cut(text, "```\n")
	if !found || !closed {
		t.Fatalf("there is no block of %s", language)
	}
	return text
}
