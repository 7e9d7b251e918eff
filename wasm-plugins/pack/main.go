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

func pack(ctx context.Context, dir string) error {
	module, err := build(ctx, filepath.Join(dir, "builtin"))
	if err != nil {
		return err
	}
	list, err := describe(ctx, module)
	if err != nil {
		return fmt.Errorf("looking at the module: %w", err)
	}
	packer, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	packed := packer.EncodeAll(module, nil)
	if err := os.WriteFile(filepath.Join(dir, "dist", "builtin.wasm.zst"), packed, 0o644); err != nil {
		return err
	}
	fmt.Printf("%d bytes, %d packed\n", len(module), len(packed))
	text, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "dist", "dist.json"), append(text, '\n'), 0o644)
}

// describe asks the module what it holds.
func describe(ctx context.Context, module []byte) (wasmplugins.Dist, error) {
	m, err := plugin.Open(ctx, module, plugin.Options{})
	if err != nil {
		return wasmplugins.Dist{}, err
	}
	list := wasmplugins.Dist{Go: runtime.Version(), Digest: m.Digest(), Size: len(module)}
	for _, told := range m.Manifests() {
		list.Plugins = append(list.Plugins, wasmplugins.Plugin(told))
	}
	return list, m.Close()
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
