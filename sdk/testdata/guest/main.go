// Command guest is a module of two plugins: questions, and one that finds nothing.
package main

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/sdk/testdata/questions"
)

type silent struct{}

func (silent) Manifest() sdk.Manifest { return sdk.Manifest{Name: "silent", Version: "1"} }

func (silent) OnSync(*sdk.Context, sdk.Batch) error { return nil }

func init() {
	sdk.Register(questions.Plugin{})
	sdk.Register(silent{})
}

func main() {}
