package wasmplugins

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

//go:embed dist
var dist embed.FS

// Dist is what dist/dist.json says: one module holds all built-in plugins.
type Dist struct {
	Go      string   `json:"go"`     // version that built the module
	Digest  string   `json:"sha256"` // of the module, in lower-case hex
	Size    int      `json:"bytes"`
	Plugins []Plugin `json:"plugins"`
}

// Plugin is a built-in plugin.
type Plugin struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Title   string `json:"title"`
	About   string `json:"about"`
}

// List says which plugins are built in, without unpacking them.
func List() (Dist, error) {
	var list Dist
	text, err := dist.ReadFile("dist/dist.json")
	if err == nil {
		err = json.Unmarshal(text, &list)
	}
	if err != nil {
		return Dist{}, fmt.Errorf("reading the list of built-in plugins: %w", err)
	}
	return list, nil
}

// Module unpacks the module and checks that it is the one that was recorded.
func (d Dist) Module() ([]byte, error) {
	packed, err := dist.ReadFile("dist/builtin.wasm.zst")
	if err != nil {
		return nil, fmt.Errorf("reading the built-in plugins: %w", err)
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer unpacker.Close()
	module, err := unpacker.DecodeAll(packed, make([]byte, 0, d.Size))
	if err != nil {
		return nil, fmt.Errorf("unpacking the built-in plugins: %w", err)
	}
	if sum := sha256.Sum256(module); hex.EncodeToString(sum[:]) != d.Digest {
		return nil, errors.New("the module of the built-in plugins is not the one that was recorded; run make plugins")
	}
	return module, nil
}
