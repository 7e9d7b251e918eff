// Command counts is a plugin that numbers the messages of a session.
package main

import (
	"strconv"

	"github.com/smallccwc/chronosync/sdk"
)

type plugin struct{}

func (plugin) Manifest() sdk.Manifest { return sdk.Manifest{Name: "counts", Version: "1"} }

func (plugin) OnSync(ctx *sdk.Context, batch sdk.Batch) error {
	seen, _ := strconv.Atoi(string(ctx.State()))
	for _, m := range batch.Messages {
		seen++
		ctx.Emit(sdk.Item{Key: strconv.Itoa(seen), Kind: "number", MessageID: m.ID, Evidence: m.Text[:4], Title: strconv.Itoa(seen)})
	}
	ctx.SetState([]byte(strconv.Itoa(seen)))
	return nil
}

func init() { sdk.Register(plugin{}) }

func main() {}
