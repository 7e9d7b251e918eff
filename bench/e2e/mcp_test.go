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
func testMCP(t *testing.T, g *gateway) {
	g.run(t, slug, "mcp", "install", "--yes")
	var probe struct{ Tools, Diagnostics []string }
	g.ask(t, &probe, "openclaw", "mcp", "probe", slug, "--json")
	for _, name := range []string{"search", "last", "show", "brief", "decisions", "todos", "status"} {
		if !slices.Contains(probe.Tools, slug+"__"+name) {
			t.Errorf("OpenClaw finds no tool %s: %+v", name, probe)
		}
	}
	g.model.use(slug+"__search", `{"query":"深圳湾会议中心"}`)
	g.chat(t, "请查一下:发布会在哪里?")
	results := g.model.last("tool")
	if len(results) != 1 || !strings.Contains(results[0], "«深圳湾会议中心»") || !strings.Contains(results[0], `"origin": "owner"`) {
		t.Errorf("the tool answered the model %q", results)
	}
	g.run(t, slug, "mcp", "remove", "--yes")
	if g.serverConfigured(t) {
		t.Error("remove left the server")
	}
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
