//go:build !unix

package livesqlite

import "errors"

// dropPrivileges is only asked for by tests of Unix permissions.
func dropPrivileges() error { return errors.ErrUnsupported }
