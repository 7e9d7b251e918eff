// Package e2e runs the skill with the tools that people have: the real
// OpenClaw, skills and clawhub.
//
// It has tests only, for Unix systems, and they do nothing without the flag
// -e2e; make e2e gives it. TestEndToEnd installs a clean export of the last
// commit in each of the ways that SKILL.md and the READMEs tell, builds the
// program in the installed copy, and then lives with it: a real gateway with a
// model of ours behind it, the job of its scheduler, the MCP server under its
// agent, a chat in Chinese that is synced and found.
//
// The tools are npm packages. They are fetched once, into
// ${XDG_CACHE_HOME:-~/.cache}/session-sync-e2e/tools (deleting it fetches the
// newest), and that needs npm and its registry: without them the test is
// skipped. Everything after that has no network but loopback: on Linux it runs
// in a network name space of its own, which is checked; where there is none to be
// had the tools are only told to be offline, and the log says so. Every command
// has a home directory below the test's own, a time limit, and its output is
// bounded; the gateway ends with the test, however that ends.
//
// Formats and answers of the tools were observed with OpenClaw 2026.9.6,
// skills 1.7.4 and clawhub 0.23.3.
package e2e
