// Package mcpentry keeps our entry among OpenClaw's MCP servers.
//
// It promises that OpenClaw has started the server and spoken with it before an
// entry is kept: where that fails, the settings are as they were. An entry that
// is there already keeps what people added to it (limits, filters, environment);
// only program and arguments are ours.
//
// It refuses to touch entries of other names, and to write OpenClaw's settings
// itself: OpenClaw's own commands do.
//
// Observed with OpenClaw 2026.9.6 in November 2026: `mcp add` probes and refuses
// a name that exists, `mcp set` replaces without a probe, `mcp probe` exits with
// 1 when the server can't be started, `mcp show` prints the entry. None of them
// needs the gateway.
package mcpentry
