//go:build unix && !linux

package e2e

import "testing"

// runApart reports false: only Linux has network name spaces.
func runApart(*testing.T) bool { return false }

func mustBeApart(*testing.T) {}
