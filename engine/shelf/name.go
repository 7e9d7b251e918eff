package shelf

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrName is a name that a plugin can't be installed under.
var ErrName = errors.New("unusable plugin name")

// CheckName says whether a plugin of this name may have files and a directory
// of its own below the output directory, on every system. builtin are the names
// of the plugins that come with the program.
func CheckName(name string, builtin []string) error {
	switch {
	case name == "" || len(name) > 40 || name[0] == '-' || strings.ContainsFunc(name, notInName):
		return fmt.Errorf("%w: it has to be 1 to 40 of a-z, 0-9 and dashes, and not begin with a dash", ErrName)
	case slices.Contains(builtin, name):
		return fmt.Errorf("%w: %q comes with session-sync", ErrName, name)
	case slices.Contains(reserved(), name):
		return fmt.Errorf("%w: %q is reserved; choose another one", ErrName, name)
	}
	return nil
}

func notInName(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
}

// reserved are names of files and directories of ours, and those of devices on
// Windows, where no file may have them with any ending.
// Source: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
func reserved() []string {
	names := []string{"decisions", "todos", "archive", "groups", "plugins", "cache", "installed", "session-sync", "con", "prn", "aux", "nul"}
	for n := '0'; n <= '9'; n++ {
		names = append(names, "com"+string(n), "lpt"+string(n))
	}
	return names
}
