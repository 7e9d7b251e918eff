package console

import (
	"maps"
	"slices"
	"testing"

	"github.com/smallccwc/chronosync/engine/manifest"
)

// TestManifestExitCodes: the manifest tells all exit codes.
func TestManifestExitCodes(t *testing.T) {
	skill, err := manifest.Skill()
	if err != nil {
		t.Fatal(err)
	}
	codes := slices.Sorted(maps.Keys(skill.Entrypoints.CLI.ExitCodes))
	if want := []int{exitDone, exitFailed, exitUsage, exitSkipped, exitLocked, exitNewer, exitInterrupted}; !slices.Equal(codes, want) {
		t.Errorf("got %v, want %v", codes, want)
	}
}
