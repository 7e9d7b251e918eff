package authoring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/smallccwc/chronosync/sdk/abi"
)

// CompilerError says that what a plugin is compiled with is not installed.
type CompilerError struct {
	Program string
	Remedy  string
}

func (e *CompilerError) Error() string {
	return fmt.Sprintf("building the plugin: there is no program %q; %s", e.Program, e.Remedy)
}

// Build compiles the plugin in dir to dir/NAME.wasm, NAME being the name of the
// folder, and returns that path. The language is told by the files there. What
// the compiler has to say goes to output. The error is a [*CompilerError] when
// there is no compiler.
func Build(ctx context.Context, dir string, output io.Writer) (string, error) {
	module, err := ModulePath(dir)
	if err != nil {
		return "", err
	}
	dir = filepath.Dir(module)
	work, err := recognize(dir, module)
	if err != nil {
		return "", err
	}
	if err := work.run(ctx, dir, output); err != nil {
		return "", err
	}
	if work.made != "" {
		return module, copyOnly(work.made, module)
	}
	return module, nil
}

// ModulePath is where [Build] puts the module of the plugin in dir.
func ModulePath(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	return filepath.Join(dir, filepath.Base(dir)+".wasm"), err
}

// BuildGo compiles the Go program in folder, which need not be a module of its
// own, to the file module: the same bytes everywhere for one version of Go.
func BuildGo(ctx context.Context, folder, module string, output io.Writer) error {
	return goRecipe(module).run(ctx, folder, output)
}

// Folder finds the plugin that is meant by dir: dir itself, or the only plugin
// directly below it.
func Folder(dir string) (string, error) {
	_, missing := recognize(dir, "")
	if missing == nil {
		return dir, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var found []string
	for _, entry := range entries {
		below := filepath.Join(dir, entry.Name())
		if _, err := recognize(below, ""); entry.IsDir() && err == nil {
			found = append(found, below)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%w (there are %d of them below it)", missing, len(found))
	}
	return found[0], nil
}

// recipe is how one language is compiled.
type recipe struct {
	program     string
	remedy      string // when there is no such program
	arguments   []string
	environment []string
	made        string // pattern of the path of the module; "" when it is where it was asked for
}

func (r recipe) run(ctx context.Context, dir string, output io.Writer) error {
	program, err := exec.LookPath(r.program)
	if err != nil {
		return &CompilerError{filepath.Base(r.program), r.remedy}
	}
	command := exec.CommandContext(ctx, program, r.arguments...)
	command.Dir = dir
	command.Env = append(command.Environ(), r.environment...)
	command.Stdout, command.Stderr = output, output
	if err := command.Run(); err != nil {
		return fmt.Errorf("building the plugin in %q with %s: %w", dir, filepath.Base(program), errors.Join(ctx.Err(), err))
	}
	return nil
}

// recognize finds the language of a folder by what it holds.
func recognize(dir, module string) (recipe, error) {
	there := func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		return err == nil && info.Mode().IsRegular()
	}
	if there("go.mod") {
		return goRecipe(module), nil
	}
	if there("Cargo.toml") {
		return cargoRecipe(dir), nil
	}
	for _, root := range []string{"src/lib.rs", "lib.rs"} {
		if there(root) {
			return rustRecipe(root, module), nil
		}
	}
	for _, entry := range []string{"assembly/index.ts", "index.ts"} {
		if there(entry) {
			return assemblyScriptRecipe(dir, entry, module), nil
		}
	}
	sources, err := filepath.Glob(filepath.Join(dir, "*.c"))
	if err != nil || len(sources) == 0 {
		return recipe{}, fmt.Errorf("building the plugin: %q has no go.mod, Cargo.toml, src/lib.rs, assembly/index.ts or *.c; go to the folder of a plugin", dir)
	}
	return cRecipe(sources, module), nil
}

// goRecipe keeps away whatever could fetch something or make other bytes of the
// same sources: the network, other toolchains, workspaces, the revision of a
// repository around the folder.
func goRecipe(module string) recipe {
	return recipe{
		program:   "go",
		remedy:    "install Go from https://go.dev/dl",
		arguments: []string{"build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", module, "."},
		environment: []string{
			"GOOS=wasip1", "GOARCH=wasm", "GOWASM=", "GOEXPERIMENT=", "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOPROXY=off", "GOTOOLCHAIN=local", "GOWORK=off",
		},
	}
}

func cRecipe(sources []string, module string) recipe {
	arguments := []string{"--target=wasm32", "-std=c11", "-O2", "-ffreestanding", "-mbulk-memory", "-nostdlib", "-Wl,--no-entry,--strip-all"}
	for _, export := range []string{abi.ExportVersion, abi.ExportAlloc, abi.ExportManifest, abi.ExportOnSync} {
		arguments = append(arguments, "-Wl,--export="+export)
	}
	arguments = append(arguments, "-o", module)
	for _, source := range sources {
		arguments = append(arguments, filepath.Base(source)) // no path of this machine in the module
	}
	return recipe{program: "clang", remedy: "install clang and lld (apt install clang lld; brew install llvm lld)", arguments: arguments}
}

const rustTarget = "wasm32-unknown-unknown"

func rustRecipe(root, module string) recipe {
	return recipe{
		program: "rustc",
		remedy:  "install Rust from https://rustup.rs, then: rustup target add " + rustTarget,
		arguments: []string{
			"--edition=2021", "--target=" + rustTarget, "--crate-type=cdylib",
			"-Copt-level=3", "-Cpanic=abort", "-Cstrip=symbols", "-o", module, root,
		},
	}
}

func cargoRecipe(dir string) recipe {
	return recipe{
		program:   "cargo",
		remedy:    "install Rust from https://rustup.rs, then: rustup target add " + rustTarget,
		arguments: []string{"build", "--lib", "--release", "--offline", "--target=" + rustTarget, "--target-dir=target"},
		made:      filepath.Join(dir, "target", rustTarget, "release", "*.wasm"),
	}
}

// assemblyScriptRecipe prefers the compiler that npm put beside the plugin.
func assemblyScriptRecipe(dir, entry, module string) recipe {
	program := "asc"
	if beside := filepath.Join(dir, "node_modules", ".bin", "asc"); isProgram(beside) {
		program = beside
	}
	return recipe{
		program:   program,
		remedy:    "install Node.js, then in this folder: npm install --no-save assemblyscript",
		arguments: []string{entry, "-O", "--use", "abort=", "-o", module},
	}
}

func isProgram(path string) bool {
	_, err := exec.LookPath(path)
	return err == nil
}

// copyOnly copies the one file of the pattern.
func copyOnly(pattern, to string) error {
	made, err := filepath.Glob(pattern)
	if err != nil || len(made) != 1 {
		return fmt.Errorf("building the plugin: %d files %s, where one was to be; remove the folder target and build again", len(made), pattern)
	}
	wasm, err := os.ReadFile(made[0])
	if err != nil {
		return err
	}
	return os.WriteFile(to, wasm, 0o644)
}
