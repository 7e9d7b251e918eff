//go:build unix

package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// testUninstall takes out all that was put into OpenClaw; the MCP server still is
// there.
func testUninstall(t *testing.T, g *gateway) {
	g.run(t, slug, "cron", "install", "--yes")
	g.run(t, slug, "doctor")
	g.run(t, slug, "uninstall", "--yes")
	if jobs := g.jobs(t); len(jobs) != 0 {
		t.Errorf("uninstall left jobs: %q", jobs)
	}
	if g.serverConfigured(t) {
		t.Error("uninstall left the MCP server")
	}
	if _, err := os.Lstat(g.program()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("uninstall left the program: %v", err)
	}
	if _, err := os.Stat(filepath.Join(g.state(), slug, "archive.db")); err != nil {
		t.Errorf("uninstall did not keep the archive: %v", err)
	}
}
