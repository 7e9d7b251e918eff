package authoring

import (
	"bytes"
	"errors"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewIsWhole(t *testing.T) {
	for language, files := range map[Language]string{
		Go:             ".gitignore README.md doc.go fixtures/hello.json go.mod main.go main_test.go sdk/ABI.md sdk/abi/wire.go sdk/guest_wasip1.go",
		C:              ".gitignore ABI.md README.md fixtures/hello.json plugin.c session_sync.h",
		Rust:           ".gitignore ABI.md README.md fixtures/hello.json src/lib.rs src/session_sync.rs",
		AssemblyScript: ".gitignore ABI.md README.md fixtures/hello.json assembly/index.ts assembly/session_sync.ts",
	} {
		folder, err := New(t.TempDir(), "standup", language)
		must(t, err)
		for _, name := range strings.Fields(files) {
			if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
				t.Errorf("%s: %v", language, err)
			}
		}
		must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			for _, foreign := range []string{exampleName, "chronosync"} {
				if bytes.Contains(text, []byte(foreign)) {
					t.Errorf("%s: %s has %q", language, path, foreign)
				}
			}
			if formatted, err := format.Source(text); filepath.Ext(path) == ".go" && (err != nil || !bytes.Equal(formatted, text)) {
				t.Errorf("%s: %s is not formatted", language, path)
			}
			return err
		}))
	}
}

func TestNewRefuses(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "full", "src"), 0o755))
	must(t, os.Mkdir(filepath.Join(dir, "empty"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	for name, problem := range map[string]string{"full": "is not empty", "file": "file", "todo": "something else", "empty": ""} {
		_, err := New(dir, name, Go)
		if problem == "" && err != nil || problem != "" && (err == nil || !strings.Contains(err.Error(), problem)) {
			t.Errorf("%s: %v, want %q", name, err, problem)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(dir, "full")); err != nil || len(entries) != 1 {
		t.Errorf("the full folder has %v, %v", entries, err)
	}
	if _, err := New(dir, "other", "cobol"); err == nil || !strings.Contains(err.Error(), "none of the languages") {
		t.Errorf("%v", err)
	}
}

// goCommand skips where there is no Go and in short runs.
func goCommand(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
	if testing.Short() {
		t.Skip("builds a Go module")
	}
}

// TestNewGoPluginsTests runs what an author would run first.
func TestNewGoPluginsTests(t *testing.T) {
	goCommand(t)
	folder, err := New(t.TempDir(), "standup", Go)
	must(t, err)
	for _, arguments := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
		command := exec.Command("go", arguments...)
		command.Dir = folder
		command.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod", "GOWORK=off", "GOTOOLCHAIN=local")
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", arguments[0], err, out)
		}
	}
}

func TestBuildRefuses(t *testing.T) {
	if _, err := Build(t.Context(), t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "go to the folder of a plugin") {
		t.Errorf("an empty folder: %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	for language, program := range map[Language]string{Go: "go", C: "clang", Rust: "rustc", AssemblyScript: "asc"} {
		folder, err := New(t.TempDir(), "standup", language)
		must(t, err)
		_, err = Build(t.Context(), folder, nil)
		var missing *CompilerError
		if !errors.As(err, &missing) || missing.Program != program || missing.Remedy == "" {
			t.Errorf("%s: %v", language, err)
		}
	}
}

func TestBuildShowsWhatTheCompilerSays(t *testing.T) {
	goCommand(t)
	folder, err := New(t.TempDir(), "standup", Go)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte("package main\n\nfunc main() { missing() }\n"), 0o644))
	var output bytes.Buffer
	if _, err := Build(t.Context(), folder, &output); err == nil || !strings.Contains(output.String(), "main.go:3") {
		t.Errorf("%v\n%s", err, &output)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	fails := func(name, dir string) {
		t.Helper()
		if found, err := Folder(dir); err == nil {
			t.Errorf("%s: found %q", name, found)
		}
	}
	fails("nothing", dir)
	fails("no directory", filepath.Join(dir, "x"))
	must(t, os.Mkdir(filepath.Join(dir, "notes"), 0o700))
	first, err := New(dir, "words", Go)
	must(t, err)
	for name, from := range map[string]string{"the only one below": dir, "itself": first} {
		if found, err := Folder(from); err != nil || found != first {
			t.Errorf("%s: %q, %v", name, found, err)
		}
	}
	_, err = New(dir, "mood", C)
	must(t, err)
	fails("two", dir)
}
