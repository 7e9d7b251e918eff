package authoring

import (
	"fmt"
	"slices"
	"strings"
)

// NameError says why a plugin can not be called what it was to be called.
type NameError struct {
	Name    string
	Problem string
}

func (e *NameError) Error() string { return fmt.Sprintf("plugin name %.100q: %s", e.Name, e.Problem) }

// CheckName says whether a plugin may have this name: 1 to 40 of a-z, 0-9 and
// dashes, beginning with a letter, and not the name of something else. The error
// is a [*NameError].
func CheckName(name string) error {
	other := func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }
	problem := ""
	switch {
	case name == "" || len(name) > 40 || name[0] < 'a' || name[0] > 'z' || strings.ContainsFunc(name, other):
		problem = "use 1 to 40 of a-z, 0-9 and dashes, a letter first"
	case slices.Contains(reserved(), name):
		problem = "session-sync uses it for something else; take another one"
	case isDevice(name):
		problem = "it names a device of Windows, where no file can be called so; take another one"
	default:
		return nil
	}
	return &NameError{name, problem}
}

// reserved are the built-in plugins, folders beside them, and what Go keeps for
// itself in the path of a package.
func reserved() []string {
	return []string{"knowledge", "todo", "decisions", "todos", "archive", "cache", "plugins", "vendor"}
}

func isDevice(name string) bool {
	if slices.Contains([]string{"con", "prn", "aux", "nul"}, name) {
		return true
	}
	return len(name) == 4 && (name[:3] == "com" || name[:3] == "lpt") && name[3] >= '1' && name[3] <= '9'
}
