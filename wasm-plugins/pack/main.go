// Command pack builds the built-in plugins and writes them to wasm-plugins/dist.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/klauspost/compress/zstd"

	"github.com/smallccwc/chronosync/engine/authoring"
	"github.com/smallccwc/chronosync/engine/plugin"
	wasmplugins "github.com/smallccwc/chronosync/wasm-plugins"
)

func main() {
	if err := pack(context.Background(), "wasm-plugins"); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// names of the built-in plugins, which are those of their folders.
func names() []string { return []string{"knowledge", "todo"} }

func pack(ctx context.Context, dir string) error {
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	list := wasmplugins.Dist{Go: runtime.Version()}
	for _, name := range names() {
		module, err := build(ctx, filepath.Join(dir, name))
		if err != nil {
			return err
		}
		described, err := describe(ctx, module)
		if err != nil {
			return fmt.Errorf("looking at %s: %w", name, err)
		}
		list.Plugins = append(list.Plugins, described)
		packed := packer.EncodeAll(module, nil)
		if err := os.WriteFile(filepath.Join(dir, "dist", name+".wasm.zst"), packed, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s: %d bytes, %d packed\n", name, len(module), len(packed))
	}
	text, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "dist", "dist.json"), append(text, '\n'), 0o644)
}

// describe asks the module what it is.
func describe(ctx context.Context, module []byte) (wasmplugins.Plugin, error) {
	m, err := plugin.Open(ctx, module, plugin.Options{})
	if err != nil {
		return wasmplugins.Plugin{}, err
	}
	told := m.Manifest()
	return wasmplugins.Plugin{
		Name: told.Name, Version: told.Version, Title: told.Title, About: told.About, Digest: m.Digest(), Size: len(module),
	}, m.Close()
}

// build gives the module of the program in a folder.
func build(ctx context.Context, folder string) ([]byte, error) {
	temp, err := os.MkdirTemp("", "pack")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	module := filepath.Join(temp, "plugin.wasm")
	if err := authoring.BuildGo(ctx, folder, module, os.Stderr); err != nil {
		return nil, err
	}
	return os.ReadFile(module)
}
