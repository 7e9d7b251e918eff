package authoring

import "github.com/smallccwc/chronosync/engine/internal/pluginname"

// NameError says why a plugin can not be called what it was to be called.
type NameError = pluginname.Error
