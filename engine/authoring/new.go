package authoring

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/smallccwc/chronosync/engine/internal/pluginname"
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/examples"
)

// Language is what a plugin is written in.
type Language string

// Languages of plugins, as a person names them.
const (
	Go             Language = "go"
	C              Language = "c"
	Rust           Language = "rust"
	AssemblyScript Language = "as"
)

// Languages lists all of them, the usual one first.
func Languages() []Language { return []Language{Go, C, Rust, AssemblyScript} }

// What stands in the examples where a new plugin has its own.
const (
	exampleName = "decision-lines"
	sdkPath     = "github.com/smallccwc/chronosync/sdk"
)

const goVersion = "1.24" // the first with go:wasmexport

// New writes a plugin that works into dir/name and returns that path. It holds
// all that it takes to build the plugin but the compiler. The error is a
// [*NameError], or says that there is something in the folder; then nothing was
// written.
func New(dir, name string, language Language) (string, error) {
	if err := pluginname.Check(name); err != nil {
		return "", err
	}
	if !slices.Contains(Languages(), language) {
		return "", fmt.Errorf("making a plugin: %.40q is none of the languages go, c, rust and as", language)
	}
	files, err := template(name, language)
	if err != nil {
		return "", err
	}
	folder := filepath.Join(dir, name)
	there, err := os.ReadDir(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("making a plugin: %w", err)
	}
	if len(there) > 0 {
		return "", fmt.Errorf("making a plugin: the folder %q is not empty; take another name or place", folder)
	}
	if err := write(folder, files); err != nil {
		return "", fmt.Errorf("making a plugin: %w", errors.Join(err, os.RemoveAll(folder)))
	}
	return folder, nil
}

func write(folder string, files map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		target := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, []byte(files[name]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// template gives the files of a new plugin by their path in its folder.
func template(name string, language Language) (map[string]string, error) {
	module := "example.com/" + name
	own := strings.NewReplacer(exampleName, name, sdkPath, module+"/sdk")
	files := map[string]string{}
	if language == Go {
		files["go.mod"] = "module " + module + "\n\ngo " + goVersion + "\n"
	}
	for _, part := range parts(language) {
		err := fs.WalkDir(part.from, part.path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(part.from, name)
			target := path.Join(part.to, strings.TrimPrefix(name, part.path))
			if files[target] != "" { // the README of the language goes on with what all have
				files[target] += "\n"
			}
			files[target] += own.Replace(string(text))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

// part is a file or folder of a template, and where it goes.
type part struct {
	from     fs.FS
	path, to string
}

func parts(language Language) []part {
	all := examples.Files()
	shared, page := part{all, "shared", "."}, part{sdk.Source(), "ABI.md", "ABI.md"}
	ignore := part{all, "include/gitignore", ".gitignore"} // a name with a dot is lost where skills are published
	switch language {
	case C:
		return []part{{all, "c", "."}, shared, ignore, page, {all, "include/session_sync.h", "session_sync.h"}}
	case Rust:
		return []part{{all, "rust", "."}, shared, ignore, page, {all, "include/session_sync.rs", "src/session_sync.rs"}}
	case AssemblyScript:
		return []part{{all, "assemblyscript", "."}, shared, ignore, page, {all, "include/session_sync.ts", "assembly/session_sync.ts"}}
	}
	return []part{{all, "go", "."}, shared, ignore, {sdk.Source(), ".", "sdk"}}
}
