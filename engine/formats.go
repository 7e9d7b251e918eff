package engine

import (
	"github.com/smallccwc/chronosync/engine/store"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// Formats are the versions of what the program writes and understands.
type Formats struct {
	Archive     int `json:"archive"`
	SharedFiles int `json:"shared_files"`
	Commands    int `json:"commands"` // of what they print with --json
	PluginABI   int `json:"plugin_abi"`
}

// CurrentFormats are those of this program.
func CurrentFormats() Formats {
	return Formats{Archive: store.FormatVersion, SharedFiles: 1, Commands: 1, PluginABI: abi.Version}
}
