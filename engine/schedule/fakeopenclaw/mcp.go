package fakeopenclaw

import (
	"encoding/json"
	"fmt"
	"slices"
)

const settings = "openclaw.json"

func (f *fake) mcp(verb string, args []string) int {
	if len(args) == 0 {
		return f.refuse(true, "Missing required argument \"name\"")
	}
	name := args[0]
	server, known := f.Servers[name]
	switch {
	case verb == "add" && known:
		return f.refuse(false, "MCP server %q already exists.", name)
	case !known && (verb == "show" || verb == "unset" || verb == "probe"):
		return f.refuse(slices.Contains(args, "--json"), "No MCP server named %q in %s. Run openclaw mcp list to see configured servers.", name, settings)
	}
	switch verb {
	case "show":
		return f.print(server)
	case "unset":
		delete(f.Servers, name)
		fmt.Fprintf(f.stdout, "Removed MCP server %q from %s.\n", name, settings)
		return 0
	case "set":
		f.Servers[name] = json.RawMessage(args[1])
		fmt.Fprintf(f.stdout, "Saved MCP server %q to %s.\n", name, settings)
		return 0
	}
	if f.behavior == "probe" {
		fmt.Fprintf(f.stderr, "\x1b[34m[bundle-mcp]\x1b[39m \x1b[33mfailed to start server %q: MCP error -32000: Connection closed\x1b[39m\n", name)
		return f.refuse(false, "MCP probe failed for %q in %s: MCP error -32000: Connection closed", name, settings)
	}
	if verb == "probe" {
		return f.print(map[string]any{"servers": map[string]any{name: map[string]any{"tools": 7}}, "diagnostics": []any{}})
	}
	var words []string
	for i, arg := range args {
		if arg == "--arg" && i+1 < len(args) {
			words = append(words, args[i+1])
		}
	}
	f.Servers[name], _ = json.Marshal(map[string]any{"command": value(args, "--command"), "args": words}) // strings
	fmt.Fprintf(f.stdout, "Saved MCP server %q to %s.\n", name, settings)
	return 0
}
