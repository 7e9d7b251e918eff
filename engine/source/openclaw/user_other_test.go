//go:build !linux

package openclaw

import (
	"os"
	"testing"
)

// asOrdinaryUser runs f as a user whom permissions bind, who owns dir.
func asOrdinaryUser(t *testing.T, _ string, f func()) {
	t.Helper()
	if os.Getuid() == 0 {
		t.Skip("permissions do not bind root")
	}
	f()
}
