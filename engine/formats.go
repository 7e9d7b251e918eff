package engine

import (
	"path"

	"github.com/smallccwc/chronosync/engine/export"
	"github.com/smallccwc/chronosync/engine/findings"
	"github.com/smallccwc/chronosync/engine/query"
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
	return Formats{Archive: store.FormatVersion, SharedFiles: 1, Commands: query.SchemaVersion, PluginABI: abi.Version}
}

// SharedFiles are the files that programs find below the output directory, with
// slashes. Beside them are a Markdown file for each month of decisions, and a
// directory for each installed plugin.
func SharedFiles() []string {
	return []string{
		markdownName, jsonName, path.Join(findings.DecisionsDir, findings.IndexName), path.Join(findings.TodosDir, findings.TodosName), path.Join(findings.TodosDir, findings.TodoListName), hashName,
	}
}

// ExportFormats are the forms that [Engine.Export] knows.
func ExportFormats() []string {
	return []string{string(export.FormatJSON), string(export.FormatJSONL), string(export.FormatMarkdown)}
}
