// Command falls is a plugin that fails at every batch.
package main

import (
	"errors"

	"github.com/smallccwc/chronosync/sdk"
)

type plugin struct{}

func (plugin) Manifest() sdk.Manifest { return sdk.Manifest{Name: "falls", Version: "1"} }

func (plugin) OnSync(*sdk.Context, sdk.Batch) error { return errors.New("it always fails") }

func init() { sdk.Register(plugin{}) }

func main() {}
