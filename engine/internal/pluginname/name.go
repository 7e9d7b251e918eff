package pluginname

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Err is what every [*Error] is, by errors.Is.
var Err = errors.New("unusable plugin name")

// Error says why a plugin can't be called what it is, or was to be, called.
type Error struct{ Name, Problem string }

func (e *Error) Error() string { return fmt.Sprintf("plugin name %.100q: %s", e.Name, e.Problem) }

// Unwrap gives [Err].
func (e *Error) Unwrap() error { return Err }

// Check says whether a plugin may have this name. The error is an [*Error].
func Check(name string) error {
	if problem := problem(name); problem != "" {
		return &Error{name, problem}
	}
	return nil
}

func problem(name string) string {
	switch {
	case name == "" || len(name) > 40 || name[0] < 'a' || name[0] > 'z' || strings.ContainsFunc(name, foreign):
		return "use 1 to 40 of a-z, 0-9 and dashes, a letter first"
	case slices.Contains(reserved(), name):
		return "session-sync uses it for something else; take another one"
	case isDevice(name):
		return "it names a device of Windows, where no file can be called so; take another one"
	}
	return ""
}

func foreign(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
}

// reserved are the built-in plugins, files and directories of ours, and what Go
// keeps for itself in the path of a package.
func reserved() []string {
	return []string{
		"knowledge", "todo", "decisions", "todos", "archive", "groups", "cache", "plugins", "installed", "session-sync", "vendor",
	}
}

// isDevice tells names that no file can have on Windows, whatever its ending.
// Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
func isDevice(name string) bool {
	if slices.Contains([]string{"con", "prn", "aux", "nul"}, name) {
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] >= '0' && name[3] <= '9'
}
