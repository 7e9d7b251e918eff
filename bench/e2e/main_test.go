//go:build unix

package e2e

import (
	"flag"
	"os"
	"testing"
)

var (
	enabled = flag.Bool("e2e", false, "run the skill with the real tools; nothing is tested without it")
	tools   = flag.String("tools", "", "where the npm packages of the tools are; below the user's cache directory when empty")
)

// insideVariable tells the test that it has been started without a network.
const insideVariable = "E2E_INSIDE"

func TestEndToEnd(t *testing.T) {
	if !*enabled {
		t.Skip("needs the real tools; run: make e2e")
	}
	if os.Getenv(insideVariable) != "" {
		mustBeApart(t)
	} else {
		fetchTools(t)
		fillModuleCache(t)
		if runApart(t) {
			return
		}
		t.Log("no network name space here: the tools are told to be offline, but nothing holds them to it")
	}
	w := newWorld(t)
	t.Run("publish", func(t *testing.T) { testPublish(t, w) })
	var a *account
	for _, r := range routes(t, w) {
		t.Run(r.name, func(t *testing.T) { a = testInstall(t, w, r) })
	}
	if a == nil {
		return
	}
	g := startGateway(t, a)
	t.Run("skill", func(t *testing.T) { testSkill(t, g) })
	t.Run("session", func(t *testing.T) { testSession(t, g) })
	t.Run("cron", func(t *testing.T) { testCron(t, g) })
	t.Run("mcp", func(t *testing.T) { testMCP(t, g) })
	t.Run("uninstall", func(t *testing.T) { testUninstall(t, g) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
