// Package knowledge is the plugin that finds decisions, knowledge and preferences.
package knowledge

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/extract"
	"github.com/smallccwc/chronosync/wasm-plugins/internal/reader"
)

// Plugin gives the plugin, which has sessions read by r.
func Plugin(r *reader.Reader) sdk.Plugin {
	return r.Plugin(sdk.Manifest{
		Name:  "knowledge",
		Title: "决定与知识 · Decisions and knowledge",
		About: "从会话中找出决定、知识和偏好。\nFinds decisions, knowledge and preferences in sessions.",
	}, extract.Decision, extract.Knowledge, extract.Preference)
}
