// Command knowledge is a plugin that finds decisions, knowledge and preferences.
package main

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/builtin"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

func init() {
	plugin, err := builtin.New(sdk.Manifest{
		Name:  "knowledge",
		Title: "决定与知识 · Decisions and knowledge",
		About: "从会话中找出决定、知识和偏好。\nFinds decisions, knowledge and preferences in sessions.",
	}, extract.Decision, extract.Knowledge, extract.Preference)
	if err != nil {
		panic(err)
	}
	sdk.Register(plugin)
}

func main() {}
