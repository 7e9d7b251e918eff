//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// testMCP has OpenClaw's agent call a tool of ours, which its model asks for.
// That OpenClaw keeps the server means that it started and answered: OpenClaw
// tries one before.
func testMCP(t *testing.T, g *gateway) {
	g.run(t, slug, "mcp", "install", "--yes")
	if !g.serverConfigured(t) {
		t.Fatal("install left no server in OpenClaw's settings")
	}
	g.model.use(slug+"__search", `{"query":"深圳湾会议中心"}`)
	g.chat(t, "请查一下:发布会在哪里?")
	offered := g.model.offered()
	for _, name := range []string{"search", "last", "show", "brief", "decisions", "todos", "status"} {
		if !slices.Contains(offered, slug+"__"+name) {
			t.Errorf("the model is not offered %s, but %q", name, offered)
		}
	}
	results := g.model.last("tool")
	if len(results) != 1 || strings.Count(results[0], "«深圳湾会议中心»") != 1 || !strings.Contains(results[0], `"origin":"owner"`) {
		t.Fatalf("the tool answered the model %q", results)
	}
	t.Logf("the tool answered the model\n%s", brief(results[0]))
}

// serverConfigured tells whether our server is in OpenClaw's settings.
func (g *gateway) serverConfigured(t *testing.T) bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(g.state(), "openclaw.json"))
	must(t, err)
	var settings struct {
		MCP struct{ Servers map[string]any }
	}
	must(t, json.Unmarshal(data, &settings))
	return settings.MCP.Servers[slug] != nil
}
