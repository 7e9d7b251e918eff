package engine

import (
	"path"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/sdk/abi"
)

// PluginABI is the version of the contract with plugins.
const PluginABI = abi.Version

// SharedFile is a file that programs find in the output directory.
type SharedFile struct {
	Path          string `json:"path"`                     // with slashes, below the directory
	SchemaVersion int    `json:"schema_version,omitempty"` // of JSON
}

// SharedFiles lists them; beside them are a Markdown file for each month of
// decisions, and a directory for each installed plugin.
func SharedFiles() []SharedFile {
	return []SharedFile{
		{markdownName, 0}, {jsonName, 1}, {path.Join(decisionsDir, indexName), 1},
		{path.Join(todosDir, todosName), 0}, {path.Join(todosDir, todoListName), 1}, {hashName, 0},
	}
}

// ExportFormats are the forms that [Engine.Export] knows.
func ExportFormats() []string {
	return []string{string(export.FormatJSON), string(export.FormatJSONL), string(export.FormatMarkdown)}
}
