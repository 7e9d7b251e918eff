// Package todo is the plugin that finds todos, and reports that they are done or cancelled.
package todo

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/reader"
)

// Plugin gives the plugin, which has sessions read by r.
func Plugin(r *reader.Reader) sdk.Plugin {
	return r.Plugin(sdk.Manifest{
		Name:  "todo",
		Title: "待办 · Todos",
		About: "从会话中找出待办事项，以及已完成或取消的消息。\nFinds todos in sessions, and reports that they are done or cancelled.",
	}, extract.TodoOpen, extract.TodoDone, extract.TodoCancelled)
}
