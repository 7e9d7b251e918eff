// Command todo is a plugin that finds todos, and reports that they are done or cancelled.
package main

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/builtin"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
)

func init() {
	plugin, err := builtin.New(sdk.Manifest{
		Name:  "todo",
		Title: "待办 · Todos",
		About: "从会话中找出待办事项,以及已完成或取消的消息。\nFinds todos in sessions, and reports that they are done or cancelled.",
	}, extract.TodoOpen, extract.TodoDone, extract.TodoCancelled)
	if err != nil {
		panic(err)
	}
	sdk.Register(plugin)
}

func main() {}
