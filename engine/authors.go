package engine

import (
	"context"
	"io"

	"github.com/smallccwc/chronosync/engine/authoring"
	"github.com/smallccwc/chronosync/engine/extractors"
	"github.com/smallccwc/chronosync/engine/plugin"
	"github.com/smallccwc/chronosync/engine/shelf"
)

// What authors of plugins meet; see the packages authoring and plugin.
type (
	PluginOutcome    = authoring.Outcome
	PluginNameError  = authoring.NameError
	CompilerError    = authoring.CompilerError
	BrokenLinesError = authoring.BrokenError
	PluginError      = plugin.Error
)

// PluginLanguages are what a plugin can be written in.
func PluginLanguages() []string {
	var names []string
	for _, language := range authoring.Languages() {
		names = append(names, string(language))
	}
	return names
}

// NewPlugin makes the folder dir/name with a plugin that can be built, and
// returns its path. The error may be a [*PluginNameError].
func NewPlugin(dir, name, language string) (string, error) {
	return authoring.New(dir, name, authoring.Language(language))
}

// PluginFolder finds the plugin that is meant by dir: dir itself, or the only
// plugin directly below it.
func PluginFolder(dir string) (string, error) { return authoring.Folder(dir) }

// BuiltPluginPath is where [BuildPlugin] puts the module of the plugin in dir.
func BuiltPluginPath(dir string) (string, error) { return authoring.ModulePath(dir) }

// BuiltPlugin is a module that was built.
type BuiltPlugin struct {
	Path   string
	Digest string // SHA-256 in lower-case hex
	Size   int    // bytes
}

// BuildPlugin builds the plugin in dir. What the compiler says goes to output.
// The error may be a [*CompilerError].
func BuildPlugin(ctx context.Context, dir string, output io.Writer) (BuiltPlugin, error) {
	path, err := authoring.Build(ctx, dir, output)
	if err != nil {
		return BuiltPlugin{}, err
	}
	module, err := shelf.Read(path)
	return BuiltPlugin{path, shelf.Digest(module), len(module)}, err
}

// TestPlugin shows the module at path the fixtures of dir. With update they are
// made to want first what it finds. What it logs goes to log.
func TestPlugin(ctx context.Context, path, dir string, update bool, log io.Writer) ([]PluginOutcome, error) {
	return extractors.Test(ctx, path, dir, update, log)
}
