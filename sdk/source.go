//go:build !wasip1

package sdk

import (
	"embed"
	"io/fs"
)

// The constraint above keeps the source out of every plugin. Tests and this file
// are no part of it.
//
//go:embed ABI.md doc.go guest_wasip1.go json.go run.go sdk.go sentences.go state.go
//go:embed abi/abi.go abi/check.go abi/doc.go abi/split.go abi/wire.go
var source embed.FS

// Source is this package and sdk/abi, for programs that write plugins with a copy
// of their own: files by their path below sdk.
func Source() fs.FS { return source }
