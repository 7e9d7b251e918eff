package wasmplugins

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

//go:embed dist
var dist embed.FS

// Dist is what dist/dist.json says.
type Dist struct {
	Go      string   `json:"go"` // version that built the modules
	Plugins []Plugin `json:"plugins"`
}

// Plugin is a built-in plugin.
type Plugin struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Title   string `json:"title"`
	About   string `json:"about"`
	Digest  string `json:"sha256"` // of the module, in lower-case hex
	Size    int    `json:"bytes"`
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

// Module unpacks the plugin and checks that it is the one that was recorded.
func (p Plugin) Module() ([]byte, error) {
	packed, err := dist.ReadFile("dist/" + p.Name + ".wasm.zst")
	if err != nil {
		return nil, fmt.Errorf("reading the built-in plugin %q: %w", p.Name, err)
	}
	unpacker, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer unpacker.Close()
	module, err := unpacker.DecodeAll(packed, make([]byte, 0, p.Size))
	if err != nil {
		return nil, fmt.Errorf("unpacking the built-in plugin %q: %w", p.Name, err)
	}
	if sum := sha256.Sum256(module); hex.EncodeToString(sum[:]) != p.Digest {
		return nil, fmt.Errorf("the built-in plugin %q is not the one that was recorded; run make plugins", p.Name)
	}
	return module, nil
}
